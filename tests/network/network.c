/* tests/network/network.c - networks: predictions and passes against the naive reference, what they know of their data,
 * and what they refuse. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"
#include "oracle.h"

static gml_network *make(gml_context *context, const char *description, gml_dtype dtype)
{
    gml_network *network = NULL;
    gml_network_options options = {.dtype = dtype, .seed = 12};
    assert_ok(context, gml_network_create(context, description, &options, &network));
    return network;
}

/* ---- predicting ---- */

static void compare_prediction(gml_context *context, const char *description, size_t rows, bool scaled)
{
    gml_network *network = make(context, description, GML_F64);
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    double *x = random_doubles(rows * inputs, rows), *shift = random_doubles(inputs, 5);
    if (scaled) {
        double *scale = random_doubles(inputs, 6);
        assert_ok(context, gml_network_set_input_scaling(network, shift, scale));
        free(scale);
    }
    double *y = calloc(rows * outputs, sizeof *y);
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, rows, inputs), gml_matrix_f64(y, rows, outputs)));
    oracle *naive = oracle_create(network, NULL);
    const gml_reference_batch batch = {.rows = rows, .x = x};
    oracle_run(naive, &batch);
    double worst = worst_difference(y, oracle_outputs(naive, &batch), rows * outputs);
    ck_assert_msg(worst <= 1e-12, "%s, %zu rows: %g", description, rows, worst);
    oracle_destroy(naive);
    free(x);
    free(y);
    free(shift);
    gml_network_destroy(network);
}

TEST(predictions_are_those_of_the_naive_reference_for_any_number_of_rows)
{
    gml_context *context = test_context();
    const size_t rows[] = {1, 2, 15, 16, 17, 31, 33, 100, 257, 1000};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        compare_prediction(context, "9 -> 40 relu -> 33 tanh -> 7 sigmoid bias=no -> 5 softmax", rows[i], i % 2 == 1);
        compare_prediction(context, "3 -> 1", rows[i], i % 2 == 0);
        compare_prediction(context, "2 -> 300 step -> 2 leaky_relu(slope=0.2)", rows[i], i % 2 == 0);
    }
    gml_context_destroy(context);
}

TEST(inputs_of_every_type_and_with_gaps_between_rows_give_the_same_predictions)
{
    enum { ROWS = 5, INPUTS = 3, STRIDE = 7 };
    gml_context *context = test_context();
    gml_network *network = make(context, "3 -> 6 tanh -> 2", GML_F32);
    const double scale[INPUTS] = {0.5, 0.25, 0.125};
    const double shift[INPUTS] = {1, 2, 3};
    assert_ok(context, gml_network_set_input_scaling(network, shift, scale));
    uint8_t bytes[ROWS * STRIDE];
    float floats[ROWS * STRIDE];
    double doubles[ROWS * STRIDE];
    for (size_t i = 0; i < ROWS * STRIDE; i++) {
        bytes[i] = (uint8_t)(i * 5 % 8);
        floats[i] = bytes[i];
        doubles[i] = bytes[i];
    }
    gml_matrix views[3] = {gml_matrix_u8(bytes, ROWS, INPUTS), gml_matrix_f32(floats, ROWS, INPUTS),
                           gml_matrix_f64(doubles, ROWS, INPUTS)};
    float y[3][ROWS * 4];
    for (size_t i = 0; i < 3; i++) {
        views[i].stride = STRIDE;
        gml_matrix out = gml_matrix_f32(y[i], ROWS, 2);
        out.stride = 4;
        assert_ok(context, gml_network_predict(network, views[i], out));
    }
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t col = 0; col < 2; col++) {
            ck_assert_float_eq(y[0][row * 4 + col], y[1][row * 4 + col]);
            ck_assert_float_eq(y[0][row * 4 + col], y[2][row * 4 + col]);
        }
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

typedef struct asker {
    const gml_network *network;
    const float *x, *expected;
    size_t rows, wrong;
} asker;

static void *ask_often(void *argument)
{
    asker *self = argument;
    size_t outputs = gml_network_outputs(self->network);
    float *y = calloc(self->rows * outputs, sizeof *y);
    for (size_t i = 0; i < 200; i++) {
        gml_network_predict(self->network, gml_matrix_f32(self->x, self->rows, gml_network_inputs(self->network)),
                            gml_matrix_f32(y, self->rows, outputs));
        self->wrong += memcmp(y, self->expected, self->rows * outputs * sizeof *y) != 0;
    }
    free(y);
    return NULL;
}

