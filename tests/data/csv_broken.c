/* tests/data/csv_broken.c - gml_dataset_options.broken_rows: broken rows of a CSV are left out and told of. */
#include <stdio.h>

#include "csv_case.h"

#include "data/dataset.h"

static const gml_dataset_options leave_out = {.broken_rows = 1};

TEST(broken_rows_are_left_out_and_the_first_is_told)
{
    static const char text[] =
        "a,b,c\n1,2,3\n4,5\n6,7,8,9\n1\"0,11,12\n13,14,15\n16,17,\"18\n19,20,21\n22,y,24\n25,26,27\n";
    const double expected[] = {1, 2, 3, 13, 14, 15, 19, 20, 21, 25, 26, 27};
    gml_dataset *dataset = open_text(text, &(gml_dataset_options){.broken_rows = 1, .task = GML_TASK_REGRESSION});
    assert_holds(dataset, 4, 2, expected);
    const char *note = gml_dataset_note(dataset, 0);
    ck_assert_msg(strstr(note, "5 rows are broken and left out; the first: ") != NULL, "%s", note);
    ck_assert_ptr_nonnull(strstr(note, "table.csv: line 3 has 2 columns; the rows before it have 3"));
    ck_assert_ptr_null(gml_dataset_note(dataset, 1));
    gml_dataset_destroy(dataset);
    ck_assert_int_eq(open_bad_text(text, NULL), GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "line 3 has 2 columns"));
}

TEST(the_first_broken_row_is_told_whatever_breaks_it)
{
    const gml_dataset_options options = {.broken_rows = 1, .columns = "a=number", .header = GML_CHOICE_YES};
    const char *const texts[] = {"a,b\n1,2\nx,3\n4\ny,3\n5,6\n", "a,b\n1,2\n4\nx,3\ny,3\n5,6\n"};
    const char *const says[] = {"line 3, column 1 (\"a\"): \"x\" is not a number", "line 3 has 1 column"};
    for (size_t i = 0; i < 2; i++) {
        gml_dataset *dataset = open_text(texts[i], &options);
        const char *note = gml_dataset_note(dataset, 0);
        ck_assert_msg(strstr(note, "3 rows are broken") != NULL && strstr(note, says[i]) != NULL, "%s", note);
        gml_dataset_destroy(dataset);
    }
}

TEST(a_table_without_inputs_is_refused_for_its_columns_not_for_its_broken_rows)
{
    char text[1000] = "a,y\n1\n";
    for (int i = 0; i < 25; i++) {
        sprintf(text + strlen(text), "u%d,%d.5\n", i, i);
    }
    ck_assert_int_eq(open_bad_text(text, &(gml_dataset_options){.broken_rows = 1, .header = GML_CHOICE_YES}),
                     GML_ERROR_DATA);
    const char *message = gml_context_message(context);
    ck_assert_msg(strstr(message, "no column can be an input: column 1 (\"a\") is an identifier") != NULL, "%s",
                  message);
}

TEST(a_text_is_broken_where_a_column_is_of_numbers_and_in_no_category)
{
    char text[8000] = "size,color,price\n";
    for (int i = 0; i < 60; i++) {
        sprintf(text + strlen(text), "%s,%s,%d.5\n",
                i == 7   ? "big"
                : i == 9 ? "?"
                : i % 2  ? "1.5"
                         : "2",
                i % 3 == 0 ? "red" : "blue", i);
    }
    gml_dataset *dataset = open_text(text, &leave_out);
    ck_assert_uint_eq(gml_dataset_size(dataset), 59);
    gml_column column;
    assert_ok(context, gml_dataset_column(dataset, 0, &column));
    ck_assert_int_eq(column.kind, GML_COLUMN_NUMBER);
    assert_ok(context, gml_dataset_column(dataset, 1, &column));
    ck_assert_uint_eq(column.level_count, 2);
    const char *note = gml_dataset_note(dataset, 0); /* before that about the missing cell */
    ck_assert_msg(strstr(note, "1 row is broken") &&
                      strstr(note, "line 9, column 1 (\"size\"): \"big\" is not a number"),
                  "%s", note);
    gml_dataset_destroy(dataset);

    static const char *const names[] = {"size"};
    dataset = open_text(text, &(gml_dataset_options){.broken_rows = 1,
                                                     .features = 1,
                                                     .feature_names = names,
                                                     .targets = GML_CHOICE_NO,
                                                     .column_kinds = &(gml_column){.kind = GML_COLUMN_NUMBER}});
    ck_assert_uint_eq(gml_dataset_size(dataset), 59);
    gml_dataset_destroy(dataset);
}

TEST(rows_after_those_that_were_left_out_have_their_file_and_line)
{
    char second[1000], place[GML_ORIGIN_SIZE];
    strcpy(second, put_text("second.csv", "a,b\n1\n2,5\n3,4\nx,5\n6,7\n"));
    const char *const more[] = {second};
    const gml_dataset_options options = {
        .broken_rows = 1, .more = more, .more_count = 1, .columns = "a=number", .header = GML_CHOICE_YES};
    const char *const places[] = {"first.csv: line 3", "first.csv: line 5", "second.csv: line 3", "second.csv: line 4",
                                  "second.csv: line 6"};
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, put_text("first.csv", "a,b\nq,1\n1,2\n2\n3,4\n"), &options, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), 5);
    for (size_t i = 0; i < 5; i++) {
        gml_dataset_place(dataset, i, place);
        ck_assert_msg(strstr(place, places[i]) != NULL, "%s", place);
    }
    gml_dataset_destroy(dataset);
}

