/* tests/explain/prepared.c - where a network has a preparation, explanations are by column: every method equals its
 * definition over columns, computed by the naive reference on prepared inputs. */
#include <float.h>

#include "data/transform/transform.h"
#include "explain_case.h"
#include "kernel/random/random.h"
#include "mixed_case.h"

enum { N = 6, C = MIXED_COLUMNS, BACKGROUNDS = 3, COPIES = 5, STEPS = 7, MOST = 32, FIRST_BACKGROUND = 20 };

/* A prepared network, the reference over its bare copy, and rows as the first layer reads them. */
typedef struct comparison {
    mixed_case f;
    gml_network *bare;
    oracle *naive;
    size_t inputs;
    double *rows;   /* [MIXED_ROWS x inputs] */
    double *slopes; /* [MIXED_ROWS x inputs] */
    double mean[MOST];
} comparison;

static comparison begin(const char *preparation, gml_dtype dtype)
{
    comparison made = {.f = set_up_mixed(preparation, "7 tanh -> 6 softplus", dtype)};
    const gml_preparation *p = gml_network_preparation(made.f.network);
    made.bare = bare_copy(&made.f);
    made.naive = reference_of(made.bare);
    made.inputs = gml_network_inputs(made.bare);
    ck_assert_uint_le(made.inputs, MOST);
    made.rows = prepared_rows(&made.f, MIXED_ROWS);
    made.slopes = calloc(MIXED_ROWS * made.inputs, sizeof *made.slopes);
    assert_ok(made.f.context, gml_preparation_slopes(p, mixed_rows(&made.f, MIXED_ROWS),
                                                     gml_matrix_f64(made.slopes, MIXED_ROWS, made.inputs)));
    for (size_t b = 0; b < BACKGROUNDS; b++) {
        for (size_t j = 0; j < made.inputs; j++) {
            made.mean[j] += made.rows[(FIRST_BACKGROUND + b) * made.inputs + j] / BACKGROUNDS;
        }
    }
    return made;
}

static void end(comparison *made)
{
    oracle_destroy(made->naive);
    gml_network_destroy(made->bare);
    free(made->rows);
    free(made->slopes);
    tear_down_mixed(&made->f);
}

/* Sums numbers of inputs by column, each times its factor. */
static void fold(const comparison *with, const double *inner, const double *factors, double a[C])
{
    memset(a, 0, C * sizeof *a);
    for (size_t i = 0; i < with->inputs; i++) {
        gml_prepared_input input;
        assert_ok(with->f.context, gml_preparation_input(gml_network_preparation(with->f.network), i, &input));
        a[input.column] += factors == NULL ? inner[i] : factors[i] * inner[i];
    }
}

/* Copies the inputs of the columns in `set` from x, the others from `base`. */
static void mix(const comparison *with, const double *x, const double *base, unsigned set, double *mixed)
{
    for (size_t i = 0; i < with->inputs; i++) {
        gml_prepared_input input;
        assert_ok(with->f.context, gml_preparation_input(gml_network_preparation(with->f.network), i, &input));
        mixed[i] = (set >> input.column & 1) != 0 ? x[i] : base[i];
    }
}

/* The mean value of a coalition of columns over the rows of the baseline. */
static double value_of(const comparison *with, const gml_reference_explained *of, const double *x, unsigned set)
{
    double sum = 0, mixed[MOST];
    for (size_t b = 0; b < BACKGROUNDS; b++) {
        mix(with, x, with->rows + (FIRST_BACKGROUND + b) * with->inputs, set, mixed);
        sum += gml_reference_explain(of, mixed);
    }
    return sum / BACKGROUNDS;
}

static double factorial(size_t n)
{
    return n < 2 ? 1 : (double)n * factorial(n - 1);
}

/* Shapley's formula over all sets of columns. */
static void shapley(const comparison *with, const gml_reference_explained *of, const double *x, double a[C])
{
    for (size_t j = 0; j < C; j++) {
        a[j] = 0;
        for (unsigned set = 0; set < 1u << C; set++) {
            const size_t size = (size_t)__builtin_popcount(set);
            if ((set >> j & 1) == 0) {
                a[j] += factorial(size) * factorial(C - size - 1) / factorial(C) *
                        (value_of(with, of, x, set | 1u << j) - value_of(with, of, x, set));
            }
        }
    }
}