TEST(threads_that_share_a_network_all_get_the_right_predictions)
{
    enum { THREADS = 7, ROWS = 40 };
    gml_context *context = test_context();
    gml_network *network = make(context, "30 -> 64 relu -> 10 softmax", GML_F32);
    float x[ROWS * 30], expected[ROWS * 10];
    for (size_t i = 0; i < ROWS * 30; i++) {
        x[i] = (float)(i % 17) / 17;
    }
    assert_ok(context, gml_network_predict(network, gml_matrix_f32(x, ROWS, 30), gml_matrix_f32(expected, ROWS, 10)));
    pthread_t threads[THREADS];
    asker askers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        askers[i] = (asker){.network = network, .x = x, .expected = expected, .rows = ROWS};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, ask_often, &askers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(askers[i].wrong, 0);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(predicting_refuses_what_does_not_fit)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "3 -> 2", GML_F32);
    float x[12] = {0}, y[8];
    double wide[8];
    gml_matrix in = gml_matrix_f32(x, 4, 3), out = gml_matrix_f32(y, 4, 2);
    assert_refused(context, gml_network_predict(network, gml_matrix_f32(x, 3, 4), out), GML_ERROR_SHAPE, "[3 x 4]",
                   "row of 3", NULL);
    assert_refused(context, gml_network_predict(network, gml_matrix_f32(x, 0, 3), out), GML_ERROR_SHAPE, "one row",
                   NULL);
    assert_refused(context, gml_network_predict(network, gml_matrix_none(), out), GML_ERROR_ARGUMENT, "inputs", NULL);
    assert_refused(context, gml_network_predict(network, in, gml_matrix_f32(y, 2, 2)), GML_ERROR_SHAPE, "[4 x 2]",
                   NULL);
    assert_refused(context, gml_network_predict(network, in, gml_matrix_f64(wide, 4, 2)), GML_ERROR_ARGUMENT, "f32",
                   NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(strides_that_openblas_cannot_count_are_refused_or_gathered)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 1", GML_F32);
    const float x[2] = {1, 2}, target = 1;
    float y = 0, expected = 0;
    gml_matrix in = gml_matrix_f32(x, 1, 2), out = gml_matrix_f32(&y, 1, 1);
    assert_ok(context, gml_network_predict(network, in, gml_matrix_f32(&expected, 1, 1)));
    out.stride = (size_t)1 << 32;
    assert_refused(context, gml_network_predict(network, in, out), GML_ERROR_SHAPE, "stride of 4294967296", NULL);
    in.stride = (size_t)1 << 32;
    gml_dataset *data = NULL;
    gml_metrics metrics;
    assert_ok(context,
              gml_dataset_from_matrices(context, in, gml_matrix_f32(&target, 1, 1), GML_TASK_REGRESSION, &data));
    assert_ok(context, gml_evaluate(network, data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.rmse, fabs((double)expected - 1), 1e-6);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- by hand ---- */

/* Takes `rows` random samples through a pass and through the reference, and compares all that both give. */
static void compare_pass(gml_context *context, const char *description, size_t rows)
{
    gml_network *network = make(context, description, GML_F64);
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    double *scale = random_doubles(inputs, 3), *x = random_doubles(rows * inputs, 1);
    double *targets = random_doubles(rows * outputs, 2), *dx = calloc(rows * inputs, sizeof *dx);
    double *naive_dx = calloc(rows * inputs, sizeof *naive_dx);
    double *y = calloc(rows * outputs, sizeof *y), *dy = calloc(rows * outputs, sizeof *dy), loss = 0;
    gml_matrix in = gml_matrix_f64(x, rows, inputs), out = gml_matrix_f64(y, rows, outputs);
    gml_matrix gradient = gml_matrix_f64(dy, rows, outputs);
    gml_pass *pass = NULL;
    assert_ok(context, gml_network_set_input_scaling(network, NULL, scale));
    assert_ok(context, gml_pass_create(network, rows + 30, &pass));
    assert_ok(context, gml_pass_forward(pass, in, out));
    assert_ok(context, gml_loss_evaluate(context, "mean_squared_error", out, gml_matrix_f64(targets, rows, outputs),
                                         &loss, gradient));
    assert_ok(context, gml_pass_backward(pass, gradient, gml_matrix_f64(dx, rows, inputs)));

    oracle *naive = oracle_create(network, "mean_squared_error");
    const gml_reference_batch batch = {.rows = rows, .x = x, .targets = targets, .target_cols = outputs};
    ck_assert_double_eq_tol(loss, oracle_run(naive, &batch), 1e-12);
    ck_assert_double_le(worst_difference(y, oracle_outputs(naive, &batch), rows * outputs), 1e-12);
    oracle_differentiate(naive, &batch, naive_dx);
    ck_assert_double_le(worst_difference(dx, naive_dx, rows * inputs), 1e-12);
    for (size_t i = 0; i < gml_network_block_count(network); i++) {
        gml_block block;
        assert_ok(context, gml_pass_gradient(pass, i, &block));
        size_t count = block.values.rows * block.values.cols;
        ck_assert_msg(worst_difference(block.values.data, naive->blocks[i].gradient, count) <= 1e-12, "%s", block.name);
    }
    oracle_destroy(naive);
    free(naive_dx);
    gml_pass_destroy(pass);
    free(scale);
    free(x);
    free(targets);
    free(y);
    free(dy);
    free(dx);
    gml_network_destroy(network);
}

TEST(a_pass_gives_the_gradients_of_the_naive_reference_for_blocks_and_inputs)
{
    gml_context *context = test_context();
    compare_pass(context, "6 -> 20 sigmoid -> 15 relu bias=no -> 4 tanh", 70);
    compare_pass(context, "6 -> 20 step -> 15 leaky_relu(slope=0.3) -> 4 softmax", 40);
    /* Weights of several panels, and batches of several. */
    compare_pass(context, "500 -> 300 tanh -> 200 relu -> 3", 150);
    gml_context_destroy(context);
}

TEST(a_pass_refuses_too_many_rows_and_backward_before_forward)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 2", GML_F32);
    gml_pass *pass = NULL;
    float x[6] = {0}, y[6];
    assert_refused(context, gml_pass_create(network, 0, &pass), GML_ERROR_ARGUMENT, "batch", NULL);
    assert_ok(context, gml_pass_create(network, 2, &pass));
    assert_refused(context, gml_pass_backward(pass, gml_matrix_f32(y, 2, 2), gml_matrix_none()), GML_ERROR_ARGUMENT,
                   "forward", NULL);
    assert_refused(context, gml_pass_forward(pass, gml_matrix_f32(x, 3, 2), gml_matrix_f32(y, 3, 2)), GML_ERROR_SHAPE,
                   "3 samples", "at most 2", NULL);
    gml_pass_destroy(pass);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- what a network knows ---- */

TEST(blocks_are_64_byte_aligned_and_named_by_layer)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "3 -> 5 relu -> 2 bias=no", GML_F32);
    const char *const names[] = {"layers.0.weight", "layers.0.bias", "layers.1.weight"};
    ck_assert_uint_eq(gml_network_block_count(network), 3);
    ck_assert_uint_eq(gml_network_parameter_count(network), 15 + 5 + 10);
    gml_block block;
    for (size_t i = 0; i < 3; i++) {
        assert_ok(context, gml_network_block(network, i, &block));
        ck_assert_str_eq(block.name, names[i]);
        ck_assert_uint_eq((uintptr_t)block.values.data % 64, 0);
    }
    assert_refused(context, gml_network_block(network, 3, &block), GML_ERROR_ARGUMENT, "block 3", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_seed_gives_the_same_weights_and_another_seed_others)
{
    gml_context *context = test_context();
    gml_network *a = make(context, "5 -> 8 relu -> 3", GML_F32), *b = make(context, "5 -> 8 relu -> 3", GML_F32);
    gml_block first, second;
    assert_ok(context, gml_network_block(a, 0, &first));
    assert_ok(context, gml_network_block(b, 0, &second));
    ck_assert_mem_eq(first.values.data, second.values.data, 40 * sizeof(float));
    gml_network_initialize(b, 13);
    ck_assert_mem_ne(first.values.data, second.values.data, 40 * sizeof(float));
    gml_network_destroy(a);
    gml_network_destroy(b);
    gml_context_destroy(context);
}

TEST(adapting_standardises_inputs_and_gives_predictions_in_the_targets_own_unit)
{
    enum { ROWS = 50 };
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 1 init=zeros", GML_F64);
    double x[ROWS * 2], y[ROWS], predicted[ROWS], mean = 0;
    for (size_t i = 0; i < ROWS; i++) {
        x[2 * i] = 1000 + (double)i;
        x[2 * i + 1] = 3;
        y[i] = 5e6 + 1e5 * (double)(i % 7);
        mean += y[i] / ROWS;
    }
    gml_dataset *data = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, ROWS, 2), gml_matrix_f64(y, ROWS, 1),
                                                 GML_TASK_AUTO, &data));
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, ROWS, 2), gml_matrix_f64(predicted, ROWS, 1)));
    /* With weights of zero the answer is the mean of the targets, and explains nothing of them. */
    ck_assert_double_eq_tol(predicted[7], mean, 1e-6);
    gml_metrics metrics;
    assert_ok(context, gml_evaluate(network, data, "mean_squared_error", &metrics));
    ck_assert_double_eq_tol(metrics.loss, 1, 1e-9);
    ck_assert_double_eq_tol(metrics.r2, 0, 1e-9);
    ck_assert_double_eq_tol(metrics.rmse, 2e5, 1e4);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Adapts a network with random weights to x [rows x 3], of which column 1 is constant in training, then changes that
 * column in all rows: nothing changes, not in predictions and not in those of a copy or of a folded network. */