TEST(what_a_broken_row_holds_is_not_counted)
{
    /* Without the broken rows the first column is whole numbers, the second has no gap, the third one color. */
    char text[8000] = "a,b,c,y\n0.5,,green,1,2\n";
    for (int i = 0; i < 50; i++) {
        sprintf(text + strlen(text), i % 10 == 9 ? "0.25,,green\n" : "%d,%d,red,%d.5\n", i % 3, i % 5, i);
    }
    gml_dataset *dataset = open_text(text, &leave_out);
    ck_assert_uint_eq(gml_dataset_size(dataset), 45);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    const char *note = gml_dataset_note(dataset, 1); /* none is about missing cells */
    ck_assert_msg(strstr(note, "column 3 (\"c\") is constant and no input") != NULL, "%s", note);
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 0), "6 rows are broken"));
    gml_dataset_destroy(dataset);
    strcpy(text, "x,y\n");
    for (int i = 0; i < 50; i++) {
        sprintf(text + strlen(text), i == 20 ? "1,0.5,3\n" : i == 30 ? ",5,6\n" : "%d,%d\n", i, i % 2);
    }
    dataset = open_text(text, &leave_out); /* 0.5 would make values of the classes 0 and 1 */
    ck_assert_int_eq(gml_dataset_task(dataset), GML_TASK_CLASSIFICATION);
    gml_dataset_destroy(dataset);
}

TEST(a_file_of_broken_rows_alone_is_refused)
{
    ck_assert_int_eq(open_bad_text("a,b\n1\n1,2,3\n", &leave_out), GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "all 2 rows are broken; the first: "));
}

TEST(the_delimiter_is_found_although_some_rows_are_broken)
{
    char text[4000] = "a;b\n";
    for (int i = 0; i < 40; i++) {
        strcat(text, i == 11 ? "1;2;3\n" : i == 20 ? "7\n" : i % 2 ? "1,5;2,5\n" : "2;7,25\n");
    }
    gml_dataset *dataset = open_text(text, &leave_out);
    ck_assert_uint_eq(gml_dataset_size(dataset), 38);
    gml_dataset_destroy(dataset);
    ck_assert_int_eq(open_bad_text(text, NULL), GML_ERROR_DATA);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "line 13 has 3 columns"));
}

TEST(a_delimiter_that_is_kept_counts_in_spite_of_broken_rows)
{
    /* Commas would split all records alike. */
    static const char text[] = "1,5;2,5;3\n2,5;3,5;4\n4,5;1,5\n3,5;2,5;1\n2,25;1,75;2\n";
    const gml_dataset_options options = {.broken_rows = 1, .delimiter = ";", .marks_optional = 1, .target = "2"};
    gml_dataset *dataset = open_text(text, &options);
    ck_assert_uint_eq(gml_dataset_size(dataset), 4);
    ck_assert_uint_eq(gml_dataset_features(dataset), 2);
    gml_dataset_destroy(dataset);
}

TEST(of_many_rows_those_that_are_whole_are_read)
{
    enum { ROWS = 60000 };
    FILE *file = fopen(in_folder("many.csv"), "w");
    fputs("a,b\n", file);
    for (int i = 0; i < ROWS; i++) {
        fprintf(file, i % 1000 == 999 ? "%d\n" : i % 1000 == 500 ? "%d,\"2\"2\n" : "%d,2.5\n", i);
    }
    fclose(file);
    gml_dataset *dataset = NULL;
    double x[2], y[2];
    assert_ok(context, gml_dataset_open(context, in_folder("many.csv"), &leave_out, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), ROWS - 120);
    const size_t places[] = {500, ROWS - 121};
    assert_ok(context, gml_dataset_gather(dataset, places, 2, gml_matrix_f64(x, 2, 1), gml_matrix_f64(y, 2, 1)));
    ck_assert(x[0] == 501 && x[1] == ROWS - 2 && y[1] == 2.5);
    ck_assert_ptr_nonnull(strstr(gml_dataset_note(dataset, 0), "120 rows are broken"));
    gml_dataset_destroy(dataset);
}

TEST(reading_survives_the_failure_of_each_allocation)
{
    char path[1000];
    strcpy(path, put_text("t.csv", "a,b\n1,2\n3\nx,4\n5,6\n7,8\n9,1\n"));
    gml_status status = GML_ERROR_MEMORY;
    const size_t before = f.live_bytes;
    for (size_t n = 1; status != GML_OK; n++) {
        gml_dataset *dataset = NULL;
        reset_faults(&f);
        f.fail_at = n;
        status =
            gml_dataset_open(context, path, &(gml_dataset_options){.broken_rows = 1, .columns = "a=number"}, &dataset);
        ck_assert(status == GML_OK || (status == GML_ERROR_MEMORY && dataset == NULL));
        gml_dataset_destroy(dataset);
        ck_assert_uint_eq(f.live_bytes, before);
    }
    reset_faults(&f);
}

int main(void)
{
    return run_file_tests("csv_broken", 20);
}
