/* tests/data/row_by_row.c - gml_rows: the rows of files and pipes as they come, and rows that are broken. */
#include <unistd.h>

#include "format_case.h"

#include "data/dataset.h"
#include "gemmule/rows.h"

static const char *const names[] = {"a", "b"};
static const char *const colors[] = {"blue", "red"};
static const gml_column kinds[] = {{.kind = GML_COLUMN_NUMBER},
                                   {.kind = GML_COLUMN_CATEGORY, .levels = colors, .level_count = 2}};
static const gml_dataset_options numbers = {.features = 2, .feature_names = names};
static const gml_dataset_options mixed = {.features = 2, .feature_names = names, .column_kinds = kinds};

/* What came out of reading a file to its end. */
typedef struct outcome {
    size_t count, broken, calls;
    double values[4096];                /* [count x 2]; of a broken row NaN */
    char messages[8][GML_MESSAGE_SIZE]; /* of the first broken rows */
    gml_status end;
} outcome;

static void take(outcome *found, const gml_dataset *rows)
{
    const size_t count = gml_dataset_size(rows);
    assert_ok(context, gml_dataset_gather(rows, NULL, count, gml_matrix_f64(found->values + 2 * found->count, count, 2),
                                          gml_matrix_none()));
    found->count += count;
}

static void take_broken(outcome *found)
{
    if (found->broken < 8) {
        strcpy(found->messages[found->broken], gml_context_message(context));
    }
    found->values[2 * found->count] = found->values[2 * found->count + 1] = NAN;
    found->broken++;
    found->count++;
}

static outcome *read_all(const char *path, const gml_dataset_options *options, size_t most)
{
    static outcome found;
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    memset(&found, 0, sizeof found);
    assert_ok(context, gml_rows_open(context, path, options, &rows));
    do {
        found.end = gml_rows_next(rows, most, &dataset);
        if (dataset != NULL) {
            ck_assert_uint_le(gml_dataset_size(dataset), most);
            take(&found, dataset);
            found.calls++;
        } else if (gml_rows_can_continue(rows)) {
            take_broken(&found);
            found.end = GML_OK;
            dataset = (const gml_dataset *)rows; /* not the end */
        }
    } while (found.end == GML_OK && dataset != NULL);
    gml_rows_destroy(rows);
    return &found;
}

static void assert_values(const outcome *found, const double *expected, size_t count)
{
    ck_assert_uint_eq(found->count, count);
    for (size_t i = 0; i < 2 * count; i++) {
        ck_assert(found->values[i] == expected[i] || (isnan(found->values[i]) && isnan(expected[i])));
    }
}

/* ---- whole files ---- */

TEST(rows_are_those_of_the_whole_file_however_many_are_taken_at_once)
{
    const char *files[] = {"points.csv", "points.npy", "points.svm"};
    char text[3][4096] = {"", {0}, ""};
    size_t sizes[3] = {0};
    double values[100][2];
    for (size_t i = 0; i < 100; i++) {
        values[i][0] = (double)i / 8;
        values[i][1] = (double)(i % 7) - 3;
        sizes[0] +=
            (size_t)sprintf(text[0] + sizes[0], "%.17g,%.17g%s", values[i][0], values[i][1], i % 3 ? "\n" : "\r\n");
        sizes[2] += (size_t)sprintf(text[2] + sizes[2], "1 1:%.17g 2:%.17g\n", values[i][0], values[i][1]);
    }
    sizes[1] =
        (size_t)sprintf(text[1], "\x93NUMPY\x01%c\x36%c{'descr':'<f8','fortran_order':False,'shape':(100,2)}", 0, 0);
    text[1][8] = (char)(sizes[1] - 10);
    memcpy(text[1] + sizes[1], values, sizeof values);
    sizes[1] += sizeof values;
    for (size_t i = 0; i < 3; i++) {
        const char *path = put_file(files[i], text[i], sizes[i]);
        for (size_t most = 1; most <= 128; most = most < 5 ? most + 1 : most * 5) {
            const outcome *found = read_all(path, &numbers, most);
            ck_assert_int_eq(found->end, GML_OK);
            assert_values(found, values[0], 100);
            ck_assert_uint_ge(found->calls, 100 / most);
        }
    }
}

TEST(columns_are_found_by_name_and_categories_by_level)
{
    const char *path = put_text("t.csv", "b,other,a\nred,1,0.5\n\"blue\",,1.5\ngreen,3,2.5\n,4,\n");
    const double expected[] = {0.5, 1, 1.5, 0, 2.5, 2, NAN, NAN};
    const outcome *found = read_all(path, &mixed, 100);
    ck_assert_uint_eq(found->broken, 0);
    assert_values(found, expected, 4);
}

