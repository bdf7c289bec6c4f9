/* tests/data/csv.c - CSV files: what is found out from them (data/format/format_csv.c and what it stands on). */
#include <stdio.h>
#include <stdlib.h>

#include "csv_case.h"

TEST(a_header_names_inputs_target_and_text_classes)
{
    gml_dataset *dataset = open_text("width,height,kind\n1,2.5,rose\n3,4e1,aster\n-5,.5,rose\n", NULL);
    assert_holds(dataset, 3, 2, (double[]){1, 2.5, 1, 3, 40, 0, -5, 0.5, 1});
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_CLASSIFICATION);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "width");
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "height");
    ck_assert_ptr_null(gml_dataset_feature_name(dataset, 2));
    ck_assert_str_eq(gml_dataset_target_name(dataset), "kind");
    ck_assert_uint_eq(gml_dataset_classes(dataset), 2);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "aster");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "rose");
    gml_dataset_destroy(dataset);
}

TEST(a_header_is_found_or_taken_as_told)
{
    static const struct {
        const char *text;
        gml_choice header;
        size_t rows;
        int named;
    } cases[] = {
        {"1,2,a\n3,4,b\n", GML_CHOICE_AUTO, 2, 0},       {"x,y,t\n3,4,b\n5,6,a\n", GML_CHOICE_AUTO, 2, 1},
        {"1,2,a\n3,4,b\n5,6,a\n", GML_CHOICE_YES, 2, 1}, {"1,y,t\n3,4,b\n5,6,a\n", GML_CHOICE_AUTO, 2, 1},
        {",y,t\n3,4,b\n5,6,a\n", GML_CHOICE_AUTO, 2, 1}, {"1,2,t\n3,4,b\n5,6,a\n", GML_CHOICE_AUTO, 3, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_text(cases[i].text, &(gml_dataset_options){.header = cases[i].header});
        ck_assert_uint_eq(gml_dataset_size(dataset), cases[i].rows);
        ck_assert_int_eq(gml_dataset_target_name(dataset) != NULL, cases[i].named);
        gml_dataset_destroy(dataset);
    }
    assert_refused(context, open_bad_text("x,y,t\n1,2,3\n", &(gml_dataset_options){.header = GML_CHOICE_NO}),
                   GML_ERROR_DATA, "line 1", "column 1", "\"x\"", NULL);
    /* A hole in the first row is a hole, not a name, whatever stands for it. */
    static const char *const holes[] = {"n/a,5\n1,6\n2,7\n", "n/a,5,3\n1,2,3\n", "5.1,n/a,1.4,rose\n1,2,3,aster\n",
                                        "?,2,3,x\n1,2,3,y\n"};
    for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
        gml_dataset *dataset =
            open_text(holes[i], &(gml_dataset_options){.task = i < 2 ? GML_TASK_REGRESSION : GML_TASK_AUTO});
        ck_assert_uint_eq(gml_dataset_size(dataset), i == 0 ? 3 : 2);
        ck_assert(strstr(gml_dataset_note(dataset, 0), "1 cell is missing in 1 column of inputs") != NULL);
        gml_dataset_destroy(dataset);
    }
    assert_refused(context, open_bad_text("hole,5\n1,6\n2,7\n3,8\n", &(gml_dataset_options){.target = "1"}),
                   GML_ERROR_DATA, "line 1, column 1", "\"hole\" is not a number", "say that there is a header", NULL);
}

/* "0,0", "1,1", ... with `distinct` targets. */
static char *counting_text(size_t rows, size_t distinct, const char *prefix)
{
    char *text = malloc(rows * 48 + 1);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < rows; i++) {
        used += (size_t)sprintf(text + used, "%zu,%s%zu\n", i, prefix, i % distinct);
    }
    return text;
}

TEST(numeric_classes_ascend_as_numbers_and_text_as_text)
{
    gml_dataset *dataset = open_text("1,10\n2,9\n3,2\n4,10\n", &(gml_dataset_options){.task = GML_TASK_CLASSIFICATION});
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "2");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "9");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 2), "10");
    gml_dataset_destroy(dataset);
    dataset = open_text("1,c10\n2,c9\n3,c2\n4,c\n", NULL);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "c");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "c10");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 2), "c2");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 3), "c9");
    gml_dataset_destroy(dataset);
}

