/* data/format/arff_value.h - the values of the rows of an ARFF. */
#ifndef GML_DATA_ARFF_VALUE_H
#define GML_DATA_ARFF_VALUE_H

#include "data/format/arff_header.h"
#include "data/format/format.h"

typedef struct gml_arff_reading {
    const gml_source *source;
    gml_lines lines;
    gml_arff_header header;
    gml_cells *cells;
    double *row;  /* [attributes] of the line that is read */
    size_t begin; /* where the rows begin in the file, in bytes */
    bool sparse;  /* there is a sparse row */
} gml_arff_reading;

/* Makes the cell of an attribute from a word; an unquoted ? and an empty word are missing. With the option bad_inputs a
 * word that the attribute does not allow is kept as a text, and a date is missing. Errors: data (a value that is not
 * declared, no number, no date), memory. */
gml_status gml_arff_take_value(const gml_arff_reading *r, size_t index, const gml_arff_word *word, double *cell);

/* Sets the cells [from, to) of a sparse row, which are not listed: to 0, the first value, 1970-01-01, or of a string to
 * missing. Errors: memory. */
gml_status gml_arff_take_zeros(const gml_arff_reading *r, size_t from, size_t to);

#endif
