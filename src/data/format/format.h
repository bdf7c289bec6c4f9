/* data/format/format.h - the table of file formats. To add one: a file format_NAME.c with its row, and the row's name
 * in open.c. */
#ifndef GML_DATA_FORMAT_H
#define GML_DATA_FORMAT_H

#include "base/reader.h"
#include "data/cells.h"

/* A file or folder to be read. */
typedef struct gml_source {
    gml_context *context;
    const char *path;
    gml_reader *reader; /* at the start of the file; null for a folder */
    const gml_dataset_options *options;
    struct gml_table_cache *cache; /* that is made of it; null: none */
} gml_source;

/* A file that is read row by row. */
typedef struct gml_row_stream {
    void *state;
    size_t total; /* rows of the file; 0: not known before its end */
    bool broken;  /* the error of the last `next` is that of one row */
} gml_row_stream;

/* How a format is read row by row, as gml_rows_open and gml_rows_next say. The source outlives the stream. */
typedef struct gml_row_format {
    gml_status (*begin)(const gml_source *source, gml_row_stream *stream);
    gml_status (*next)(gml_row_stream *stream, size_t most, const gml_dataset **dataset); /* perhaps more than `most` */
    void (*end)(gml_row_stream *stream); /* after a `begin` that failed, too */
} gml_row_format;

typedef struct gml_format {
    gml_entry entry;
    bool (*recognizes)(const gml_source *source); /* by the first bytes of the file */
    gml_status (*open)(const gml_source *source, gml_dataset **dataset);
    const gml_row_format *rows; /* null: the file is read as a whole */
    /* Reads a table with texts. The cells must be cleared, on failure too. Null: the format has numbers alone. */
    gml_status (*read)(const gml_source *source, gml_cells *cells);
} gml_format;

/* Opens the file of a source, unless it is a folder, and finds its format. `source->reader` must be closed, on failure
 * too. Errors: as gml_dataset_open. */
gml_status gml_source_open(gml_source *source, bool eager, const gml_format **format);

/* The most numbers of a dataset of rows, unless one row has more. */
enum { GML_ROWS_NUMBERS = 1 << 21 };

/* Returns how many rows of `cols` numbers a dataset of rows has: at least one, at most `most`. */
static inline size_t gml_rows_most(size_t most, size_t cols)
{
    const size_t fit = GML_ROWS_NUMBERS / cols;
    return fit == 0 ? 1 : fit < most ? fit : most;
}

/* Refuses options that no file could be read with. Errors: argument. */
gml_status gml_dataset_check_options(gml_context *context, const gml_dataset_options *options);

extern const gml_format gml_format_arff;
extern const gml_format gml_format_csv;
extern const gml_format gml_format_idx;
extern const gml_format gml_format_libsvm;
extern const gml_format gml_format_npy;
extern const gml_format gml_format_npz;
extern const gml_format gml_format_safetensors;

#endif
