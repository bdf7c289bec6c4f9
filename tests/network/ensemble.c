/* tests/network/ensemble.c - an ensemble predicts and is measured as the mean of its members. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ensemble_case.h"
#include "mixed_case.h"

static const gml_dtype dtypes[] = {GML_F32, GML_F64};
enum { DTYPES = 2 };

/* ---- predictions ---- */

/* The mean of the members' predictions as doubles, [rows x outputs]. */
static double *mean_of_members(const gml_network *ensemble, gml_matrix x)
{
    const size_t outputs = gml_network_outputs(ensemble), members = gml_network_members(ensemble);
    double *mean = calloc(x.rows * outputs, sizeof *mean), *own = calloc(x.rows * outputs, sizeof *own);
    for (size_t k = 0; k < members; k++) {
        predict_doubles(gml_network_member(ensemble, k), x, own);
        for (size_t i = 0; i < x.rows * outputs; i++) {
            mean[i] += own[i] / (double)members;
        }
    }
    free(own);
    return mean;
}

static void assert_mean(const gml_network *ensemble, gml_matrix x, double tolerance)
{
    const size_t entries = x.rows * gml_network_outputs(ensemble);
    double *mean = mean_of_members(ensemble, x), *y = calloc(entries, sizeof *y);
    predict_doubles(ensemble, x, y);
    for (size_t i = 0; i < entries; i++) {
        ck_assert_double_eq_tol(y[i], mean[i], tolerance * (1 + fabs(mean[i])));
    }
    free(mean);
    free(y);
}

TEST(a_prediction_is_the_mean_of_the_members_of_different_layers)
{
    static const size_t rows[] = {1, 16, 17, 300};
    for (size_t d = 0; d < DTYPES; d++) {
        ensemble_case f = set_up_ensemble(test_context(), dtypes[d], CASE_CLASSES);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            assert_mean(f.ensemble, gml_matrix_rows(f.x, 0, rows[i]), dtypes[d] == GML_F32 ? 1e-6 : 1e-14);
        }
        tear_down_ensemble(&f);
    }
}

TEST(each_member_applies_its_own_scalings)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 0);
    assert_mean(f.ensemble, f.x, 1e-13);
    tear_down_ensemble(&f);
}

TEST(members_with_and_without_a_preparation_read_the_same_columns)
{
    mixed_case f = set_up_mixed(NULL, "6 tanh", GML_F64);
    gml_network *other = NULL, *ensemble = NULL;
    const gml_recipe recipe = {.hidden = "4 relu",
                               .options = {.dtype = GML_F64, .seed = 9},
                               .preparation = "number -> impute -> robust; category -> ordinal -> impute; date -> "
                                              "standard"};
    assert_ok(f.context, gml_recipe_network(&recipe, f.data, &other));
    gml_network *members[] = {f.network, other};
    assert_ok(f.context, gml_ensemble_create(members, 2, &ensemble));
    ck_assert_uint_eq(gml_network_columns(ensemble), MIXED_COLUMNS);
    ck_assert_uint_eq(gml_network_inputs(ensemble), MIXED_COLUMNS);
    assert_mean(ensemble, gml_matrix_f64(f.x, MIXED_ROWS, MIXED_COLUMNS), 1e-13);
    f.network = ensemble; /* the case frees it, and it its members */
    tear_down_mixed(&f);
}

TEST(predictions_have_the_same_bits_for_any_number_of_threads)
{
    enum { FEW = 5 };
    static float all[2][CASE_ROWS * CASE_CLASSES], few[2][FEW * CASE_CLASSES];
    for (size_t i = 0; i < 2; i++) {
        gml_context *context = context_with((gml_context_options){.threads = i == 0 ? 1 : 4});
        ensemble_case f = set_up_ensemble(context, GML_F32, CASE_CLASSES);
        assert_ok(context, gml_network_predict(f.ensemble, f.x, gml_matrix_f32(all[i], CASE_ROWS, CASE_CLASSES)));
        assert_ok(context, gml_network_predict(f.ensemble, gml_matrix_rows(f.x, 0, FEW),
                                               gml_matrix_f32(few[i], FEW, CASE_CLASSES)));
        tear_down_ensemble(&f);
    }
    ck_assert_mem_eq(all[0], all[1], sizeof all[0]);
    ck_assert_mem_eq(few[0], few[1], sizeof few[0]);
}

TEST(members_that_are_equal_predict_as_one_to_the_bit)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    gml_network *copies[3] = {NULL}, *ensemble = NULL;
    float y[40 * CASE_CLASSES], z[40 * CASE_CLASSES];
    for (size_t i = 0; i < 3; i++) {
        assert_ok(f.context, gml_network_copy(gml_network_member(f.ensemble, 0), GML_F32, &copies[i]));
    }
    assert_ok(f.context, gml_ensemble_create(copies, 3, &ensemble));
    const gml_matrix x = gml_matrix_rows(f.x, 0, 40);
    assert_ok(f.context, gml_network_predict(ensemble, x, gml_matrix_f32(y, 40, CASE_CLASSES)));
    assert_ok(f.context, gml_network_predict(copies[1], x, gml_matrix_f32(z, 40, CASE_CLASSES)));
    ck_assert_mem_eq(y, z, sizeof y);
    gml_network_destroy(ensemble);
    tear_down_ensemble(&f);
}

/* ---- measuring ---- */

