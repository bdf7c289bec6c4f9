/* data/format/idx_file.h - one IDX file of unsigned bytes. */
#ifndef GML_DATA_IDX_FILE_H
#define GML_DATA_IDX_FILE_H

#include "base/reader.h"
#include "data/pile.h"

typedef struct gml_idx_file {
    size_t count; /* samples: the first dimension */
    size_t width; /* entries of a sample: the product of the other dimensions */
    gml_pile entries;
} gml_idx_file;

/* True if these are the first bytes of an IDX file. */
bool gml_idx_recognizes(const uint8_t *bytes, size_t size);

/* Reads a file of images (two dimensions or more) or of labels (one) to its end. `file` begins zeroed; its entries are
 * the caller's to clear, also on failure. Errors: those of reading, data, memory. */
gml_status gml_idx_read(gml_context *context, gml_reader *reader, bool images, gml_idx_file *file);
gml_status gml_idx_read_path(gml_context *context, const char *path, bool images, gml_idx_file *file);

#endif
