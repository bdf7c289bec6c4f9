/* tests/network/pass.c - passes give the outputs and gradients of the naive reference. */
#include <stdlib.h>

#include "harness.h"
#include "numbers.h"
#include "oracle.h"

/* Takes `rows` random samples through a pass and through the reference, and compares all that both give. */
static void compare_pass(gml_context *context, const char *description, size_t rows)
{
    gml_network *network = new_network(context, description, GML_F64, 12);
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
    gml_network *network = new_network(context, "2 -> 2", GML_F32, 12);
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
