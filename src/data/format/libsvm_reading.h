/* data/format/libsvm_reading.h - reading the lines of LIBSVM text into samples. */
#ifndef GML_DATA_LIBSVM_READING_H
#define GML_DATA_LIBSVM_READING_H

#include "data/cells.h"
#include "data/format/format.h"
#include "data/format/libsvm_line.h"
#include "data/format/sparse.h"

enum {
    GML_LIBSVM_CHUNK = 1 << 16, /* bytes that are read at a time */
    GML_LIBSVM_LINE = 1 << 26   /* most bytes of a line */
};

typedef struct gml_libsvm_reading {
    const gml_source *source;
    size_t line;   /* from 1 */
    size_t bytes;  /* of all lines */
    gml_pile text; /* bytes of lines that are not taken */
    gml_sparse sparse;
    bool targeted; /* targets are read */
    gml_cells target;
    bool grouped; /* qid are groups */
    gml_labels groups;
    gml_dataset made;
} gml_libsvm_reading;

/* Refuses a folder, and options that LIBSVM text cannot meet. Errors: data, argument. */
gml_status gml_libsvm_check(const gml_source *source);

/* Takes the line [length], without its line end, whose number is `line`. After an error, entries of its row may be
 * left in `sparse`. Errors: data, shape, memory. */
gml_status gml_libsvm_take_line(gml_libsvm_reading *r, const char *text, size_t length);

/* Refuses a line that is too long. Errors: data. */
gml_status gml_libsvm_refuse_length(const gml_libsvm_reading *r);

/* Reading row by row (libsvm_rows.c). */
extern const gml_row_format gml_libsvm_row_format;

#endif
