/* tests/explain/hostile_attribution.c - attributions where single rows, single classes and round numbers hide mistakes:
 * several rows of a baseline, cut blocks, other players for each sample, inputs of 0, samples that are not finite. */
#include "explain_case.h"

enum { P = 6, N = 4, ROWS = 5 };

static void attribute(const gml_network *network, gml_matrix x, const gml_attribution_options *options, double *a,
                      gml_attribution_report *reports)
{
    assert_ok(gml_network_context(network),
              gml_attribute(network, x, options, gml_matrix_f64(a, x.rows, x.cols), reports));
}

static gml_matrix predict(const gml_network *network, const double *x, size_t rows, double *y)
{
    const gml_matrix outputs = gml_matrix_f64(y, rows, gml_network_outputs(network));
    assert_ok(gml_network_context(network),
              gml_network_predict(network, gml_matrix_f64(x, rows, gml_network_inputs(network)), outputs));
    return outputs;
}

/* ---- the base of a report ---- */

TEST(the_base_is_the_value_at_the_mean_row_or_the_mean_value_of_the_rows)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 tanh -> 1", GML_F64, GML_TASK_REGRESSION, 0.4);
    double *x = random_doubles(N * P, 1), *base = random_doubles(ROWS * P, 2), mean[P] = {0}, y[ROWS], at_mean;
    double a[N * P], mean_value = 0;
    gml_attribution_report reports[N];
    predict(network, base, ROWS, y);
    for (size_t i = 0; i < ROWS * P; i++) {
        mean[i % P] += base[i] / ROWS;
        mean_value += i < ROWS ? y[i] / ROWS : 0;
    }
    predict(network, mean, 1, &at_mean);
    ck_assert_double_gt(fabs(at_mean - mean_value), 1e-3);
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        const char *name = gml_attribution_entry(row)->name;
        const gml_attribution_options options = {.method = name, .baseline = gml_matrix_f64(base, ROWS, P)};
        const bool none = strcmp(name, "gradient") == 0 || strcmp(name, "smooth_gradient") == 0;
        const bool averages = strcmp(name, "shapley") == 0 || strcmp(name, "kernel_shap") == 0;
        const double expected = strcmp(name, "relevance") == 0 ? 0 : averages ? mean_value : at_mean;
        attribute(network, gml_matrix_f64(x, N, P), &options, a, reports);
        for (size_t i = 0; i < N; i++) {
            ck_assert_msg(isnan(reports[i].base) == none && isnan(reports[i].error) == none, "%s", name);
            ck_assert_msg(none || fabs(reports[i].base - expected) < 1e-12, "%s has base %g, not %g", name,
                          reports[i].base, expected);
        }
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(base);
}

/* ---- one output for two classes ---- */

/* More samples than a block has rows. Some are of each class, and chosen classes give what predicted ones give. */
static void explain_predicted_classes(const char *description, double threshold, const char *method,
                                      gml_explained which)
{
    enum { MANY = 2300 };
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, description, GML_F64, GML_TASK_CLASSIFICATION, 0.4);
    double *x = random_doubles(MANY * P, 1), *y = calloc(MANY, sizeof *y), *a[3];
    gml_attribution_report *reports[3];
    size_t seen[2] = {0};
    predict(network, x, MANY, y);
    for (size_t k = 0; k < 3; k++) {
        a[k] = calloc(MANY * P, sizeof **a);
        reports[k] = calloc(MANY, sizeof **reports);
        const gml_attribution_options options = {.method = method, .explained = which, .output = k < 2 ? &k : NULL};
        attribute(network, gml_matrix_f64(x, MANY, P), &options, a[k], reports[k]);
    }
    for (size_t i = 0; i < MANY; i++) {
        const size_t class = y[i] > threshold;
        seen[class]++;
        ck_assert_msg(reports[2][i].output == class, "%s, sample %zu: class %zu for %g", description, i,
                      reports[2][i].output, y[i]);
        ck_assert_double_eq_tol(reports[2][i].value, reports[class][i].value, 1e-12);
        ck_assert_double_eq_tol(reports[2][i].biases, reports[class][i].biases, 1e-9);
        ck_assert_double_le(worst_difference(a[2] + i * P, a[class] + i * P, P), 1e-9);
        if (which == GML_EXPLAINED_OUTPUT) {
            ck_assert_double_eq_tol(reports[1][i].value, y[i], 1e-12);
            ck_assert_double_eq_tol(reports[0][i].value, threshold == 0 ? -y[i] : 1 - y[i], 1e-12);
        }
    }
    ck_assert(seen[0] > 100 && seen[1] > 100);
    for (size_t k = 0; k < 3; k++) {
        free(a[k]);
        free(reports[k]);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(y);
}

