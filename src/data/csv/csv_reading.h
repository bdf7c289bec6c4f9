/* data/csv/csv_reading.h - turning the fields of a CSV, one after another, into a dataset. */
#ifndef GML_DATA_CSV_READING_H
#define GML_DATA_CSV_READING_H

#include "data/csv/csv_columns.h"
#include "data/format/format.h"
#include "data/target/target.h"

enum { GML_CSV_HELD_ROWS = 2 }; /* kept as text until the columns are decided */

/* The state of reading a CSV. Once `status` is not GML_OK, further fields are ignored. */
typedef struct gml_csv_reading {
    const gml_source *source;
    gml_status status;
    size_t line;   /* of the next field, from 1 */
    size_t row;    /* the line where the current row begins */
    size_t column; /* fields of the current row so far */
    int last_end;  /* the last line end, if no field came after it: CR LF is one */
    size_t held;   /* rows in `first_rows` */
    bool decided;  /* `columns` are known */
    gml_csv_row first_rows[GML_CSV_HELD_ROWS];
    gml_csv_columns columns;
    gml_pile row_inputs; /* f64 [features] of the current row */
    gml_target_reading target;
    gml_labels groups; /* of the distinct groups */
    gml_dataset made;  /* its size counts the rows so far, without the header */
} gml_csv_reading;

/* Errors: argument, memory. The reading must be cleared, on failure too. */
gml_status gml_csv_reading_begin(const gml_source *source, gml_csv_reading *reading);

/* Releases everything but `made`. */
void gml_csv_reading_clear(gml_csv_reading *reading);

/* Callbacks of libcsv with a gml_csv_reading as user pointer: for a field, and for the end of a line (empty ones
 * included) or of the file (-1). They set reading->status. */
void gml_csv_reading_field(void *text, size_t length, void *reading);
void gml_csv_reading_line_end(int end, void *reading);

/* Completes `made` once all fields are read. Errors: data, name, shape, argument, memory. */
gml_status gml_csv_reading_finish(gml_csv_reading *reading);

#endif
