/* data/csv_columns.h - what the columns of a CSV are: decided from its first two rows and the options.
 *
 *     options                  header row                  no header row
 *     no features              by name or index            by index
 *     features without names   as without a header row     `features` columns are the inputs alone; else as above
 *     features with names      by name, in any order       as without names
 *
 * So the target and the weights are found. A target that no option names is the last column but for the weights. The
 * inputs are the other columns in their order; where features are named, they are these columns, and any other column
 * is an error. */
#ifndef GML_DATA_CSV_COLUMNS_H
#define GML_DATA_CSV_COLUMNS_H

#include "data/csv_row.h"
#include "data/dataset.h"
#include "data/place.h"

#define GML_CSV_NO_INPUT SIZE_MAX

typedef struct gml_csv_columns {
    size_t count;      /* columns */
    size_t features;   /* inputs */
    size_t target;     /* the target's column, or `count` if there is none */
    size_t weights;    /* likewise of the samples' weights */
    bool header;       /* the first row is names */
    bool inputs_alone; /* target and weights are passed over, whatever they hold */
    size_t *inputs;    /* [count]: which input a column is, or GML_CSV_NO_INPUT */
} gml_csv_columns;

/* `second` may have no fields: the file then has one row. On success the columns are to be cleared. Errors: name,
 * shape, data, argument, memory. */
gml_status gml_csv_columns_decide(gml_context *context, const char *path, const gml_dataset_options *options,
                                  const gml_csv_row *first, const gml_csv_row *second, gml_csv_columns *columns);
void gml_csv_columns_clear(gml_context *context, gml_csv_columns *columns);

/* Keeps in a schema what a network has to know of the columns of its data: the names in the header, and where target
 * and weights stand. Errors: data (a name that is not UTF-8), memory. */
gml_status gml_csv_columns_name(gml_context *context, const char *path, const gml_csv_columns *columns,
                                const gml_csv_row *first, gml_schema *schema);

/* ---- between the files of it ---- */

typedef struct gml_csv_decision {
    gml_context *context;
    const char *path;
    const gml_dataset_options *options;
    const gml_csv_row *first, *second;
    gml_csv_index index; /* of the first row */
    gml_csv_columns *columns;
} gml_csv_decision;

/* Reads "3" or "-1" as a column; false if the text is no index. `column` is `count` if it is past the columns. */
bool gml_csv_read_index(const char *text, size_t count, size_t *column);

/* The column of that name or index. Errors: name. */
gml_status gml_csv_find_column(const gml_csv_decision *decision, const char *name, size_t *column);

/* Decides whether the first row is names. */
void gml_csv_decide_header(gml_csv_decision *decision);

/* Finds target and weights by name or index; inputs are the columns that are left. Errors: name, shape, data, argument.
 */
gml_status gml_csv_place_columns(gml_csv_decision *decision);

/* Finds the inputs, the target and the weights by the names that the options have, in any order. Errors: data (a column
 * that is missing or not expected), name, argument. */
gml_status gml_csv_match_columns(gml_csv_decision *decision);

enum { GML_CSV_LISTED = 6, GML_CSV_LIST_SIZE = GML_CSV_LISTED * (GML_EXCERPT_SIZE + 2) + 16 };

/* Writes the first names of a list: "a", "b", ... */
void gml_csv_list_names(const char *const *names, size_t count, char list[GML_CSV_LIST_SIZE]);

/* Refuses a header in which two columns have the same name. Errors: data. */
gml_status gml_csv_check_names(const gml_csv_decision *decision);

#endif
