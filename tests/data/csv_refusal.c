/* tests/data/csv_refusal.c - CSV files: what they can have wrong, and what cannot be had for them
 * (data/format/format_csv.c and what it stands on). */
#include <stdlib.h>
#include <string.h>

#include "csv_case.h"

TEST(ragged_rows_are_refused)
{
    assert_refused(context, open_bad_text("1,2,3\n4,5\n", NULL), GML_ERROR_DATA, "line 2 has 2 columns", "3", NULL);
    assert_refused(context, open_bad_text("1,2,3\n4,5,6\n7,8\n", NULL), GML_ERROR_DATA, "line 3 has 2 columns", "3",
                   NULL);
    assert_refused(context, open_bad_text("a,b,c\r\n\r\n4,5,6\r\n7,8,9,10\r\n", NULL), GML_ERROR_DATA,
                   "line 4 has 4 columns", "3", NULL);
    assert_refused(context, open_bad_text("1,2,3\n4,5,6\n7", NULL), GML_ERROR_DATA, "line 3 has 1 column;", "3", NULL);
}

TEST(what_is_not_a_finite_number_is_refused_with_its_place)
{
    assert_refused(context, open_bad_text("width,height,kind\n1,2,a\n3,tall,b\n", NULL), GML_ERROR_DATA,
                   "line 3, column 2 (\"height\")", "\"tall\" is not a number", NULL);
    const gml_dataset_options numbers = {.features = 2}; /* of a network without kinds of columns */
    assert_refused(context, open_bad_text("1,2,a\n3,,b\n", &numbers), GML_ERROR_DATA, "line 2, column 2", "empty field",
                   NULL);
    assert_refused(context, open_bad_text("1,2,a\n3,nan,b\n", &numbers), GML_ERROR_DATA, "line 2, column 2",
                   "\"nan\" is not a finite", NULL);
    assert_refused(context, open_bad_text("1,2,a\n-inf,4,b\n", NULL), GML_ERROR_DATA, "line 2, column 1",
                   "\"-inf\" is not a finite", NULL);
    assert_refused(context, open_bad_text("1,2,a\n1e999,4,b\n", NULL), GML_ERROR_DATA, "line 2, column 1",
                   "\"1e999\" is not a finite", NULL);
    assert_refused(context, open_bad_text("kind,b\na,1\nb,x\n", &(gml_dataset_options){.target = "0"}), GML_ERROR_DATA,
                   "line 3, column 2 (\"b\")", "\"x\"", NULL);
}

TEST(a_header_is_suggested_only_while_nobody_has_said_whether_there_is_one)
{
    const char *text = "?,b,y\n1,2,3\n4,5,6\n";
    const gml_dataset_options no = {.header = GML_CHOICE_NO, .target = "2"};
    assert_refused(context, open_bad_text(text, &no), GML_ERROR_DATA, "line 1, column 2", "is not a number", NULL);
    ck_assert_ptr_null(strstr(gml_context_message(context), "header"));
}

TEST(bad_targets_are_refused_with_their_place)
{
    assert_refused(context, open_bad_text("1,a\n3,\n", NULL), GML_ERROR_DATA, "line 2, column 2", "empty field", NULL);
    assert_refused(context, open_bad_text("1,1.5\n3,NaN\n", NULL), GML_ERROR_DATA, "line 2, column 2",
                   "\"NaN\" stands for a missing target", NULL);
}

TEST(one_class_only_is_refused)
{
    assert_refused(context, open_bad_text("1,a\n2,a\n", NULL), GML_ERROR_DATA, "2 samples", "one class", NULL);
    assert_refused(context, open_bad_text("1,3\n2,3\n", NULL), GML_ERROR_DATA, "one class", NULL);
}

TEST(files_without_samples_are_refused)
{
    assert_refused(context, open_bad_text("", NULL), GML_ERROR_DATA, "empty", NULL);
    assert_refused(context, open_bad_text("\n\n", NULL), GML_ERROR_DATA, "empty", NULL);
    assert_refused(context, open_bad_text("\xef\xbb\xbf", NULL), GML_ERROR_DATA, "empty", NULL);
    assert_refused(context, open_bad_text("a,b,c\n", NULL), GML_ERROR_DATA, "no rows", NULL);
    assert_refused(context, open_bad_text("a,b,c\n", &(gml_dataset_options){.features = 2}), GML_ERROR_DATA, "no rows",
                   NULL);
    assert_refused(context, open_bad_text("1/2/3\n4/5/6\n", NULL), GML_ERROR_DATA, "one column", "no comma, semicolon",
                   NULL);
}

TEST(broken_quotes_are_refused)
{
    assert_refused(context, open_bad_text("1,2\n3,4\n5,\"6\n7,8\n", NULL), GML_ERROR_DATA, "line 3", "within quotes",
                   NULL);
    assert_refused(context, open_bad_text("1,2\n3,4\n5,6\"7\n", NULL), GML_ERROR_DATA, "line 3, column 2", "quote",
                   NULL);
    assert_refused(context, open_bad_text("1,2\n3,4\n\"5\"x,6\n", NULL), GML_ERROR_DATA, "line 3, column 1", "quote",
                   NULL);
}

TEST(rows_are_counted_as_an_editor_counts_lines)
{
    assert_refused(context, open_bad_text("\n\na,b,t\n\n1,2,\"x\ny\"\n3,oops,x\n", NULL), GML_ERROR_DATA,
                   "line 7, column 2", NULL);
    assert_refused(context, open_bad_text("a,b,t\r\n1,2,x\r\n\r\n3,oops,x\r\n", NULL), GML_ERROR_DATA,
                   "line 4, column 2", NULL);
}