/* The same noise as the library's, on inputs that have a slope. */
static void draw_noise(const comparison *with, const double *slopes, double *noise)
{
    const gml_kernels *kernels = with->bare->kernels;
    for (size_t s = 0; s < COPIES; s++) {
        double wide[MOST] = {0};
        float narrow[MOST] = {0};
        void *row = kernels->dtype == GML_F64 ? (void *)wide : (void *)narrow;
        kernels->random->add_noise(&(gml_noise_call){
            .count = with->inputs, .x = row, .y = row, .stream = {9, GML_RANDOM_EXPLAIN, s, 0}, .deviation = 0.3});
        for (size_t j = 0; j < with->inputs; j++) {
            const double drawn = kernels->dtype == GML_F64 ? wide[j] : (double)narrow[j];
            noise[s * with->inputs + j] = slopes[j] != 0 ? drawn : 0;
        }
    }
}

static void define(const comparison *with, const char *method, const gml_reference_explained *of, size_t sample,
                   double a[C])
{
    const double *x = with->rows + sample * with->inputs, *slopes = with->slopes + sample * with->inputs;
    double inner[MOST] = {0}, mixed[MOST], noise[COPIES * MOST], biases, absorbed, *work = calloc(4000, sizeof *work);
    const double *factors = NULL;
    if (strncmp(method, "gradient", 8) == 0) {
        gml_reference_explain_gradient(of, x, inner);
        factors = strcmp(method, "gradient") == 0 ? slopes : NULL;
        for (size_t j = 0; factors == NULL && j < with->inputs; j++) {
            inner[j] *= x[j] - with->mean[j];
        }
    } else if (strncmp(method, "smooth_gradient", 15) == 0) {
        draw_noise(with, slopes, noise);
        gml_reference_smooth_gradient(of, x, COPIES, noise, inner);
        factors = slopes;
    } else if (strncmp(method, "integrated", 10) == 0) {
        const double rounding = with->bare->kernels->dtype == GML_F64 ? DBL_EPSILON : FLT_EPSILON;
        gml_reference_integrated_gradients(of, x, with->mean, STEPS, rounding, inner);
    } else if (strncmp(method, "relevance", 9) == 0) {
        gml_reference_relevance(of, x, 0.01, work, inner, &biases, &absorbed);
    }
    fold(with, inner, factors, a);
    for (size_t j = 0; strcmp(method, "occlusion") == 0 && j < C; j++) {
        mix(with, x, with->mean, ~(1u << j), mixed);
        a[j] = gml_reference_explain(of, x) - gml_reference_explain(of, mixed);
    }
    if (strcmp(method, "shapley") == 0 || strcmp(method, "kernel_shap") == 0) {
        shapley(with, of, x, a); /* all 30 coalitions of 5 columns are evaluated */
    }
    free(work);
}

static const char *call_of(const char *method)
{
    return strcmp(method, "smooth_gradient") == 0        ? "smooth_gradient(samples=5, deviation=0.3, seed=9)"
           : strcmp(method, "integrated_gradients") == 0 ? "integrated_gradients(steps=7)"
           : strcmp(method, "relevance") == 0            ? "relevance(epsilon=0.01)"
                                                         : method;
}

static void compare(const comparison *with, const char *method)
{
    const double tolerance = with->bare->kernels->dtype == GML_F64 ? 1e-6 : 1e-3;
    double got[N * C], a[C];
    gml_attribution_report reports[N];
    const gml_attribution_options options = {
        .method = call_of(method),
        .baseline = gml_matrix_rows(mixed_rows(&with->f, MIXED_ROWS), FIRST_BACKGROUND, BACKGROUNDS)};
    assert_ok(with->f.context,
              gml_attribute(with->f.network, mixed_rows(&with->f, N), &options, gml_matrix_f64(got, N, C), reports));
    for (size_t i = 0; i < N; i++) {
        const gml_reference_explained of = explained_by(with->bare, with->naive, &reports[i]);
        define(with, method, &of, i, a);
        const double apart = worst_difference(got + i * C, a, C);
        ck_assert_msg(apart <= tolerance, "%s, sample %zu: %g apart", method, i, apart);
        ck_assert_double_eq_tol(reports[i].sum, got[i * C] + got[i * C + 1] + got[i * C + 2] + got[i * C + 3], 1e-9);
        ck_assert(got[i * C + 4] == 0); /* a constant column */
    }
}

