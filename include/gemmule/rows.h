/* gemmule/rows.h - inputs from a file or a pipe, as they come: for predictions in bounded memory. */
#ifndef GEMMULE_ROWS_H
#define GEMMULE_ROWS_H

#include "gemmule/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gml_rows gml_rows;

/* Opens a file for reading row by row. `options` are those of data with known columns (gml_network_data_options); their
 * strings and arrays must outlive the rows. Targets, weights and groups are not read, whatever `targets` says.
 *
 * CSV, NPY and LIBSVM text are read as they come, in memory of some megabytes and of one row. Other formats, and NPY in
 * Fortran order, are read as a whole at the first gml_rows_next. The dialect of a CSV and its header are found from the
 * bytes that are there when the first row is. The second row is waited for only if it has begun or the first may hold
 * names.
 *
 * Waits for the first row. For an NPY file whose rows have at most 4096 numbers it waits for the header alone.
 * Errors: as gml_dataset_open; argument (options.features is 0). */
GML_API gml_status gml_rows_open(gml_context *context, const char *path, const gml_dataset_options *options,
                                 gml_rows **rows);

/* Returns the next rows in `dataset`: at least one and at most `most`, as soon as some are there; null after the last.
 * The dataset belongs to `rows` and is valid until the next call with them. Its notes are about columns; a note about
 * missing cells could only speak of some rows.
 *
 * Numbers of arrays are not checked: gml_network_check_samples finds those that a network cannot take. A row of
 * another format that cannot be read, as one with too few fields, a quote inside a field or a text where a number is
 * needed, is an error of its own: it comes in its turn, the message names its line, and gml_rows_can_continue
 * returns 1. The next call then continues with the line after it. After other errors reading has ended.
 *
 * Errors: data, read, memory, argument (`most` is 0, or reading has ended with an error). */
GML_API gml_status gml_rows_next(gml_rows *rows, size_t most, const gml_dataset **dataset);

/* Returns 1 if the last call of gml_rows_next failed because of one row alone; else 0. */
GML_API int gml_rows_can_continue(const gml_rows *rows);

/* Returns the inputs of the dataset that gml_rows_next returned: [n x features] f32, f64 or u8, without a copy; no
 * matrix if there is none. */
GML_API gml_matrix gml_rows_inputs(const gml_rows *rows);

/* Returns the number of rows of the whole file if its header tells, as that of an NPY file does; else 0. */
GML_API size_t gml_rows_total(const gml_rows *rows);

/* Closes the file and frees the rows; null is allowed. */
GML_API void gml_rows_destroy(gml_rows *rows);

#ifdef __cplusplus
}
#endif
#endif
