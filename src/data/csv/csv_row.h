/* data/csv/csv_row.h - one row of a CSV as text, kept until the columns are decided. */
#ifndef GML_DATA_CSV_ROW_H
#define GML_DATA_CSV_ROW_H

#include <stdbool.h>

#include "data/target/labels.h"

typedef struct gml_csv_row {
    gml_pile bytes; /* the fields, concatenated */
    gml_pile ends;  /* size_t [count]: the offset in `bytes` where each field ends */
    size_t count;   /* fields */
    size_t line;    /* where it begins, from 1 */
} gml_csv_row;

/* Appends a field. Errors: memory. */
gml_status gml_csv_row_push(gml_context *context, gml_csv_row *row, const char *text, size_t length);
void gml_csv_row_clear(gml_context *context, gml_csv_row *row);

/* Returns field `field`, below count, and its length. */
const char *gml_csv_row_field(const gml_csv_row *row, size_t field, size_t *length);

enum { GML_CSV_PLACE_SIZE = 32 };

/* Returns the name of a column in a header, and its length: its field or, if that is empty, "column 3" after its place,
 * in `buffer`. */
const char *gml_csv_row_name(const gml_csv_row *row, size_t field, char buffer[GML_CSV_PLACE_SIZE], size_t *length);

/* Finds the columns of a row by their names. */
typedef struct gml_csv_index {
    gml_labels fields;    /* the label of a name is its column if no two names are equal */
    size_t unnamed;       /* the first column without a name; SIZE_MAX: none */
    bool doubled;         /* columns first and second have the same name */
    size_t first, second; /* the first such pair */
} gml_csv_index;

/* Errors: memory. `fields` must be cleared, on failure too. */
gml_status gml_csv_index_row(gml_context *context, const gml_csv_row *row, gml_csv_index *index);

/* Finds the column of a name; false if there is none. `column` is right only if no two names are equal. The name "",
 * which networks of earlier versions have, is the first column without one. */
bool gml_csv_index_find(const gml_csv_index *index, const char *name, size_t *column);

#endif
