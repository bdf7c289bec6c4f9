/* tests/measure/undefined.c - metrics without a value say why, and what cannot be measured is refused. */
#include <math.h>
#include <stdlib.h>

#include "faults.h"
#include "score_case.h"

static gml_context *context;

static void assert_undefined(const gml_score_data *data, const char *metric, const char *reason)
{
    const gml_metric_value value = score_of(context, data, metric);
    ck_assert(isnan(value.value));
    ck_assert_str_eq(value.reason, reason);
}

TEST(of_one_class_the_metrics_that_need_two_say_so)
{
    context = test_context();
    const double predictions[] = {0.5, 0.25, 0.25, 0, 0.75, 0.25}, ones[] = {1, 1}, zeros[] = {0, 0};
    gml_score_data data = {.predictions = gml_matrix_f64(predictions, 2, 3), .targets = gml_matrix_f64(ones, 2, 1)};
    assert_undefined(&data, "roc_auc", "all samples belong to class 1; samples of two classes are needed");
    assert_undefined(&data, "recall(average=class, class=2)", "no sample belongs to class 2");
    assert_undefined(&data, "precision(average=class, class=2)", "no sample is predicted as class 2");
    assert_undefined(&data, "f1(average=class, class=2)", "no sample belongs to class 2 or is predicted as it");
    assert_undefined(&data, "f1(average=class, class=3)", "class 3 does not exist: classes are numbered from 0 to 2");
    data.predictions = gml_matrix_f64(predictions, 2, 1);
    data.targets = gml_matrix_f64(zeros, 2, 1);
    assert_undefined(&data, "pr_auc", "no sample belongs to class 1");
    assert_undefined(&data, "cohen_kappa", "all samples belong to one class and are predicted as it");
    gml_context_destroy(context);
}

TEST(scores_that_are_no_probabilities_have_no_log_loss)
{
    context = test_context();
    const double rows[][3] = {{0.5, 0.25, 0.25}, {0.5, 0.5, 0.25}, {1.5, -0.5, 0}}, targets[] = {0, 1, 2};
    static const char *const metrics[] = {"log_loss", "brier", "ece"};
    for (size_t i = 0; i < 6; i++) {
        gml_score_data data = {.predictions = gml_matrix_f64(rows[0], 3, 3), .targets = gml_matrix_f64(targets, 3, 1)};
        assert_undefined(&data, metrics[i % 3], "it needs probabilities, and the scores of sample 2 are none");
        data.predictions = gml_matrix_f64(rows[2], 1, 3);
        data.targets.rows = 1;
        assert_undefined(&data, metrics[i % 3], "it needs probabilities, and the scores of sample 1 are none");
        ck_assert_double_eq(score_of(context, &data, "accuracy").value, 1);
    }
    gml_context_destroy(context);
}

TEST(values_without_a_metric_say_so)
{
    context = test_context();
    const double big[] = {1e200, 1}, small[] = {-1e200, 2}, missing[] = {1, NAN}, one[] = {1, 1}, zeros[] = {0, 1};
    gml_score_data data = {
        .predictions = gml_matrix_f64(one, 1, 2), .targets = gml_matrix_f64(missing, 1, 2), .missing_targets = 1};
    assert_undefined(&data, "mae", "target 2 has no samples");
    assert_undefined(&data, "rmse", "target 2 has no samples");
    assert_undefined(&data, "median_ae", "target 2 has no samples");
    assert_undefined(&data, "pinball", "target 2 has no samples");
    assert_undefined(&data, "explained_variance", "target 2 has no samples");
    assert_undefined(&data, "r2", "at least two samples are needed");
    data.predictions = gml_matrix_f64(big, 2, 1);
    data.targets = gml_matrix_f64(small, 2, 1);
    assert_undefined(&data, "mse", "its sum overflows");
    data.predictions = gml_matrix_f64(zeros, 2, 1);
    data.targets = gml_matrix_f64(one, 2, 1);
    const char *const outside = "1 predictions or targets are outside its domain: predictions above 0, targets from 0 "
                                "(gamma: above 0)";
    assert_undefined(&data, "poisson_deviance", outside);
    assert_undefined(&data, "gamma_deviance", outside);
    assert_undefined(&data, "tweedie_deviance", outside);
    gml_context_destroy(context);
}

static void assert_score_refused(const gml_score_data *data, const char *metric, gml_status expected, const char *text)
{
    gml_metric_value value = {.value = 77};
    assert_refused(context, gml_score(context, data, &metric, 1, &value, gml_matrix_none()), expected, text, NULL);
    ck_assert_double_eq(value.value, 77);
}

