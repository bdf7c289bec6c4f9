/* tests/data/columns_kinds.c - what the columns of a table are, and what a dataset makes of them (data/column). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

/* ---- one column of many rows ---- */

/* Writes a table of the column `name` and a target; `cell` writes the cell of a row. */
typedef void (*cell_writer)(char cell[64], size_t row);

static const char *table_of(const char *name, size_t rows, cell_writer write)
{
    char *text = malloc(rows * 96 + 256);
    size_t used = (size_t)sprintf(text, "%s,x,y\n", name);
    for (size_t i = 0; i < rows; i++) {
        char cell[64];
        write(cell, i);
        used += (size_t)sprintf(text + used, "%s,%zu.5,%zu.25\n", cell, i * 7 % 5, i);
    }
    const char *path = put_text("kinds.csv", text);
    free(text);
    return path;
}

static void words(char cell[64], size_t row)
{
    sprintf(cell, "word%zu", row * 5 % 3);
}

static void many_words(char cell[64], size_t row)
{
    sprintf(cell, "word%zu", row % 50);
}

static void names(char cell[64], size_t row)
{
    sprintf(cell, "name%zu", row);
}

static void sentences(char cell[64], size_t row)
{
    sprintf(cell, "this is the long text of row %zu", row);
}

static void counted(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row + 1);
}

static void shuffled(char cell[64], size_t row)
{
    sprintf(cell, "%zu", 1000 + row * 37 % 100);
}

static void repeated(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row % 7);
}

static void flags(char cell[64], size_t row)
{
    sprintf(cell, "%zu", row % 2);
}

static void zipped(char cell[64], size_t row)
{
    sprintf(cell, "%05zu", 1000 + row % 25 * 777);
}

static void unique_codes(char cell[64], size_t row)
{
    sprintf(cell, "%06zu", row * 7);
}

static void padded_fractions(char cell[64], size_t row)
{
    sprintf(cell, "%04zu.5", row);
}

static void large_fractions(char cell[64], size_t row)
{
    sprintf(cell, "%zue18", row + 1);
}

static void gapped(char cell[64], size_t row)
{
    static const char *const gaps[] = {"", "NA", "?", "nan"};
    sprintf(cell, "%zu", row * row);
    if (row < 4) {
        strcpy(cell, gaps[row]);
    }
}

static void empty(char cell[64], size_t row)
{
    strcpy(cell, row % 2 == 0 ? "" : "null");
}

static void same_word(char cell[64], size_t row)
{
    (void)row;
    strcpy(cell, "same");
}

static void same_number(char cell[64], size_t row)
{
    (void)row;
    strcpy(cell, "4.0");
}

static void iso(char cell[64], size_t row)
{
    sprintf(cell, "2014-%02zu-%02zu", row % 12 + 1, row % 28 + 1);
}

static void month_first(char cell[64], size_t row)
{
    sprintf(cell, "%zu/%zu/2014", row % 12 + 1, row % 28 + 1);
}

static void eight_digits(char cell[64], size_t row)
{
    sprintf(cell, "2014%02zu%02zu", row % 12 + 1, row % 28 + 1);
}

static void day_first(char cell[64], size_t row)
{
    sprintf(cell, "%02zu.%02zu.2014", row % 28 + 1, row % 12 + 1);
}

static void either_first(char cell[64], size_t row)
{
    sprintf(cell, "%zu/%zu/2014", row % 12 + 1, row % 5 + 1);
}

static void neither_first(char cell[64], size_t row)
{
    strcpy(cell, row % 2 == 0 ? "1/20/2014" : "20/1/2014");
}

static void broken_date(char cell[64], size_t row)
{
    iso(cell, row);
    if (row == 40) {
        strcpy(cell, "2014-02-30");
    }
}

static void mixed_dates(char cell[64], size_t row)
{
    iso(cell, row);
    if (row == 40) {
        strcpy(cell, "17/02/2014");
    }
}

static void faulty_numbers(char cell[64], size_t row)
{
    sprintf(cell, row == 33 ? "abc" : "%zu.5", row);
}

static void graded(char cell[64], size_t row)
{
    static const char *const grades[] = {"0", "1", "2", "3+"};
    strcpy(cell, grades[row % 4]);
}