TEST(the_predicted_class_of_a_single_output_is_explained_with_its_sign)
{
    static const char *const methods[] = {"gradient", "gradient_x_input", "relevance(epsilon=0.1)", "occlusion",
                                          "integrated_gradients(steps=3)"};
    for (size_t m = 0; m < sizeof methods / sizeof methods[0]; m++) {
        for (int which = GML_EXPLAINED_SCORE; which <= GML_EXPLAINED_OUTPUT; which++) {
            explain_predicted_classes("6 -> 5 tanh -> 1 sigmoid", 0.5, methods[m], (gml_explained)which);
            explain_predicted_classes("6 -> 5 tanh -> 1", 0, methods[m], (gml_explained)which); /* a logit */
        }
    }
}

/* ---- Shapley values ---- */

/* Exact values by the formula over all sets, from predictions of mixed rows. */
static void naive_shapley(const gml_network *network, const double *x, const double *base, size_t rows, size_t players,
                          double *a)
{
    const size_t sets = (size_t)1 << players;
    double *value = calloc(sets, sizeof *value), *mixed = calloc(players, sizeof *mixed), y;
    for (size_t set = 0; set < sets; set++) {
        for (size_t b = 0; b < rows; b++) {
            for (size_t j = 0; j < players; j++) {
                mixed[j] = (set >> j & 1) != 0 ? x[j] : base[b * players + j];
            }
            predict(network, mixed, 1, &y);
            value[set] += y / (double)rows;
        }
    }
    for (size_t j = 0; j < players; j++) {
        a[j] = 0;
        for (size_t set = 0; set < sets; set++) {
            if ((set >> j & 1) == 0) {
                const size_t size = (size_t)__builtin_popcountll(set);
                const double share =
                    tgamma((double)size + 1) * tgamma((double)(players - size)) / tgamma((double)players + 1);
                a[j] += share * (value[set | (size_t)1 << j] - value[set]);
            }
        }
    }
    free(value);
    free(mixed);
}

/* 510 coalitions are more than are added to the equations at once; 512 times 7 rows are more than a block, which ends
 * within a coalition. The samples have other players each; input 4 equals the first row of the baseline alone. */
