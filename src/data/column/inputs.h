/* data/column/inputs.h - which columns of a table become the inputs of a dataset, and as what. */
#ifndef GML_DATA_COLUMN_INPUTS_H
#define GML_DATA_COLUMN_INPUTS_H

#include "data/column/column.h"
#include "data/csv/csv_columns.h"

/* Zero-initialised: nothing to clear. */
typedef struct gml_inputs {
    size_t count, room;
    size_t *column;            /* [room]: of input i */
    gml_column_coding *coding; /* [room] */
} gml_inputs;

/* Judges the columns of inputs, and leaves out those that are none: the dataset then has its features, their names and
 * kinds, and notes. `inputs` must be cleared, on failure too. Errors: data (a column that cannot be an input, no inputs
 * left), memory. */
gml_status gml_inputs_choose(const gml_cells *cells, const gml_csv_columns *columns, const gml_dataset_options *options,
                             gml_dataset *made, gml_inputs *inputs);

void gml_inputs_clear(gml_context *context, gml_inputs *inputs);

/* Returns the word for a kind of columns: "number", "category", ... */
const char *gml_column_kind_word(gml_column_kind kind);

/* Refuses an input or a weight that is not a finite number (data/from_cells.c). */
gml_status gml_inputs_refuse(const gml_cells *cells, const gml_dataset_options *options, size_t column, size_t row);

#endif