static void check_constant_column(gml_context *context, gml_dtype dtype, gml_matrix x, gml_matrix later)
{
    enum { MOST = 8 };
    gml_network *networks[3];
    gml_dataset *data = NULL;
    double y[MOST] = {1, 2, 3, 5, 8, 13, 21, 34}, before[MOST], after[MOST], copied[MOST];
    networks[0] = make(context, "3 -> 5 tanh -> 1", GML_F64);
    assert_ok(context, gml_dataset_from_matrices(context, x, gml_matrix_f64(y, x.rows, 1), GML_TASK_AUTO, &data));
    assert_ok(context, gml_network_adapt(networks[0], data, GML_SCALING_AUTO));
    ck_assert_double_eq(gml_network_input_scaling(networks[0]).scale[1], 0);
    ck_assert_double_ne(gml_network_input_scaling(networks[0]).scale[0], 0);
    assert_ok(context, gml_network_copy(networks[0], dtype, &networks[1]));
    assert_ok(context, gml_network_fold(networks[0], &networks[2]));
    assert_ok(context, gml_network_predict(networks[0], x, gml_matrix_f64(before, x.rows, 1)));
    for (size_t i = 0; i < 3; i++) {
        gml_matrix out = gml_matrix_view(i == 1 ? copied : after, gml_network_dtype(networks[i]), x.rows, 1);
        assert_ok(context, gml_network_predict(networks[i], later, out));
        for (size_t k = 0; k < x.rows; k++) {
            double value = out.dtype == GML_F32 ? (double)((float *)out.data)[k] : ((double *)out.data)[k];
            ck_assert_double_eq_tol(value, before[k], dtype == GML_F32 && i == 1 ? 1e-3 : 1e-12);
        }
        gml_network_destroy(networks[i]);
    }
    gml_dataset_destroy(data);
}

