/* tests/explain/ensemble.c - explanations of an ensemble are the means of its members'. */
#include <string.h>

#include "ensemble_case.h"

enum { ROWS = 40 };

/* The mean attributions and reports of the members for given classes. */
static void mean_by_hand(const gml_network *ensemble, gml_matrix x, gml_attribution_options options,
                         const size_t *classes, double *attributions, gml_attribution_report *reports)
{
    const size_t members = gml_network_members(ensemble), columns = gml_network_columns(ensemble);
    double own[CASE_COLUMNS];
    gml_attribution_report report;
    memset(attributions, 0, x.rows * columns * sizeof *attributions);
    memset(reports, 0, x.rows * sizeof *reports);
    for (size_t i = 0; i < x.rows; i++) {
        for (size_t k = 0; k < members; k++) {
            options.output = &classes[i];
            assert_ok(gml_network_context(ensemble),
                      gml_attribute(gml_network_member(ensemble, k), gml_matrix_rows(x, i, 1), &options,
                                    gml_matrix_f64(own, 1, columns), &report));
            for (size_t j = 0; j < columns; j++) {
                attributions[i * columns + j] += own[j] / (double)members;
            }
            reports[i].value += report.value / (double)members;
            reports[i].base += report.base / (double)members;
        }
    }
}

static void find_classes(const gml_network *ensemble, gml_matrix x, size_t *classes)
{
    double y[ROWS * CASE_CLASSES];
    const size_t outputs = gml_network_outputs(ensemble);
    predict_doubles(ensemble, x, y);
    for (size_t i = 0; i < x.rows; i++) {
        classes[i] = outputs == 1 ? y[i] > 0.5 : 0;
        for (size_t k = 1; k < outputs; k++) {
            classes[i] = y[i * outputs + k] > y[i * outputs + classes[i]] ? k : classes[i];
        }
    }
}

static void assert_means(const char *method, gml_explained explained, size_t classes)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, classes);
    const gml_matrix x = gml_matrix_rows(f.x, 0, ROWS);
    const gml_attribution_options options = {
        .method = method, .explained = explained, .baseline = gml_matrix_rows(f.x, 100, 5)};
    double got[ROWS * CASE_COLUMNS], wanted[ROWS * CASE_COLUMNS];
    gml_attribution_report reports[ROWS], by_hand[ROWS];
    size_t chosen[ROWS] = {0};
    if (classes > 0) {
        find_classes(f.ensemble, x, chosen);
    }
    assert_ok(f.context, gml_attribute(f.ensemble, x, &options, gml_matrix_f64(got, ROWS, CASE_COLUMNS), reports));
    mean_by_hand(f.ensemble, x, options, chosen, wanted, by_hand);
    ck_assert_double_lt(worst_difference(got, wanted, ROWS * CASE_COLUMNS), 1e-10);
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_uint_eq(reports[i].output, chosen[i]);
        ck_assert_double_eq_tol(reports[i].value, by_hand[i].value, 1e-9 * (1 + fabs(by_hand[i].value)));
        if (!isnan(by_hand[i].base)) {
            ck_assert_double_eq_tol(reports[i].base, by_hand[i].base, 1e-9 * (1 + fabs(by_hand[i].base)));
            ck_assert_double_eq_tol(reports[i].error,
                                    reports[i].value - reports[i].base - reports[i].sum - reports[i].biases -
                                        reports[i].epsilon,
                                    1e-9 * (1 + fabs(reports[i].value)));
        }
    }
    tear_down_ensemble(&f);
}

TEST(attributions_of_each_method_are_the_means_of_the_members)
{
    for (size_t i = 0; gml_attribution_entry(i) != NULL; i++) {
        assert_means(gml_attribution_entry(i)->name, GML_EXPLAINED_AUTO, CASE_CLASSES);
    }
}

TEST(outputs_and_values_and_single_outputs_are_explained_too)
{
    assert_means("shapley", GML_EXPLAINED_OUTPUT, CASE_CLASSES);
    assert_means("integrated_gradients", GML_EXPLAINED_AUTO, 0);
    assert_means("shapley", GML_EXPLAINED_OUTPUT, 2);
    assert_means("gradient_x_input", GML_EXPLAINED_SCORE, 2);
}

