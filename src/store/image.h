/* store/image.h - the bytes of a model file in memory, verified by the checksum.
 *
 * The file may be a pipe, which can be read only once, and the checksum can be verified only at the end. Therefore all
 * bytes are kept in memory. The memory grows with the bytes read, not with the sizes that the file states. */
#ifndef GML_STORE_IMAGE_H
#define GML_STORE_IMAGE_H

#include "base/context.h"

enum { GML_IMAGE_CHUNKS = 44 }; /* each as large as all before it together: more than any machine's memory */

typedef struct gml_image {
    gml_context *context;
    uint8_t *chunks[GML_IMAGE_CHUNKS];
    uint64_t size;   /* bytes of the file */
    uint64_t header; /* bytes of its header; fits into the file */
    size_t chunk;    /* position of gml_image_take: chunk, */
    size_t at;       /* and byte in it */
} gml_image;

/* Reads the whole file at `path` and checks its format and checksum. The checksum's digits are 0 in the image. Errors:
 * not_found, read, data, memory; the image is then empty. */
gml_status gml_image_read(gml_context *context, const char *path, gml_image *image);

/* Copies the next `size` bytes, which must exist, and frees each chunk when all of it has been copied. */
void gml_image_take(gml_image *image, void *bytes, size_t size);

void gml_image_clear(gml_image *image);

#endif
