/* tests/data/places.c - messages name the line of a file, or the row of the caller's matrices, that a sample comes from
 * (data/origin.h). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "csv_case.h"
#include "data/dataset.h"

static void assert_place(const gml_dataset *dataset, size_t sample, const char *expected)
{
    char text[GML_ORIGIN_SIZE];
    gml_dataset_place(dataset, sample, text);
    const char *name = strrchr(text, '/');
    ck_assert_str_eq(name != NULL ? name + 1 : text, expected);
}

TEST(samples_of_a_csv_know_their_lines)
{
    gml_dataset *dataset = open_text("a,b,y\n\n1,2,0.5\n3,4,1.5\n\r\n\n5,\"6\",2.5\n7,8,\"3.5\n\"\n9,10,4.5\n", NULL);
    const char *const lines[] = {"table.csv: line 3", "table.csv: line 4", "table.csv: line 7", "table.csv: line 8",
                                 "table.csv: line 10"};
    ck_assert_uint_eq(gml_dataset_size(dataset), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_place(dataset, i, lines[i]);
    }
    gml_dataset *first = NULL, *second = NULL;
    assert_ok(context, gml_dataset_split(dataset, 0.4, 3, &first, &second));
    gml_dataset *parts[] = {first, second};
    for (size_t p = 0; p < 2; p++) {
        for (size_t i = 0; i < gml_dataset_size(parts[p]); i++) {
            double x[2];
            assert_ok(context, gml_dataset_gather(parts[p], &i, 1, gml_matrix_f64(x, 1, 2), gml_matrix_none()));
            assert_place(parts[p], i, lines[((size_t)x[0] - 1) / 2]);
        }
        gml_dataset_destroy(parts[p]);
    }
    gml_dataset_destroy(dataset);
}

TEST(each_kind_of_line_end_counts_as_one_line)
{
    gml_dataset *dataset = open_text("1,0.5\r\n2,1.5\r3,2.5\n4,3.5\r\r\n5,4.5\n", NULL);
    const char *const lines[] = {"table.csv: line 1", "table.csv: line 2", "table.csv: line 3", "table.csv: line 4",
                                 "table.csv: line 6"};
    ck_assert_uint_eq(gml_dataset_size(dataset), 5);
    for (size_t i = 0; i < 5; i++) {
        assert_place(dataset, i, lines[i]);
    }
    gml_dataset_destroy(dataset);
}

TEST(lines_of_a_file_without_gaps_take_no_memory)
{
    char text[64 * 5 + 1] = "";
    for (size_t i = 0; i < 64; i++) {
        strcat(text, i % 2 == 0 ? "1,.5\n" : "2,.7\n");
    }
    gml_dataset *dataset = open_text(text, NULL);
    assert_place(dataset, 63, "table.csv: line 64");
    ck_assert_uint_eq(dataset->origin.jumps.size, 2 * sizeof(size_t));
    gml_dataset_destroy(dataset);
}

TEST(images_are_counted_and_matrices_have_rows)
{
    put_file("train-images-idx3-ubyte", "\0\0\x08\x03\0\0\0\x02\0\0\0\x01\0\0\0\x01\x05\x06", 18);
    put_file("train-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\x02\x01\0", 10);
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, in_folder("."), NULL, &dataset));
    assert_place(dataset, 1, "train-images-idx3-ubyte: sample 2");
    gml_dataset_destroy(dataset);

    const float x[3] = {1, 2, 3};
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32(x, 3, 1), gml_matrix_none(), GML_TASK_AUTO, &dataset));
    assert_place(dataset, 2, "row 3");
    gml_dataset_destroy(dataset);
}

TEST(a_long_path_keeps_its_end)
{
    char path[3000], text[GML_ORIGIN_SIZE];
    memset(path, 'a', sizeof path);
    strcpy(path + sizeof path - 11, "/table.csv");
    const gml_origin origin = {.path = path};
    gml_origin_print(&origin, (size_t)-2, text);
    ck_assert_int_eq(strncmp(text, "...aaa", 6), 0);
    ck_assert_str_eq(text + strlen(text) - 38, "table.csv: sample 18446744073709551615");
}

/* ---- fits and evaluations ---- */

/* A table of `rows` lines behind a header and an empty line; the target of one of them is `bad`. */
static gml_dataset *open_rows(size_t rows, size_t bad_row, const char *bad)
{
    size_t size = 32 * rows + 32, used;
    char *text = malloc(size);
    used = (size_t)snprintf(text, size, "a,b,y\n\n");
    for (size_t i = 0; i < rows; i++) {
        used += (size_t)snprintf(text + used, size - used, i == bad_row ? "%zu,%zu,%s\n" : "%zu,%zu,1.5\n", i % 7,
                                 i % 5, bad);
    }
    const gml_dataset_options options = {.task = GML_TASK_REGRESSION};
    gml_dataset *dataset = open_text(text, &options);
    free(text);
    return dataset;
}

