/* tests/data/row_by_row.c - gml_rows: the rows of files and pipes as they come. */
#include "row_case.h"

#include "data/dataset.h"

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

int main(void)
{
    return run_file_tests("row_by_row", 20);
}