TEST(the_loss_of_classes_is_the_cross_entropy_of_the_mean_probability)
{
    for (size_t d = 0; d < DTYPES; d++) {
        ensemble_case f = set_up_ensemble(test_context(), dtypes[d], CASE_CLASSES);
        double *p = mean_of_members(f.ensemble, f.x), loss = 0;
        size_t right = 0;
        for (size_t i = 0; i < CASE_ROWS; i++) {
            const double *row = p + i * CASE_CLASSES;
            size_t best = 0;
            for (size_t k = 1; k < CASE_CLASSES; k++) {
                best = row[k] > row[best] ? k : best;
            }
            right += best == (size_t)f.targets[i];
            loss -= log(row[(size_t)f.targets[i]]) / CASE_ROWS;
        }
        gml_metrics metrics;
        gml_metric_value value;
        assert_ok(f.context, gml_evaluate(f.ensemble, f.data, NULL, &metrics));
        assert_ok(f.context, gml_score_network(f.ensemble, f.data, (const char *const[]){"log_loss"}, 1, &value,
                                               gml_matrix_none()));
        ck_assert_double_eq_tol(metrics.loss, loss, 1e-5);
        ck_assert_double_eq_tol(value.value, loss, 1e-5);
        ck_assert_double_eq_tol(metrics.accuracy, (double)right / CASE_ROWS, 1e-12);
        free(p);
        tear_down_ensemble(&f);
    }
}

TEST(the_loss_of_one_sigmoid_is_the_cross_entropy_of_the_mean_probability)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 2);
    double *p = mean_of_members(f.ensemble, f.x), loss = 0;
    for (size_t i = 0; i < CASE_ROWS; i++) {
        loss -= log(f.targets[i] == 1 ? p[i] : 1 - p[i]) / CASE_ROWS;
    }
    gml_metrics metrics;
    assert_ok(f.context, gml_evaluate(f.ensemble, f.data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.loss, loss, 1e-12);
    free(p);
    tear_down_ensemble(&f);
}

/* In float, exp(-200) is 0. */
TEST(a_probability_of_zero_has_a_finite_loss)
{
    gml_context *context = test_context();
    gml_network *members[1] = {new_network(context, "1 -> 2 softmax", GML_F32, 1)}, *ensemble = NULL;
    gml_dataset *data = NULL;
    gml_metrics metrics;
    gml_block weights;
    double x[2] = {1, 1}, classes[2] = {0, 1};
    assert_ok(context, gml_network_block(members[0], 0, &weights));
    memcpy(weights.values.data, (float[]){100, -100}, 2 * sizeof(float));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 2, 1), gml_matrix_f64(classes, 2, 1),
                                                 GML_TASK_CLASSIFICATION, &data));
    assert_ok(context, gml_ensemble_create(members, 1, &ensemble));
    assert_ok(context, gml_evaluate(ensemble, data, NULL, &metrics));
    ck_assert_double_eq_tol(metrics.loss, -log(FLT_MIN) / 2, 1e-3);
    gml_network_destroy(ensemble);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(errors_of_values_are_in_their_unit_and_the_loss_in_the_mean_scale_of_the_members)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F64, 0);
    double *y = mean_of_members(f.ensemble, f.x), square = 0, scale = 0, shift = 0;
    for (size_t k = 0; k < CASE_MEMBERS; k++) {
        scale += gml_network_output_scaling(gml_network_member(f.ensemble, k)).scale[0] / CASE_MEMBERS;
        shift += gml_network_output_scaling(gml_network_member(f.ensemble, k)).shift[0] / CASE_MEMBERS;
    }
    for (size_t i = 0; i < CASE_ROWS; i++) {
        square += (y[i] - f.targets[i]) * (y[i] - f.targets[i]) / CASE_ROWS;
    }
    gml_metrics metrics;
    assert_ok(f.context, gml_evaluate(f.ensemble, f.data, NULL, &metrics));
    ck_assert_double_eq_tol(gml_network_output_scaling(f.ensemble).shift[0], shift, 1e-9 * shift);
    ck_assert_double_eq_tol(metrics.rmse, sqrt(square), 1e-9 * sqrt(square));
    ck_assert_double_eq_tol(metrics.loss, square / scale / scale, 1e-9 * metrics.loss);
    free(y);
    tear_down_ensemble(&f);
}

TEST(parts_of_a_dataset_are_measured_row_by_row)
{
    ensemble_case f = set_up_ensemble(test_context(), GML_F32, CASE_CLASSES);
    gml_split *split = NULL;
    gml_dataset *part = NULL, *rest = NULL;
    gml_metrics a, b, all;
    assert_ok(f.context, gml_split_create(f.data, &(gml_split_options){.fraction = 0.3}, &split));
    assert_ok(f.context, gml_split_fold(split, 0, 0, &rest, &part));
    assert_ok(f.context, gml_evaluate(f.ensemble, part, NULL, &a));
    assert_ok(f.context, gml_evaluate(f.ensemble, rest, NULL, &b));
    assert_ok(f.context, gml_evaluate(f.ensemble, f.data, NULL, &all));
    const double sum = a.loss * (double)a.samples + b.loss * (double)b.samples;
    ck_assert_uint_eq(a.samples + b.samples, CASE_ROWS);
    ck_assert_double_eq_tol(sum / CASE_ROWS, all.loss, 1e-6);
    gml_dataset_destroy(part);
    gml_dataset_destroy(rest);
    gml_split_destroy(split);
    tear_down_ensemble(&f);
}

int main(void)
{
    return run_tests("ensemble", 60);
}