TEST(shapley_values_of_many_rows_and_of_samples_with_other_players_are_exact)
{
    enum { PLAYERS = 9, BACKGROUNDS = 7, SAMPLES = 4 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "9 -> 8 tanh -> 1", GML_F64, 4);
    double *x = random_doubles(SAMPLES * PLAYERS, 1), *base = random_doubles(BACKGROUNDS * PLAYERS, 2);
    double a[SAMPLES * PLAYERS], expected[PLAYERS];
    for (size_t b = 0; b < BACKGROUNDS; b++) {
        base[b * PLAYERS] = 0.25;
        base[b * PLAYERS + 7] = -0.5;
    }
    x[0] = 0.25;                              /* sample 0 has 8 players */
    x[PLAYERS] = 0.25, x[PLAYERS + 7] = -0.5; /* sample 1 has 7 */
    for (size_t i = 0; i < SAMPLES; i++) {
        x[i * PLAYERS + 4] = base[4];
    }
    static const char *const methods[] = {"shapley", "kernel_shap(coalitions=510)"};
    for (size_t m = 0; m < 2; m++) {
        const gml_attribution_options options = {.method = methods[m],
                                                 .baseline = gml_matrix_f64(base, BACKGROUNDS, PLAYERS)};
        attribute(network, gml_matrix_f64(x, SAMPLES, PLAYERS), &options, a, NULL);
        for (size_t i = 0; i < SAMPLES; i++) {
            naive_shapley(network, x + i * PLAYERS, base, BACKGROUNDS, PLAYERS, expected);
            const double apart = worst_difference(a + i * PLAYERS, expected, PLAYERS);
            ck_assert_msg(apart <= 1e-9, "%s, sample %zu: %g apart", methods[m], i, apart);
        }
        ck_assert_double_eq(a[0], 0);
        ck_assert_double_ne(a[4], 0);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(base);
}

/* Refused before any coalition is evaluated: two million rows of 5000 inputs would take minutes. */
TEST(kernel_shap_of_more_inputs_than_coalitions_is_refused_at_once)
{
    enum { WIDE = 5000 };
    gml_context *context = test_context();
    gml_network *network = new_network(context, "5000 -> 64 relu -> 1", GML_F32, 4);
    double *x = random_doubles(WIDE, 1), *base = random_doubles(1000 * WIDE, 2), *a = calloc(WIDE, sizeof *a);
    const gml_attribution_options options = {.method = "kernel_shap", .baseline = gml_matrix_f64(base, 1000, WIDE)};
    assert_refused(context,
                   gml_attribute(network, gml_matrix_f64(x, 1, WIDE), &options, gml_matrix_f64(a, 1, WIDE), NULL),
                   GML_ERROR_ARGUMENT, "2048 coalitions do not determine", "10000 coalitions", NULL);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
    free(base);
    free(a);
}

/* ---- inputs that the scaling removes ---- */

/* A network whose scaling removes input 1 is one whose input 1 has weights of 0. */
TEST(noise_does_not_reach_an_input_with_a_scale_of_0)
{
    gml_context *context = test_context();
    gml_network *removed = network_to_explain(context, "6 -> 9 tanh -> 2", GML_F64, GML_TASK_REGRESSION, 0);
    gml_network *ignored = network_to_explain(context, "6 -> 9 tanh -> 2", GML_F64, GML_TASK_REGRESSION, 1);
    double *x = random_doubles(N * P, 1), a[N * P], expected[N * P];
    const gml_attribution_options options = {.method = "smooth_gradient(samples=4, deviation=0.5)"};
    gml_block block;
    assert_ok(context, gml_network_block(ignored, 0, &block));
    ck_assert_int_eq(block.role, GML_ROLE_WEIGHT);
    memset((double *)block.values.data + block.values.stride, 0, block.values.cols * sizeof(double));
    attribute(removed, gml_matrix_f64(x, N, P), &options, a, NULL);
    attribute(ignored, gml_matrix_f64(x, N, P), &options, expected, NULL);
    ck_assert_double_le(worst_difference(a, expected, N * P), 1e-12);
    gml_network_destroy(removed);
    gml_network_destroy(ignored);
    gml_context_destroy(context);
    free(x);
}

/* ---- sums of 0 ---- */

static void fill_block(const gml_network *network, size_t index, const double *values, size_t count)
{
    gml_block block;
    assert_ok(gml_network_context(network), gml_network_block(network, index, &block));
    memcpy(block.values.data, values, count * sizeof *values);
}

/* z = x0 - x1 = 0, sigmoid(0) = 1/2: epsilon has the sign of 0, which counts as above. */
TEST(relevance_of_a_sum_of_0_divides_by_epsilon)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> 1 sigmoid bias=no -> 1 bias=no", GML_F64, 4);
    fill_block(network, 0, (const double[]){1, -1}, 2);
    fill_block(network, 1, (const double[]){4}, 1);
    const double x[2] = {3, 3}, epsilon = 0.5, r = 2 * 2 / (2 + epsilon);
    double a[2];
    gml_attribution_report report;
    const gml_attribution_options options = {.method = "relevance(epsilon=0.5)"};
    attribute(network, gml_matrix_f64(x, 1, 2), &options, a, &report);
    ck_assert_double_eq_tol(a[0], 3 * r / epsilon, 1e-12);
    ck_assert_double_eq_tol(a[1], -3 * r / epsilon, 1e-12);
    ck_assert_double_eq_tol(report.epsilon, 2, 1e-12);
    ck_assert_double_eq_tol(report.error, 0, 1e-12);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(relevance_without_epsilon_is_finite_where_units_are_0)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> 2 relu bias=no -> 1 bias=no", GML_F64, 4);
    fill_block(network, 0, (const double[]){1, 2, 1, -2}, 4);
    fill_block(network, 1, (const double[]){1, 1}, 2);
    const double x[2] = {3, 3}; /* the second unit has the sum 0 */
    double a[2];
    const gml_attribution_options options = {.method = "relevance(epsilon=0)"};
    attribute(network, gml_matrix_f64(x, 1, 2), &options, a, NULL);
    ck_assert_double_eq(a[0], 3);
    ck_assert_double_eq(a[1], 3);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* ---- inputs of all kinds ---- */

TEST(inputs_of_every_type_get_the_same_attributions)
{
    gml_context *context = test_context();
    uint8_t bytes[N * P];
    float narrow[N * P];
    double wide[N * P], a[3][N * P];
    for (size_t i = 0; i < (size_t)N * P; i++) {
        bytes[i] = (uint8_t)(i * 37);
        narrow[i] = (float)(wide[i] = bytes[i]);
    }
    const gml_matrix views[] = {gml_matrix_f64(wide, N, P), gml_matrix_f32(narrow, N, P), gml_matrix_u8(bytes, N, P)};
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        gml_network *network =
            network_to_explain(context, "6 -> 9 tanh -> 3 softmax", (gml_dtype)dtype, GML_TASK_CLASSIFICATION, 0.01);
        for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
            for (size_t k = 0; k < 3; k++) {
                const gml_attribution_options options = {.method = gml_attribution_entry(row)->name,
                                                         .baseline = gml_matrix_rows(views[k], 2, 2)};
                attribute(network, views[k], &options, a[k], NULL);
            }
            const double tolerance = dtype == GML_F64 ? 1e-12 : 1e-4; /* scaling rounds by the type of the data */
            ck_assert_double_le(worst_difference(a[1], a[0], (size_t)N * P), tolerance);
            ck_assert_double_le(worst_difference(a[2], a[0], (size_t)N * P), tolerance);
        }
        gml_network_destroy(network);
    }
    gml_context_destroy(context);
}

