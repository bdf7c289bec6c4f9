/* tests/data/target.c - the target column of a CSV: which cells are one class, and whether they are classes, values or
 * an error (data/target/class_name.c, data/target/target.c and what follows it). */
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

enum { MOST_ROWS = 500 };

/* A CSV of one input and these targets, the whole list `times` times over. */
static char *table_of(const char *targets, size_t times)
{
    static char text[MOST_ROWS * 32];
    size_t used = 0;
    for (size_t i = 0; i < times; i++) {
        for (const char *cell = targets; *cell != '\0';) {
            size_t length = strcspn(cell, " ");
            used += (size_t)snprintf(text + used, sizeof text - used, "%zu.5,%.*s\n", i, (int)length, cell);
            cell += length + (cell[length] == ' ');
        }
    }
    ck_assert_uint_lt(used, sizeof text - 1);
    return text;
}

/* The names of a dataset's classes, joined by spaces. */
static const char *names_of(const gml_dataset *dataset)
{
    static char text[1000];
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < gml_dataset_classes(dataset); i++) {
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i > 0 ? " " : "",
                                 gml_dataset_class_name(dataset, i));
    }
    return text;
}

static double target_of(const gml_dataset *dataset, size_t sample)
{
    double y = -1;
    assert_ok(context, gml_dataset_gather(dataset, &sample, 1, gml_matrix_none(), gml_matrix_f64(&y, 1, 1)));
    return y;
}

TEST(numbers_of_one_value_are_one_class_and_codes_go_by_their_text)
{
    static const struct {
        const char *cells, *classes;
    } cases[] = {
        {"1 1.0 +1 1. 1e0 0.1e1 10e-1 2", "1 2"},
        {"0 -0 0.0 +0 -0.0 5", "0 5"},
        {"1000 1e3 1E+3 -1", "-1 1000"},
        {".5 0.5 5e-1 0.25", "0.25 0.5"},
        {"01 1 1.0 001 +01", "+01 001 01 1"},
        {"00 0 10", "0 00 10"},
        {"9007199254740993 9007199254740992 9007199254740994", "9007199254740992 9007199254740993 9007199254740994"},
        {"-9007199254740993 -9007199254740992 1", "-9007199254740992 -9007199254740993 1"},
        {"9007199254740991 9007199254740991.0 9007199254740990", "9007199254740990 9007199254740991"},
        {"100000000000000000001 100000000000000000002 3", "3 100000000000000000001 100000000000000000002"},
        {"1000000000000000 1e15 2", "2 1000000000000000"},
        {"1e300 1e+300 2", "2 1e+300 1e300"},
        {"b a 1.0 1 B inf 1e999 12x", "1 12x 1e999 B a b inf"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset =
            open_text(table_of(cases[i].cells, 1), &(gml_dataset_options){.task = GML_TASK_CLASSIFICATION});
        ck_assert_str_eq(names_of(dataset), cases[i].classes);
        gml_dataset_destroy(dataset);
    }
}

TEST(given_classes_are_matched_by_the_rule_that_finds_them)
{
    const char *const names[] = {"1", "01", "0", "1000", "9007199254740993", "1e15", "rose", "0.50"};
    gml_dataset_options options = {.class_names = names, .classes = 8};
    static const char *const cells[] = {"1 1.0 +1 1e0",          "01",   "0 -0 0.0", "1e3 1000.0", "9007199254740993",
                                        "1000000000000000 1e15", "rose", ".5 5e-1"};
    for (size_t class = 0; class < 8; class ++) {
        gml_dataset *dataset = open_text(table_of(cells[class], 1), &options);
        for (size_t i = 0; i < gml_dataset_size(dataset); i++) {
            ck_assert_double_eq(target_of(dataset, i), (double)class);
        }
        ck_assert_str_eq(gml_dataset_class_name(dataset, class), names[class]);
        gml_dataset_destroy(dataset);
    }
    static const char *const strangers[] = {"001", "2", "9007199254740992", "9007199254740994", "Rose", "1x"};
    for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
        assert_refused(context, open_bad_text(table_of(strangers[i], 1), &options), GML_ERROR_DATA, "line 1, column 2",
                       strangers[i], "none of the 8 classes", NULL);
    }
    const char *const twice[] = {"1", "1.0"};
    gml_dataset *refused = NULL;
    assert_refused(context,
                   gml_dataset_open(context, in_folder("table.csv"),
                                    &(gml_dataset_options){.class_names = twice, .classes = 2}, &refused),
                   GML_ERROR_ARGUMENT, "\"1.0\"", "twice", NULL);
}

