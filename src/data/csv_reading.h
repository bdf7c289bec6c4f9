/* data/csv_reading.h - the fields of a CSV, one after another, become the numbers and targets of a dataset. */
#ifndef GML_DATA_CSV_READING_H
#define GML_DATA_CSV_READING_H

#include "data/csv_columns.h"
#include "data/format.h"
#include "data/target.h"

enum { GML_CSV_HELD_ROWS = 2 }; /* kept as text until it is known what the columns are */

/* A CSV as it is being read. Once `status` is not GML_OK, the rest is let pass. */
typedef struct gml_csv_reading {
    gml_context *context;
    const gml_source *source;
    gml_status status;
    size_t line;   /* where the reading is, from 1 */
    size_t row;    /* the line at which the running row began */
    size_t column; /* fields of it so far */
    int last_end;  /* the last line end, if no field came after it: CR LF is one */
    size_t held;   /* rows in `first_rows` */
    bool decided;  /* `columns` is known */
    gml_csv_row first_rows[GML_CSV_HELD_ROWS];
    gml_csv_columns columns;
    gml_schema schema;
    gml_origin origin;
    size_t samples;      /* rows taken, without the header */
    gml_pile inputs;     /* f64 [* x features] */
    gml_pile row_inputs; /* f64 [features] of the running row, in their order */
    gml_pile weights;    /* f64, of samples, if they have any */
    gml_target_reading target;
} gml_csv_reading;

/* Errors: argument, memory. What was made is to be cleared on failure too. */
gml_status gml_csv_reading_begin(const gml_source *source, gml_csv_reading *reading);
void gml_csv_reading_clear(gml_csv_reading *reading);

/* Callbacks of libcsv, of which `reading` is the user's pointer: a field, and the end of a line (or of the file: -1),
 * perhaps of an empty one. They set reading->status. */
void gml_csv_reading_field(void *text, size_t length, void *reading);
void gml_csv_reading_line_end(int end, void *reading);

/* Once all fields are read: makes matrices of them; the dataset takes the memory over, on failure too. Errors: data,
 * name, shape, argument, memory. */
gml_status gml_csv_reading_finish(gml_csv_reading *reading, gml_dataset *made);

#endif