TEST(an_input_that_was_constant_in_training_has_no_say_later)
{
    enum { ROWS = 8 };
    gml_context *context = test_context();
    double x[ROWS * 3], later[ROWS * 3];
    float narrow[ROWS * 3], narrow_later[ROWS * 3];
    uint8_t bytes[ROWS * 3], bytes_later[ROWS * 3];
    for (size_t i = 0; i < ROWS * 3; i++) {
        /* 0.1 * 3 and 0.3 are different doubles. */
        x[i] = later[i] = i % 3 != 1 ? (double)(i * i % 7) : i % 2 == 0 ? 0.1 * 3 : 0.3;
        narrow[i] = narrow_later[i] = (float)x[i];
        bytes[i] = bytes_later[i] = i % 3 != 1 ? (uint8_t)(i * i % 7) : 0;
        later[i] = i % 3 == 1 ? 1e200 : later[i];
        narrow_later[i] = i % 3 == 1 ? -1e38F : narrow_later[i];
        bytes_later[i] = i % 3 == 1 ? 255 : bytes_later[i];
    }
    for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
        check_constant_column(context, dtype, gml_matrix_f64(x, ROWS, 3), gml_matrix_f64(later, ROWS, 3));
        check_constant_column(context, dtype, gml_matrix_f32(narrow, ROWS, 3), gml_matrix_f32(narrow_later, ROWS, 3));
        check_constant_column(context, dtype, gml_matrix_u8(bytes, ROWS, 3), gml_matrix_u8(bytes_later, ROWS, 3));
    }
    gml_context_destroy(context);
}