TEST(every_method_equals_its_definition_by_columns)
{
    static const char *const preparations[] = {
        NULL,
        "number -> impute(value=median) -> robust -> smooth_clip; category -> one_hot(levels=2); size -> log -> "
        "standard",
        "number -> impute -> quantile(quantiles=12); category -> ordinal; date -> minmax; same -> standard"};
    for (size_t i = 0; i < 2 * sizeof preparations / sizeof *preparations; i++) {
        comparison with = begin(preparations[i / 2], i % 2 == 0 ? GML_F64 : GML_F32);
        for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
            compare(&with, gml_attribution_entry(row)->name);
        }
        end(&with);
    }
}

/* ---- axioms ---- */

TEST(attributions_of_columns_are_complete)
{
    comparison with = begin(NULL, GML_F64);
    static const char *const methods[] = {"shapley", "kernel_shap", "integrated_gradients(steps=400)", "relevance"};
    double a[N * C];
    gml_attribution_report reports[N];
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        const gml_attribution_options options = {.method = methods[m]};
        assert_ok(with.f.context,
                  gml_attribute(with.f.network, mixed_rows(&with.f, N), &options, gml_matrix_f64(a, N, C), reports));
        for (size_t i = 0; i < N; i++) {
            double sum = 0;
            for (size_t j = 0; j < C; j++) {
                sum += a[i * C + j];
            }
            ck_assert_double_eq_tol(sum, reports[i].sum, 1e-9);
            ck_assert_double_eq_tol(sum + reports[i].base + reports[i].biases + reports[i].epsilon, reports[i].value,
                                    1e-5);
        }
    }
    end(&with);
}

TEST(the_default_baseline_is_the_mean_and_a_missing_category)
{
    comparison with = begin(NULL, GML_F64);
    double base[C] = {0}, x[C], y, a[C], known = 0;
    gml_attribution_report report;
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        known += !isnan(with.f.x[i * C]);
        base[0] += isnan(with.f.x[i * C]) ? 0 : with.f.x[i * C];
        base[3] += with.f.x[i * C + 3] / MIXED_ROWS;
    }
    base[0] /= known;
    base[1] = NAN;
    base[4] = 12.5;
    /* dates have no day with the mean of all parts: their column stays as it is */
    memcpy(x, base, sizeof x);
    x[2] = with.f.x[2];
    const size_t first = 0;
    assert_ok(with.f.context, gml_attribute(with.f.network, gml_matrix_f64(x, 1, C),
                                            &(gml_attribution_options){.method = "shapley", .output = &first},
                                            gml_matrix_f64(a, 1, C), &report));
    for (size_t j = 0; j < C; j++) {
        ck_assert_msg(j == 2 || fabs(a[j]) < 1e-9, "column %zu: %g", j, a[j]);
    }
    assert_ok(with.f.context, gml_network_predict(with.f.network, gml_matrix_f64(x, 1, C), gml_matrix_f64(&y, 1, 1)));
    ck_assert_double_eq_tol(report.value, y, 1e-12);
    end(&with);
}

TEST(shapley_values_of_columns_are_zero_for_dummies_and_split_between_twins)
{
    mixed_case f =
        set_up_mixed("number -> impute -> standard; day -> standard; category -> one_hot", "5 tanh", GML_F64);
    /* inputs: age, day, size, same, the mark of age, blue, green, red */
    double *w = f.network->layers[0].weight, a[N * C];
    for (size_t k = 0; k < 5; k++) {
        for (size_t level = 5; level < 8; level++) {
            w[level * 5 + k] = 0;
        }
    }
    assert_ok(f.context, gml_attribute(f.network, mixed_rows(&f, N), &(gml_attribution_options){.method = "shapley"},
                                       gml_matrix_f64(a, N, C), NULL));
    for (size_t i = 0; i < N; i++) {
        ck_assert_double_eq_tol(a[i * C + 1], 0, 1e-12);
        ck_assert_double_gt(fabs(a[i * C + 3]), 1e-6);
    }
    tear_down_mixed(&f);
}

