/* tests/explain/mapped.c - explanations of predictions that are no line of the last layer's outputs: through the
 * inverse of the targets' logarithm, and 0 beyond a limit. */
#include "explain_case.h"

enum { ROWS = 5, INPUTS = 3, OUTPUTS = 2 };

static const double limits[2][OUTPUTS] = {{-0.4, -0.3}, {0.6, 0.9}};

/* A network that learns logarithms, limits its predictions, or both. */
static gml_network *make(gml_context *context, bool log, bool limited, gml_dtype dtype)
{
    gml_network *network = network_to_explain(context, "3 -> 7 tanh -> 2", dtype, GML_TASK_REGRESSION, 0.8);
    assert_ok(context, gml_network_set_target_transform(network, log ? "log" : NULL));
    assert_ok(context, gml_network_set_output_limits(network, limited ? limits[0] : NULL, limited ? limits[1] : NULL));
    return network;
}

static void predict(const gml_network *network, const double *x, double y[OUTPUTS])
{
    double row[INPUTS];
    memcpy(row, x, sizeof row);
    ck_assert_int_eq(gml_network_predict(network, gml_matrix_f64(row, 1, INPUTS), gml_matrix_f64(y, 1, OUTPUTS)),
                     GML_OK);
}

/* The derivative of a prediction by central differences. */
static double derivative(const gml_network *network, const double *x, size_t input, size_t output)
{
    const double step = 1e-5;
    double at[INPUTS], low[OUTPUTS], high[OUTPUTS];
    memcpy(at, x, sizeof at);
    at[input] = x[input] - step;
    predict(network, at, low);
    at[input] = x[input] + step;
    predict(network, at, high);
    return (high[output] - low[output]) / (2 * step);
}

TEST(predictions_follow_their_definition)
{
    gml_context *context = test_context();
    for (int k = 0; k < 4; k++) {
        const bool log = k & 1, limited = k & 2;
        gml_network *network = make(context, log, limited, GML_F64), *plain = make(context, false, false, GML_F64);
        double *x = random_doubles(ROWS * INPUTS, 1), y[OUTPUTS], v[OUTPUTS];
        for (size_t i = 0; i < ROWS; i++) {
            predict(network, x + i * INPUTS, y);
            predict(plain, x + i * INPUTS, v);
            for (size_t j = 0; j < OUTPUTS; j++) {
                double t = log ? copysign(exp(fabs(v[j])) - 1, v[j]) : v[j];
                t = limited ? fmin(fmax(t, limits[0][j]), limits[1][j]) : t;
                ck_assert_double_eq_tol(y[j], t, 1e-12 * (1 + fabs(t)));
            }
        }
        free(x);
        gml_network_destroy(network);
        gml_network_destroy(plain);
    }
    gml_context_destroy(context);
}