static void mostly_words(char cell[64], size_t row)
{
    sprintf(cell, row % 3 == 0 ? "%zu" : "A%zu", row % 9);
}

static gml_table_column_view view_of(gml_table *table, size_t index)
{
    gml_table_column_view view;
    assert_ok(context, gml_table_column(table, index, &view));
    return view;
}

TEST(each_column_has_the_kind_that_the_rules_say)
{
    static const struct {
        const char *name;
        cell_writer write;
        gml_column_kind kind;
        bool used, refused;
        size_t distinct, missing;
    } cases[] = {
        {"a", words, GML_COLUMN_CATEGORY, true, false, 3, 0},
        {"a", many_words, GML_COLUMN_CATEGORY, true, false, 50, 0},
        {"a", names, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"a", sentences, GML_COLUMN_TEXT, false, false, 100, 0},
        {"a", counted, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"index", counted, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"\"\"", counted, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"index", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Invoice No", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Invoice No", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"no_shows", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"mobile", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"Customer Name", many_words, GML_COLUMN_IDENTIFIER, false, false, 50, 0},
        {"id", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"customerID", shuffled, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"paid", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"store_id", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"Order ID", many_words, GML_COLUMN_IDENTIFIER, false, false, 50, 0},
        {"a", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"husband_occupation", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"storeType", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"type_count", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"typed", repeated, GML_COLUMN_NUMBER, true, false, 7, 0},
        {"type", flags, GML_COLUMN_NUMBER, true, false, 2, 0},
        {"type", shuffled, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", zipped, GML_COLUMN_CATEGORY, true, false, 25, 0},
        {"Zip Code", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"customer_zip_code", repeated, GML_COLUMN_CATEGORY, true, false, 7, 0},
        {"a", unique_codes, GML_COLUMN_IDENTIFIER, false, false, 100, 0},
        {"a", padded_fractions, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", large_fractions, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", gapped, GML_COLUMN_NUMBER, true, false, 96, 4},
        {"a", empty, GML_COLUMN_EMPTY, false, false, 0, 100},
        {"a", same_word, GML_COLUMN_CONSTANT, false, false, 1, 0},
        {"a", same_number, GML_COLUMN_CONSTANT, true, false, 1, 0},
        {"a", iso, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", month_first, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", eight_digits, GML_COLUMN_NUMBER, true, false, 84, 0},
        {"Date", eight_digits, GML_COLUMN_DATE, true, false, 84, 0},
        {"order_date", eight_digits, GML_COLUMN_DATE, true, false, 84, 0},
        {"Date", counted, GML_COLUMN_NUMBER, true, false, 100, 0},
        {"a", day_first, GML_COLUMN_DATE, true, false, 84, 0},
        {"a", either_first, GML_COLUMN_DATE, false, true, 60, 0},
        {"a", neither_first, GML_COLUMN_DATE, false, true, 2, 0},
        {"a", broken_date, GML_COLUMN_DATE, false, true, 84, 0},
        {"a", mixed_dates, GML_COLUMN_DATE, false, true, 84, 0},
        {"a", faulty_numbers, GML_COLUMN_NUMBER, false, true, 100, 0},
        {"a", graded, GML_COLUMN_CATEGORY, true, false, 4, 0},
        {"a", mostly_words, GML_COLUMN_CATEGORY, true, false, 9, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_table *table = NULL;
        assert_ok(context, gml_table_open(context, table_of(cases[i].name, 100, cases[i].write), NULL, &table));
        ck_assert_uint_eq(gml_table_columns(table), 3);
        ck_assert_uint_eq(gml_table_rows(table), 100);
        gml_table_column_view view = view_of(table, 0);
        ck_assert_msg(view.kind == cases[i].kind && !view.used == !cases[i].used && !view.refused == !cases[i].refused,
                      "case %zu: kind %d, used %d, refused %d: %s", i, (int)view.kind, view.used, view.refused,
                      view.reason);
        ck_assert_msg(view.missing == cases[i].missing, "case %zu: %zu missing", i, view.missing);
        if (!cases[i].refused) {
            ck_assert_msg(view.distinct == cases[i].distinct, "case %zu: %zu distinct", i, view.distinct);
        }
        gml_table_destroy(table);
    }
}

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

/* ---- what the user says ---- */

TEST(rules_name_columns_in_quotes_or_by_index)
{
    const char *text = "'a;b','c=d','it''s',t\n1,2,x,1.5\n1,4,y,2.5\n3,5,x,3.5\n";
    const gml_dataset_options options = {.columns = " '''a;b'''=category ;'''c=d''' = ignore; 2=category;",
                                         .task = GML_TASK_REGRESSION};
    gml_dataset *dataset = open_text(text, &options);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    assert_holds(dataset, 3, 2, (double[]){0, 0, 1.5, 0, 1, 2.5, 1, 0, 3.5});
    gml_dataset_destroy(dataset);
    dataset = open_text("id,when made,t\n1,2,3.5\n2,3,4.5\n", &(gml_dataset_options){.ignore = "id, "});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "when made");
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    gml_dataset_destroy(dataset);
    dataset = open_text("id,when made,t\n1,2,3.5\n2,3,4.5\n", &(gml_dataset_options){.ignore = "t"});
    ck_assert_str_eq(gml_dataset_target_name(dataset), "when made"); /* the last that is left */
    gml_dataset_destroy(dataset);
}

TEST(rules_that_cannot_be_are_refused)
{
    static const struct {
        gml_dataset_options options;
        gml_status status;
        const char *part;
    } cases[] = {
        {{.columns = "a"}, GML_ERROR_ARGUMENT, "columns, character 2"},
        {{.columns = "a="}, GML_ERROR_ARGUMENT, "expected one of number"},
        {{.columns = "a=numbers"}, GML_ERROR_ARGUMENT, "character 3, at \"numbers\""},
        {{.columns = "=number"}, GML_ERROR_ARGUMENT, "the name of a column is missing"},
        {{.columns = "'a=number"}, GML_ERROR_ARGUMENT, "the quote is not closed"},
        {{.columns = "a=number; a=date"}, GML_ERROR_ARGUMENT, "has a rule already"},
        {{.columns = "a=number", .ignore = "a"}, GML_ERROR_ARGUMENT, "has a rule already"},
        {{.columns = "aa=number"}, GML_ERROR_NAME, "no column \"aa\"; the nearest is \"a\""},
        {{.ignore = "9"}, GML_ERROR_NAME, "no column \"9\""},
        {{.ignore = "'a' b"}, GML_ERROR_ARGUMENT, "expected a comma"},
        {{.ignore = "t", .target = "t"}, GML_ERROR_ARGUMENT, "cannot be the target and ignored"},
        {{.ignore = "a,b"}, GML_ERROR_DATA, "leaves no inputs"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(context, open_bad_text("a,b,t\n1,2,3.5\n4,5,6.5\n", &cases[i].options), cases[i].status,
                       cases[i].part, NULL);
    }
    assert_refused(context, open_bad_text("1,2,3.5\n4,5,6.5\n", &(gml_dataset_options){.columns = "a=number"}),
                   GML_ERROR_NAME, "have no names, and indexes from 0 to 2", NULL);
}

/* ---- a network's columns ---- */

TEST(a_network_reads_its_kinds_again)
{
    static const char *const levels[] = {"blue", "red"}, *const inputs[] = {"color", "when", "size"};
    const gml_column kinds[] = {{.kind = GML_COLUMN_CATEGORY, .levels = levels, .level_count = 2},
                                {.kind = GML_COLUMN_DATE, .date_order = GML_DATE_MONTH_FIRST},
                                {.kind = GML_COLUMN_NUMBER}};
    gml_dataset_options options = {
        .features = 3, .feature_names = inputs, .column_kinds = kinds, .targets = GML_CHOICE_NO};
    gml_column column;
    gml_dataset *dataset =
        open_text("size,note,color,when\n1.5,x,red,2/3/2014\n,y,green,\n3,z,NA,2014-02-03\n", &options);
    ck_assert_uint_eq(gml_dataset_features(dataset), 3);
    ck_assert_double_eq(cell_of(dataset, 0, 0), 1);
    ck_assert_double_eq(cell_of(dataset, 0, 1), 16104);
    ck_assert_double_eq(cell_of(dataset, 1, 0), 2); /* a level that is not known */
    ck_assert(isnan(cell_of(dataset, 1, 1)) && isnan(cell_of(dataset, 1, 2)) && isnan(cell_of(dataset, 2, 0)));
    ck_assert_double_eq(cell_of(dataset, 2, 1), 16104);
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_uint_eq(column.level_count, 2);
    ck_assert_str_eq(gml_dataset_note(dataset, 0),
                     "1 value is not among the categories that the network knows: \"green\" in column 3 (\"color\")");
    gml_dataset_destroy(dataset);
    dataset = open_text("size,color,when\n1,red,\n1,7,\n2,8,\n", &options);
    ck_assert_str_eq(gml_dataset_note(dataset, 0), "2 values are not among the categories that the network knows: "
                                                   "\"7\", ... in column 2 (\"color\")");
    gml_dataset_destroy(dataset);
    options.unseen_error = 1;
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,\n2,green,\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"color\"): \"green\" is none of the 2 levels that are known: \"blue\", \"red\"",
                   NULL);
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,\n2,7,\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"color\"): \"7\" is none", NULL);
    assert_refused(context, open_bad_text("size,color,when\n1.5,red,17.2.2014\n", &options), GML_ERROR_DATA,
                   "the month first", NULL);
    assert_refused(context, open_bad_text("size,color\n1.5,red\n", &options), GML_ERROR_DATA, "no column \"when\"",
                   NULL);
}

