/* store/file.h - an open model file or checkpoint: header and metadata parsed, tensors still to be taken.
 *
 * The whole file is read and its checksum verified (image.c) before it is parsed. So no memory is allocated for data
 * that the file does not have, and accidental damage is not parsed. The parser still checks everything: a file with a
 * valid checksum can have invalid contents. */
#ifndef GML_STORE_FILE_H
#define GML_STORE_FILE_H

#include "store/format.h"
#include "store/image.h"

typedef struct gml_file {
    gml_context *context;
    const char *path; /* the caller's */
    gml_image image;
    json_t *header, *data, *facts;
    json_t *preparation;          /* null: there is none */
    json_t *intervals;            /* likewise */
    json_t *members;              /* of an ensemble; null: the file has one network */
    json_t *checkpoint;           /* null: the file is a model only */
    const char *network_json;     /* text in the header */
    const char *target_transform; /* likewise; or null */
} gml_file;

/* On failure nothing remains allocated. Errors: not_found, read, data, memory. */
gml_status gml_file_open(gml_context *context, const char *path, gml_file *file);
void gml_file_close(gml_file *file);

/* Returns the number of bytes of the tensors. */
uint64_t gml_file_room(const gml_file *file);

/* Copies the numbers of the next tensor, in the order of the file. */
void gml_file_take(gml_file *file, const gml_tensor *tensor, void *numbers);

#endif