TEST(jacobians_and_gradients_of_predictions_are_their_derivatives)
{
    gml_context *context = test_context();
    for (int k = 0; k < 4; k++) {
        gml_network *network = make(context, k & 1, k & 2, GML_F64);
        double *x = random_doubles(ROWS * INPUTS, 1), jacobian[ROWS * OUTPUTS * INPUTS], gradient[ROWS * INPUTS];
        const gml_matrix rows = gml_matrix_f64(x, ROWS, INPUTS);
        assert_ok(context, gml_network_jacobian(network, rows, gml_matrix_f64(jacobian, ROWS * OUTPUTS, INPUTS)));
        size_t zeros = 0;
        for (size_t j = 0; j < OUTPUTS; j++) {
            const gml_attribution_options options = {.method = "gradient", .output = &j};
            gml_attribution_report reports[ROWS];
            assert_ok(context, gml_attribute(network, rows, &options, gml_matrix_f64(gradient, ROWS, INPUTS), reports));
            for (size_t i = 0; i < ROWS * INPUTS; i++) {
                const size_t row = i / INPUTS, input = i % INPUTS;
                const double expected = derivative(network, x + row * INPUTS, input, j);
                const double found = jacobian[(row * OUTPUTS + j) * INPUTS + input];
                ck_assert_double_eq_tol(found, expected, 1e-6 * (1 + fabs(expected)));
                ck_assert_double_eq_tol(gradient[i], expected, 1e-6 * (1 + fabs(expected)));
                zeros += found == 0;
            }
        }
        ck_assert_int_eq(zeros > 0, (k & 2) != 0); /* some predictions are limited */
        free(x);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(attributions_add_up_to_the_change_of_the_prediction)
{
    static const char *const methods[] = {"integrated_gradients(steps=2000)", "shapley", "kernel_shap"};
    gml_context *context = test_context();
    gml_network *network = make(context, true, false, GML_F64);
    double *x = random_doubles(ROWS * INPUTS, 1), base[INPUTS] = {0.1, -0.2, 0.3}, y[OUTPUTS], y0[OUTPUTS];
    double attributions[ROWS * INPUTS];
    gml_attribution_report reports[ROWS];
    const size_t output = 1;
    for (size_t m = 0; m < 3; m++) {
        const gml_attribution_options options = {
            .method = methods[m], .output = &output, .baseline = gml_matrix_f64(base, 1, INPUTS)};
        assert_ok(context, gml_attribute(network, gml_matrix_f64(x, ROWS, INPUTS), &options,
                                         gml_matrix_f64(attributions, ROWS, INPUTS), reports));
        predict(network, base, y0);
        for (size_t i = 0; i < ROWS; i++) {
            predict(network, x + i * INPUTS, y);
            ck_assert_double_eq_tol(reports[i].value, y[output], 1e-9);
            ck_assert_double_eq_tol(reports[i].base, y0[output], 1e-9);
            ck_assert_double_eq_tol(reports[i].sum, y[output] - y0[output], 1e-5);
        }
    }
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(the_score_is_before_the_inverse_and_the_limits)
{
    gml_context *context = test_context();
    gml_network *network = make(context, true, true, GML_F64), *plain = make(context, false, false, GML_F64);
    double *x = random_doubles(ROWS * INPUTS, 1), a[2][ROWS * INPUTS];
    gml_attribution_report reports[2][ROWS];
    const char *methods[] = {"gradient", "integrated_gradients", "relevance", "smooth_gradient"};
    for (size_t m = 0; m < 4; m++) {
        const gml_attribution_options options = {.method = methods[m], .explained = GML_EXPLAINED_SCORE};
        for (size_t k = 0; k < 2; k++) {
            assert_ok(context, gml_attribute(k == 0 ? network : plain, gml_matrix_f64(x, ROWS, INPUTS), &options,
                                             gml_matrix_f64(a[k], ROWS, INPUTS), reports[k]));
        }
        ck_assert_mem_eq(a[0], a[1], sizeof a[0]);
        ck_assert_double_eq(reports[0][3].value, reports[1][3].value);
    }
    free(x);
    gml_network_destroy(network);
    gml_network_destroy(plain);
    gml_context_destroy(context);
}

TEST(relevance_of_a_mapped_prediction_is_refused)
{
    gml_context *context = test_context();
    double *x = random_doubles(ROWS * INPUTS, 1), a[ROWS * INPUTS];
    const gml_attribution_options options = {.method = "relevance"};
    for (int k = 1; k < 3; k++) {
        gml_network *network = make(context, k & 1, k & 2, GML_F32);
        assert_refused(
            context,
            gml_attribute(network, gml_matrix_f64(x, ROWS, INPUTS), &options, gml_matrix_f64(a, ROWS, INPUTS), NULL),
            GML_ERROR_ARGUMENT, "explain the score", NULL);
        gml_network_destroy(network);
    }
    free(x);
    gml_context_destroy(context);
}

TEST(the_gradients_of_training_on_logarithms_pass_the_gradient_check)
{
    enum { BLOCKS = 8 };
    gml_context *context = test_context();
    gml_network *network = make(context, true, true, GML_F64);
    double *x = random_doubles(ROWS * INPUTS, 1), *y = random_doubles(ROWS * OUTPUTS, 2);
    gml_check_block blocks[BLOCKS];
    size_t count = 0;
    y[3] = NAN;
    y[4] = -700;
    assert_ok(context, gml_gradient_check(network, gml_matrix_f64(x, ROWS, INPUTS), gml_matrix_f64(y, ROWS, OUTPUTS),
                                          "mean_squared_error", 0, blocks, BLOCKS, &count));
    for (size_t i = 0; i < count; i++) {
        ck_assert_double_le(blocks[i].worst, 1e-6);
    }
    free(x);
    free(y);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("explanations of mapped predictions", 60);
}
