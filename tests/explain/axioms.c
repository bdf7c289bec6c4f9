/* tests/explain/axioms.c - attributions add up, and Shapley values obey their axioms. */
#include <stdio.h>

#include "explain_case.h"

enum { N = 5, P = 7, ROWS = 6 };

static gml_matrix attribute(const gml_network *network, const char *method, size_t output, const double *x,
                            const double *base, double *a, gml_attribution_report *reports)
{
    const gml_attribution_options options = {
        .method = method, .output = &output, .baseline = gml_matrix_f64(base, ROWS, P)};
    const gml_matrix attributions = gml_matrix_f64(a, N, P);
    assert_ok(gml_network_context(network),
              gml_attribute(network, gml_matrix_f64(x, N, P), &options, attributions, reports));
    return attributions;
}

static double *weights_of(const gml_network *network, const char *name)
{
    gml_block block = {.name = ""};
    for (size_t k = 0; strcmp(block.name, name) != 0; k++) {
        ck_assert_int_eq(gml_network_block(network, k, &block), GML_OK);
    }
    return block.values.data;
}

/* Input 3 has no effect, and inputs 4 and 5 the same one; target 2 is the sum of targets 0 and 1. */
static gml_network *network_with_symmetries(gml_context *context)
{
    gml_network *network = new_network(context, "7 -> 10 tanh -> 3", GML_F64, 8);
    double *first = weights_of(network, "layers.0.weight"), *last = weights_of(network, "layers.1.weight");
    double *bias = weights_of(network, "layers.1.bias");
    for (size_t k = 0; k < 10; k++) {
        first[3 * 10 + k] = 0;
        first[5 * 10 + k] = first[4 * 10 + k];
        last[k * 3 + 2] = last[k * 3] + last[k * 3 + 1];
    }
    bias[2] = bias[0] + bias[1];
    return network;
}

