/* base/reader.h - sequential reading of a file, decompressed if it is gzip.
 *
 * The buffer has a fixed size. Bytes and positions are those of the decompressed contents. */
#ifndef GML_BASE_READER_H
#define GML_BASE_READER_H

#include <stdbool.h>

#include "base/context.h"

typedef struct gml_reader gml_reader;

enum { GML_PEEK_SIZE = 512 };

/* Opens a file and reads its first bytes. Errors: not_found, read, data (broken gzip), unsupported, memory. */
gml_status gml_reader_open(gml_context *context, const char *path, gml_reader **reader);

/* The same for a file that is read as its bytes arrive. Opening waits for the first line or for GML_PEEK_SIZE bytes,
 * whichever comes first. */
gml_status gml_reader_open_eager(gml_context *context, const char *path, gml_reader **reader);

/* Closes the file and frees the reader. Null is allowed. */
void gml_reader_close(gml_reader *reader);

/* Returns the first bytes of the contents, at most GML_PEEK_SIZE. Call it before the first read. */
const uint8_t *gml_reader_peek(const gml_reader *reader, size_t *size);

/* True if the contents end with the first bytes. */
bool gml_reader_peek_is_whole(const gml_reader *reader);

/* Reads `capacity` bytes, fewer only at the end. Errors: read, data (broken gzip: file and byte in the message). */
gml_status gml_reader_read(gml_reader *reader, void *buffer, size_t capacity, size_t *got);

/* Reads at least one byte and at most `capacity`, none only at the end. An eager reader waits for no more than the
 * first. Errors: as gml_reader_read. */
gml_status gml_reader_read_some(gml_reader *reader, void *buffer, size_t capacity, size_t *got);

/* True if an eager reader holds no bytes, so that reading may have to wait for some. */
bool gml_reader_may_wait(const gml_reader *reader);

/* Reads exactly `size` bytes; `what` names them in messages. Errors: read, data (the file ends before). */
gml_status gml_reader_read_exact(gml_reader *reader, void *buffer, size_t size, const char *what);

/* Checks that the file ends here; `what` names its last part in the message. Errors: read, data (more bytes follow). */
gml_status gml_reader_expect_end(gml_reader *reader, const char *after);

/* Returns the number of bytes read. */
uint64_t gml_reader_position(const gml_reader *reader);

const char *gml_reader_path(const gml_reader *reader);

#endif
