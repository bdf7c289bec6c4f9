/* tests/data/columns_coding.c - what a dataset makes of the columns of a table: levels, days, missing cells, faults
 * (data/column). */
#include <math.h>

#include "kind_case.h"

/* Opens a table of 100 rows; its column has index 0. */
static gml_dataset *open_kind(const char *name, cell_writer write, const char *columns)
{
    gml_dataset *dataset = NULL;
    const gml_dataset_options options = {.columns = columns, .task = GML_TASK_REGRESSION};
    assert_ok(context, gml_dataset_open(context, table_of(name, 100, write), &options, &dataset));
    return dataset;
}

static double cell_of(const gml_dataset *dataset, size_t row, size_t column)
{
    double x[8];
    const size_t features = gml_dataset_features(dataset);
    assert_ok(context, gml_dataset_gather(dataset, &row, 1, gml_matrix_f64(x, 1, features), gml_matrix_none()));
    return x[column];
}

TEST(levels_are_named_and_ordered_like_classes)
{
    gml_column column;
    gml_dataset *dataset = open_kind("a", words, NULL);
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, 3);
    ck_assert_str_eq(column.levels[2], "word2");
    ck_assert_double_eq(cell_of(dataset, 0, 0), 0);
    ck_assert_double_eq(cell_of(dataset, 1, 0), 2);
    gml_dataset_destroy(dataset);

    dataset = open_text("a,t\n10,1.5\n9,2.5\n10.0,3.5\n-1,4.5\n", &(gml_dataset_options){.columns = "a=category"});
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, 3);
    ck_assert_str_eq(column.levels[0], "-1");
    ck_assert_str_eq(column.levels[2], "10");
    assert_holds(dataset, 4, 1, (double[]){2, 1.5, 1, 2.5, 2, 3.5, 0, 4.5});
    gml_dataset_destroy(dataset);

    dataset = open_kind("a", zipped, NULL);
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_str_eq(column.levels[0], "01000");
    gml_dataset_destroy(dataset);
}

TEST(a_text_that_is_the_name_of_a_number_is_the_same_level)
{
    gml_column column;
    const gml_dataset_options options = {.columns = "a=category", .delimiter = ";", .decimal = ","};
    gml_dataset *dataset = open_text("a;t\n3,5;1,5\n3.5;2,5\nred;3,5\n", &options);
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, 2);
    assert_holds(dataset, 3, 1, (double[]){0, 1.5, 0, 2.5, 1, 3.5});
    gml_dataset_destroy(dataset);
}

TEST(plain_numbers_have_no_columns_and_stay_as_they_are)
{
    gml_column column;
    gml_dataset *dataset = open_text("a,b,t\n1,4,1.5\n2,4,2.5\n", NULL);
    assert_ok(context, gml_dataset_column(dataset, 1, &column));
    ck_assert_int_eq(column.kind, GML_COLUMN_NUMBER);
    ck_assert_ptr_null(gml_dataset_note(dataset, 0));
    assert_holds(dataset, 2, 2, (double[]){1, 4, 1.5, 2, 4, 2.5});
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    assert_ok(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO));
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(dates_are_days_in_the_order_found)
{
    gml_column column;
    gml_dataset *dataset = open_kind("a", month_first, NULL);
    ck_assert_double_eq(cell_of(dataset, 16, 0), 16207); /* 5/17/2014 */
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_int_eq(column.kind, GML_COLUMN_DATE);
    ck_assert_int_eq(column.date_order, GML_DATE_MONTH_FIRST);
    gml_dataset_destroy(dataset);
    dataset = open_kind("a", eight_digits, "a=date");
    ck_assert_double_eq(cell_of(dataset, 16, 0), 16207);
    gml_dataset_destroy(dataset);
    dataset = open_kind("a", either_first, "a=dmy");
    ck_assert_double_eq(cell_of(dataset, 1, 0), 16103); /* 2 February */
    ck_assert_double_eq(cell_of(dataset, 2, 0), 16132); /* 3/3/2014 */
    ck_assert_double_eq(cell_of(dataset, 5, 0), 16076); /* 6 January */
    gml_dataset_destroy(dataset);
}

static void assert_kind_refused(cell_writer write, const char *columns, const char *part, const char *other)
{
    gml_dataset *dataset = NULL;
    const gml_dataset_options options = {.columns = columns, .task = GML_TASK_REGRESSION};
    const char *path = table_of("a", 100, write);
    assert_refused(context, gml_dataset_open(context, path, &options, &dataset), GML_ERROR_DATA, part, other, NULL);
}

