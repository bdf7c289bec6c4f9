/* tests/data/row_by_row_broken.c - gml_rows: rows that are broken, in files and pipes, and the rows after them. */
#include "row_case.h"

TEST(a_broken_row_comes_in_its_turn_and_the_rows_after_it_are_read)
{
    const char *path = put_text("t.csv", "a,b\n1,2\n3\n5,6\n7,x\n9,1\"0\n11,12\n\"a\n13,14\n15,1\"6\"\n17,18\n");
    const double expected[] = {1, 2, NAN, NAN, 5, 6, NAN, NAN, NAN, NAN, 11, 12, NAN, NAN, 13, 14, NAN, NAN, 17, 18};
    const char *const says[] = {"t.csv: line 3 has 1 column; the rows before it have 2",
                                "t.csv: line 5, column 2 (\"b\"): \"x\" is not a number",
                                "t.csv: line 6, column 2: a quote", "t.csv: line 8, column 1",
                                "t.csv: line 10, column 2: a quote"};
    for (size_t most = 1; most < 20; most += 6) {
        const outcome *found = read_all(path, &numbers, most);
        ck_assert_int_eq(found->end, GML_OK);
        ck_assert_uint_eq(found->broken, 5);
        for (size_t i = 0; i < 5; i++) {
            ck_assert_msg(strstr(found->messages[i], says[i]) != NULL, "%s", found->messages[i]);
        }
        assert_values(found, expected, 10);
    }
}

TEST(what_a_broken_row_holds_does_not_reach_other_rows)
{
    /* The words of broken rows come again in good ones. */
    const char *path = put_text("t.csv", "a,b\n1,red,3\nz,red\n2,red\n2,green\"\n3,green\n4,blue\n");
    const double expected[] = {NAN, NAN, NAN, NAN, 2, 1, NAN, NAN, 3, 2, 4, 0};
    const outcome *found = read_all(path, &mixed, 100);
    assert_values(found, expected, 6);
    ck_assert_uint_eq(found->broken, 3);
}

TEST(a_nul_byte_breaks_each_row_that_has_it)
{
    static const char text[] = "a,b\n1,2\nx\0y,2\nx\0y,3\n4,5\n";
    const double expected[] = {1, 2, NAN, NAN, NAN, NAN, 4, 5};
    const outcome *found = read_all(put_file("t.csv", text, sizeof text - 1),
                                    &(gml_dataset_options){.features = 2, .feature_names = names, .format = "csv"}, 9);
    ck_assert_uint_eq(found->broken, 2);
    assert_values(found, expected, 4);
}

TEST(many_broken_rows_are_told_one_by_one)
{
    FILE *file = fopen(in_folder("t.csv"), "w");
    fputs("a,b\n", file);
    for (int i = 0; i < 2000; i++) {
        fprintf(file, i % 3 == 0 ? "%d\n" : i % 3 == 1 ? "%d,\"x\n" : "%d,2\n", i);
    }
    fclose(file);
    const outcome *found = read_all(in_folder("t.csv"), &numbers, 100);
    ck_assert_uint_eq(found->count, 2000);
    ck_assert_uint_eq(found->broken, 1334);
    for (size_t i = 0; i < 2000; i++) {
        ck_assert(i % 3 == 2 ? found->values[2 * i] == (double)i : isnan(found->values[2 * i]));
    }
}

TEST(a_line_of_libsvm_text_that_is_broken_is_skipped)
{
    const char *path = put_text("t.svm", "1 1:2\n0 1:9 2:x\n\n1 2:1 1:1\n0 1:3 2:4\n1 1:8 3:1\n0 2:7");
    const double expected[] = {2, 0, NAN, NAN, NAN, NAN, 3, 4, NAN, NAN, 0, 7};
    const outcome *found =
        read_all(path, &(gml_dataset_options){.features = 2, .feature_names = names, .format = "libsvm"}, 100);
    ck_assert_int_eq(found->end, GML_OK);
    ck_assert_uint_eq(found->broken, 3);
    ck_assert_ptr_nonnull(strstr(found->messages[1], "line 4"));
    assert_values(found, expected, 6);
}

TEST(after_an_error_of_the_file_reading_has_ended)
{
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    char *wide = malloc((3 << 20) + 8);
    memcpy(wide, "a,b\n1,2\n", 8);
    memset(wide + 8, 'x', 3 << 20); /* a record that does not end */
    assert_ok(context, gml_rows_open(context, put_file("t.csv", wide, (3 << 20) + 8), &numbers, &rows));
    free(wide);
    assert_ok(context, gml_rows_next(rows, 10, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), 1);
    while (gml_rows_next(rows, 10, &dataset) != GML_OK && gml_rows_can_continue(rows)) {
    }
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "a field of more than"));
    gml_rows_destroy(rows);
    char *first = calloc(1, (3 << 20) + 1); /* the same in the first row: the columns are not known then */
    memcpy(memset(first, 'x', 3 << 20), "a,b\n1,", 6);
    assert_refused(context, gml_rows_open(context, put_file("t.csv", first, 3 << 20), &numbers, &rows), GML_ERROR_DATA,
                   "line 2, column 2: a field of more than", NULL);
    free(first);
    assert_refused(context, gml_rows_open(context, "t", &(gml_dataset_options){.features = 0}, &rows),
                   GML_ERROR_ARGUMENT, "features", NULL);
    assert_ok(context, gml_rows_open(context, put_text("t.csv", "a,b\n1,2\n"), &numbers, &rows));
    assert_refused(context, gml_rows_next(rows, 0, &dataset), GML_ERROR_ARGUMENT, "at most 0 rows", NULL);
    gml_rows_destroy(rows);
    ck_assert_int_eq(read_all(put_text("t.csv", "a,b\n"), &numbers, 1)->end, GML_ERROR_DATA);
}

TEST(a_long_row_with_a_stray_quote_is_one_broken_row)
{
    static char text[200000];
    memset(text, '7', sizeof text);
    memcpy(text, "a,b\n1,2\n3,\"4\"", 13);
    memcpy(text + sizeof text - 5, "\n5,6\n", 5);
    const double expected[] = {1, 2, NAN, NAN, 5, 6};
    const outcome *found = read_all(put_file("t.csv", text, sizeof text), &numbers, 10);
    ck_assert_int_eq(found->end, GML_OK);
    assert_values(found, expected, 3);
}

TEST(a_stray_quote_in_a_pipe_is_told_at_once)
{
    int writer;
    gml_context *made = test_context();
    const gml_dataset *dataset = NULL;
    gml_rows *rows = open_pipe(made, "a,b\n1,2\n3,4\"\n", &numbers, &writer);
    assert_next(made, rows, 1, 2);
    ck_assert_int_eq(gml_rows_next(rows, 100, &dataset), GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(made), "line 3, column 2: a quote"));
    ck_assert_int_eq(write(writer, "5,6\n", 4), 4);
    assert_next(made, rows, 5, 6);
    close(writer);
    gml_rows_destroy(rows);
    gml_context_destroy(made);
}

int main(void)
{
    return run_file_tests("row_by_row_broken", 20);
}