TEST(many_classes_keep_their_numbers_and_order)
{
    for (int numbers = 0; numbers < 2; numbers++) {
        char *text = counting_text(5000, 1000, numbers ? "1000" : "c");
        gml_dataset *dataset = open_text(text, &(gml_dataset_options){.task = GML_TASK_CLASSIFICATION});
        ck_assert_uint_eq(gml_dataset_classes(dataset), 1000);
        static double y[5000];
        assert_ok(context, gml_dataset_gather(dataset, NULL, 5000, gml_matrix_none(), gml_matrix_f64(y, 5000, 1)));
        for (size_t i = 0; i < 5000; i++) {
            char name[32];
            sprintf(name, "%s%zu", numbers ? "1000" : "c", i % 1000);
            ck_assert_str_eq(gml_dataset_class_name(dataset, (size_t)y[i]), name);
        }
        for (size_t c = 1; c < 1000; c++) {
            const char *before = gml_dataset_class_name(dataset, c - 1);
            const char *name = gml_dataset_class_name(dataset, c);
            ck_assert(numbers ? atol(before) < atol(name) : strcmp(before, name) < 0);
        }
        gml_dataset_destroy(dataset);
        free(text);
    }
}

TEST(the_target_is_found_by_name_and_by_index_from_either_end)
{
    const char *text = "a,b,c\n1,2,3\n4,5,6\n7,8,9\n";
    static const struct {
        const char *target;
        const char *name;
        double value;
    } cases[] = {{NULL, "c", 3}, {"a", "a", 1},  {"b", "b", 2},  {"0", "a", 1},
                 {"2", "c", 3},  {"-1", "c", 3}, {"-3", "a", 1}, {"-2", "b", 2}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset =
            open_text(text, &(gml_dataset_options){.target = cases[i].target, .task = GML_TASK_REGRESSION});
        double y[3];
        assert_ok(context, gml_dataset_gather(dataset, NULL, 3, gml_matrix_none(), gml_matrix_f64(y, 3, 1)));
        ck_assert_str_eq(gml_dataset_target_name(dataset), cases[i].name);
        ck_assert_double_eq(y[0], cases[i].value);
        gml_dataset_destroy(dataset);
    }
    gml_dataset *dataset = open_text("kind,a,b\nx,1,2\ny,3,4\n", &(gml_dataset_options){.target = "kind"});
    assert_holds(dataset, 2, 2, (double[]){1, 2, 0, 3, 4, 1});
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "a");
    gml_dataset_destroy(dataset);
}

TEST(a_target_without_a_name_goes_by_its_index_unless_it_is_last)
{
    static const struct {
        const char *target, *name;
    } cases[] = {{NULL, NULL}, {"-1", NULL}, {"2", NULL}, {"1", "1"}, {"-2", "1"}, {"0", "0"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        gml_dataset *dataset = open_text("1,2,3\n4,5,6\n", &(gml_dataset_options){.target = cases[i].target});
        const char *name = gml_dataset_target_name(dataset);
        ck_assert(cases[i].name == NULL ? name == NULL : name != NULL && strcmp(name, cases[i].name) == 0);
        gml_dataset_destroy(dataset);
    }
}

TEST(a_target_that_is_not_there_is_refused_with_the_nearest_names)
{
    const char *text = "width,height,kind\n1,2,a\n3,4,b\n";
    assert_refused(context, open_bad_text(text, &(gml_dataset_options){.target = "knid"}), GML_ERROR_NAME, "\"knid\"",
                   "there are \"kind\"", "width", "height", NULL);
    assert_refused(context, open_bad_text(text, &(gml_dataset_options){.target = "3"}), GML_ERROR_NAME, "column 3",
                   "0 to 2", NULL);
    assert_refused(context, open_bad_text(text, &(gml_dataset_options){.target = "-4"}), GML_ERROR_NAME, "column -4",
                   "-3", NULL);
    assert_refused(context, open_bad_text("1,2,3\n4,5,6\n", &(gml_dataset_options){.target = "kind"}), GML_ERROR_NAME,
                   "\"kind\"", "no header", NULL);
    assert_refused(
        context,
        open_bad_text("a1,a2,a3,a4,a5,a6,a7,a8,a9,zz\n1,2,3,4,5,6,7,8,9,0\n", &(gml_dataset_options){.target = "z"}),
        GML_ERROR_NAME, "nearest are \"zz\"", NULL);
}

TEST(a_file_with_just_the_inputs_has_no_targets)
{
    gml_dataset_options options = {.features = 2, .target = "kind"};
    gml_dataset *dataset = open_text("a,b\n1,2\n3,4\n", &options);
    assert_holds(dataset, 2, 2, (double[]){1, 2, 3, 4});
    ck_assert_uint_eq(gml_dataset_targets(dataset), 0);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "b");
    gml_dataset_destroy(dataset);
    dataset = open_text("1,2\n3,4\n", &options);
    assert_holds(dataset, 2, 2, (double[]){1, 2, 3, 4});
    gml_dataset_destroy(dataset);
    dataset = open_text("5\n6\n", &(gml_dataset_options){.targets = GML_CHOICE_NO});
    assert_holds(dataset, 2, 1, (double[]){5, 6});
    gml_dataset_destroy(dataset);
    dataset = open_text("1,2,9\n3,4,8\n", &(gml_dataset_options){.features = 2, .target = "-1"});
    ck_assert_uint_eq(gml_dataset_targets(dataset), 1);
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("1,2,3,4\n1,2,3,4\n", &(gml_dataset_options){.features = 2}), GML_ERROR_SHAPE,
                   "3 inputs", "4 columns", "2 are expected", NULL);
    assert_refused(context, open_bad_text("a,kind\n1,2\n3,4\n", &options), GML_ERROR_SHAPE, "1 input ",
                   "2 are expected", NULL);
    assert_refused(context,
                   open_bad_text("1,2\n3,4\n", &(gml_dataset_options){.features = 2, .targets = GML_CHOICE_YES}),
                   GML_ERROR_SHAPE, "2 columns", "2 inputs and the target", NULL);
}