TEST(faults_are_refused_by_their_place)
{
    assert_kind_refused(faulty_numbers, NULL, "line 35, column 1 (\"a\"): \"abc\" is not a number",
                        "99 of the 100 cells");
    assert_kind_refused(broken_date, NULL, "line 42, column 1 (\"a\"): \"2014-02-30\" is no date", "other texts");
    assert_kind_refused(broken_date, "a=date", "line 42, column 1 (\"a\"): \"2014-02-30\" is no date", "a");
    assert_kind_refused(mixed_dates, NULL, "line 42", "in another way");
    assert_kind_refused(either_first, NULL, "line 2, column 1 (\"a\"): \"1/1/2014\"", "dmy or mdy");
    assert_kind_refused(either_first, "a=date", "line 2", "dmy or mdy");
    assert_kind_refused(neither_first, NULL, "neither", "line 2");
    assert_kind_refused(month_first, "a=dmy", "\"1/13/2014\" is no date with the day first", "line 14");
    assert_kind_refused(month_first, "a=ymd", "line 2", "the year first");
    assert_kind_refused(words, "a=number", "line 2, column 1 (\"a\"): \"word0\" is not a number", "a");
    assert_kind_refused(words, "a=date", "\"word0\" is no date", "line 2");
    assert_kind_refused(counted, "a=date", "line 2", "is a number and no date");
    assert_kind_refused(empty, "a=category", "all cells are missing", "column 1 (\"a\")");
    assert_refused(context, open_bad_text("a,t\nx\xff,1.5\ny,2.5\n", NULL), GML_ERROR_DATA, "line 2, column 1", "UTF-8",
                   NULL);
    assert_refused(context, open_bad_text("id,t\n1,1.5\n2,2.5\n3,3.5\n", NULL), GML_ERROR_DATA,
                   "no column can be an input", "column 1 (\"id\") is an identifier", NULL);
}

TEST(columns_that_are_no_inputs_are_left_out_with_a_note)
{
    gml_dataset *dataset = open_kind("id", shuffled, NULL);
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "x");
    ck_assert(strstr(gml_dataset_note(dataset, 0), "column 1 (\"id\") is an identifier and no input: 100 different") !=
              NULL);
    ck_assert_ptr_null(gml_dataset_note(dataset, 1));
    gml_dataset_destroy(dataset);
    dataset = open_kind("id", shuffled, "id=number");
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    gml_dataset_destroy(dataset);
    dataset = open_kind("a", gapped, NULL);
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "4 cells are missing in 1 column of inputs, the first column 1 (\"a\")");
    ck_assert(isnan(cell_of(dataset, 1, 0)));
    ck_assert_double_eq(cell_of(dataset, 5, 0), 25);
    gml_dataset_destroy(dataset);
}

TEST(a_network_without_a_preparation_refuses_other_columns_than_numbers)
{
    gml_network *network = NULL;
    gml_dataset *category = open_kind("a", words, NULL), *gaps = open_kind("a", gapped, NULL);
    assert_ok(context, gml_network_create(context, "2 -> 1", NULL, &network));
    assert_refused(context, gml_network_adapt(network, category, GML_SCALING_AUTO), GML_ERROR_DATA,
                   "column \"a\" is a category", "no preparation", NULL);
    assert_refused(context, gml_network_adapt(network, gaps, GML_SCALING_AUTO), GML_ERROR_DATA, "missing cells", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(category);
    gml_dataset_destroy(gaps);
}

static void assert_survives_failures(const char *path, const gml_dataset_options *options)
{
    size_t before = f.live_bytes, failures = 0;
    for (gml_status status = GML_ERROR_MEMORY; status != GML_OK; failures++) {
        gml_dataset *dataset = NULL;
        reset_faults(&f);
        f.fail_at = failures + 1;
        status = gml_dataset_open(context, path, options, &dataset);
        ck_assert((status == GML_OK && dataset != NULL) || (status == GML_ERROR_MEMORY && dataset == NULL));
        gml_dataset_destroy(dataset);
        ck_assert_uint_eq(f.live_bytes, before);
        ck_assert_uint_lt(failures, 200);
    }
    ck_assert_uint_gt(failures, 12);
}

TEST(reading_kinds_survives_the_failure_of_each_allocation)
{
    assert_survives_failures(table_of("a", 12, words), &(gml_dataset_options){.task = GML_TASK_REGRESSION});
    assert_survives_failures(table_of("when", 12, iso),
                             &(gml_dataset_options){.columns = "x=category", .task = GML_TASK_REGRESSION});
    assert_survives_failures(table_of("'a b'", 12, words),
                             &(gml_dataset_options){.ignore = "0", .task = GML_TASK_REGRESSION});
}

int main(void)
{
    return run_file_tests("columns_coding", 60);
}
