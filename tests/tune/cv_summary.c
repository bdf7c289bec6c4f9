/* tests/tune/cv_summary.c - the figures of a cross-validation: means, intervals, undefined metrics, pooled metrics. */
#include <math.h>
#include <string.h>

#include "cv_case.h"
#include "tune/cv.h"

static const gml_recipe recipe = {.hidden = "6 tanh", .fit = {.batch = 8, .epochs = 2}};

/* ---- the interval ---- */

/* Five folds of 25 samples and one metric. */
static gml_cv_metric summary_of(const double *values, size_t folds, double confidence)
{
    gml_cv_fold fold[16];
    gml_metric_value value[16];
    gml_cv_metric metric = {.metric = "accuracy"};
    ck_assert_uint_le(folds, 16);
    for (size_t i = 0; i < folds; i++) {
        value[i] = (gml_metric_value){.value = values[i], .reason = ""};
        if (isnan(values[i])) {
            strcpy(value[i].reason, i % 2 == 0 ? "an even reason" : "an odd reason");
        }
        fold[i] = (gml_cv_fold){.training = 20, .validation = 5, .finished = 1, .values = &value[i]};
    }
    gml_cv_owned made = {.result = {.folds = folds, .repeats = 1, .metrics = 1, .confidence = confidence},
                         .folds = fold,
                         .metrics = &metric};
    gml_cv_summarize(&made);
    return metric;
}

/* By hand: the mean is 0.8 and the squares add up to 0.02, so the deviation is sqrt(0.02 / 4) = 0.0707107. With
 * t = 2.776445 (4 degrees of freedom, 95 %) the interval is 0.8 -+ 2.776445 * sqrt(1/5 + 5/20) * 0.0707107. */
TEST(the_interval_is_that_of_an_example_by_hand)
{
    const gml_cv_metric metric = summary_of((const double[]){0.9, 0.8, 0.7, 0.8, 0.8}, 5, 0.95);
    ck_assert_uint_eq(metric.folds, 5);
    ck_assert_double_eq_tol(metric.mean, 0.8, 1e-15);
    ck_assert_double_eq_tol(metric.deviation, 0.07071067811865475, 1e-15);
    ck_assert_double_eq_tol(metric.low, 0.8 - 0.13169835496276, 1e-12);
    ck_assert_double_eq_tol(metric.high, 0.8 + 0.13169835496276, 1e-12);
}

TEST(two_folds_are_enough_for_an_interval_and_one_is_not)
{
    const gml_cv_metric two = summary_of((const double[]){1, 3}, 2, 0.95),
                        one = summary_of((const double[]){1}, 1, 0.95);
    ck_assert_double_eq_tol(two.high - two.mean, 12.70620473617 * sqrt(0.5 + 0.25) * sqrt(2), 1e-9);
    ck_assert_double_eq(one.mean, 1);
    ck_assert(isnan(one.deviation) && isnan(one.low) && isnan(one.high));
}

TEST(undefined_folds_are_left_out_and_counted_and_the_first_reason_is_kept)
{
    const double none = (double)NAN;
    const gml_cv_metric some = summary_of((const double[]){1, none, none, 3}, 4, 0.5);
    ck_assert_uint_eq(some.folds, 2);
    ck_assert_uint_eq(some.undefined, 2);
    ck_assert_str_eq(some.reason, "an odd reason");
    ck_assert_double_eq(some.mean, 2);
    ck_assert_double_eq_tol(some.high - some.mean, 1 * sqrt(0.5 + 0.25) * sqrt(2), 1e-12); /* tan(pi / 4) = 1 */
    const gml_cv_metric all = summary_of((const double[]){none, none}, 2, 0.95);
    ck_assert_uint_eq(all.folds, 0);
    ck_assert(isnan(all.mean) && isnan(all.deviation) && isnan(all.low));
    ck_assert_str_eq(all.reason, "an even reason");
}

TEST(values_that_are_all_equal_have_an_interval_of_length_zero)
{
    const gml_cv_metric metric = summary_of((const double[]){1, 1, 1}, 3, 0.95);
    ck_assert(metric.deviation == 0 && metric.low == 1 && metric.high == 1);
}

/* ---- of real folds ---- */

/* In the order of the rows, with three samples of class 1 at the end: only the last of 5 folds has both classes. */
TEST(a_metric_that_a_fold_does_not_define_is_the_mean_over_the_others)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
    const char *const metrics[] = {"roc_auc", "accuracy"};
    gml_cv_result *result = NULL;
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        c.y[i] = i + 3 >= CV_SAMPLES || i == 0;
    }
    gml_dataset_destroy(c.data);
    assert_ok(c.context,
              gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CV_SAMPLES, CV_INPUTS),
                                        gml_matrix_f64(c.y, CV_SAMPLES, 1), GML_TASK_CLASSIFICATION, &c.data));
    cv_split(&c, (gml_split_options){.kind = "order", .folds = 5});
    assert_ok(c.context, gml_cross_validate(&recipe, c.data, c.split, metrics, 2, NULL, &result));
    const gml_cv_metric *auc = &result->metric[0];
    ck_assert_uint_eq(auc->folds, 2);
    ck_assert_uint_eq(auc->undefined, 3);
    ck_assert_uint_gt(strlen(auc->reason), 0);
    ck_assert(isnan(result->fold[1].values[0].value));
    ck_assert_str_eq(result->fold[1].values[0].reason, auc->reason);
    ck_assert_double_eq_tol(auc->mean, (result->fold[0].values[0].value + result->fold[4].values[0].value) / 2, 1e-15);
    ck_assert(!isnan(auc->pooled.value));
    ck_assert_uint_eq(result->metric[1].folds, 5);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