TEST(a_sample_that_is_not_finite_spoils_no_other)
{
    gml_context *context = test_context();
    gml_network *network = network_to_explain(context, "6 -> 9 relu -> 3 softmax", GML_F32, GML_TASK_CLASSIFICATION, 1);
    double *x = random_doubles(N * P, 1), a[N * P], clean[N * P];
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        const gml_attribution_options options = {.method = gml_attribution_entry(row)->name};
        const double kept = x[P + 2];
        attribute(network, gml_matrix_f64(x, N, P), &options, clean, NULL);
        static const double bad[] = {NAN, INFINITY, -1e300};
        for (size_t k = 0; k < 3; k++) {
            x[P + 2] = bad[k];
            attribute(network, gml_matrix_f64(x, N, P), &options, a, NULL);
            ck_assert_msg(memcmp(a, clean, P * sizeof *a) == 0, "%s", options.method);
            ck_assert_msg(memcmp(a + (size_t)2 * P, clean + (size_t)2 * P, (size_t)2 * P * sizeof *a) == 0, "%s",
                          options.method);
        }
        x[P + 2] = kept;
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(one_sample_of_one_input_and_no_sample_at_all)
{
    gml_context *context = test_context();
    gml_network *network = new_network(context, "1 -> 4 tanh -> 1", GML_F64, 1);
    const double x = 0.7;
    double y, zero, a;
    predict(network, &x, 1, &y);
    predict(network, &(const double){0}, 1, &zero);
    for (size_t row = 0; gml_attribution_entry(row) != NULL; row++) {
        const char *name = gml_attribution_entry(row)->name;
        const gml_attribution_options options = {.method = name};
        attribute(network, gml_matrix_f64(&x, 1, 1), &options, &a, NULL);
        ck_assert_msg(isfinite(a), "%s", name);
        if (strcmp(name, "occlusion") == 0 || strstr(name, "shap") != NULL) {
            ck_assert_double_eq_tol(a, y - zero, 1e-12);
        }
        ck_assert_int_ne(gml_attribute(network, gml_matrix_f64(&x, 0, 1), &options, gml_matrix_f64(&a, 0, 1), NULL),
                         GML_OK);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("explain hostile", 120);
}
