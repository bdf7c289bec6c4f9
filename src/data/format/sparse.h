/* data/format/sparse.h - the entries of a sparse matrix, collected row by row, and the dense matrix of them. */
#ifndef GML_DATA_SPARSE_H
#define GML_DATA_SPARSE_H

#include "data/dataset.h"

/* Zero-initialised: no rows. */
typedef struct gml_sparse {
    gml_pile entries; /* of all rows */
    gml_pile ends;    /* size_t [rows]: the number of entries up to the end of each */
    size_t count;     /* entries */
    size_t rows;
    size_t width; /* the greatest column plus 1 */
} gml_sparse;

/* Adds an entry to the current row. Errors: memory. */
gml_status gml_sparse_add(gml_context *context, gml_sparse *sparse, size_t column, double value);

/* Ends the current row. Errors: memory. */
gml_status gml_sparse_end_row(gml_context *context, gml_sparse *sparse);

/* Refuses a dense matrix of more than 2^16 numbers and 2^10 for each of the `bytes` of the file at `path`, so that a
 * file cannot claim memory. Errors: data. */
gml_status gml_sparse_check(gml_context *context, const char *path, size_t rows, size_t width, size_t bytes);

/* Makes the inputs of a dataset, f64 [rows x width], with zeros where there is no entry; `width` is at least that of
 * the entries. Errors: data (as gml_sparse_check), memory. */
gml_status gml_sparse_to_inputs(const gml_sparse *sparse, const char *path, size_t width, size_t bytes,
                                gml_dataset *made);

/* Removes all rows and keeps the memory. */
void gml_sparse_restart(gml_sparse *sparse);

void gml_sparse_clear(gml_context *context, gml_sparse *sparse);

#endif