/* The interval of all folds, with the formula on the values of the result. */
TEST(the_ratio_of_the_interval_is_that_of_the_parts)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    gml_cv_result *result = NULL;
    const gml_cv_options options = {.confidence = 0.9};
    cv_split(&c, (gml_split_options){.folds = 3, .repeats = 2});
    assert_ok(c.context, gml_cross_validate(&recipe, c.data, c.split, c.metrics, CV_METRICS, &options, &result));
    double ratio = 0;
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(result->fold[i].validation + result->fold[i].training, CV_SAMPLES);
        ratio += (double)result->fold[i].validation / (double)result->fold[i].training / 6;
    }
    const gml_cv_metric *rmse = &result->metric[0];
    ck_assert_double_eq_tol(ratio, 0.5, 0.01);
    /* 2.015048 is the 90 % point of 5 degrees of freedom. */
    ck_assert_double_eq_tol(rmse->high - rmse->mean, 2.015048373 * sqrt(1.0 / 6 + ratio) * rmse->deviation, 1e-8);
    ck_assert_double_eq_tol(rmse->mean - rmse->low, rmse->high - rmse->mean, 1e-12);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

/* ---- of all samples ---- */

TEST(predictions_are_the_means_over_the_repeats)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
    gml_cv_result *result = NULL;
    cv_split(&c, (gml_split_options){.folds = 4, .repeats = 3});
    assert_ok(c.context, gml_cross_validate(&recipe, c.data, c.split, NULL, 0, NULL, &result));
    const double *each = result->repeat_predictions.data, *mean = result->predictions.data;
    ck_assert_uint_eq(result->predictions.rows, CV_SAMPLES);
    ck_assert_uint_eq(result->repeat_predictions.rows, 3 * CV_SAMPLES);
    for (size_t i = 0, n = (size_t)CV_SAMPLES * 3; i < n; i++) {
        ck_assert_double_eq_tol(mean[i], (each[i] + each[n + i] + each[2 * n + i]) / 3, 1e-15);
    }
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

TEST(pooled_metrics_are_means_over_repeats_of_those_of_all_predictions_at_once)
{
    for (gml_task task = GML_TASK_REGRESSION; task <= GML_TASK_CLASSIFICATION; task++) {
        cv_case c = cv_set_up(2, task);
        gml_cv_result *result = NULL;
        gml_metric_value first[CV_METRICS], second[CV_METRICS];
        cv_split(&c, (gml_split_options){.folds = 4, .repeats = 2});
        assert_ok(c.context, gml_cross_validate(&recipe, c.data, c.split, c.metrics, CV_METRICS, NULL, &result));
        gml_score_data data = {.targets = gml_matrix_f64(c.y, CV_SAMPLES, 1), .task = task};
        data.predictions = gml_matrix_rows(result->repeat_predictions, 0, CV_SAMPLES);
        assert_ok(c.context, gml_score(c.context, &data, c.metrics, CV_METRICS, first, gml_matrix_none()));
        data.predictions = gml_matrix_rows(result->repeat_predictions, CV_SAMPLES, CV_SAMPLES);
        assert_ok(c.context, gml_score(c.context, &data, c.metrics, CV_METRICS, second, gml_matrix_none()));
        for (size_t i = 0; i < CV_METRICS; i++) {
            ck_assert_double_ne(first[i].value, second[i].value);
            ck_assert_double_eq_tol(result->metric[i].pooled.value, (first[i].value + second[i].value) / 2, 1e-14);
        }
        gml_cv_destroy(result);
        cv_tear_down(&c);
    }
}

/* A network with a linear output under a loss on logits, and one of means and variances. */
TEST(predictions_are_probabilities_and_variances_in_place_of_logits_and_logarithms)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION), v = cv_set_up(2, GML_TASK_REGRESSION);
    const gml_recipe logits = {.network = "3 -> 4 tanh -> 3", .fit = {.epochs = 2, .loss = "softmax_cross_entropy"}};
    const gml_recipe variances = {.hidden = "4 tanh", .fit = {.epochs = 2, .loss = "gaussian_nll"}};
    gml_cv_result *result = NULL;
    cv_split(&c, (gml_split_options){.folds = 3});
    assert_ok(c.context, gml_cross_validate(&logits, c.data, c.split, c.metrics, 2, NULL, &result));
    ck_assert_int_eq(result->probabilities, 1);
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        const double *p = (const double *)result->predictions.data + 3 * i;
        ck_assert_double_eq_tol(p[0] + p[1] + p[2], 1, 1e-14);
    }
    gml_cv_destroy(result);
    assert_ok(v.context, gml_cross_validate(&variances, v.data, NULL, v.metrics, CV_METRICS, NULL, &result));
    ck_assert_int_eq(result->probabilities, 0);
    ck_assert_uint_eq(result->predictions.cols, 2);
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        ck_assert_double_gt(((const double *)result->predictions.data)[2 * i + 1], 0);
    }
    ck_assert_double_gt(result->metric[0].pooled.value, 0);
    gml_cv_destroy(result);
    cv_tear_down(&c);
    cv_tear_down(&v);
}