TEST(adapting_refuses_data_that_is_not_finite_or_does_not_fit)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 3", GML_F32);
    float x[8] = {0, 1, 2, 3, 4, NAN, 6, 7};
    uint8_t classes[4] = {0, 1, 2, 3};
    gml_dataset *data = NULL;
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32(x, 4, 2), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_refused(context, gml_network_adapt(network, data, GML_SCALING_AUTO), GML_ERROR_DATA, "row 3: input 2",
                   "not a number", NULL);
    gml_dataset_destroy(data);
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f32(x, 4, 2), gml_matrix_u8(classes, 4, 1),
                                                 GML_TASK_AUTO, &data));
    assert_refused(context, gml_network_adapt(network, data, GML_SCALING_AUTO), GML_ERROR_SHAPE, "4 classes",
                   "3 outputs", NULL);
    gml_dataset_destroy(data);
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f32(x, 2, 4), gml_matrix_none(), GML_TASK_AUTO, &data));
    assert_refused(context, gml_network_adapt(network, data, GML_SCALING_AUTO), GML_ERROR_SHAPE, "4 inputs", "takes 2",
                   NULL);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(scalings_that_are_not_finite_and_outputs_scaled_by_zero_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 2", GML_F32);
    const double zero[2] = {1, 0}, infinite[2] = {INFINITY, 1}, not_known[2] = {1, NAN};
    assert_refused(context, gml_network_set_output_scaling(network, NULL, zero), GML_ERROR_DATA, "column 2", NULL);
    assert_refused(context, gml_network_set_input_scaling(network, infinite, NULL), GML_ERROR_DATA, "column 1", NULL);
    assert_refused(context, gml_network_set_input_scaling(network, NULL, not_known), GML_ERROR_DATA, "column 2", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_scaling_in_force_can_be_asked_for)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 1", GML_F32);
    const double shift[2] = {3, -1}, scale[1] = {0.25};
    ck_assert_ptr_null(gml_network_input_scaling(network).shift);
    ck_assert_ptr_null(gml_network_input_scaling(network).scale);
    ck_assert_ptr_null(gml_network_output_scaling(network).shift);
    ck_assert_ptr_null(gml_network_output_scaling(network).scale);
    assert_ok(context, gml_network_set_input_scaling(network, shift, NULL));
    assert_ok(context, gml_network_set_output_scaling(network, NULL, scale));
    gml_scaling_view input = gml_network_input_scaling(network), output = gml_network_output_scaling(network);
    ck_assert_mem_eq(input.shift, shift, sizeof shift);
    ck_assert_double_eq(input.scale[1], 1);
    ck_assert_double_eq(output.shift[0], 0);
    ck_assert_double_eq(output.scale[0], 0.25);
    assert_ok(context, gml_network_set_input_scaling(network, NULL, NULL));
    ck_assert_ptr_null(gml_network_input_scaling(network).scale);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(facts_are_kept_replaced_and_taken_away)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "1 -> 1", GML_F32);
    assert_ok(context, gml_network_set_fact(network, "who", "a"));
    assert_ok(context, gml_network_set_fact(network, "what", "b"));
    assert_ok(context, gml_network_set_fact(network, "who", "c"));
    ck_assert_str_eq(gml_network_fact(network, "who"), "c");
    assert_ok(context, gml_network_set_fact(network, "who", NULL));
    ck_assert_ptr_null(gml_network_fact(network, "who"));
    const char *name = NULL;
    ck_assert_str_eq(gml_network_fact_at(network, 0, &name), "b");
    ck_assert_str_eq(name, "what");
    ck_assert_ptr_null(gml_network_fact_at(network, 1, &name));
    for (int i = 0; i < 63; i++) {
        char text[8];
        snprintf(text, sizeof text, "f%d", i);
        assert_ok(context, gml_network_set_fact(network, text, "x"));
    }
    assert_refused(context, gml_network_set_fact(network, "more", "x"), GML_ERROR_ARGUMENT, "at most 64", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(a_copy_predicts_the_same_in_its_own_type)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "3 -> 7 tanh -> 2", GML_F32);
    const double shift[3] = {1, 2, 3};
    assert_ok(context, gml_network_set_input_scaling(network, shift, NULL));
    assert_ok(context, gml_network_set_fact(network, "loss", "mean_squared_error"));
    gml_network *same = NULL, *wide = NULL;
    assert_ok(context, gml_network_copy(network, GML_F32, &same));
    assert_ok(context, gml_network_copy(network, GML_F64, &wide));
    float x[3] = {0.5f, 1.5f, -2}, y[2], z[2];
    double exact[2];
    assert_ok(context, gml_network_predict(network, gml_matrix_f32(x, 1, 3), gml_matrix_f32(y, 1, 2)));
    assert_ok(context, gml_network_predict(same, gml_matrix_f32(x, 1, 3), gml_matrix_f32(z, 1, 2)));
    assert_ok(context, gml_network_predict(wide, gml_matrix_f32(x, 1, 3), gml_matrix_f64(exact, 1, 2)));
    ck_assert_mem_eq(y, z, sizeof y);
    ck_assert_double_eq_tol(exact[0], (double)y[0], 1e-5);
    ck_assert_str_eq(gml_network_fact(wide, "loss"), "mean_squared_error");
    gml_network_destroy(network);
    gml_network_destroy(same);
    gml_network_destroy(wide);
    gml_context_destroy(context);
}

