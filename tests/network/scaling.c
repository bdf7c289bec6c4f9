/* tests/network/scaling.c - scalings of inputs, targets and weights follow from the data and can be read and set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"

TEST(adapting_standardises_inputs_and_gives_predictions_in_the_targets_own_unit)
{
    enum { ROWS = 50 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> 1 init=zeros", GML_F64, 12);
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
    networks[0] = new_network(context, "3 -> 5 tanh -> 1", GML_F64, 12);
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
    gml_network *network = new_network(context, "2 -> 3", GML_F32, 12);
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
    gml_network *network = new_network(context, "2 -> 2", GML_F32, 12);
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
    gml_network *network = new_network(context, "2 -> 1", GML_F32, 12);
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
        gml_network *network = new_network(context, descriptions[i], GML_F64, 12);
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
    gml_network *network = new_network(context, "2 -> 3 relu -> 1", GML_F32, 12);
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
