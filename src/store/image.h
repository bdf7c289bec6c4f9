/* store/image.h - the bytes of a model file in memory, read once and known to be whole.
 *
 * A file may be a pipe, which can be read a single time, and its checksum is known only at its end. So all bytes are
 * kept until then, in memory that grows with what has arrived, whatever the file says of its size. */
#ifndef GML_STORE_IMAGE_H
#define GML_STORE_IMAGE_H

#include "base/context.h"

enum { GML_IMAGE_CHUNKS = 44 }; /* each as long as all before together: more bytes than any machine has */

typedef struct gml_image {
    gml_context *context;
    uint8_t *chunks[GML_IMAGE_CHUNKS];
    uint64_t size;   /* bytes of the file */
    uint64_t header; /* bytes of its header, which fit into the file */
    size_t chunk;    /* where gml_image_take goes on: this chunk, */
    size_t at;       /* and this byte of it */
} gml_image;

/* Reads the file at `path` to its end. It begins as model files of this format do, its checksum is right, and the
 * checksum's digits are 0 in the image. Errors: not_found, read, data, memory; then the image is empty. */
gml_status gml_image_read(gml_context *context, const char *path, gml_image *image);

/* Copies the next `size` bytes, of which there must be as many, and gives back the memory of what has been taken. */
void gml_image_take(gml_image *image, void *bytes, size_t size);

void gml_image_clear(gml_image *image);

#endif
