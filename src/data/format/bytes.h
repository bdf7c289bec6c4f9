/* data/format/bytes.h - a stream of bytes that holds one array: a file, or a member of an archive. */
#ifndef GML_DATA_BYTES_H
#define GML_DATA_BYTES_H

#include "base/reader.h"
#include "data/pile.h"

typedef struct gml_bytes {
    gml_context *context;
    const char *name;  /* begins messages: "points.npy", "points.npz: member x.npy" */
    uint64_t position; /* bytes read */
    gml_status (*read)(void *from, void *buffer, size_t capacity, size_t *got); /* fewer only at the end */
    void *from;
} gml_bytes;

/* The bytes that a reader has not yet returned; the reader must outlive them. */
gml_bytes gml_bytes_of_reader(gml_context *context, gml_reader *reader);

/* Reads `capacity` bytes, fewer only at the end. Errors: those of the source. */
gml_status gml_bytes_read(gml_bytes *bytes, void *buffer, size_t capacity, size_t *got);

/* Reads exactly `size` bytes; `what` names them in messages. Errors: those of the source, data (too few bytes). */
gml_status gml_bytes_read_exact(gml_bytes *bytes, void *buffer, size_t size, const char *what);

/* Appends `size` bytes to a pile, whose memory grows with the bytes that are read and not with `size`. Errors: those of
 * the source, data (too few bytes: `what` names them), memory. */
gml_status gml_bytes_read_pile(gml_bytes *bytes, size_t size, gml_pile *pile, const char *what);

/* Reads `size` bytes and forgets them. Errors: those of the source, data (too few bytes). */
gml_status gml_bytes_skip(gml_bytes *bytes, uint64_t size, const char *what);

/* Checks that the stream ends here; `after` names its last part. Errors: those of the source, data. */
gml_status gml_bytes_expect_end(gml_bytes *bytes, const char *after);

#endif
