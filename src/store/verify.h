/* store/verify.h - is this a model file, and whole? */
#ifndef GML_STORE_VERIFY_H
#define GML_STORE_VERIFY_H

#include "base/reader.h"
#include "store/format.h"

/* What is known of a file once it has been read to its end. */
typedef struct gml_verified {
    uint64_t size;     /* bytes */
    uint64_t header;   /* bytes of the header */
    uint64_t checksum; /* of the whole file */
} gml_verified;

/* Reads the file through, holding its checksum against its contents. Takes no memory for what the file says of its own
 * size. Errors: not_found, read, data, memory. */
gml_status gml_verify_file(gml_context *context, const char *path, gml_verified *verified);

#endif