TEST(columns_without_names_are_found_by_their_places)
{
    const char *text = "a1,5,x,1,0.5\nb2,6,y,2,1.5\nc3,7,x,3,2.5\n";
    gml_dataset *dataset = open_text(text, &(gml_dataset_options){.ignore = "0,3", .task = GML_TASK_REGRESSION});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "column 2");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "column 3");
    ck_assert_str_eq(gml_dataset_target_name(dataset), "4");
    gml_dataset_destroy(dataset);
    static const char *const inputs[] = {"column 4", "column 2"};
    gml_dataset_options options = {.features = 2, .feature_names = inputs, .target = "4", .task = GML_TASK_REGRESSION};
    dataset = open_text(text, &options);
    assert_holds(dataset, 3, 2, (double[]){1, 5, 0.5, 2, 6, 1.5, 3, 7, 2.5});
    gml_dataset_destroy(dataset);
    options.targets = GML_CHOICE_NO;
    dataset = open_text("a1,5,x,1\nb2,6,y,2\n", &options);
    assert_holds(dataset, 2, 2, (double[]){1, 5, 2, 6});
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("1,2\n3,4\n", &options), GML_ERROR_SHAPE, "has 2 columns; input 1 is", NULL);
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

/* ---- limits ---- */

TEST(a_column_of_a_million_texts_is_bounded)
{
    const size_t rows = 1200000;
    char *text = malloc(rows * 32);
    ck_assert_ptr_nonnull(text);
    size_t used = (size_t)sprintf(text, "a,x,t\n");
    for (size_t i = 0; i < rows; i++) {
        used += (size_t)sprintf(text + used, "n%zu,%zu,%zu.5\n", i, i % 3, i % 5);
    }
    gml_table *table = NULL;
    const char *path = put_text("long.csv", text);
    free(text);
    assert_ok(context, gml_table_open(context, path, NULL, &table));
    gml_table_column_view view = view_of(table, 0);
    ck_assert_int_eq(view.kind, GML_COLUMN_TEXT);
    ck_assert_uint_eq(view.distinct, (1 << 20) + 1);
    ck_assert_int_eq(view.used, 0);
    gml_dataset *dataset = NULL;
    assert_refused(context, gml_dataset_from_table(table, &(gml_dataset_options){.columns = "a=category"}, &dataset),
                   GML_ERROR_DATA, "too many different texts for a category", NULL);
    assert_ok(context, gml_dataset_from_table(table, NULL, &dataset));
    ck_assert_uint_eq(gml_dataset_features(dataset), 1);
    gml_dataset_destroy(dataset);
    gml_table_destroy(table);
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
    return run_file_tests("columns_kinds", 120);
}
