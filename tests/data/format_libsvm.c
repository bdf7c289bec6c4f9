/* tests/data/format_libsvm.c - LIBSVM text (data/format/format_libsvm.c). */
#include "format_case.h"

static const gml_dataset_options none = {0};

static const char *put_lines(const char *text)
{
    return put_file("data.svm", text, strlen(text));
}

TEST(a_sparse_file_reads_as_the_csv_does)
{
    assert_as_csv("table.csv", "table.svm", &none);
    assert_as_csv("table.csv", "table.svm", &(gml_dataset_options){.task = GML_TASK_REGRESSION});
    assert_as_csv("table.csv", "table.svm", &(gml_dataset_options){.features = 3});
}

TEST(entries_that_are_not_listed_are_zero)
{
    double x[3 * 5], y[3];
    gml_dataset *dataset =
        open_well(put_lines("# three samples\n+1 2:0.5 5:-1e3 # the first\r\n\n-1\n+1 1:3 \t5:4"), &none);
    ck_assert_uint_eq(gml_dataset_size(dataset), 3);
    ck_assert_uint_eq(gml_dataset_features(dataset), 5);
    ck_assert_uint_eq(gml_dataset_classes(dataset), 0); /* two numbers in three samples are values, as in a CSV */
    assert_ok(context, gml_dataset_gather(dataset, NULL, 3, gml_matrix_f64(x, 3, 5), gml_matrix_f64(y, 3, 1)));
    static const double expected[] = {0, 0.5, 0, 0, -1e3, 0, 0, 0, 0, 0, 3, 0, 0, 0, 4};
    ck_assert_mem_eq(x, expected, sizeof x);
    ck_assert_double_eq(y[1], -1);
    gml_dataset_destroy(dataset);
    dataset = open_well(put_lines("yes 1:1\nno 2:1\n"), &(gml_dataset_options){.features = 7});
    ck_assert_uint_eq(gml_dataset_features(dataset), 7);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "no");
    gml_dataset_destroy(dataset);
}

TEST(qid_are_groups_if_asked_for)
{
    const char *text = "1 qid:10 1:1\n2 qid:10 2:1\n3 qid:7 1:1\n4 qid:10 1:2\n";
    gml_dataset *dataset = open_well(put_lines(text), &none);
    ck_assert_uint_eq(gml_dataset_groups(dataset), 0);
    gml_dataset_destroy(dataset);
    dataset = open_well(put_lines(text), &(gml_dataset_options){.groups = "qid"});
    ck_assert_uint_eq(gml_dataset_groups(dataset), 2);
    gml_dataset_destroy(dataset);
    const gml_dataset_options grouped = {.groups = "qid"};
    assert_refused(context, open_badly(put_lines("1 qid:1 1:1\n2 1:1 qid:1\n"), &grouped), GML_ERROR_DATA, "line 2",
                   "\"qid\" is not an index", NULL);
    assert_refused(context, open_badly(put_lines("1 qid:1 1:1\n2 1:1\n"), &grouped), GML_ERROR_DATA, "line 2", "qid",
                   NULL);
    assert_refused(
        context,
        open_badly(put_lines("1 qid: 1:1\n2 1:1\n"), &(gml_dataset_options){.format = "libsvm", .groups = "qid"}),
        GML_ERROR_DATA, "line 1", "qid", NULL);
}