TEST(arrays_of_every_type_and_order_and_formats_that_are_read_as_a_whole_come_in_pieces)
{
    static const char *const files[] = {
        "table-f4.npy", "table-f4-big.npy",  "table-f8-fortran.npy", "table-i1.npy", "table-i2-big.npy", "table-i8.npy",
        "table-u1.npy", "table-u4-big.npy",  "table-version3.npy",   "images.npy",   "images-f4.npy",    "bits.npy",
        "real.npz",     "table.safetensors", "images-fortran.npy",
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        static double x[2][1 << 16];
        gml_dataset *whole = open_well(kept_file(files[i]), &(gml_dataset_options){.targets = GML_CHOICE_AUTO});
        const gml_dataset_options options = {.features = gml_dataset_features(whole), .targets = GML_CHOICE_NO};
        const size_t cols = options.features, size = gml_dataset_size(whole);
        gml_dataset_destroy(whole);
        whole = open_well(kept_file(files[i]), &options);
        assert_ok(context, gml_dataset_gather(whole, NULL, size, gml_matrix_f64(x[0], size, cols), gml_matrix_none()));
        gml_rows *rows = NULL;
        size_t count = 0;
        assert_ok(context, gml_rows_open(context, kept_file(files[i]), &options, &rows));
        for (const gml_dataset *dataset = whole; dataset != NULL; count += gml_dataset_size(dataset)) {
            assert_ok(context, gml_rows_next(rows, 7, &dataset));
            const size_t got = gml_dataset_size(dataset);
            ck_assert_uint_le(got, 7);
            if (got > 0) {
                const gml_matrix to = gml_matrix_f64(x[1] + count * cols, got, cols);
                assert_ok(context, gml_dataset_gather(dataset, NULL, got, to, gml_matrix_none()));
            }
        }
        ck_assert_uint_eq(count, size);
        ck_assert_mem_eq(x[0], x[1], size * cols * sizeof(double));
        gml_rows_destroy(rows);
        gml_dataset_destroy(whole);
    }
}

TEST(an_npy_file_tells_its_rows_and_gives_them_without_a_copy)
{
    static const char header[] = "\x93NUMPY\x01\x00\x36\x00{'descr':'<f4','fortran_order':False,'shape':(3,2)}      \n";
    char bytes[sizeof header - 1 + 24];
    const float values[] = {1, 2, 3, 4, 5, 6};
    gml_rows *rows = NULL;
    const gml_dataset *dataset = NULL;
    memcpy(bytes, header, sizeof header - 1);
    bytes[8] = (char)(sizeof header - 1 - 10);
    memcpy(bytes + sizeof header - 1, values, sizeof values);
    assert_ok(context, gml_rows_open(context, put_file("x.npy", bytes, sizeof bytes), &numbers, &rows));
    ck_assert_uint_eq(gml_rows_total(rows), 3);
    assert_ok(context, gml_rows_next(rows, 2, &dataset));
    gml_matrix x = gml_rows_inputs(rows);
    ck_assert(x.dtype == GML_F32 && x.rows == 2 && x.cols == 2 && ((const float *)x.data)[3] == 4);
    assert_ok(context, gml_rows_next(rows, 2, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), 1);
    ck_assert_float_eq(((const float *)gml_rows_inputs(rows).data)[1], 6);
    gml_rows_destroy(rows);

    bytes[sizeof bytes - 1] = 0x7f; /* nan in the last row, and a byte is missing */
    const outcome *found = read_all(put_file("x.npy", bytes, sizeof bytes - 1), &numbers, 2);
    ck_assert_int_eq(found->end, GML_ERROR_DATA);
    ck_assert_uint_eq(found->count, 2);
    ck_assert_ptr_nonnull(strstr(gml_context_message(context), "1 bytes short of its numbers"));
}

TEST(rows_have_the_places_that_they_have_in_the_whole_file)
{
    static const char *const files[] = {"table-f4.npy", "real.npz", "table.svm"};
    for (size_t i = 0; i < 3; i++) {
        gml_dataset *whole = open_well(kept_file(files[i]), &(gml_dataset_options){.targets = GML_CHOICE_AUTO});
        const gml_dataset_options options = {.features = gml_dataset_features(whole)};
        const gml_dataset *dataset = NULL;
        gml_rows *rows = NULL;
        assert_ok(context, gml_rows_open(context, kept_file(files[i]), &options, &rows));
        for (size_t done = 0; done < gml_dataset_size(whole); done += gml_dataset_size(dataset)) {
            char place[GML_ORIGIN_SIZE], expected[GML_ORIGIN_SIZE];
            assert_ok(context, gml_rows_next(rows, 4, &dataset));
            gml_dataset_place(dataset, gml_dataset_size(dataset) - 1, place);
            gml_dataset_place(whole, done + gml_dataset_size(dataset) - 1, expected);
            ck_assert_str_eq(place, expected);
        }
        gml_rows_destroy(rows);
        gml_dataset_destroy(whole);
    }
}

/* ---- broken rows ---- */

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

TEST(further_files_follow_the_first)
{
    char second[1000];
    strcpy(second, put_text("second.csv", "a,b\n3,x\n5,6\n"));
    const char *const more[] = {second};
    const double expected[] = {1, 2, NAN, NAN, 5, 6};
    gml_dataset_options options = numbers;
    options.more = more;
    options.more_count = 1;
    const outcome *found = read_all(put_text("first.csv", "a,b\n1,2\n"), &options, 10);
    assert_values(found, expected, 3);
    ck_assert_ptr_nonnull(strstr(found->messages[0], "second.csv: line 2, column 2"));
}

