/* tests/library/operations_mixed.c - operations on tables of mixed columns. */
#include <string.h>

#include "harness.h"
#include "operations.h"

enum { ROWS = 8 };

static const double sizes[ROWS] = {1.5, 2, 3, 5, 8, 13, 21, 34}, prices[ROWS] = {1, 2, 1.5, 3, 2, 5, 4, 9};
static const char *const colors[ROWS] = {"red", "blue", NULL, "red", "007", "blue", "red", "red"};

/* A table of two columns. */
static gml_table *make_table(const stage *s)
{
    gml_table *table = NULL;
    assert_ok(s->context, gml_table_create(s->context, &table));
    assert_ok(s->context, gml_table_add_texts(table, "color", colors, ROWS));
    assert_ok(s->context, gml_table_add_numbers(table, "price", prices, ROWS));
    return table;
}

/* Notes what the table is, whatever was done with it. */
static void note_table(stage *s, gml_table *table)
{
    const size_t facts[] = {gml_table_rows(table), gml_table_columns(table)};
    note_bytes(s, facts, sizeof facts);
}

static void create(stage *s)
{
    gml_table *table = NULL;
    ATTEMPT(s, NULL, gml_table_create(s->context, &table));
    note_table(s, table);
    gml_table_destroy(table);
}

static void add_numbers(stage *s)
{
    gml_table *table = make_table(s);
    ATTEMPT(s, NULL, gml_table_add_numbers(table, "size", sizes, ROWS));
    note_table(s, table);
    gml_table_destroy(table);
}

static void add_texts(stage *s)
{
    gml_table *table = make_table(s);
    ATTEMPT(s, NULL, gml_table_add_texts(table, "again", colors, ROWS));
    note_table(s, table);
    gml_table_destroy(table);
}

static void set_columns(stage *s)
{
    gml_table *table = make_table(s);
    ATTEMPT(s, NULL, gml_table_set_columns(table, "price=category", "color"));
    note_table(s, table);
    gml_table_destroy(table);
}

static void column(stage *s)
{
    gml_table *table = make_table(s);
    gml_table_column_view view;
    memset(&view, 0, sizeof view);
    ATTEMPT(s, NULL, gml_table_column(table, 0, &view));
    const size_t facts[] = {(size_t)view.kind, view.distinct, view.missing, view.level_count};
    note_bytes(s, facts, sizeof facts);
    gml_table_destroy(table);
}

static void from_table(stage *s)
{
    gml_table *table = make_table(s);
    gml_dataset *data = NULL;
    ATTEMPT(s, NULL, gml_dataset_from_table(table, &(gml_dataset_options){.columns = "color=category"}, &data));
    note_dataset(s, data);
    gml_dataset_destroy(data);
    gml_table_destroy(table);
}

static void open_table(stage *s)
{
    gml_table *table = NULL;
    const char *path =
        put_text("t.csv", "id,when,color,price\n1,2014-02-17,red,1.5\n2,,blue,2.5\n3,2014-03-01,red,4\n");
    ATTEMPT(s, NULL, gml_table_open(s->context, path, &(gml_dataset_options){.columns = "id=ignore"}, &table));
    note_table(s, table);
    gml_table_destroy(table);
}

/* A CSV of a network row by row; one row is broken. */
static const gml_dataset_options *row_options(void)
{
    static const char *const inputs[] = {"size", "color"}, *const levels[] = {"blue", "red"};
    static const gml_column kinds[] = {{.kind = GML_COLUMN_NUMBER},
                                       {.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2}};
    static const gml_dataset_options options = {.features = 2, .feature_names = inputs, .column_kinds = kinds};
    put_text("t.csv", "color,id,size\nred,1,1.5\nblue,2,x\ngreen,3,2.5\n");
    return &options;
}

static void open_rows(stage *s)
{
    gml_rows *rows = NULL;
    const gml_dataset_options *options = row_options();
    const char *path = in_folder("t.csv");
    ATTEMPT(s, NULL, gml_rows_open(s->context, path, options, &rows));
    gml_rows_destroy(rows);
}

/* Reads all rows from the beginning; the sum of the inputs tells them. */
static gml_status read_rows(stage *s, const gml_dataset_options *options, double *sum)
{
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    gml_status status = gml_rows_open(s->context, in_folder("t.csv"), options, &rows);
    for (*sum = 0; status == GML_OK;) {
        status = gml_rows_next(rows, 10, &dataset);
        if (status == GML_OK && dataset == NULL) {
            break;
        }
        for (size_t i = 0; dataset != NULL && i < 2 * gml_dataset_size(dataset); i++) {
            *sum += ((const double *)gml_rows_inputs(rows).data)[i];
        }
        status = gml_rows_can_continue(rows) ? GML_OK : status;
    }
    gml_rows_destroy(rows);
    return status;
}

static void next_rows(stage *s)
{
    double sum = 0;
    const gml_dataset_options *options = row_options();
    ATTEMPT(s, NULL, read_rows(s, options, &sum));
    note_bytes(s, &sum, sizeof sum);
}

const operation mixed_operations[] = {
    {"gml_table_create", NULL, create},       {"gml_table_add_numbers", NULL, add_numbers},
    {"gml_table_add_texts", NULL, add_texts}, {"gml_table_set_columns", NULL, set_columns},
    {"gml_table_column", NULL, column},       {"gml_dataset_from_table", NULL, from_table},
    {"gml_table_open", NULL, open_table},     {"gml_rows_open", NULL, open_rows},
    {"gml_rows_next", NULL, next_rows},       {NULL},
};