TEST(whole_numbers_are_classes_where_each_has_as_many_samples_as_there_are_classes)
{
    static const struct {
        const char *cells;
        size_t times, classes; /* 0: values */
    } cases[] = {
        {"0 1 1", 1, 0},
        {"0 1 1 0", 1, 2},
        {"0 1.0", 2, 2},
        {"-1 9 10", 2, 0},
        {"-1 9 10", 3, 3},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", 1, 0},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", 14, 0},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15", 15, 15},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", 19, 0},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20", 20, 20},
        {"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21", 22, 0},
        {"0 1 0.5", 20, 0},
        {"9007199254740993 9007199254740995", 1, 0}, /* a number of its own for each sample: values */
        {"9007199254740993 9007199254740995", 2, 2},
        {"01 02 03 1.5", 20, 0},
        {"1.5 01 02 03", 20, 0},
        {"0001 0002 0003", 1, 0},
        {"10115 01067 04109 20095 60311 80331 50667 70173 40213 45127 44135 30159 28195 90402 99084 55116 65183 66111 "
         "24103 39104 14467 19053",
         2, 22},
        {"a b c d e", 1, 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_text(table_of(cases[i].cells, cases[i].times), NULL);
        ck_assert_msg(gml_dataset_classes(dataset) == cases[i].classes, "%s: %zu classes", cases[i].cells,
                      gml_dataset_classes(dataset));
        ck_assert_int_eq(gml_dataset_task(dataset),
                         cases[i].classes > 0 ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION);
        gml_dataset_destroy(dataset);
    }
}

TEST(texts_that_all_differ_are_refused_as_identifiers)
{
    char cells[256] = "";
    for (int i = 0; i < 20; i++) {
        snprintf(cells + strlen(cells), sizeof cells - strlen(cells), "row%d ", i);
    }
    gml_dataset *dataset = open_text(table_of(cells, 1), NULL);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 20);
    gml_dataset_destroy(dataset);
    strcat(cells, "row20");
    assert_refused(context, open_bad_text(table_of(cells, 1), NULL), GML_ERROR_DATA, "all 21 targets are different",
                   "another column", NULL);
    dataset = open_text(table_of(cells, 1), &(gml_dataset_options){.task = GML_TASK_CLASSIFICATION});
    ck_assert_uint_eq(gml_dataset_classes(dataset), 21);
    gml_dataset_destroy(dataset);
    strcat(cells, " row20");
    dataset = open_text(table_of(cells, 1), NULL);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 21);
    gml_dataset_destroy(dataset);
}

TEST(a_task_that_is_given_rules)
{
    static const struct {
        const char *cells;
        gml_task task;
        double last;
    } cases[] = {
        {"0 1 1 0", GML_TASK_REGRESSION, 0},
        {"0 1 0 01", GML_TASK_REGRESSION, 1},
        {"9007199254740993", GML_TASK_REGRESSION, 0x1p53},
        {"7 8 9.5", GML_TASK_CLASSIFICATION, 2},
        {"1 0 ?", GML_TASK_CLASSIFICATION, 2},
        {"1 2 3 n/a", GML_TASK_CLASSIFICATION, 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_text(table_of(cases[i].cells, 1), &(gml_dataset_options){.task = cases[i].task});
        ck_assert_int_eq(gml_dataset_task(dataset), cases[i].task);
        ck_assert_double_eq(target_of(dataset, gml_dataset_size(dataset) - 1), cases[i].last);
        gml_dataset_destroy(dataset);
    }
}

TEST(codes_that_turn_out_to_be_values_are_their_numbers)
{
    gml_dataset *dataset = open_text(table_of("007 -08.5 9e20 010.25 5", 1), NULL);
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_REGRESSION);
    static const double expected[] = {7, -8.5, 9e20, 10.25, 5};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_double_eq(target_of(dataset, i), expected[i]);
    }
    gml_dataset_destroy(dataset);
}

