/* data/csv_columns.h - what the columns of a CSV are: decided from its first two rows and the options. */
#ifndef GML_DATA_CSV_COLUMNS_H
#define GML_DATA_CSV_COLUMNS_H

#include "data/dataset.h"

/* One row of fields kept as text, until it is known what it is. */
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

typedef struct gml_csv_columns {
    size_t count;    /* columns */
    size_t features; /* inputs */
    size_t target;   /* the target's column, or `count` if there is none */
    size_t weights;  /* likewise of the samples' weights */
    bool header;     /* the first row is names */
} gml_csv_columns;

/* `second` may have no fields: the file then has one row. Errors: name, shape, data. */
gml_status gml_csv_columns_decide(gml_context *context, const char *path, const gml_dataset_options *options,
                                  const gml_csv_row *first, const gml_csv_row *second, gml_csv_columns *columns);

/* Keeps the header's names in a schema. Errors: data (a name that is not UTF-8), memory. */
gml_status gml_csv_columns_name(gml_context *context, const char *path, const gml_csv_columns *columns,
                                const gml_csv_row *header, gml_schema *schema);

/* Which input a column is that is neither target nor weights. */
size_t gml_csv_columns_feature(const gml_csv_columns *columns, size_t column);

#endif
