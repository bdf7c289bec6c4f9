/* tests/explain/attribute.c - what is explained, and against which baseline; chunks, threads, and what is refused. */
#include "explain_case.h"

enum { P = 6, N = 4 };

static gml_attribution_options of(const char *method)
{
    return (gml_attribution_options){.method = method};
}

/* ---- what is explained ---- */

TEST(the_predicted_class_of_each_sample_is_explained_unless_one_is_chosen)
{
    enum { MANY = 60 };
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 tanh -> 3 softmax", GML_F64, GML_TASK_CLASSIFICATION, 1);
    double *x = random_doubles(MANY * P, 1), a[MANY * P], y[MANY * 3];
    gml_attribution_report reports[MANY];
    const gml_matrix samples = gml_matrix_f64(x, MANY, P), attributions = gml_matrix_f64(a, MANY, P);
    assert_ok(context, gml_network_predict(network, samples, gml_matrix_f64(y, MANY, 3)));
    assert_ok(context, gml_attribute(network, samples, NULL, attributions, reports));
    bool seen[3] = {false};
    for (size_t i = 0; i < MANY; i++) {
        const double *row = y + i * 3;
        const size_t best = row[1] > row[0] ? (row[2] > row[1] ? 2 : 1) : (row[2] > row[0] ? 2 : 0);
        ck_assert_uint_eq(reports[i].output, best);
        ck_assert_int_eq(reports[i].which, GML_EXPLAINED_SCORE);
        seen[best] = true;
    }
    ck_assert(seen[0] + seen[1] + seen[2] > 1);
    const size_t chosen = 1;
    gml_attribution_options options = {.output = &chosen, .explained = GML_EXPLAINED_OUTPUT};
    assert_ok(context, gml_attribute(network, samples, &options, attributions, reports));
    for (size_t i = 0; i < MANY; i++) {
        ck_assert_uint_eq(reports[i].output, 1);
        ck_assert_double_eq_tol(reports[i].value, y[i * 3 + 1], 1e-12);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(class_0_of_a_single_output_is_the_opposite_of_class_1)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 tanh -> 1 sigmoid", GML_F64, GML_TASK_CLASSIFICATION, 1);
    double *x = random_doubles(N * P, 1), a[2][N * P];
    gml_attribution_report reports[2][N];
    for (int quantity = GML_EXPLAINED_SCORE; quantity <= GML_EXPLAINED_OUTPUT; quantity++) {
        for (size_t k = 0; k < 2; k++) {
            const gml_attribution_options options = {.output = &k, .explained = (gml_explained)quantity};
            assert_ok(context, gml_attribute(network, gml_matrix_f64(x, N, P), &options, gml_matrix_f64(a[k], N, P),
                                             reports[k]));
        }
        for (size_t i = 0; i < N; i++) {
            const double sum = reports[0][i].value + reports[1][i].value;
            ck_assert_double_eq_tol(sum, quantity == GML_EXPLAINED_OUTPUT ? 1 : 0, 1e-12);
        }
        for (size_t i = 0; i < N * P; i++) {
            ck_assert_double_eq_tol(a[0][i], -a[1][i], 1e-12);
        }
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(without_a_baseline_the_shift_of_the_inputs_is_one)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 tanh -> 2", GML_F64, GML_TASK_REGRESSION, 0.4);
    double *x = random_doubles(N * P, 1), a[N * P], given[N * P];
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        gml_attribution_options options = of(gml_attribution_entry(row)->name);
        const gml_matrix samples = gml_matrix_f64(x, N, P);
        assert_ok(context, gml_attribute(network, samples, &options, gml_matrix_f64(a, N, P), NULL));
        options.baseline = gml_matrix_f64(gml_network_input_scaling(network).shift, 1, P);
        assert_ok(context, gml_attribute(network, samples, &options, gml_matrix_f64(given, N, P), NULL));
        ck_assert_double_le(worst_difference(a, given, N * P), 1e-12);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(an_input_with_a_scale_of_0_gets_nothing_whatever_its_value)
{
    gml_context *context = test_context();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network =
            network_to_explain(context, "6 -> 9 tanh -> 8 relu -> 2", (gml_dtype)dtype, GML_TASK_REGRESSION, 0);
        double *x = random_doubles(N * P, 1), a[N * P];
        x[1] = 1000;
        for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
            const gml_attribution_options options = of(gml_attribution_entry(row)->name);
            assert_ok(context,
                      gml_attribute(network, gml_matrix_f64(x, N, P), &options, gml_matrix_f64(a, N, P), NULL));
            for (size_t i = 0; i < N; i++) {
                ck_assert_double_eq(a[i * P + 1], 0);
                ck_assert_double_gt(greatest(a + i * P, P), 0);
            }
        }
        gml_network_destroy(network);
        free(x);
    }
    gml_context_destroy(context);
}

TEST(a_sample_that_is_the_baseline_gets_zeros)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 tanh -> 2", GML_F64, GML_TASK_REGRESSION, 0.4);
    const char *const methods[] = {"gradient_x_input", "integrated_gradients", "occlusion", "shapley", "kernel_shap"};
    double *x = random_doubles(P, 1), a[P];
    for (size_t m = 0; m < 5; m++) {
        gml_attribution_options options = {.method = methods[m], .baseline = gml_matrix_f64(x, 1, P)};
        gml_attribution_report report;
        assert_ok(context, gml_attribute(network, gml_matrix_f64(x, 1, P), &options, gml_matrix_f64(a, 1, P), &report));
        ck_assert_double_le(greatest(a, P), 1e-12);
        ck_assert_double_eq_tol(report.error, 0, 1e-12);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

/* ---- chunks and threads ---- */

/* Attributions of samples on a number of threads. */
static double *on_threads(size_t threads, const char *method, gml_matrix samples, gml_matrix baseline)
{
    gml_context *context = context_with((gml_context_options){.threads = threads});
    gml_network *network =
        new_network(context, "12 -> 64 relu -> batchnorm -> 32 tanh -> 32 relu -> residual 1 -> 3", GML_F32, 2);
    double *a = calloc(samples.rows * samples.cols, sizeof *a);
    const gml_attribution_options options = {.method = method, .baseline = baseline};
    assert_ok(context, gml_attribute(network, samples, &options, gml_matrix_f64(a, samples.rows, samples.cols), NULL));
    gml_network_destroy(network);
    gml_context_destroy(context);
    return a;
}

TEST(attributions_have_the_same_bits_for_any_number_of_threads)
{
    const struct {
        const char *method;
        size_t samples;
    } cases[] = {{"gradient", 3000},
                 {"gradient_x_input", 2500},
                 {"smooth_gradient", 100},
                 {"integrated_gradients", 100},
                 {"relevance", 3000},
                 {"occlusion", 700},
                 {"shapley", 2},
                 {"kernel_shap(coalitions=500)", 4},
                 {"integrated_gradients(steps=5000)", 3}};
    double *x = random_doubles(3000 * 12, 1);
    const gml_matrix baseline = gml_matrix_f64(x + 12000, 7, 12);
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const gml_matrix samples = gml_matrix_f64(x, cases[k].samples, 12);
        double *one = on_threads(1, cases[k].method, samples, baseline);
        for (size_t threads = 2; threads <= 5; threads += 3) {
            double *more = on_threads(threads, cases[k].method, samples, baseline);
            ck_assert_msg(memcmp(one, more, cases[k].samples * 12 * sizeof *one) == 0, "%s", cases[k].method);
            free(more);
        }
        free(one);
    }
    free(x);
}

TEST(a_sample_among_many_gets_what_it_gets_alone)
{
    enum { MANY = 2300 };
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 relu -> 7 tanh -> 2", GML_F64, GML_TASK_REGRESSION, 0.4);
    double *x = random_doubles(MANY * P, 1), *a = calloc(MANY * P, sizeof *a), alone[P];
    const char *const methods[] = {"gradient", "relevance", "occlusion", "integrated_gradients(steps=9)",
                                   "smooth_gradient(samples=9)"};
    for (size_t m = 0; m < 5; m++) {
        const gml_attribution_options options = of(methods[m]);
        assert_ok(context,
                  gml_attribute(network, gml_matrix_f64(x, MANY, P), &options, gml_matrix_f64(a, MANY, P), NULL));
        for (size_t i = 0; i < 700; i++) { /* some are cut by the end of a block of 2048 rows */
            assert_ok(context, gml_attribute(network, gml_matrix_f64(x + i * P, 1, P), &options,
                                             gml_matrix_f64(alone, 1, P), NULL));
            ck_assert_double_le(worst_difference(a + i * P, alone, P), 1e-9);
        }
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(a);
}

/* ---- refusals ---- */

typedef struct refusal {
    const char *description, *method, *says, *also;
    gml_explained explained;
    gml_status status;
} refusal;

TEST(methods_and_arguments_that_do_not_fit_are_refused_in_words)
{
    static const refusal refusals[] = {
        {"6 -> 3", "gradiant", "there is no attribution", "gradient", 0, GML_ERROR_NAME},
        {"6 -> 3", "integrated_gradients(steps=1)", "steps is 1", "at least 2", 0, GML_ERROR_ARGUMENT},
        {"6 -> 3", "integrated_gradients(steps=6.5)", "steps is 6.5", "whole number", 0, GML_ERROR_ARGUMENT},
        {"6 -> 3", "kernel_shap(seed=0.5)", "seed is 0.5", "whole number", 0, GML_ERROR_ARGUMENT},
        {"6 -> 3", "relevance(epsilon=-1)", "epsilon", "at least 0", 0, GML_ERROR_ARGUMENT},
        {"6 -> 3", "gradient", "no explained quantity 7", "", (gml_explained)7, GML_ERROR_ARGUMENT},
        {"6 -> 8 -> layernorm -> 3", "relevance", "layer 2, layernorm", "not defined", 0, GML_ERROR_ARGUMENT},
        {"6 -> 8 -> rmsnorm -> 3", "relevance", "layer 2, rmsnorm", "not defined", 0, GML_ERROR_ARGUMENT},
        {"6 -> 8 -> swiglu -> 3", "relevance", "layer 2, swiglu", "not defined", 0, GML_ERROR_ARGUMENT},
        {"6 -> 8 softmax -> 3", "relevance", "layer 1, softmax", "not defined", 0, GML_ERROR_ARGUMENT},
        {"6 -> 3 softmax", "relevance", "layer 1, softmax", "explain the score", GML_EXPLAINED_OUTPUT,
         GML_ERROR_ARGUMENT},
        {"6 -> 3", "kernel_shap(coalitions=4)", "4 coalitions do not determine", "12 coalitions", 0,
         GML_ERROR_ARGUMENT},
    };
    gml_context *context = test_context();
    double *x = random_doubles(N * P, 1), a[N * P];
    for (size_t k = 0; k < sizeof refusals / sizeof refusals[0]; k++) {
        gml_network *network = new_network(context, refusals[k].description, GML_F32, 1);
        const gml_attribution_options options = {.method = refusals[k].method, .explained = refusals[k].explained};
        assert_refused(context,
                       gml_attribute(network, gml_matrix_f64(x, N, P), &options, gml_matrix_f64(a, N, P), NULL),
                       refusals[k].status, refusals[k].says, refusals[k].also, NULL);
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
    free(x);
}

TEST(exact_shapley_values_of_13_inputs_are_refused_unless_some_equal_the_baseline)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "13 -> 4 tanh -> 1", GML_F64, 1);
    double *x = random_doubles(13, 1), a[13];
    const gml_attribution_options options = of("shapley");
    const gml_matrix sample = gml_matrix_f64(x, 1, 13), attributions = gml_matrix_f64(a, 1, 13);
    assert_refused(context, gml_attribute(network, sample, &options, attributions, NULL), GML_ERROR_ARGUMENT,
                   "13 inputs", "at most 12", "kernel_shap", NULL);
    x[4] = 0;
    assert_ok(context, gml_attribute(network, sample, &options, attributions, NULL));
    ck_assert_double_eq(a[4], 0);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(outputs_that_are_not_there_and_bad_matrices_are_refused)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 3 softmax", GML_F32, GML_TASK_CLASSIFICATION, 1);
    gml_network *values = network_to_explain(context, "6 -> 2", GML_F32, GML_TASK_REGRESSION, 1);
    double *x = random_doubles(N * P, 1), a[N * P];
    float narrow[N * P];
    const size_t class = 3, target = 2;
    const gml_matrix samples = gml_matrix_f64(x, N, P), attributions = gml_matrix_f64(a, N, P);
    gml_attribution_options options = {.output = &class};
    assert_refused(context, gml_attribute(network, samples, &options, attributions, NULL), GML_ERROR_ARGUMENT,
                   "class 3", "classes 0 to 2", NULL);
    options.output = &target;
    assert_refused(context, gml_attribute(values, samples, &options, attributions, NULL), GML_ERROR_ARGUMENT,
                   "target 2", "targets 0 to 1", NULL);
    options = (gml_attribution_options){.baseline = gml_matrix_f64(x, 2, P - 1)};
    assert_refused(context, gml_attribute(network, samples, &options, attributions, NULL), GML_ERROR_SHAPE, NULL);
    assert_refused(context, gml_attribute(network, samples, NULL, gml_matrix_f32(narrow, N, P), NULL),
                   GML_ERROR_ARGUMENT, "attributions", NULL);
    assert_refused(context, gml_attribute(network, samples, NULL, gml_matrix_f64(a, N, P - 1), NULL), GML_ERROR_SHAPE,
                   "attributions", NULL);
    assert_refused(context, gml_attribute(network, gml_matrix_f64(x, N, P - 1), NULL, attributions, NULL),
                   GML_ERROR_SHAPE, NULL);
    options.baseline = samples;
    x[P + 2] = NAN;
    assert_refused(context, gml_attribute(network, samples, &options, attributions, NULL), GML_ERROR_DATA, "baseline",
                   "row 2, input 3", NULL);
    gml_network_destroy(network);
    gml_network_destroy(values);
    gml_context_destroy(context);
    free(x);
}

int main(void)
{
    return run_tests("explain attribute", 120);
}