TEST(the_explained_output_is_what_the_ensemble_predicts)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 0);
    const gml_matrix x = gml_matrix_rows(f.x, 0, ROWS);
    double attributions[ROWS * CASE_COLUMNS], y[ROWS];
    gml_attribution_report reports[ROWS];
    assert_ok(f.context, gml_attribute(f.ensemble, x, &(gml_attribution_options){.method = "shapley"},
                                       gml_matrix_f64(attributions, ROWS, CASE_COLUMNS), reports));
    predict_doubles(f.ensemble, x, y);
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_eq_tol(reports[i].value, y[i], 1e-9 * fabs(y[i]));
        ck_assert_double_eq_tol(reports[i].error, 0, 1e-8 * fabs(y[i]));
    }
    tear_down_ensemble(&f);
}

TEST(the_explained_class_of_members_in_one_network_is_the_predicted_one)
{
    enum { N = 400, P = 4, CLASSES = 3 };
    gml_context *context = test_context();
    gml_network *network = new_network(
        context, "4 -> members 5 -> scale(std=3) -> 8 tanh -> scale(std=6) -> 3 softmax heads -> average", GML_F64, 3);
    double *x = random_doubles((size_t)N * P, 1), y[N * CLASSES], attributions[N * P];
    gml_attribution_report reports[N];
    assert_ok(context,
              gml_attribute(network, gml_matrix_f64(x, N, P), NULL, gml_matrix_f64(attributions, N, P), reports));
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, N, P), gml_matrix_f64(y, N, CLASSES)));
    for (size_t i = 0; i < N; i++) {
        const double *row = y + i * CLASSES;
        const size_t better = row[1] > row[0] ? 1 : 0;
        ck_assert_uint_eq(reports[i].output, row[2] > row[better] ? 2 : better);
        ck_assert_int_eq(reports[i].which, GML_EXPLAINED_SCORE);
    }
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(attributions_of_an_ensemble_have_the_same_bits_for_any_number_of_threads)
{
    static double one[CASE_ROWS * CASE_COLUMNS], many[CASE_ROWS * CASE_COLUMNS];
    for (size_t threads = 1; threads <= 4; threads += 3) {
        ensemble_case f = set_up_ensemble(context_with((gml_context_options){.threads = threads}), GML_F32, 3);
        assert_ok(f.context, gml_attribute(f.ensemble, f.x, NULL,
                                           gml_matrix_f64(threads == 1 ? one : many, CASE_ROWS, CASE_COLUMNS), NULL));
        tear_down_ensemble(&f);
    }
    ck_assert_mem_eq(one, many, sizeof one);
}

TEST(a_jacobian_has_the_differences_of_predictions)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, CASE_CLASSES);
    double jacobian[ROWS * CASE_CLASSES * CASE_COLUMNS], up[CASE_CLASSES], down[CASE_CLASSES], row[CASE_COLUMNS];
    const double step = 1e-6;
    assert_ok(f.context, gml_network_jacobian(f.ensemble, gml_matrix_rows(f.x, 0, ROWS),
                                              gml_matrix_f64(jacobian, ROWS * CASE_CLASSES, CASE_COLUMNS)));
    for (size_t i = 0; i < ROWS; i++) {
        for (size_t j = 0; j < CASE_COLUMNS; j++) {
            memcpy(row, f.inputs + i * CASE_COLUMNS, sizeof row);
            row[j] += step;
            predict_doubles(f.ensemble, gml_matrix_f64(row, 1, CASE_COLUMNS), up);
            row[j] -= 2 * step;
            predict_doubles(f.ensemble, gml_matrix_f64(row, 1, CASE_COLUMNS), down);
            for (size_t k = 0; k < CASE_CLASSES; k++) {
                ck_assert_double_eq_tol(jacobian[(i * CASE_CLASSES + k) * CASE_COLUMNS + j],
                                        (up[k] - down[k]) / (2 * step), 1e-6);
            }
        }
    }
    tear_down_ensemble(&f);
}

