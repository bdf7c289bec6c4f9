/* data/format/format.h - the table of file formats. To add one: a file format_NAME.c with its row, and the row's name
 * in open.c. */
#ifndef GML_DATA_FORMAT_H
#define GML_DATA_FORMAT_H

#include "base/reader.h"
#include "data/dataset.h"

/* A file or folder to be read. */
typedef struct gml_source {
    gml_context *context;
    const char *path;
    gml_reader *reader; /* at the start of the file; null for a folder */
    const gml_dataset_options *options;
} gml_source;

typedef struct gml_format {
    gml_entry entry;
    bool (*recognizes)(const gml_source *source); /* by the first bytes of the file */
    gml_status (*open)(const gml_source *source, gml_dataset **dataset);
} gml_format;

/* Refuses options that no file could be read with. Errors: argument. */
gml_status gml_dataset_check_options(gml_context *context, const gml_dataset_options *options);

extern const gml_format gml_format_csv;
extern const gml_format gml_format_idx;
extern const gml_format gml_format_libsvm;
extern const gml_format gml_format_npy;
extern const gml_format gml_format_npz;
extern const gml_format gml_format_safetensors;

#endif
