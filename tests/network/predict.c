/* tests/network/predict.c - predictions are those of the naive reference, whatever the rows, types, strides and
 * threads. */
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"
#include "oracle.h"

static void compare_prediction(gml_context *context, const char *description, size_t rows, bool scaled)
{
    gml_network *network = new_network(context, description, GML_F64, 12);
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
        compare_prediction(context, "300 -> 250 relu -> 200 tanh -> 5 softmax", rows[i], i % 2 == 0);
        compare_prediction(context, "3 -> 1", rows[i], i % 2 == 0);
        compare_prediction(context, "2 -> 300 step -> 2 leaky_relu(slope=0.2)", rows[i], i % 2 == 0);
    }
    gml_context_destroy(context);
}

TEST(inputs_of_every_type_and_with_gaps_between_rows_give_the_same_predictions)
{
    enum { ROWS = 5, INPUTS = 3, STRIDE = 7 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "3 -> 6 tanh -> 2", GML_F32, 12);
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
    gml_network *network = new_network(context, "30 -> 64 relu -> 10 softmax", GML_F32, 12);
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
    gml_network *network = new_network(context, "3 -> 2", GML_F32, 12);
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
    gml_network *network = new_network(context, "2 -> 1", GML_F32, 12);
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