TEST(a_metric_that_does_not_fit_the_task_is_refused)
{
    context = test_context();
    const double x[] = {0.5, 0.5, 0, 1}, t[] = {0, 1};
    gml_score_data data = {
        .predictions = gml_matrix_f64(x, 2, 2), .targets = gml_matrix_f64(t, 2, 1), .task = GML_TASK_CLASSIFICATION};
    assert_score_refused(&data, "r2", GML_ERROR_ARGUMENT, "metric r2 is for values, and the targets are classes");
    data.task = GML_TASK_AUTO;
    const char *const mixed[] = {"accuracy", "mae"};
    gml_metric_value values[2];
    assert_refused(context, gml_score(context, &data, mixed, 2, values, gml_matrix_none()), GML_ERROR_ARGUMENT,
                   "metric mae is for values, and metric accuracy for classes", NULL);
    assert_score_refused(&data, "acuracy", GML_ERROR_NAME, "did you mean \"accuracy\"");
    assert_score_refused(&data, "top_k(k=0)", GML_ERROR_ARGUMENT, "k is 0");
    data.predictions = gml_matrix_f64(x, 2, 1);
    double confusion[4];
    const char *const mae = "mae";
    assert_refused(context, gml_score(context, &data, &mae, 1, values, gml_matrix_f64(confusion, 2, 2)),
                   GML_ERROR_ARGUMENT, "a confusion matrix is for classes", NULL);
    gml_context_destroy(context);
}

TEST(numbers_that_cannot_be_measured_are_named_with_their_place)
{
    context = test_context();
    const double x[] = {0.5, 0.5, 0, NAN}, good[] = {0.5, 0.5, 0, 1}, t[] = {0, 2}, half[] = {0, 0.5};
    const double missing[] = {0, NAN}, all_missing[] = {NAN, NAN}, weights[] = {1, -1}, zeros[] = {0, 0};
    gml_score_data data = {.predictions = gml_matrix_f64(x, 2, 2), .targets = gml_matrix_f64(zeros, 2, 1)};
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "predictions: row 2: prediction 2 is nan");
    data.predictions = gml_matrix_f64(good, 2, 2);
    data.targets = gml_matrix_f64(t, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA,
                         "targets: row 2: the target is 2, not a class number, an integer from 0 to 1");
    data.targets = gml_matrix_f64(half, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "row 2: the target is 0.5");
    data.targets = gml_matrix_f64(missing, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "row 2: the target is nan");
    data.missing_targets = 1;
    ck_assert_double_eq(score_of(context, &data, "accuracy").value, 1);
    data.targets = gml_matrix_f64(all_missing, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "there is nothing to measure: of 2 samples");
    data.targets = gml_matrix_f64(zeros, 2, 1);
    data.weights = gml_matrix_f64(weights, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "weights: row 2 is -1");
    data.weights = gml_matrix_f64(zeros, 2, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_DATA, "all are 0");
    data.weights = gml_matrix_none();
    data.targets = gml_matrix_f64(missing, 1, 1);
    assert_score_refused(&data, "accuracy", GML_ERROR_SHAPE, "targets");
    data.targets = gml_matrix_f64(x, 2, 2);
    data.task = GML_TASK_REGRESSION;
    data.missing_targets = 0;
    assert_score_refused(&data, "mae", GML_ERROR_DATA, "targets: row 2: target 2 is nan");
    gml_context_destroy(context);
}

TEST(metrics_that_keep_no_samples_take_the_same_memory_for_any_number_of_them)
{
    faults hooks;
    context = faulty_context(&hooks);
    size_t before = 0;
    for (size_t samples = 5000; samples <= 20000; samples *= 4) {
        score_case classes = random_case(true, samples, 3, true, 1), values = random_case(false, samples, 2, true, 1);
        const gml_score_data of[] = {data_of(&classes), data_of(&values)};
        reset_faults(&hooks);
        for (size_t i = 0; gml_metric_entry(i) != NULL; i++) {
            gml_metric_facts facts;
            assert_ok(context, gml_metric_facts_of(context, gml_metric_entry(i)->name, &facts));
            if (!facts.keeps_samples) {
                score_of(context, &of[facts.task == GML_TASK_REGRESSION], gml_metric_entry(i)->name);
            }
        }
        ck_assert(before == 0 || hooks.peak_bytes == before);
        before = hooks.peak_bytes;
        free_case(&classes), free_case(&values);
    }
    gml_context_destroy(context);
}
