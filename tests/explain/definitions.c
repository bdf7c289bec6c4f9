/* tests/explain/definitions.c - every method of attribution equals its definition, computed by the naive reference. */
#include <float.h>

#include "explain/attribution/coalitions.h"
#include "explain_case.h"
#include "kernel/random/random.h"

enum { N = 3, P = 6, BACKGROUNDS = 4, COPIES = 5, STEPS = 7, DRAWN = 40 };

/* One comparison: a network, samples, a baseline, and what a method gave. */
typedef struct comparison {
    const gml_network *network;
    oracle *naive;
    const double *x, *base; /* [N x P], [BACKGROUNDS x P] */
    double mean[P];         /* of the rows of the baseline */
    const char *method;     /* its name */
} comparison;

/* Noise of smooth_gradient before input scaling, from the streams that the library names. */
static void draw_noise(const comparison *with, double noise[COPIES * P])
{
    const gml_network *network = with->network;
    double wide[P] = {0};
    float narrow[P] = {0};
    for (size_t s = 0; s < COPIES; s++) {
        void *row = network->kernels->dtype == GML_F64 ? (void *)wide : (void *)narrow;
        memset(row, 0, P * network->kernels->size);
        network->kernels->random->add_noise(&(gml_noise_call){
            .count = P, .x = row, .y = row, .stream = {9, GML_RANDOM_EXPLAIN, s, 0}, .deviation = 0.3});
        for (size_t j = 0; j < P; j++) {
            noise[s * P + j] =
                (network->kernels->dtype == GML_F64 ? wide[j] : (double)narrow[j]) / network->input.scale[j];
        }
    }
}

static void kernel_shap(const gml_reference_explained *of, const comparison *with, const double *x, double *a)
{
    uint8_t members[DRAWN * P];
    double weights[DRAWN], work[(P + 1) * (P + 2)];
    size_t order[P];
    const size_t count = gml_coalitions_draw(P, DRAWN, 4, members, weights, order);
    const gml_reference_coalitions coalitions = {.count = count, .z = members, .weights = weights, .work = work};
    gml_reference_kernel_shap(of, x, with->base, BACKGROUNDS, &coalitions, a);
}

/* The call of a method, and its attributions by the reference. A row of the table without a definition here fails. */
static const char *call_of(const char *method)
{
    return strcmp(method, "smooth_gradient") == 0        ? "smooth_gradient(samples=5, deviation=0.3, seed=9)"
           : strcmp(method, "integrated_gradients") == 0 ? "integrated_gradients(steps=7)"
           : strcmp(method, "relevance") == 0            ? "relevance(epsilon=0.01)"
           : strcmp(method, "kernel_shap") == 0          ? "kernel_shap(coalitions=40, seed=4)"
                                                         : method;
}

static void define(const gml_reference_explained *of, const comparison *with, const double *x,
                   const gml_attribution_report *report, double *a)
{
    double noise[COPIES * P];
    if (strcmp(with->method, "gradient") == 0 || strcmp(with->method, "gradient_x_input") == 0) {
        gml_reference_explain_gradient(of, x, a);
        for (size_t j = 0; strcmp(with->method, "gradient") != 0 && j < P; j++) {
            a[j] *= x[j] - with->mean[j];
        }
    } else if (strcmp(with->method, "smooth_gradient") == 0) {
        draw_noise(with, noise);
        gml_reference_smooth_gradient(of, x, COPIES, noise, a);
    } else if (strcmp(with->method, "integrated_gradients") == 0) {
        const double noise_of_values = with->network->kernels->dtype == GML_F64 ? DBL_EPSILON : FLT_EPSILON;
        gml_reference_integrated_gradients(of, x, with->mean, STEPS, noise_of_values, a);
    } else if (strcmp(with->method, "occlusion") == 0) {
        gml_reference_occlusion(of, x, with->mean, a);
    } else if (strcmp(with->method, "shapley") == 0) {
        gml_reference_shapley(of, x, with->base, BACKGROUNDS, a);
    } else if (strcmp(with->method, "kernel_shap") == 0) {
        kernel_shap(of, with, x, a);
    } else if (strcmp(with->method, "relevance") == 0) {
        double biases, absorbed, *work = calloc(2000, sizeof *work);
        gml_reference_relevance(of, x, 0.01, work, a, &biases, &absorbed);
        const double tolerance = with->network->kernels->dtype == GML_F64 ? 1e-6 : 1e-4;
        ck_assert_double_eq_tol(report->biases, biases, tolerance * (1 + fabs(biases)));
        ck_assert_double_eq_tol(report->epsilon, absorbed, tolerance * (1 + fabs(absorbed)));
        free(work);
    } else {
        ck_abort_msg("%s has no definition in this test", with->method);
    }
}