TEST(control_characters_and_long_fields_are_made_presentable)
{
    assert_refused(context, open_bad("1,2,a\n1\0002,4,b\n", 15, &(gml_dataset_options){.format = "csv"}),
                   GML_ERROR_DATA, "line 2, column 1", "\"1\\x002\"", NULL);
    assert_refused(context, open_bad("1,2,a\n1\0002,4,b\n", 15, NULL), GML_ERROR_DATA, "neither", NULL);
    char text[1000] = "1,2,a\n";
    memset(text + 6, 'z', 500);
    strcpy(text + 506, ",1,b\n");
    assert_refused(context, open_bad_text(text, NULL), GML_ERROR_DATA, "line 2, column 1", "zzz...\"", NULL);
}

TEST(names_and_classes_that_are_not_utf8_are_refused_with_their_place)
{
    assert_refused(context,
                   open_bad_text("width,gr\xf6\xdf"
                                 "e,kind\n1,2,a\n3,4,b\n",
                                 NULL),
                   GML_ERROR_DATA, "line 1, column 2", "\"gr\\xf6\\xdfe\" is not text in UTF-8", NULL);
    assert_refused(context, open_bad_text("\na,b,na\xefve\n1,2,a\n3,4,b\n", NULL), GML_ERROR_DATA, "line 2, column 3",
                   "UTF-8", NULL);
    assert_refused(context, open_bad_text("a,b,kind\n1,2,x\n3,4,gr\xfcn\n", NULL), GML_ERROR_DATA,
                   "line 3, column 3 (\"kind\"): \"gr\\xfcn\" is not text in UTF-8", NULL);
    assert_refused(context, open_bad("1,a\n2,b\0c\n3,b\0d\n", 16, &(gml_dataset_options){.format = "csv"}),
                   GML_ERROR_DATA, "line 2, column 2", "\"b\\x00c\" is not text", NULL);
    gml_dataset *dataset = open_text("gr\xc3\xb6\xc3\x9f"
                                     "e,\xe6\x97\xa5\n1,\xf0\x9f\x8c\xb9\n2,gr\xc3\xbcn\n",
                                     NULL);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 0), "größe");
    ck_assert_str_eq(gml_dataset_target_name(dataset), "日");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "grün");
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "🌹");
    gml_dataset_destroy(dataset);
}

TEST(a_field_without_end_takes_bounded_memory)
{
    size_t size = 8 << 20;
    char *text = malloc(size);
    memset(text, 'z', size);
    text[0] = '"';
    size_t before = f.live_bytes;
    f.peak_bytes = before;
    assert_refused(context, open_bad(text, size, NULL), GML_ERROR_DATA, "line 1, column 1", "more than 1048576 bytes",
                   NULL);
    ck_assert_uint_lt(f.peak_bytes - before, 4 << 20);
    free(text);
}

TEST(a_row_without_end_takes_bounded_memory)
{
    size_t size = 4 << 20;
    char *text = malloc(size);
    memset(text, ',', size);
    assert_refused(context, open_bad(text, size, NULL), GML_ERROR_DATA, "line 1", "more than 1048576 columns", NULL);
    ck_assert_uint_lt(f.peak_bytes, 64 << 20);
    free(text);
}

TEST(opening_survives_the_failure_of_each_allocation)
{
    static const char *const texts[] = {"a,b,t\n1,2,x\n3,4,y\n5,6,x\n", "a,b,t\n1,2,1\n3,4,2\n5,6,2\n1,2,1\n",
                                        "1,2,1\n3,4,a\n5,6,b\n5,6,02\n1,2,b\n", "a,b,t\n1,2,1.5\n3,4,2.5\n"};
    const char *const names[] = {"x", "y"}, *const inputs[] = {"t", "b"};
    const gml_dataset_options cases[] = {
        {0},
        {0},
        {0},
        {0},
        {.class_names = names, .classes = 2},
        {.feature_names = inputs, .features = 2, .target = "a", .weights = "w", .weights_optional = 1},
    };
    const size_t text_of[] = {0, 1, 2, 3, 0, 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = put_text("table.csv", texts[text_of[i]]);
        gml_dataset_options options = cases[i];
        size_t before = f.live_bytes;
        gml_status status = GML_ERROR_MEMORY;
        for (size_t n = 1; status != GML_OK; n++) {
            gml_dataset *dataset = NULL;
            reset_faults(&f);
            f.fail_at = n;
            status = gml_dataset_open(context, path, &options, &dataset);
            ck_assert_msg(status == GML_OK || (status == GML_ERROR_MEMORY && dataset == NULL), "%s",
                          gml_context_message(context));
            gml_dataset_destroy(dataset);
            ck_assert_uint_eq(f.live_bytes, before);
            ck_assert_uint_eq(f.open_files, 0);
            ck_assert_uint_lt(n, 100);
        }
    }
}

TEST(a_field_that_cannot_grow_is_an_error_of_memory)
{
    size_t size = 200000;
    char *text = malloc(size);
    memset(text, '1', size);
    memcpy(text + size - 5, ",2\n3,", 5);
    const char *path = put_file("table.csv", text, size);
    gml_dataset *dataset = NULL;
    gml_status status = GML_ERROR_MEMORY;
    for (size_t n = 1; status == GML_ERROR_MEMORY; n++) {
        reset_faults(&f);
        f.fail_at = n;
        status = gml_dataset_open(context, path, NULL, &dataset);
        ck_assert_uint_lt(n, 100);
    }
    ck_assert_ptr_null(dataset);
    ck_assert_int_eq(status, GML_ERROR_DATA); /* a number of 200000 digits is infinite */
    free(text);
}

int main(void)
{
    return run_file_tests("data_csv_refusal", 120);
}
