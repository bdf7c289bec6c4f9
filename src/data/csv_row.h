/* data/csv_row.h - one row of a CSV kept as text, until it is known what it is. */
#ifndef GML_DATA_CSV_ROW_H
#define GML_DATA_CSV_ROW_H

#include <stdbool.h>

#include "data/labels.h"

typedef struct gml_csv_row {
    gml_pile bytes;   /* the fields, one after another */
    gml_pile lengths; /* size_t each */
    size_t count;     /* fields */
    size_t line;      /* where it begins, from 1 */
} gml_csv_row;

gml_status gml_csv_row_push(gml_context *context, gml_csv_row *row, const char *text, size_t length);
void gml_csv_row_clear(gml_context *context, gml_csv_row *row);

/* Walks over a row: the next field, null past the last. Begins with a zero cursor. */
typedef struct gml_csv_cursor {
    size_t field, offset;
} gml_csv_cursor;
const char *gml_csv_row_next(const gml_csv_row *row, gml_csv_cursor *cursor, size_t *length);

/* The fields of a row, to be found by their text. */
typedef struct gml_csv_index {
    gml_labels fields; /* a field's label is its column, as long as no field stands twice */
    bool doubled;      /* columns first and second hold the same text */
    size_t first, second;
} gml_csv_index;

/* Errors: memory. */
gml_status gml_csv_index_row(gml_context *context, const gml_csv_row *row, gml_csv_index *index);
void gml_csv_index_clear(gml_context *context, gml_csv_index *index);

/* The column of a field; false if there is none. `column` is right where no field stands twice. */
bool gml_csv_index_find(const gml_csv_index *index, const char *name, size_t *column);

#endif