/* ---- derivatives ---- */

TEST(the_jacobian_is_by_columns)
{
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        comparison with = begin("size -> log -> standard", (gml_dtype)dtype);
        double wide[N * C], inner[N * MOST], a[C];
        float narrow[N * C], narrow_inner[N * MOST];
        const bool is_wide = dtype == GML_F64;
        const gml_matrix x = gml_matrix_f64(with.rows, N, with.inputs);
        assert_ok(with.f.context,
                  gml_network_jacobian(with.f.network, mixed_rows(&with.f, N),
                                       is_wide ? gml_matrix_f64(wide, N, C) : gml_matrix_f32(narrow, N, C)));
        assert_ok(with.f.context, gml_network_jacobian(with.bare, x,
                                                       is_wide ? gml_matrix_f64(inner, N, with.inputs)
                                                               : gml_matrix_f32(narrow_inner, N, with.inputs)));
        for (size_t i = 0; i < N; i++) {
            for (size_t j = 0; !is_wide && j < with.inputs; j++) {
                inner[i * with.inputs + j] = (double)narrow_inner[i * with.inputs + j];
            }
            fold(&with, inner + i * with.inputs, with.slopes + i * with.inputs, a);
            for (size_t j = 0; j < C; j++) {
                const double got = is_wide ? wide[i * C + j] : (double)narrow[i * C + j];
                ck_assert_double_eq_tol(got, a[j], (is_wide ? 1e-12 : 1e-5) * (1 + fabs(a[j])));
            }
        }
        end(&with);
    }
}

/* ---- effects ---- */

TEST(the_grid_of_a_category_is_its_levels)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F64);
    double values[16] = {0}, edges[16];
    size_t count = 0;
    assert_ok(f.context, gml_effect_grid(f.data, 1, &(gml_grid_options){.points = 10}, values, &count));
    ck_assert(count == 3 && values[0] == 0 && values[1] == 1 && values[2] == 2);
    /* i * i % 5 % 3 is 0 for i % 5 = 0, 1 for 1, 2 and 3 and 4, which have the squares 1, 4, 4 and 1 */
    size_t seen[3] = {0};
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        seen[isnan(f.x[i * C + 1]) ? 2 : (size_t)f.x[i * C + 1]]++;
    }
    assert_ok(f.context, gml_effect_grid(f.data, 1, &(gml_grid_options){.points = 2}, values, &count));
    ck_assert_uint_eq(count, 2);
    ck_assert(values[0] == 0 && values[1] == 1); /* the frequent ones */
    assert_ok(f.context, gml_effect_edges(f.data, 1, 8, edges, &count));
    ck_assert_uint_ge(count, 2);
    ck_assert(edges[0] == 0 && edges[1] == 1);
    assert_ok(f.context, gml_effect_grid(f.data, 0, &(gml_grid_options){.points = 9}, values, &count));
    ck_assert_uint_eq(count, 9);
    for (size_t i = 0; i < count; i++) {
        ck_assert(isfinite(values[i])); /* missing cells are left out */
    }
    tear_down_mixed(&f);
}