TEST(given_class_names_rule_and_an_unknown_label_is_refused)
{
    const char *const names[] = {"rose", "aster", "7"};
    gml_dataset_options options = {.class_names = names, .classes = 3};
    gml_dataset *dataset = open_text("1,aster\n2,7.0\n3,rose\n", &options);
    assert_holds(dataset, 3, 1, (double[]){1, 1, 2, 2, 3, 0});
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "rose");
    gml_dataset_destroy(dataset);
    dataset = open_text("1,aster\n2,aster\n", &options); /* one class is enough to be asked about */
    ck_assert_uint_eq(gml_dataset_classes(dataset), 3);
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad_text("w,kind\n1,aster\n2,tulip\n", &options), GML_ERROR_DATA,
                   "line 3, column 2 (\"kind\")", "\"tulip\"", "3 classes", "\"rose\", \"aster\", \"7\"", NULL);
    const char *const twice[] = {"a", "a"};
    gml_dataset *refused = NULL;
    assert_refused(context,
                   gml_dataset_open(context, in_folder("table.csv"),
                                    &(gml_dataset_options){.class_names = twice, .classes = 2}, &refused),
                   GML_ERROR_ARGUMENT, "\"a\"", "twice", NULL);
}

TEST(every_way_of_writing_the_same_table_reads_the_same)
{
    static const char *const texts[] = {
        "a,b,t\n1,2,x\n3,4,y\n",
        "a,b,t\r\n1,2,x\r\n3,4,y\r\n",
        "a,b,t\r1,2,x\r3,4,y\r",
        "a,b,t\n1,2,x\n3,4,y",
        "\xef\xbb\xbf"
        "a,b,t\n1,2,x\n3,4,y\n",
        "\n\na,b,t\n\n1,2,x\n   \n3,4,y\n\n\n",
        "\"a\",\"b\",\"t\"\n\"1\",2,\"x\"\n3,\"4\",y\n",
        " a , b , t\n 1 ,\t2, x\n3 , 4 ,y \n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gml_dataset *dataset = open_text(texts[i], NULL);
        assert_holds(dataset, 2, 2, (double[]){1, 2, 0, 3, 4, 1});
        ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "a");
        ck_assert_str_eq(gml_dataset_target_name(dataset), "t");
        ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "x");
        gml_dataset_destroy(dataset);
    }
}

TEST(quotes_hold_commas_quotes_and_line_ends)
{
    gml_dataset *dataset = open_text("\"a, \"\"b\"\"\",t\n1,\"x,\n\"\"y\"\"\"\n2,z\n", NULL);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "a, \"b\"");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "x,\n\"y\"");
    gml_dataset_destroy(dataset);
}

TEST(a_long_file_is_read_whole)
{
    enum { ROWS = 30000 };
    char *text = malloc(ROWS * 40);
    size_t used = 0;
    for (size_t i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "%zu.25,%zu,%zu.5\n", i, 2 * i, i);
    }
    gml_dataset *dataset = open_text(text, NULL);
    ck_assert_uint_eq(gml_dataset_size(dataset), ROWS);
    for (size_t i = 0; i < ROWS; i += 997) {
        double x[2];
        double y;
        assert_ok(context, gml_dataset_gather(dataset, &i, 1, gml_matrix_f64(x, 1, 2), gml_matrix_f64(&y, 1, 1)));
        ck_assert_double_eq(x[0], (double)i + 0.25);
        ck_assert_double_eq(x[1], 2.0 * (double)i);
        ck_assert_double_eq(y, (double)i + 0.5);
    }
    gml_dataset_destroy(dataset);
    free(text);
}

TEST(constant_columns_are_fine)
{
    gml_dataset *dataset = open_text("1,1,a\n1,2,b\n", NULL);
    assert_holds(dataset, 2, 2, (double[]){1, 1, 0, 1, 2, 1});
    gml_dataset_destroy(dataset);
}

int main(void)
{
    return run_file_tests("data_csv", 120);
}