/* ---- what cannot be made ---- */

/* f(x) of a unit of layer 0, and its derivative, through the network's own type. */
static double apply_unit(const gml_network *network, size_t unit, double x, double *slope)
{
    gml_dtype dtype = gml_network_dtype(network);
    double wide[3] = {x};
    float narrow[3] = {(float)x};
    char *data = dtype == GML_F32 ? (char *)narrow : (char *)wide;
    size_t size = gml_dtype_size(dtype);
    assert_ok(gml_network_context(network),
              gml_network_apply_activation(network, 0, unit, gml_matrix_view(data, dtype, 1, 1),
                                           gml_matrix_view(data + size, dtype, 1, 1),
                                           gml_matrix_view(data + 2 * size, dtype, 1, 1)));
    *slope = dtype == GML_F32 ? (double)narrow[2] : wide[2];
    return dtype == GML_F32 ? (double)narrow[1] : wide[1];
}

/* prelu of unit j has learned the slope j / 8: f(x) = x above 0, else j x / 8. */
TEST(an_activation_in_a_network_is_applied_as_each_unit_has_learned_it)
{
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network = NULL;
        gml_network_options options = {.dtype = (gml_dtype)dtype};
        gml_block block;
        double slope;
        assert_ok(context, gml_network_create(context, "2 -> 3 prelu(per=unit, slope=0.5) -> 1", &options, &network));
        assert_ok(context, gml_network_block(network, 2, &block));
        ck_assert_int_eq(block.role, GML_ROLE_ACTIVATION);
        for (size_t j = 0; j < 3; j++) {
            if (dtype == GML_F32) {
                ((float *)block.values.data)[j] = (float)j / 8;
            } else {
                ((double *)block.values.data)[j] = (double)j / 8;
            }
        }
        for (size_t j = 0; j < 3; j++) {
            ck_assert(apply_unit(network, j, -2, &slope) == -2 * (double)j / 8 && slope == (double)j / 8);
            ck_assert(apply_unit(network, j, 3, &slope) == 3 && slope == 1);
        }
        ck_assert(apply_unit(network, SIZE_MAX, -2, &slope) == -1 && slope == 0.5);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(an_activation_of_no_layer_or_unit_or_another_type_is_not_applied)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    float x[1] = {1};
    double wide[1] = {1};
    gml_matrix fits = gml_matrix_f32(x, 1, 1), other = gml_matrix_f64(wide, 1, 1), none = gml_matrix_none();
    assert_ok(context, gml_network_create(context, "2 -> 3 prelu -> 1", NULL, &network));
    ck_assert_int_eq(gml_network_apply_activation(network, 2, 0, fits, fits, none), GML_ERROR_ARGUMENT);
    ck_assert_int_eq(gml_network_apply_activation(network, 0, 3, fits, fits, none), GML_ERROR_ARGUMENT);
    ck_assert_int_eq(gml_network_apply_activation(network, 0, 0, other, other, none), GML_ERROR_ARGUMENT);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(networks_too_large_for_memory_or_counting_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = NULL;
    assert_refused(context, gml_network_create(context, "784 -> 1000000000 relu -> 10", NULL, &network),
                   GML_ERROR_MEMORY, "no memory for", NULL);
    assert_refused(context, gml_network_create(context, "2147483647 -> 2147483647 -> 2147483647", NULL, &network),
                   GML_ERROR_SHAPE, "more than can be counted", NULL);
    gml_network_options bytes = {.dtype = GML_U8};
    assert_refused(context, gml_network_create(context, "1 -> 1", &bytes, &network), GML_ERROR_ARGUMENT, "f32 or f64",
                   "u8", NULL);
    ck_assert_ptr_null(network);
    gml_context_destroy(context);
}

/* ---- scaling weights to data ---- */

static double variance(const double *values, size_t count)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < count; i++) {
        mean += values[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        sum += (values[i] - mean) * (values[i] - mean);
    }
    return sum / (double)count;
}