TEST(partial_dependence_on_a_category_is_the_mean_prediction_at_each_level)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F64);
    const size_t feature = 1;
    double grid[3] = {0, 1, 2}, averages[3], y[MIXED_ROWS], effects[2];
    assert_ok(f.context, gml_partial_dependence(f.network, f.data, &feature, 1, gml_matrix_f64(grid, 3, 1),
                                                gml_matrix_f64(averages, 3, 1), gml_matrix_none()));
    double *x = calloc(MIXED_ROWS * C, sizeof *x);
    for (size_t level = 0; level < 3; level++) {
        double mean = 0;
        memcpy(x, f.x, MIXED_ROWS * C * sizeof *x);
        for (size_t i = 0; i < MIXED_ROWS; i++) {
            x[i * C + 1] = (double)level;
        }
        assert_ok(f.context,
                  gml_network_predict(f.network, gml_matrix_f64(x, MIXED_ROWS, C), gml_matrix_f64(y, MIXED_ROWS, 1)));
        for (size_t i = 0; i < MIXED_ROWS; i++) {
            mean += y[i] / MIXED_ROWS;
        }
        ck_assert_double_eq_tol(averages[level], mean, 1e-12);
    }
    /* samples at the first two levels move from one to the other, missing cells stay out */
    double count[1], change = 0, known = 0;
    assert_ok(f.context, gml_accumulated_effects(f.network, f.data, 1, grid, 2, gml_matrix_f64(effects, 2, 1), count));
    for (size_t i = 0; i < MIXED_ROWS; i++) {
        double pair[2 * C], ends[2];
        if (isnan(f.x[i * C + 1]) || f.x[i * C + 1] > 1) {
            continue;
        }
        memcpy(pair, f.x + i * C, C * sizeof *pair);
        memcpy(pair + C, f.x + i * C, C * sizeof *pair);
        pair[1] = 0;
        pair[C + 1] = 1;
        assert_ok(f.context, gml_network_predict(f.network, gml_matrix_f64(pair, 2, C), gml_matrix_f64(ends, 2, 1)));
        change += ends[1] - ends[0];
        known++;
    }
    ck_assert(count[0] == known);
    ck_assert_double_eq_tol(effects[1] - effects[0], change / known, 1e-12);
    free(x);
    tear_down_mixed(&f);
}

TEST(importances_are_of_columns)
{
    mixed_case f = set_up_mixed(NULL, "8 tanh", GML_F64);
    const gml_train_options options = {.epochs = 60, .batch = 16, .learning_rate = 0.01};
    gml_importance importances[C];
    double base;
    assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_permutation_importance(f.network, f.data, NULL, &base, importances, gml_matrix_none()));
    ck_assert(importances[4].mean == 0); /* constant */
    ck_assert_double_gt(importances[3].mean, 0.05);
    ck_assert_double_gt(importances[1].mean, 0.01);
    tear_down_mixed(&f);
}

TEST(connection_weights_are_summed_by_column)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh -> batchnorm", GML_F64);
    gml_network *bare = bare_copy(&f);
    const size_t inputs = gml_network_inputs(bare);
    double weights[C], shares[C], inner[MOST], expected[C] = {0}, sum = 0;
    assert_ok(f.context, gml_connection_weights(f.network, gml_matrix_f64(weights, C, 1)));
    assert_ok(f.context, gml_connection_weights(bare, gml_matrix_f64(inner, inputs, 1)));
    for (size_t i = 0; i < inputs; i++) {
        gml_prepared_input input;
        assert_ok(f.context, gml_preparation_input(gml_network_preparation(f.network), i, &input));
        if (strcmp(input.name, "day (year)") != 0) { /* all days are of one year: a constant input */
            expected[input.column] += inner[i];
        }
    }
    for (size_t j = 0; j + 1 < C; j++) {
        ck_assert_double_eq_tol(weights[j], expected[j], 1e-12);
    }
    ck_assert(weights[4] == 0 && expected[4] != 0); /* a constant column reaches nothing */
    assert_ok(f.context, gml_garson_shares(f.network, gml_matrix_f64(shares, C, 1)));
    for (size_t j = 0; j < C; j++) {
        sum += shares[j];
    }
    ck_assert_double_eq_tol(sum, 1, 1e-12);
    ck_assert(shares[4] == 0);
    gml_network_destroy(bare);
    tear_down_mixed(&f);
}

TEST(networks_with_other_preparations_are_not_compared_stage_by_stage)
{
    mixed_case f = set_up_mixed(NULL, "5 tanh", GML_F64);
    const gml_recipe recipe = {.hidden = "5 tanh", .preparation = "category -> ordinal"};
    gml_network *other = NULL;
    gml_difference stages[4];
    gml_diff_report report;
    assert_ok(f.context, gml_recipe_network(&recipe, f.data, &other));
    assert_refused(f.context, gml_diff(f.network, other, f.data, 0, stages, &report), GML_ERROR_SHAPE,
                   "preparations differ", NULL);
    gml_network_destroy(other);
    assert_ok(f.context, gml_network_copy(f.network, GML_F64, &other));
    assert_ok(f.context, gml_diff(f.network, other, f.data, 0, stages, &report));
    ck_assert(stages[0].greatest == 0);
    gml_network_destroy(other);
    tear_down_mixed(&f);
}

int main(void)
{
    return run_tests("explain prepared", 60);
}
