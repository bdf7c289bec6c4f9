/* tests/data/columns_table.c - tables that are filled from memory (gemmule/table.h). */
#include <math.h>

#include "csv_case.h"

#include "gemmule/gemmule.h"

enum { ROWS = 40 };

/* A table of a number, a text and a target, with gaps. */
static gml_table *make_table(void)
{
    static const char *const colors[] = {"red", " green ", "", "blue"};
    const char *texts[ROWS];
    double sizes[ROWS], prices[ROWS];
    gml_table *table = NULL;
    for (size_t i = 0; i < ROWS; i++) {
        texts[i] = i == 9 ? NULL : colors[i % 4];
        sizes[i] = i == 3 ? NAN : (double)i;
        prices[i] = 0.5 + (double)i;
    }
    assert_ok(context, gml_table_create(context, &table));
    assert_ok(context, gml_table_add_numbers(table, "size", sizes, ROWS));
    assert_ok(context, gml_table_add_texts(table, "color", texts, ROWS));
    assert_ok(context, gml_table_add_numbers(table, "price", prices, ROWS));
    return table;
}

static double input_of(const gml_dataset *dataset, size_t row, size_t column)
{
    double x[8];
    const size_t features = gml_dataset_features(dataset);
    assert_ok(context, gml_dataset_gather(dataset, &row, 1, gml_matrix_f64(x, 1, features), gml_matrix_none()));
    return x[column];
}

TEST(a_table_from_memory_is_described_and_becomes_a_dataset)
{
    gml_table *table = make_table();
    gml_table_column_view view;
    ck_assert_uint_eq(gml_table_rows(table), ROWS);
    ck_assert_uint_eq(gml_table_columns(table), 3);
    assert_ok(context, gml_table_column(table, 1, &view));
    ck_assert_str_eq(view.name, "color");
    ck_assert_int_eq(view.kind, GML_COLUMN_CATEGORY);
    ck_assert_uint_eq(view.distinct, 3);
    ck_assert_uint_eq(view.missing, 11);
    ck_assert_uint_eq(view.level_count, 3);
    ck_assert_str_eq(view.levels[1], "green");
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert_int_eq(view.kind, GML_COLUMN_NUMBER);
    ck_assert_double_eq(view.least, 0);
    ck_assert_double_eq(view.greatest, 39);
    ck_assert_uint_eq(view.missing, 1);

    gml_dataset *dataset = NULL, *again = NULL;
    assert_ok(context, gml_dataset_from_table(table, &(gml_dataset_options){.target = "price"}, &dataset));
    assert_ok(context, gml_dataset_from_table(table, &(gml_dataset_options){.target = "size", .missing_targets = 1},
                                              &again)); /* the table is still there */
    gml_table_destroy(table);
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    ck_assert_str_eq(gml_dataset_task_reason(dataset), "numbers, not all of them whole");
    ck_assert_double_eq(input_of(dataset, 4, 0), 4);
    ck_assert(isnan(input_of(dataset, 3, 0)) && isnan(input_of(dataset, 9, 1)));
    ck_assert_double_eq(input_of(dataset, 4, 1), 2);
    ck_assert_str_eq(gml_dataset_feature_name(again, 1), "price");
    gml_dataset_destroy(dataset);
    gml_dataset_destroy(again);
}

TEST(columns_may_be_added_after_a_look_at_the_table)
{
    gml_table *table = make_table();
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, 0, &view));
    static const char *const days[ROWS] = {"2014-02-17", "2014-03-01"};
    assert_ok(context, gml_table_add_texts(table, "day", days, ROWS));
    assert_ok(context, gml_table_column(table, 3, &view));
    ck_assert_int_eq(view.kind, GML_COLUMN_DATE);
    ck_assert_double_eq(view.least, 16118);
    ck_assert_uint_eq(view.missing, ROWS - 2);
    assert_ok(context, gml_table_set_columns(table, "size=category", "day"));
    assert_ok(context, gml_table_column(table, 0, &view));
    ck_assert_int_eq(view.kind, GML_COLUMN_CATEGORY);
    assert_ok(context, gml_table_column(table, 3, &view));
    ck_assert_int_eq(view.used, 0);
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_from_table(table, &(gml_dataset_options){.target = "price"}, &dataset));
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    gml_column column;
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, ROWS - 1);
    gml_dataset_destroy(dataset);
    gml_table_destroy(table);
}

