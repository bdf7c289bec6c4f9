/* data/cache/identity.h - what tells that a file is unchanged. */
#ifndef GML_DATA_CACHE_IDENTITY_H
#define GML_DATA_CACHE_IDENTITY_H

#include "base/context.h"

typedef struct gml_file_identity {
    gml_file_stamp stamp;
    uint64_t blocks; /* checksum of GML_IDENTITY_BLOCKS blocks: the first, the last and some between */
    uint64_t whole;  /* checksum of all bytes */
} gml_file_identity;

enum { GML_IDENTITY_BLOCKS = 16, GML_IDENTITY_BLOCK = 1 << 14 };

/* Finds size and time of a file. Errors: read, unsupported (the host has no such hook). */
gml_status gml_identity_stamp(gml_context *context, const char *path, gml_file_stamp *stamp);

/* Finds the stamp and the checksum of the blocks. Errors: read, unsupported. */
gml_status gml_identity_find(gml_context *context, const char *path, gml_file_identity *identity);

/* Finds the checksum of all bytes. Errors: read, memory. */
gml_status gml_identity_sum(gml_context *context, const char *path, uint64_t *whole);

/* True if two stamps are equal. */
bool gml_identity_same_stamp(const gml_file_stamp *a, const gml_file_stamp *b);

#endif