static void compare(const comparison *with, gml_explained explained)
{
    gml_context *context = gml_network_context(with->network);
    double got[N * P], a[P];
    gml_attribution_report reports[N];
    const gml_attribution_options options = {.method = call_of(with->method),
                                             .explained = explained,
                                             .baseline = gml_matrix_f64(with->base, BACKGROUNDS, P)};
    assert_ok(context, gml_attribute(with->network, gml_matrix_f64(with->x, N, P), &options, gml_matrix_f64(got, N, P),
                                     reports));
    const double tolerance = with->network->kernels->dtype == GML_F64 ? 1e-6 : 1e-4;
    for (size_t i = 0; i < N; i++) {
        const double *x = with->x + i * P;
        const gml_reference_explained of = explained_by(with->network, with->naive, &reports[i]);
        define(&of, with, x, &reports[i], a);
        const double apart = worst_difference(got + i * P, a, P);
        ck_assert_msg(apart <= tolerance, "%s of %s, sample %zu: %g apart", with->method,
                      gml_network_description(with->network), i, apart);
        const double value = gml_reference_explain(&of, x);
        ck_assert_double_eq_tol(reports[i].value, value, tolerance * (1 + fabs(value)));
    }
}

static void compare_all(const char *description, gml_dtype dtype, gml_task task, bool affine)
{
    gml_context *context = test_context();
    double *x = random_doubles(N * P, 41), *base = random_doubles(BACKGROUNDS * P, 42);
    comparison with = {.x = x, .base = base};
    for (size_t i = 0; i < BACKGROUNDS * P; i++) {
        with.mean[i % P] += base[i] / BACKGROUNDS;
    }
    gml_network *network = network_to_explain(context, description, dtype, task, 0.7);
    with.network = network;
    with.naive = reference_of(network);
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        with.method = gml_attribution_entry(row)->name;
        if (affine || strcmp(with.method, "relevance") != 0) {
            compare(&with, GML_EXPLAINED_SCORE);
        }
        const bool softmax = strstr(description, "softmax") != NULL;
        if (strcmp(with.method, "relevance") != 0 || (affine && !softmax)) {
            compare(&with, GML_EXPLAINED_OUTPUT);
        }
    }
    oracle_destroy(with.naive);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(base);
}

static void compare_both(const char *description, gml_task task, bool affine)
{
    compare_all(description, GML_F64, task, affine);
    compare_all(description, GML_F32, task, affine);
}

TEST(every_method_equals_its_definition_for_classes_and_targets)
{
    compare_both("6 -> 9 tanh -> 8 relu -> 3 softmax", GML_TASK_CLASSIFICATION, true);
    compare_both("6 -> 9 sigmoid -> 1 sigmoid", GML_TASK_CLASSIFICATION, true);
    compare_both("6 -> 9 relu -> 8 softplus -> 2", GML_TASK_REGRESSION, true);
    compare_both("6 -> 9 relu -> 2 tanh", GML_TASK_REGRESSION, true);
}

TEST(every_method_equals_its_definition_for_every_kind_of_layer)
{
    compare_both("6 -> 9 -> batchnorm -> relu -> dropout 0.3 -> 8 tanh -> gaussian_noise -> 2", GML_TASK_REGRESSION,
                 true);
    compare_both("6 -> 9 bias=no -> weight_norm -> tanh -> 3 -> softmax", GML_TASK_CLASSIFICATION, true);
    compare_both("6 -> members 3 -> scale(std=1) -> 9 tanh -> affine -> 3 softmax heads -> average",
                 GML_TASK_CLASSIFICATION, true);
    compare_both("6 -> members 4 -> scale(std=1) -> 9 tanh -> 5 gelu -> 2 heads -> average", GML_TASK_REGRESSION, true);
    compare_both("6 -> 6 prelu -> 6 tanh -> residual 2 -> 4 relu -> 4 -> residual 1 -> 2", GML_TASK_REGRESSION, true);
    compare_both("6 -> batchnorm -> 6 -> residual 2 -> 3", GML_TASK_CLASSIFICATION, true);
    compare_both("6 -> 6 tanh -> 6 relu -> residual 1 -> 6 tanh -> residual 3 -> 2", GML_TASK_REGRESSION, true);
    compare_both("6 -> 8 -> swiglu -> layernorm -> 5 gelu -> rmsnorm -> 2", GML_TASK_REGRESSION, false);
}

int main(void)
{
    return run_tests("explain definitions", 60);
}