TEST(lines_of_another_form_are_refused_with_their_place)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"1 1:1\n1,2 1:3\n", "\"1,2\" is a list of labels"},
        {"1 1:1\n2 0:3\n", "\"0\" is not an index"},
        {"1 1:1\n2 x:3\n", "\"x\" is not an index"},
        {"1 1:1\n2 2:3 1:4\n", "ascend"},
        {"1 1:1\n2 2:3 2:4\n", "ascend"},
        {"1 1:1\n2 3\n", "\"3\" is no entry"},
        {"1 1:1\n2 3:x\n", "\"x\" is not a finite number"},
        {"1 1:1\n2 3:inf\n", "\"inf\" is not a finite number"},
        {"1 1:1\n2 3:\n", "is not a finite number"},
        {"1 1:1\n2:3 4:5\n", "where the label should be"},
        {"1 1:1\n2 1000000000:1\n", "1048576"},
        {"1 1:1\n2 99999999999999999999:1\n", "is not an index"},
        {"1 1:1\nnan 1:1\n", "missing targets"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_refused(context, open_badly(put_lines(rows[i].text), &(gml_dataset_options){.format = "libsvm"}),
                       GML_ERROR_DATA, "data.svm: line 2", rows[i].says, NULL);
    }
    assert_refused(context, open_badly(put_lines("1 1:1\n2 3:1\n"), &(gml_dataset_options){.features = 2}),
                   GML_ERROR_SHAPE, "line 2: index 3", "2 inputs", NULL);
    assert_refused(context, open_badly(put_lines("1\n2\n"), &(gml_dataset_options){.format = "libsvm"}), GML_ERROR_DATA,
                   "no entries", NULL);
    assert_refused(context, open_badly(put_lines("# 1:1\n"), &(gml_dataset_options){.format = "libsvm"}),
                   GML_ERROR_DATA, "no samples", NULL);
    assert_refused(context, open_badly(put_lines("1 1:1\n"), &(gml_dataset_options){.target = "1"}), GML_ERROR_ARGUMENT,
                   "label", NULL);
    assert_refused(context, open_badly(put_lines("1 1:1\n"), &(gml_dataset_options){.weights = "1"}),
                   GML_ERROR_ARGUMENT, "weights", NULL);
    assert_refused(context, open_badly(put_lines("1 1:1\n"), &(gml_dataset_options){.groups = "1"}), GML_ERROR_ARGUMENT,
                   "qid", NULL);
    assert_refused(context, open_badly(in_folder("."), &(gml_dataset_options){.format = "libsvm"}), GML_ERROR_DATA,
                   "folder", NULL);
}

TEST(a_file_that_is_too_sparse_is_refused_without_much_memory)
{
    char text[8000];
    size_t used = 0;
    for (size_t i = 0; i < 400; i++) {
        used += (size_t)sprintf(text + used, "%zu 1048576:1\n", i % 2);
    }
    const char *path = put_lines(text);
    f.peak_bytes = f.live_bytes;
    size_t before = f.live_bytes;
    assert_refused(context, open_badly(path, &none), GML_ERROR_DATA, "400 samples of 1048576 inputs", "sparse", NULL);
    ck_assert_uint_lt(f.peak_bytes - before, 1 << 20);
}

TEST(a_csv_is_no_libsvm_text)
{
    static const char *const texts[] = {"a,b\n1,2\n3,4\n", "time,y\n10:30,1\n", "1\n2\n3\n", "1 2\n3 4\n", ""};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gml_dataset *dataset = NULL;
        gml_dataset_open(context, put_lines(texts[i]), &(gml_dataset_options){.targets = GML_CHOICE_NO}, &dataset);
        ck_assert_ptr_null(strstr(gml_context_message(context), "LIBSVM"));
        ck_assert_ptr_null(strstr(gml_context_message(context), "entr"));
        gml_dataset_destroy(dataset);
    }
}

TEST(long_lines_and_many_lines_are_read_across_pieces)
{
    enum { ROWS = 300, COLUMNS = 900 };
    char *text = malloc(ROWS * COLUMNS * 10);
    double *x = malloc(ROWS * COLUMNS * sizeof *x);
    size_t used = 0;
    for (size_t i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "%zu", i % 2);
        for (size_t j = 0; j < COLUMNS; j++) {
            used += (size_t)sprintf(text + used, " %zu:%zu", j + 1, (i + j) % 100 + 1);
        }
        used += (size_t)sprintf(text + used, "\n");
    }
    gml_dataset *dataset = open_well(put_file("long.svm", text, used), &none);
    ck_assert_uint_eq(gml_dataset_size(dataset), ROWS);
    assert_ok(context, gml_dataset_gather(dataset, NULL, ROWS, gml_matrix_f64(x, ROWS, COLUMNS), gml_matrix_none()));
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        ck_assert_double_eq(x[i], (double)((i / COLUMNS + i % COLUMNS) % 100 + 1));
    }
    gml_dataset_destroy(dataset);
    free(x);
    free(text);
}

TEST(opening_survives_faults)
{
    assert_survives_lack_of_memory(put_lines("1 qid:1 1:1\n2 qid:2 3:1\n1 qid:1 2:1\n2 qid:2 1:1\n"),
                                   &(gml_dataset_options){.groups = "qid"});
    f.read_budget = 100;
    assert_refused(context, open_badly(kept_file("table.svm"), &none), GML_ERROR_READ, "table.svm", NULL);
}

int main(void)
{
    return run_file_tests("data_format_libsvm", 60);
}
