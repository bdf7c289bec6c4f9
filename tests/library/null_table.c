/* tests/library/null_table.c - null pointers: tables of mixed columns, the notes of a dataset, rows of a file. */
#include "null_case.h"

static const double numbers[] = {1, 2, 4};
static const char *const texts[] = {"a", NULL, "b"};

static gml_table *make_table(const objects *o)
{
    gml_table *table = NULL;
    assert_ok(o->context, gml_table_create(o->context, &table));
    assert_ok(o->context, gml_table_add_texts(table, "a", texts, 3));
    return table;
}

static void table_create(const objects *o)
{
    gml_table *table = NULL;
    refused(gml_table_create(NULL, &table));
    refused_as(o, "table", gml_table_create(o->context, NULL));
}

static void table_open(const objects *o)
{
    gml_table *table = NULL;
    refused(gml_table_open(NULL, "data.csv", NULL, &table));
    refused_as(o, "path", gml_table_open(o->context, NULL, NULL, &table));
    refused_as(o, "table", gml_table_open(o->context, "data.csv", NULL, NULL));
}

static void table_add_numbers(const objects *o)
{
    gml_table *table = make_table(o);
    refused(gml_table_add_numbers(NULL, "b", numbers, 3));
    refused_as(o, "name", gml_table_add_numbers(table, NULL, numbers, 3));
    refused_as(o, "values", gml_table_add_numbers(table, "b", NULL, 3));
    gml_table_destroy(table);
}

static void table_add_texts(const objects *o)
{
    gml_table *table = make_table(o);
    refused(gml_table_add_texts(NULL, "b", texts, 3));
    refused_as(o, "name", gml_table_add_texts(table, NULL, texts, 3));
    refused_as(o, "texts", gml_table_add_texts(table, "b", NULL, 3));
    gml_table_destroy(table);
}

static void table_set_columns(const objects *o)
{
    gml_table *table = make_table(o);
    refused(gml_table_set_columns(NULL, "a=category", NULL));
    assert_ok(o->context, gml_table_set_columns(table, NULL, NULL));
    gml_table_destroy(table);
}

static void table_column(const objects *o)
{
    gml_table *table = make_table(o);
    gml_table_column_view view;
    refused(gml_table_column(NULL, 0, &view));
    refused_as(o, "view", gml_table_column(table, 0, NULL));
    refused_view(o, gml_table_column(table, 1, &view));
    gml_table_destroy(table);
}

static void dataset_from_table(const objects *o)
{
    gml_table *table = make_table(o);
    gml_dataset *dataset = NULL;
    const gml_dataset_options uncounted = {.classes = 2};
    refused(gml_dataset_from_table(NULL, NULL, &dataset));
    refused_as(o, "dataset", gml_dataset_from_table(table, NULL, NULL));
    refused_view(o, gml_dataset_from_table(table, &uncounted, &dataset));
    gml_table_destroy(table);
}

static void table_destroy(const objects *o)
{
    (void)o;
    gml_table_destroy(NULL);
}

static void table_rows(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_table_rows(NULL), 0);
}

static void table_columns(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_table_columns(NULL), 0);
}

static void dataset_note(const objects *o)
{
    ck_assert_ptr_null(gml_dataset_note(NULL, 0));
    ck_assert_ptr_null(gml_dataset_note(o->dataset, SIZE_MAX));
}

static void dataset_task_reason(const objects *o)
{
    ck_assert_ptr_null(gml_dataset_task_reason(NULL));
    ck_assert_ptr_null(gml_dataset_task_reason(o->dataset));
}

static void rows_open(const objects *o)
{
    const gml_dataset_options options = {.features = 2};
    gml_rows *rows = NULL;
    refused(gml_rows_open(NULL, "data.csv", &options, &rows));
    refused_as(o, "path", gml_rows_open(o->context, NULL, &options, &rows));
    refused_as(o, "options", gml_rows_open(o->context, "data.csv", NULL, &rows));
    refused_as(o, "rows", gml_rows_open(o->context, "data.csv", &options, NULL));
}

static void rows_next(const objects *o)
{
    const gml_dataset *dataset = NULL;
    (void)o;
    refused(gml_rows_next(NULL, 1, &dataset));
}

static void rows_can_continue(const objects *o)
{
    (void)o;
    ck_assert_int_eq(gml_rows_can_continue(NULL), 0);
}

static void rows_inputs(const objects *o)
{
    (void)o;
    ck_assert_ptr_null(gml_rows_inputs(NULL).data);
}

static void rows_total(const objects *o)
{
    (void)o;
    ck_assert_uint_eq(gml_rows_total(NULL), 0);
}

static void rows_destroy(const objects *o)
{
    (void)o;
    gml_rows_destroy(NULL);
}

/* ---- the table ---- */

const null_case null_cases_table[] = {
    {"table_create", table_create},
    {"table_open", table_open},
    {"table_add_numbers", table_add_numbers},
    {"table_add_texts", table_add_texts},
    {"table_set_columns", table_set_columns},
    {"table_column", table_column},
    {"dataset_from_table", dataset_from_table},
    {"table_destroy", table_destroy},
    {"table_rows", table_rows},
    {"table_columns", table_columns},
    {"dataset_note", dataset_note},
    {"dataset_task_reason", dataset_task_reason},
    {"rows_open", rows_open},
    {"rows_next", rows_next},
    {"rows_can_continue", rows_can_continue},
    {"rows_inputs", rows_inputs},
    {"rows_total", rows_total},
    {"rows_destroy", rows_destroy},
    {NULL, NULL},
};