static void check_axioms(const char *method)
{
    gml_context *context = test_context();
    gml_network *network = network_with_symmetries(context);
    double *x = random_doubles(N * P, 1), *base = random_doubles(ROWS * P, 2), a[3][N * P];
    gml_attribution_report reports[3][N];
    for (size_t i = 0; i < N; i++) {
        x[i * P + 5] = x[i * P + 4];
    }
    for (size_t b = 0; b < ROWS; b++) {
        base[b * P + 5] = base[b * P + 4];
    }
    for (size_t k = 0; k < 3; k++) {
        attribute(network, method, k, x, base, a[k], reports[k]);
    }
    for (size_t i = 0; i < N; i++) {
        const double *row = a[1] + i * P;
        ck_assert_double_eq_tol(reports[1][i].sum, reports[1][i].value - reports[1][i].base, 1e-9); /* efficiency */
        ck_assert_double_eq_tol(reports[1][i].error, 0, 1e-9);
        ck_assert_double_eq_tol(row[3], 0, 1e-9);      /* dummy */
        ck_assert_double_eq_tol(row[4], row[5], 1e-9); /* symmetry */
        for (size_t j = 0; j < P; j++) {
            ck_assert_double_eq_tol(a[2][i * P + j], a[0][i * P + j] + a[1][i * P + j], 1e-9); /* linearity */
        }
    }
    free(x);
    free(base);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(shapley_values_are_efficient_symmetric_zero_for_dummies_and_linear)
{
    check_axioms("shapley");
    check_axioms("kernel_shap"); /* with all 126 coalitions */
}

TEST(kernel_shap_with_all_coalitions_gives_the_shapley_values)
{
    gml_context *context = test_context();
    gml_network *network = network_with_symmetries(context);
    double *x = random_doubles(N * P, 1), *base = random_doubles(ROWS * P, 2), exact[N * P], estimate[N * P];
    attribute(network, "shapley", 0, x, base, exact, NULL);
    attribute(network, "kernel_shap(coalitions=126)", 0, x, base, estimate, NULL);
    ck_assert_double_le(worst_difference(estimate, exact, N * P), 1e-9);
    free(x);
    free(base);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(kernel_shap_with_some_coalitions_is_near_the_shapley_values_and_sums_exactly)
{
    gml_context *context = test_context();
    gml_network *network = network_with_symmetries(context);
    double *x = random_doubles(N * P, 1), *base = random_doubles(ROWS * P, 2), exact[N * P], estimate[N * P];
    gml_attribution_report reports[N];
    attribute(network, "shapley", 0, x, base, exact, NULL);
    attribute(network, "kernel_shap(coalitions=60, seed=3)", 0, x, base, estimate, reports);
    ck_assert_double_le(worst_difference(estimate, exact, N * P), 0.1);
    for (size_t i = 0; i < N; i++) {
        ck_assert_double_eq_tol(reports[i].error, 0, 1e-9);
    }
    free(x);
    free(base);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* The greatest error of integrated gradients over the greatest change of the output. */
static double incompleteness_of(const gml_network *network, const char *method, gml_matrix x)
{
    double *a = calloc(x.rows * x.cols, sizeof *a), worst = 0, change = 0;
    gml_attribution_report *reports = calloc(x.rows, sizeof *reports);
    const gml_attribution_options options = {.method = method};
    assert_ok(gml_network_context(network),
              gml_attribute(network, x, &options, gml_matrix_f64(a, x.rows, x.cols), reports));
    for (size_t i = 0; i < x.rows; i++) {
        worst = fmax(worst, fabs(reports[i].error));
        change = fmax(change, fabs(reports[i].value - reports[i].base));
    }
    free(a);
    free(reports);
    return worst / change;
}

/* Of an untrained network, on random samples. */
static double incompleteness(const char *description, const char *method)
{
    enum { SAMPLES = 50, INPUTS = 20 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, description, GML_F64, 3);
    double *x = random_doubles(SAMPLES * INPUTS, 4);
    const double found = incompleteness_of(network, method, gml_matrix_f64(x, SAMPLES, INPUTS));
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return found;
}

/* Of a network that has learned the digits, on 100 of them. */
static double incompleteness_of_digits(const char *hidden)
{
    enum { DIGITS = 100, PIXELS = 64 };
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    char path[4096];
    snprintf(path, sizeof path, "%s/data/digits", getenv("GEMMULE_SOURCE_ROOT"));
    const gml_dataset_options part = {.part = "train"};
    assert_ok(context, gml_dataset_open(context, path, &part, &data));
    const gml_recipe recipe = {.hidden = hidden, .options = {.seed = 1}, .fit = {.epochs = 8}};
    const gml_train_options options = gml_recipe_fit_options(&recipe, gml_dataset_size(data));
    assert_ok(context, gml_recipe_network(&recipe, data, &network));
    assert_ok(context, gml_fit(network, data, NULL, &options, NULL, NULL));
    double *x = calloc(DIGITS * PIXELS, sizeof *x);
    const gml_matrix samples = gml_matrix_f64(x, DIGITS, PIXELS);
    assert_ok(context, gml_dataset_gather(data, NULL, DIGITS, samples, gml_matrix_none()));
    const double found = incompleteness_of(network, "integrated_gradients", samples);
    free(x);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
    return found;
}

TEST(integrated_gradients_of_digits_are_complete_to_a_thousandth_at_64_steps)
{
    const double relu = incompleteness_of_digits("128 relu"), deep = incompleteness_of_digits("64 relu -> 32 relu");
    const double smooth = incompleteness_of_digits("128 tanh");
    printf("completeness at 64 steps: %.1e with 128 relu, %.1e with 64 relu -> 32 relu, %.1e with 128 tanh\n", relu,
           deep, smooth);
    ck_assert_double_le(relu, 1e-3);
    ck_assert_double_le(deep, 1e-3);
    ck_assert_double_le(smooth, 1e-4);
}

TEST(integrated_gradients_of_untrained_networks_are_complete_to_a_thousandth)
{
    ck_assert_double_le(incompleteness("20 -> 40 tanh -> 20 sigmoid -> 1", "integrated_gradients"), 1e-4);
    ck_assert_double_le(incompleteness("20 -> 40 relu -> 20 relu -> 1", "integrated_gradients"), 1e-3);
    ck_assert_double_le(incompleteness("20 -> 128 relu -> 64 relu -> 32 relu -> 1", "integrated_gradients"), 1e-3);
}

TEST(the_error_of_integrated_gradients_falls_with_the_steps_and_is_reported)
{
    const char *network = "20 -> 40 relu -> 20 relu -> 1";
    const double rough = incompleteness(network, "integrated_gradients(steps=4)");
    ck_assert_double_gt(rough, 1e-4);
    ck_assert_double_lt(incompleteness(network, "integrated_gradients(steps=500)"), rough / 10);
}

TEST(relevance_and_what_biases_and_epsilon_absorb_sum_to_the_output)
{
    gml_context *context = test_context();
    const char *const networks[] = {"7 -> 9 relu -> 8 tanh -> 3", "7 -> 9 -> batchnorm -> relu -> 3 -> softmax",
                                    "7 -> 7 tanh -> residual 1 -> 3",
                                    "7 -> members 3 -> scale(std=1) -> 9 tanh -> affine -> 3 heads -> average",
                                    "7 -> members 3 -> scale(std=1) -> 9 tanh -> 5 relu -> 4 -> 3 heads -> average"};
    for (size_t k = 0; k < sizeof networks / sizeof networks[0]; k++) {
        gml_network *network = network_to_explain(context, networks[k], GML_F64, GML_TASK_REGRESSION, 0.7);
        double *x = random_doubles(N * P, 1), *base = random_doubles(ROWS * P, 2), a[N * P];
        gml_attribution_report reports[N];
        attribute(network, "relevance(epsilon=0.1)", 1, x, base, a, reports);
        for (size_t i = 0; i < N; i++) {
            ck_assert_double_eq(reports[i].base, 0);
            ck_assert_double_ne(reports[i].biases, 0);
            ck_assert_double_ne(reports[i].epsilon, 0);
            ck_assert_double_eq_tol(reports[i].error, 0, 1e-9);
        }
        free(x);
        free(base);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("explain axioms", 60);
}