/* Blocks of 256 rows are the smallest, and wide layers have them. */
TEST(each_sample_of_a_wide_ensemble_is_explained_for_its_own_class)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, CASE_CLASSES);
    gml_network *members[2], *wide = NULL;
    static double parts[CASE_ROWS * CASE_COLUMNS], y[CASE_ROWS * CASE_CLASSES];
    static gml_attribution_report reports[CASE_ROWS];
    double *inputs = random_doubles(CASE_ROWS * CASE_COLUMNS, 5);
    const gml_matrix x = gml_matrix_f64(inputs, CASE_ROWS, CASE_COLUMNS);
    size_t found[CASE_CLASSES] = {0};
    for (size_t i = 0; i < 2; i++) {
        members[i] = new_network(f.context, "4 -> 11000 tanh bias=no -> 3 softmax", GML_F64, i);
    }
    assert_ok(f.context, gml_ensemble_create(members, 2, &wide));
    assert_ok(f.context, gml_attribute(wide, x, &(gml_attribution_options){.method = "gradient_x_input"},
                                       gml_matrix_f64(parts, CASE_ROWS, CASE_COLUMNS), reports));
    predict_doubles(wide, x, y);
    for (size_t i = 0; i < CASE_ROWS; i++) {
        size_t best = 0;
        for (size_t k = 1; k < CASE_CLASSES; k++) {
            best = y[i * CASE_CLASSES + k] > y[i * CASE_CLASSES + best] ? k : best;
        }
        ck_assert_uint_eq(reports[i].output, best);
        found[best]++;
    }
    ck_assert_uint_gt(found[0] * found[1] + found[0] * found[2] + found[1] * found[2], 0);
    gml_network_destroy(wide);
    free(inputs);
    tear_down_ensemble(&f);
}

TEST(a_jacobian_of_many_samples_has_each_at_its_place)
{
    enum { MANY = 2100, EACH = CASE_CLASSES * CASE_COLUMNS };
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, CASE_CLASSES);
    static double x[MANY * CASE_COLUMNS], all[MANY * EACH];
    double last[EACH];
    for (size_t i = 0; i < MANY * CASE_COLUMNS; i++) {
        x[i] = scattered(i);
    }
    assert_ok(f.context, gml_network_jacobian(f.ensemble, gml_matrix_f64(x, MANY, CASE_COLUMNS),
                                              gml_matrix_f64(all, MANY * CASE_CLASSES, CASE_COLUMNS)));
    assert_ok(f.context,
              gml_network_jacobian(f.ensemble, gml_matrix_f64(x + (MANY - 1) * CASE_COLUMNS, 1, CASE_COLUMNS),
                                   gml_matrix_f64(last, CASE_CLASSES, CASE_COLUMNS)));
    ck_assert_double_lt(worst_difference(all + (MANY - 1) * EACH, last, EACH), 1e-10);
    tear_down_ensemble(&f);
}

TEST(partial_dependences_are_the_means_of_the_members)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 0);
    double points[3] = {-0.5, 0.25, 1}, got[3], own[3], wanted[3] = {0};
    const size_t feature = 1;
    const gml_matrix grid = gml_matrix_f64(points, 3, 1), none = gml_matrix_none();
    assert_ok(f.context,
              gml_partial_dependence(f.ensemble, f.data, &feature, 1, grid, gml_matrix_f64(got, 3, 1), none));
    for (size_t k = 0; k < CASE_MEMBERS; k++) {
        assert_ok(f.context, gml_partial_dependence(gml_network_member(f.ensemble, k), f.data, &feature, 1, grid,
                                                    gml_matrix_f64(own, 3, 1), none));
        for (size_t i = 0; i < 3; i++) {
            wanted[i] += own[i] / CASE_MEMBERS;
        }
    }
    ck_assert_double_lt(worst_difference(got, wanted, 3), 1e-12);
    tear_down_ensemble(&f);
}

TEST(importances_begin_at_the_score_of_the_ensemble)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 0);
    gml_importance importances[CASE_COLUMNS];
    gml_metrics metrics;
    double base = 0;
    assert_ok(f.context, gml_evaluate(f.ensemble, f.data, NULL, &metrics));
    for (size_t i = 0; i < 2; i++) {
        const gml_importance_options options = {.metric = i == 0 ? "r2" : "loss"};
        assert_ok(f.context,
                  gml_permutation_importance(f.ensemble, f.data, &options, &base, importances, gml_matrix_none()));
        ck_assert_double_eq_tol(base, i == 0 ? metrics.r2 : metrics.loss, 1e-12);
        ck_assert_double_gt(importances[0].mean, 0);
    }
    tear_down_ensemble(&f);
}

int main(void)
{
    return run_tests("explain_ensemble", 120);
}