TEST(reading_survives_the_failure_of_each_allocation)
{
    const char *const files[] = {"t.csv", "t.svm", "table-i2-big.npy"};
    char paths[3][1000];
    strcpy(paths[0], put_text(files[0], "b,a\nred,1\nblue,2\nred,x\n3\nblue,4\n"));
    strcpy(paths[1], put_text(files[1], "1 1:2\n0 2:x\n1 1:3\n"));
    strcpy(paths[2], kept_file(files[2]));
    gml_dataset *table = open_well(paths[2], &(gml_dataset_options){.features = 0});
    const gml_dataset_options options[] = {mixed, numbers, {.features = gml_dataset_features(table)}};
    gml_dataset_destroy(table);
    for (size_t i = 0; i < 3; i++) {
        gml_status status = GML_ERROR_MEMORY;
        for (size_t n = 1; status == GML_ERROR_MEMORY; n++) {
            gml_rows *rows = NULL;
            const gml_dataset *dataset = NULL;
            reset_faults(&f);
            f.fail_at = n;
            status = gml_rows_open(context, paths[i], &options[i], &rows);
            while (status == GML_OK) {
                status = gml_rows_next(rows, 100, &dataset);
                if (status == GML_OK && dataset == NULL) {
                    break;
                }
                status = gml_rows_can_continue(rows) ? GML_OK : status;
            }
            gml_rows_destroy(rows);
        }
        reset_faults(&f);
        ck_assert_int_eq(status, GML_OK);
    }
}

/* ---- pipes ---- */

/* Opens the reading end of a pipe with these first bytes; `writer` is its other end. */
static gml_rows *open_pipe(gml_context *made, const char *text, const gml_dataset_options *options, int *writer)
{
    int ends[2];
    char path[40];
    gml_rows *rows = NULL;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], text, strlen(text)), (ssize_t)strlen(text));
    snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
    assert_ok(made, gml_rows_open(made, path, options, &rows));
    close(ends[0]);
    *writer = ends[1];
    return rows;
}

/* Reads what is there: a call that waits for more would wait forever. */
static void assert_next(gml_context *made, gml_rows *rows, double first, double second)
{
    const gml_dataset *dataset = NULL;
    double values[2];
    assert_ok(made, gml_rows_next(rows, 100, &dataset));
    ck_assert_uint_eq(gml_dataset_size(dataset), 1);
    assert_ok(made, gml_dataset_gather(dataset, NULL, 1, gml_matrix_f64(values, 1, 2), gml_matrix_none()));
    ck_assert(values[0] == first && values[1] == second);
}

TEST(a_row_of_a_pipe_does_not_wait_for_the_next)
{
    const struct {
        const char *front, *rows[3];
        const gml_dataset_options *options;
        double expected[3][2];
    } cases[] = {
        {"a,b\n1,2\n", {"", "3,4\n", "5,\"6\"\n"}, &numbers, {{1, 2}, {3, 4}, {5, 6}}},
        {"a,b\r\n", {"1,2\r\n", "3,4\r\n", "5,6\r\n"}, &numbers, {{1, 2}, {3, 4}, {5, 6}}},
        {"1;2\n", {"", "3;4\n", "5;6\n"}, &numbers, {{1, 2}, {3, 4}, {5, 6}}},
        {"1,red\n", {"", "3,blue\n", "4,red\n"}, &mixed, {{1, 1}, {3, 0}, {4, 1}}},
        {"1 1:1 2:2\n", {"", "0 1:3\n", "0 2:6\n"}, &numbers, {{1, 2}, {3, 0}, {0, 6}}},
    };
    gml_context *made = test_context();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int writer;
        const gml_dataset *dataset = NULL;
        const char *first = cases[i].rows[0];
        char front[64];
        snprintf(front, sizeof front, "%s%s", cases[i].front, first);
        gml_rows *rows = open_pipe(made, front, cases[i].options, &writer);
        for (size_t j = 0; j < 3; j++) {
            const char *row = cases[i].rows[j];
            if (j > 0) {
                ck_assert_int_eq(write(writer, row, strlen(row)), (ssize_t)strlen(row));
            }
            assert_next(made, rows, cases[i].expected[j][0], cases[i].expected[j][1]);
        }
        ck_assert_int_eq(write(writer, "7", 1), 1); /* an unfinished row */
        close(writer);
        if (i == 3 || i == 4) {
            ck_assert_int_eq(gml_rows_next(rows, 100, &dataset), i == 3 ? GML_ERROR_DATA : GML_OK);
        } else {
            ck_assert_int_eq(gml_rows_next(rows, 100, &dataset), GML_ERROR_DATA);
            ck_assert_int_eq(gml_rows_can_continue(rows), 1);
            assert_ok(made, gml_rows_next(rows, 100, &dataset));
            ck_assert_ptr_null(dataset);
        }
        gml_rows_destroy(rows);
    }
    gml_context_destroy(made);
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
    return run_file_tests("row_by_row", 20);
}
