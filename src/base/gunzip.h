/* base/gunzip.h - decompresses a gzip stream, or the bare deflate stream of a zip archive's member. */
#ifndef GML_BASE_GUNZIP_H
#define GML_BASE_GUNZIP_H

#include <stdbool.h>

#include "base/context.h"

typedef struct gml_gunzip gml_gunzip;

typedef struct gml_gunzip_step {
    const uint8_t *in; /* advanced past the bytes consumed */
    size_t in_size;
    uint8_t *out; /* advanced past the bytes written */
    size_t out_size;
    bool member_ended;   /* the last byte consumed ended a gzip member */
    bool lacks_memory;   /* the context has the message */
    const char *problem; /* error in the data; null: none */
} gml_gunzip_step;

/* True if the bytes begin like a gzip file. */
bool gml_gunzip_recognizes(const uint8_t *bytes, size_t size);

/* Makes a decompressor. Errors: memory, unsupported (a build without zlib). */
gml_status gml_gunzip_create(gml_context *context, const char *path, gml_gunzip **gunzip);
void gml_gunzip_destroy(gml_gunzip *gunzip);

/* Makes a decompressor of bare deflate streams, where a member is a stream. Errors: memory, unsupported. */
gml_status gml_inflate_create(gml_context *context, const char *path, gml_gunzip **gunzip);

/* Returns the CRC-32 of more bytes after those with the checksum `sum`, at first 0; 0 in a build without zlib. */
uint32_t gml_gunzip_checksum(uint32_t sum, const void *bytes, size_t size);

/* Decompresses as much as `in` and `out` allow, at most to the end of a member; the next call begins a new member. */
void gml_gunzip_run(gml_gunzip *gunzip, gml_gunzip_step *step);

/* True if the library was built with zlib. */
bool gml_gunzip_available(void);

#endif
