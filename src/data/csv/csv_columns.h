/* data/csv/csv_columns.h - the roles of the columns of a CSV, decided from its first two rows and the options.
 *
 *     options                  header row                  no header row
 *     no features              by name or index            by index
 *     features without names   as without a header row     `features` columns are the inputs alone; else as above
 *     features with names      by name, in any order       as without names
 *
 * The table says how targets, weights and groups are found. Without a target option the target is the last column that
 * is not weights or groups. The inputs are the other columns in their order; with named features they are the columns
 * of these names, and any other column is ignored. Features that are named "column 1" and so on are found by place in a
 * file without a header row. */
#ifndef GML_DATA_CSV_COLUMNS_H
#define GML_DATA_CSV_COLUMNS_H

#include "data/cells.h"
#include "data/column/column.h"
#include "data/csv/csv_row.h"
#include "data/field.h"

#define GML_CSV_NO_INPUT SIZE_MAX

typedef struct gml_csv_columns {
    size_t count;            /* columns */
    size_t features;         /* inputs */
    size_t *targets;         /* [target_count] of [count]: columns of targets, in the order of the options */
    size_t target_count;     /* 0: there are none */
    bool *is_target;         /* [count] */
    size_t weights;          /* column of the sample weights; `count` if there are none */
    size_t groups;           /* column of the groups; likewise */
    bool header;             /* the first row holds names */
    bool inputs_alone;       /* target, weights and groups are not read */
    size_t *inputs;          /* [count]: the index of the input in each column, or GML_CSV_NO_INPUT */
    gml_column_wish *wishes; /* [count]: what the options say of each column */
} gml_csv_columns;

typedef struct gml_csv_decision {
    gml_context *context;
    const char *path;
    const gml_dataset_options *options;
    const gml_csv_row *first, *second; /* `second` has no fields if the file has one row */
    gml_decimal_style style;           /* of numbers in these rows */
    gml_csv_index index;               /* of the first row */
    gml_csv_row targets;               /* strings: the names of options->target; none if it is null */
    gml_csv_row target_indexes;        /* the same of options->target_index */
    gml_csv_columns *columns;
} gml_csv_decision;

/* Decides `columns`, which must be cleared, on failure too. Keeps in `schema` what a network must know of the
 * columns: the names in the header, and the indexes of targets, weights and groups. `index` and the lists of targets
 * begin zeroed and are cleared. Errors: name, shape, data, argument, memory. */
gml_status gml_csv_columns_decide(gml_csv_decision *decision, gml_schema *schema);

/* Begins such a decision: reads the first row and what the options say, and decides whether the first row is names. The
 * decision must be ended and the columns cleared, on failure too. Errors: argument, memory. */
gml_status gml_csv_decision_begin(gml_csv_decision *decision);
void gml_csv_decision_end(gml_csv_decision *decision);

void gml_csv_columns_clear(gml_context *context, gml_csv_columns *columns);

/* Returns where the schema keeps the name of a column, in a CSV with a header; null: nowhere. */
char **gml_csv_column_name(const gml_csv_columns *columns, gml_schema *schema, size_t column);

/* Makes a dataset of cells whose columns are decided, with the names in the schema. Takes over what the cells and the
 * schema own, on failure too. Errors: data, memory. */
gml_status gml_dataset_from_columns(gml_cells *cells, const gml_csv_columns *columns,
                                    const gml_dataset_options *options, gml_schema *schema, gml_dataset **dataset);

/* ---- shared by the files of this header ---- */

/* Reads "3" or "-1" as a column; false if the text is no index. `column` is `count` if it is out of range. */
bool gml_csv_read_index(const char *text, size_t count, size_t *column);

/* Decides whether the first row is names. */
void gml_csv_decide_header(gml_csv_decision *decision);

/* Finds target, weights and groups by name or index; the remaining columns are inputs. Errors: name, shape, data,
 * argument. */
gml_status gml_csv_place_columns(gml_csv_decision *decision);

/* Finds inputs, target, weights and groups by the names in the options, in any order. Errors: data (a missing column),
 * argument. */
gml_status gml_csv_match_columns(gml_csv_decision *decision);

/* True if the options say that a column is not read. */
static inline bool gml_csv_is_ignored(const gml_csv_columns *columns, size_t column)
{
    return columns->wishes != NULL && columns->wishes[column].ignored;
}

/* True if a column is a target, the weights or the groups. */
bool gml_csv_has_role(const gml_csv_columns *columns, size_t column);

/* True if the names of the inputs are places: "column 1", ... */
bool gml_csv_named_by_place(const gml_csv_decision *decision);

/* Finds inputs by these places, and target, weights and groups by index, in a file without a header row. Errors: shape,
 * argument. */
gml_status gml_csv_match_places(gml_csv_decision *decision);

/* Returns the target where no option names it: the last column that is not weights, groups or ignored; else the first.
 */
size_t gml_csv_default_target(const gml_csv_columns *columns);

/* Refuses a column with two of these roles. Errors: argument. */
gml_status gml_csv_check_roles(const gml_csv_decision *decision);

/* Refuses a header in which two columns have the same name. Errors: data. */
gml_status gml_csv_check_names(const gml_csv_decision *decision);

/* ---- targets (csv_targets.c) ---- */

/* Reads the names of targets in a text, which may be null: the name of one column of the first row, or an index, or
 * several of these separated by commas; in single quotes, doubled inside, names may hold commas. `names` gets a string
 * for each, and must be cleared, on failure too. Errors: argument (bad grammar), memory. */
gml_status gml_csv_list_names(const gml_csv_decision *decision, const char *text, gml_csv_row *names);

/* Returns name `index` of a list, as a string. */
const char *gml_csv_listed_name(const gml_csv_row *names, size_t index);

/* Returns the names of the targets in this file: their indexes where it has no header row and the options have them.
 */
const gml_csv_row *gml_csv_targets_here(const gml_csv_decision *decision);

/* True if there are names, and each is a field of the first row. */
bool gml_csv_has_names(const gml_csv_decision *decision, const gml_csv_row *names);

/* Finds a column by a name; `column` stays as it is if it is not there and need not be. */
typedef gml_status gml_csv_find(const gml_csv_decision *decision, const char *name, size_t *column);

/* Makes the named columns the targets; none of them if one is not there. Errors: those of `find`, argument (a column
 * twice). */
gml_status gml_csv_find_targets(gml_csv_decision *decision, const gml_csv_row *names, gml_csv_find *find);

void gml_csv_set_target(gml_csv_columns *columns, size_t column);
void gml_csv_clear_targets(gml_csv_columns *columns);

/* Keeps the targets' indexes in the schema, and the list of several names. Errors: memory. */
gml_status gml_csv_keep_targets(const gml_csv_decision *decision, gml_schema *schema);

/* Keeps names and indexes in the schema. Errors: data (a name that is not UTF-8), memory. */
gml_status gml_csv_keep_names(const gml_csv_decision *decision, gml_schema *schema);

enum { GML_CSV_LISTED = 6, GML_CSV_LIST_SIZE = GML_CSV_LISTED * (GML_EXCERPT_SIZE + 2) + 16 };

/* Writes `prefix` and the first names of the expected inputs, "a", "b", ...; nothing if they have no names. */
void gml_csv_list_inputs(const gml_dataset_options *options, const char *prefix, char list[GML_CSV_LIST_SIZE]);

#endif