TEST(a_column_that_is_refused_leaves_the_table_as_it_was)
{
    gml_table *table = make_table();
    const double good[ROWS] = {0}, infinite[ROWS] = {0, INFINITY};
    gml_table_column_view view;
    gml_dataset *dataset = NULL;
    assert_refused(context, gml_table_add_numbers(table, "size", good, ROWS), GML_ERROR_ARGUMENT,
                   "column 1 has the name \"size\" already", NULL);
    assert_refused(context, gml_table_add_numbers(table, "a", good, ROWS - 1), GML_ERROR_SHAPE, "the table has 40",
                   NULL);
    assert_refused(context, gml_table_add_numbers(table, "a", infinite, ROWS), GML_ERROR_ARGUMENT, "row 2", "infinite",
                   NULL);
    assert_refused(context, gml_table_add_numbers(table, "\xff", good, ROWS), GML_ERROR_ARGUMENT, "UTF-8", NULL);
    assert_refused(context, gml_table_column(table, 3, &view), GML_ERROR_ARGUMENT, "column 3 of a table of 3", NULL);
    assert_refused(context, gml_table_set_columns(table, "nope=date", NULL), GML_ERROR_NAME, "\"nope\"", NULL);
    assert_refused(context, gml_dataset_from_table(table, &(gml_dataset_options){.target = "nope"}, &dataset),
                   GML_ERROR_NAME, "table: there is no column \"nope\"", NULL);
    ck_assert_uint_eq(gml_table_columns(table), 3);
    assert_ok(context, gml_table_add_numbers(table, "a", good, ROWS));
    assert_ok(context, gml_table_column(table, 3, &view));
    ck_assert_int_eq(view.kind, GML_COLUMN_CONSTANT);
    gml_table_destroy(table);
    assert_ok(context, gml_table_create(context, &table));
    assert_refused(context, gml_dataset_from_table(table, NULL, &dataset), GML_ERROR_DATA, "no columns", NULL);
    assert_refused(context, gml_table_add_numbers(table, "a", good, 0), GML_ERROR_SHAPE, "0 rows", NULL);
    gml_table_destroy(table);
}

TEST(a_network_s_options_read_a_table)
{
    static const char *const inputs[] = {"color", "size"}, *const levels[] = {"blue", "green", "red"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 3},
                                {.kind = GML_COLUMN_NUMBER}};
    gml_table *table = make_table();
    gml_dataset *dataset = NULL;
    const gml_dataset_options options = {
        .features = 2, .feature_names = inputs, .column_kinds = kinds, .targets = GML_CHOICE_NO};
    assert_ok(context, gml_dataset_from_table(table, &options, &dataset));
    ck_assert_double_eq(input_of(dataset, 4, 0), 2);
    ck_assert_double_eq(input_of(dataset, 4, 1), 4);
    gml_dataset_destroy(dataset);
    gml_table_destroy(table);
}

TEST(filling_a_table_survives_the_failure_of_each_allocation)
{
    const size_t before = f.live_bytes;
    static const char *const texts[] = {"a", "b", "a", "c"};
    static const double numbers[] = {1.5, 2.5, NAN, 3.5};
    size_t failures = 0;
    for (gml_status status = GML_ERROR_MEMORY; status != GML_OK; failures++) {
        gml_table *table = NULL;
        gml_dataset *dataset = NULL;
        gml_table_column_view view;
        reset_faults(&f);
        f.fail_at = failures + 1;
        status = gml_table_create(context, &table);
        status = status == GML_OK ? gml_table_add_texts(table, "a", texts, 4) : status;
        status = status == GML_OK ? gml_table_add_numbers(table, "t", numbers, 4) : status;
        status = status == GML_OK ? gml_table_set_columns(table, "a=category", NULL) : status;
        status = status == GML_OK ? gml_table_column(table, 0, &view) : status;
        status = status == GML_OK
                     ? gml_dataset_from_table(table, &(gml_dataset_options){.missing_targets = 1}, &dataset)
                     : status;
        ck_assert(status == GML_OK || status == GML_ERROR_MEMORY);
        gml_dataset_destroy(dataset);
        gml_table_destroy(table);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_lt(failures, 300);
    }
    ck_assert_uint_gt(failures, 20);
}

int main(void)
{
    return run_file_tests("columns_table", 60);
}