TEST(weights_scaled_to_data_give_outputs_of_variance_1_however_deep)
{
    enum { SAMPLES = 200, INPUTS = 6, OUTPUTS = 9 };
    static const char *const descriptions[] = {
        "6 -> 9 init=orthogonal",
        "6 -> 30 relu init=normal(std=0.001) -> 30 tanh init=orthogonal -> 9",
        "6 -> 30 sigmoid -> 30 gaussian -> batchnorm -> 30 prelu -> residual 1 -> 30 silu bias=no -> dropout 0.5 -> 9",
        "6 -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 20 relu -> 9",
    };
    gml_context *context = test_context();
    double *x = random_doubles(SAMPLES * INPUTS, 3), *y = calloc(SAMPLES * OUTPUTS, sizeof *y);
    for (size_t i = 0; i < sizeof descriptions / sizeof descriptions[0]; i++) {
        gml_network *network = make(context, descriptions[i], GML_F64);
        gml_matrix in = gml_matrix_f64(x, SAMPLES, INPUTS), out = gml_matrix_f64(y, SAMPLES, OUTPUTS);
        assert_ok(context, gml_network_scale_to_data(network, in));
        assert_ok(context, gml_network_predict(network, in, out));
        ck_assert_double_eq_tol(variance(y, SAMPLES * OUTPUTS), 1, 0.01);
        gml_network_destroy(network);
    }
    free(x);
    free(y);
    gml_context_destroy(context);
}

TEST(weights_are_not_scaled_to_data_that_says_nothing)
{
    gml_context *context = test_context();
    gml_network *network = make(context, "2 -> 3 relu -> 1", GML_F32);
    const float same[] = {0, 0, 0, 0}, infinite[] = {1, 2, INFINITY, 4};
    assert_refused(context, gml_network_scale_to_data(network, gml_matrix_f32((float *)(uintptr_t)same, 2, 2)),
                   GML_ERROR_DATA, "layer 1", "variance", "is 0", NULL);
    assert_refused(context, gml_network_scale_to_data(network, gml_matrix_f32((float *)(uintptr_t)infinite, 2, 2)),
                   GML_ERROR_DATA, "layer 1", " nan;", NULL);
    assert_refused(context, gml_network_scale_to_data(network, gml_matrix_f32((float *)(uintptr_t)same, 1, 4)),
                   GML_ERROR_SHAPE, NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("network", 120);
}