TEST(words_among_numbers_are_an_error_that_names_them_wherever_they_stand)
{
    static const struct {
        const char *cells, *count, *words;
    } cases[] = {
        {"none! 1.5 2.5 3", "1 of 4 targets is not", "\"none!\" in line 1;"},
        {"1.5 2.5 3 n.a.", "1 of 4 targets is not", "\"n.a.\" in line 4;"},
        {"0 1 * 1 0 1", "1 of 6 targets is not", "\"*\" in line 3;"},
        {"n/a ? 3 4 5 inf", "3 of 6 targets are not", "\"n/a\" in line 1, \"?\" in line 2, \"inf\" in line 6;"},
        {"- ? * 1e999 3 4 5 6", "4 of 8 targets", "\"-\" in line 1, \"?\" in line 2, \"*\" in line 3, ...;"},
        {"setosa 1 2", "1 of 3 targets", "\"setosa\" in line 1"},
        {"a b c d 1.5", "4 of 5 targets", "\"a\" in line 1"}, /* a number that is not whole is no class */
        {"1.5 a b c d", "4 of 5 targets", "\"a\" in line 2"},
        {"a 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 b c d e f g h i j k l m n o p q r s t u v w",
         "23 of 44", "\"a\" in line 1, \"b\" in line 23"},
        {"01 02 na 02", "1 of 4 targets", "\"na\" in line 3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *text = table_of(cases[i].cells, 1);
        assert_refused(context, open_bad_text(text, NULL), GML_ERROR_DATA, "column 2", cases[i].count, cases[i].words,
                       "mask missing targets", "task to classification", NULL);
        assert_refused(context, open_bad_text(text, &(gml_dataset_options){.missing_targets = 1}), GML_ERROR_DATA,
                       cases[i].words, NULL);
        assert_refused(context, open_bad_text(text, &(gml_dataset_options){.task = GML_TASK_REGRESSION}),
                       GML_ERROR_DATA, cases[i].count, cases[i].words, NULL);
        ck_assert_ptr_null(strstr(gml_context_message(context), "classification"));
    }
    assert_refused(context, open_bad_text("x,price\n1,2.5\n\n2,sold\n3,4.5\n", NULL), GML_ERROR_DATA,
                   "column 2 (\"price\")", "1 of 3", "\"sold\" in line 4", NULL);
    ck_assert_ptr_null(strstr(gml_context_message(context), "header"));
    /* Names of columns that are numbers do not show that the first row is a header. */
    assert_refused(context, open_bad_text("400,402,octane\n2,3,88.5\n4,5,87.1\n", NULL), GML_ERROR_DATA,
                   "\"octane\" in line 1", "say that there is a header", NULL);
}

TEST(usual_words_for_missing_cells_are_missing_among_numbers_and_labels_among_labels)
{
    static const struct {
        const char *cells;
        gml_task task;
        const char *classes; /* "": values */
        size_t missing;
    } cases[] = {
        {"1.5 NA 2.5 ? 3", GML_TASK_AUTO, "", 2},
        {"n/a N/A null None NULL - 1.5", GML_TASK_REGRESSION, "", 6},
        {"0 1 ? 1 0 1", GML_TASK_AUTO, "0 1", 1},
        {"01 02 NA 02 01", GML_TASK_AUTO, "01 02", 1},
        {"NA DE US DE  NA", GML_TASK_AUTO, "DE NA US", 1},
        {"- + ? +", GML_TASK_AUTO, "+ - ?", 0},
        {"? - ?", GML_TASK_AUTO, "- ?", 0},
        {"Na Mg Mg", GML_TASK_AUTO, "Mg Na", 0},
        {"1 0 NA", GML_TASK_CLASSIFICATION, "0 1 NA", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset_options options = {.task = cases[i].task, .missing_targets = 1};
        gml_dataset *dataset = open_text(table_of(cases[i].cells, 1), &options);
        ck_assert_str_eq(names_of(dataset), cases[i].classes);
        size_t missing = 0;
        for (size_t row = 0; row < gml_dataset_size(dataset); row++) {
            missing += isnan(target_of(dataset, row)) != 0;
        }
        ck_assert_msg(missing == cases[i].missing, "%s: %zu missing", cases[i].cells, missing);
        gml_dataset_destroy(dataset);
        options.missing_targets = 0;
        if (missing > 0) {
            assert_refused(context, open_bad_text(table_of(cases[i].cells, 1), &options), GML_ERROR_DATA, "column 2",
                           "missing targets can be masked", NULL);
        }
    }
    assert_refused(context, open_bad_text("x,y\n1,2.5\n2,NA\n3,4.5\n", NULL), GML_ERROR_DATA,
                   "line 3, column 2 (\"y\")", "\"NA\" stands for a missing target", NULL);
}

TEST(nan_is_a_class_among_labels_and_missing_among_numbers)
{
    const char *const names[] = {"NaN", "1"};
    gml_dataset_options options = {.missing_targets = 1};
    gml_dataset *dataset = open_text(table_of("a nan b NaN", 1), NULL);
    ck_assert_str_eq(names_of(dataset), "NaN a b nan");
    gml_dataset_destroy(dataset);
    dataset = open_text(table_of("1.5 nan 2.5 NaN", 1), &options);
    ck_assert(isnan(target_of(dataset, 1)) && isnan(target_of(dataset, 3)));
    gml_dataset_destroy(dataset);
    options.missing = "nan";
    dataset = open_text(table_of("a nan b", 1), &options);
    ck_assert_str_eq(names_of(dataset), "a b");
    gml_dataset_destroy(dataset);
    options.missing = "-999";
    dataset = open_text(table_of("1.5 nan -999", 1), &options);
    ck_assert(isnan(target_of(dataset, 1)) && isnan(target_of(dataset, 2)));
    gml_dataset_destroy(dataset);
    options = (gml_dataset_options){.class_names = names, .classes = 2};
    dataset = open_text(table_of("1 NaN", 1), &options);
    ck_assert_double_eq(target_of(dataset, 1), 0);
    gml_dataset_destroy(dataset);
}

TEST(words_that_are_given_for_missing_cells_are_missing_everywhere)
{
    gml_dataset_options options = {.missing_targets = 1, .missing = "-999,unknown"};
    gml_dataset *dataset = open_text(table_of("1.5 -999 2.5 -999.0", 1), &options);
    ck_assert(isnan(target_of(dataset, 1)) && isnan(target_of(dataset, 3)));
    ck_assert_double_eq(target_of(dataset, 2), 2.5);
    gml_dataset_destroy(dataset);
    dataset = open_text(table_of("a unknown NA b Unknown", 1), &options);
    ck_assert_str_eq(names_of(dataset), "NA Unknown a b");
    ck_assert(isnan(target_of(dataset, 1)));
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text(table_of("1.5 NA 2.5", 1), &options), GML_ERROR_DATA, "1 of 3 targets",
                   "\"NA\" in line 2", NULL);
    options.features = 1;
    assert_refused(context, open_bad_text("-999,1.5\n2,3.5\n", &options), GML_ERROR_DATA, "line 1, column 1",
                   "should hold a number", NULL);
    const char *const names[] = {"a", "b"};
    options = (gml_dataset_options){.class_names = names, .classes = 2, .missing_targets = 1};
    assert_refused(context, open_bad_text(table_of("a NA", 1), &options), GML_ERROR_DATA, "line 2", "\"NA\"",
                   "none of the 2 classes", NULL);
    options.missing = "NA";
    dataset = open_text(table_of("a NA", 1), &options);
    ck_assert(isnan(target_of(dataset, 1)));
    gml_dataset_destroy(dataset);
}

TEST(a_few_whole_numbers_among_names_are_names)
{
    gml_dataset *dataset = open_text(table_of("setosa 1 virginica 1.0 setosa 2 virginica", 1), NULL);
    ck_assert_str_eq(names_of(dataset), "1 2 setosa virginica");
    ck_assert_double_eq(target_of(dataset, 3), 0);
    ck_assert_double_eq(target_of(dataset, 6), 3);
    gml_dataset_destroy(dataset);
    dataset = open_text(table_of("a nan b  1", 1), &(gml_dataset_options){.missing_targets = 1});
    ck_assert_str_eq(names_of(dataset), "1 a b nan");
    ck_assert(!isnan(target_of(dataset, 1)) && isnan(target_of(dataset, 3)));
    ck_assert_double_eq(target_of(dataset, 4), 0);
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("data_target", 60);
}