TEST(fits_and_evaluations_name_the_line_of_a_target_that_the_loss_refuses)
{
    /* Both ways of drawing the order of an epoch. */
    const size_t sizes[] = {100, 5000};
    for (size_t i = 0; i < 2; i++) {
        gml_network *network = NULL;
        gml_metrics metrics;
        gml_dataset *dataset = open_rows(sizes[i], 41, "-2");
        assert_ok(context, gml_network_create(context, "2 -> 1 exponential", NULL, &network));
        const gml_train_options options = {.batch = 8, .epochs = 1};
        assert_refused(context, gml_fit(network, dataset, NULL, &options, NULL, NULL), GML_ERROR_DATA,
                       "table.csv: line 44: target 1 is -2", NULL);
        assert_refused(context, gml_evaluate(network, dataset, "poisson", &metrics), GML_ERROR_DATA,
                       "table.csv: line 44: target 1 is -2", NULL);
        gml_network_destroy(network);
        gml_dataset_destroy(dataset);
    }
}

TEST(adapting_and_full_batch_fits_name_the_line)
{
    gml_network *network = NULL;
    gml_dataset *dataset = open_rows(2000, 1500, "-2");
    assert_ok(context, gml_network_create(context, "2 -> 1 exponential", NULL, &network));
    const gml_train_options options = {.optimizer = "lbfgs", .epochs = 1};
    assert_refused(context, gml_fit(network, dataset, NULL, &options, NULL, NULL), GML_ERROR_DATA,
                   "table.csv: line 1503: target 1 is -2", NULL);
    ((double *)dataset->inputs.data)[2 * 700 + 1] = (double)INFINITY;
    assert_refused(context, gml_network_adapt(network, dataset, GML_SCALING_AUTO), GML_ERROR_DATA,
                   "table.csv: line 703: input 2 (\"b\") is inf; a finite number", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(an_input_that_is_not_finite_is_named_and_the_weights_are_not_blamed)
{
    enum { N = 64 };
    float x[N][3], y[N];
    for (size_t i = 0; i < N; i++) {
        x[i][0] = x[i][1] = x[i][2] = y[i] = (float)(i % 9);
    }
    x[50][1] = NAN;
    gml_dataset *dataset = NULL;
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, "3 -> 5 tanh -> 1", NULL, &network));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(&x[0][0], N, 3), gml_matrix_f32(y, N, 1),
                                                 GML_TASK_REGRESSION, &dataset));
    const gml_train_options options = {.batch = 4, .epochs = 1};
    assert_refused(context, gml_fit(network, dataset, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED,
                   "input 2 of row 51 is not finite", NULL);
    gml_trainer *trainer = NULL;
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    assert_refused(context, gml_trainer_step(trainer, gml_matrix_f32(x[48], 4, 3), gml_matrix_f32(y + 48, 4, 1), NULL),
                   GML_ERROR_DIVERGED, "step 1: the loss is nan", "input 2 of sample 3 of the batch is not finite",
                   NULL);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(a_sample_that_overflows_is_named_with_its_layer)
{
    float x[6] = {1, 2, 1e30f, 3, 4, 5};
    const float y[6] = {0};
    gml_dataset *dataset = NULL;
    gml_network *network = NULL;
    gml_block weights;
    assert_ok(context, gml_network_create(context, "1 -> 1 -> 1", NULL, &network));
    assert_ok(context, gml_network_block(network, 2, &weights));
    *(float *)weights.values.data = 1e30f;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, 6, 1), gml_matrix_f32(y, 6, 1),
                                                 GML_TASK_REGRESSION, &dataset));
    const gml_train_options options = {.batch = 6, .epochs = 1};
    assert_refused(context, gml_fit(network, dataset, NULL, &options, NULL, NULL), GML_ERROR_DIVERGED,
                   "layer 2 of 2 (1 identity) for row 3;", NULL);
    gml_network_destroy(network);
    gml_dataset_destroy(dataset);
}

TEST(a_long_path_is_cut_between_characters)
{
    static const char *const ends[] = {".csv", "1.csv", "12.csv", "123.csv"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char path[400] = "", text[GML_ORIGIN_SIZE];
        for (int flower = 0; flower < 90; flower++) {
            strcat(path, "\xf0\x9f\x8c\xb8"); /* four bytes */
        }
        strcat(path, ends[i]);
        const gml_origin origin = {.path = path};
        gml_origin_print(&origin, 6, text);
        ck_assert_msg(gml_utf8_is_name(text, strlen(text)), "%s", text);
        ck_assert_int_eq(strncmp(text, "...\xf0\x9f", 5), 0);
        ck_assert_ptr_nonnull(strstr(text, ends[i]));
    }
}

int main(void)
{
    return run_file_tests("places", 60);
}
