/* tests/measure/score.c - the forms of predictions, targets and weights that metrics take. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "score_case.h"

static gml_context *context;

static void same(const gml_score_data *a, const gml_score_data *b, const char *metric)
{
    const double x = score_of(context, a, metric).value, y = score_of(context, b, metric).value;
    ck_assert_msg(x == y, "%s is %.17g and %.17g", metric, x, y);
}

/* The logarithm of 0 depends on the type. */
static void same_without_logarithms(const gml_score_data *a, const gml_score_data *b, const char *metric)
{
    if (strcmp(metric, "log_loss") != 0) {
        same(a, b, metric);
    }
}

/* Calls `check` for every metric of a task, with its default arguments. */
static void each_metric(gml_task task, void (*check)(const gml_score_data *, const gml_score_data *, const char *),
                        const gml_score_data *a, const gml_score_data *b)
{
    for (size_t i = 0; gml_metric_entry(i) != NULL; i++) {
        gml_metric_facts facts;
        assert_ok(context, gml_metric_facts_of(context, gml_metric_entry(i)->name, &facts));
        if (facts.task == task) {
            check(a, b, gml_metric_entry(i)->name);
        }
    }
}

TEST(a_single_probability_equals_that_of_class_1_beside_its_complement)
{
    context = test_context();
    double single[] = {0.25, 0.75, 0.5, 0, 1, 0.625, 0.5}, pairs[14], targets[] = {0, 1, 1, 0, 0, 1, 0};
    for (size_t i = 0; i < 7; i++) {
        pairs[2 * i] = 1 - single[i], pairs[2 * i + 1] = single[i];
    }
    const gml_score_data one = {.predictions = gml_matrix_f64(single, 7, 1), .targets = gml_matrix_f64(targets, 7, 1)};
    const gml_score_data two = {.predictions = gml_matrix_f64(pairs, 7, 2), .targets = gml_matrix_f64(targets, 7, 1)};
    each_metric(GML_TASK_CLASSIFICATION, same, &one, &two);
    ck_assert_double_eq(score_of(context, &one, "accuracy").value, 5.0 / 7); /* 1/2 is class 0 */
    gml_context_destroy(context);
}

TEST(a_signed_score_predicts_class_1_above_0_and_is_no_probability)
{
    context = test_context();
    const double single[] = {-3, 0.25, 0, 2}, targets[] = {0, 1, 0, 0};
    const gml_score_data data = {
        .predictions = gml_matrix_f64(single, 4, 1), .targets = gml_matrix_f64(targets, 4, 1), .signed_scores = 1};
    ck_assert_double_eq(score_of(context, &data, "accuracy").value, 0.75);
    ck_assert_double_eq(score_of(context, &data, "roc_auc").value, 2.0 / 3);
    ck_assert_str_eq(score_of(context, &data, "log_loss").reason,
                     "it needs probabilities, and the scores of sample 1 are none");
    gml_context_destroy(context);
}

TEST(classes_may_be_bytes_and_predictions_floats_of_any_stride)
{
    context = test_context();
    score_case of = random_case(true, 50, 3, true, 1);
    float wide[50 * 5];
    double narrow[50 * 3];
    uint8_t bytes[50];
    for (size_t i = 0; i < 150; i++) {
        wide[i / 3 * 5 + i % 3] = (float)of.predictions[i];
        narrow[i] = (double)(float)of.predictions[i];
        bytes[i / 3] = (uint8_t)of.targets[i / 3];
    }
    gml_score_data a = data_of(&of), b = a;
    a.predictions = gml_matrix_f64(narrow, 50, 3);
    b.predictions = gml_matrix_f32(wide, 50, 3);
    b.predictions.stride = 5;
    b.targets = gml_matrix_u8(bytes, 50, 1);
    b.task = GML_TASK_AUTO;
    for (size_t i = 0; i < 50; i++) {
        bytes[i] = (uint8_t)of.targets[i];
    }
    each_metric(GML_TASK_CLASSIFICATION, same_without_logarithms, &a, &b);
    free_case(&of);
    gml_context_destroy(context);
}

TEST(a_certain_and_wrong_prediction_costs_the_resolution_of_its_type)
{
    context = test_context();
    const double wrong[] = {1, 0}, one = 1;
    const float wrong_f32[] = {1, 0};
    gml_score_data data = {.predictions = gml_matrix_f64(wrong, 1, 2), .targets = gml_matrix_f64(&one, 1, 1)};
    assert_value(score_of(context, &data, "log_loss").value, -log(DBL_EPSILON), "double", "log_loss");
    data.predictions = gml_matrix_f32(wrong_f32, 1, 2);
    assert_value(score_of(context, &data, "log_loss").value, -log((double)FLT_EPSILON), "float", "log_loss");
    gml_context_destroy(context);
}

/* Copies of a sample count like its weight. */
TEST(weights_are_numbers_of_copies)
{
    context = test_context();
    for (int classes = 0; classes < 2; classes++) {
        score_case of = random_case(classes != 0, 30, 3, false, 5), copies = {.classes = of.classes, .columns = 3};
        const size_t columns = classes ? 1 : 3;
        double weights[30];
        copies.predictions = malloc(30 * 4 * 3 * sizeof(double));
        copies.targets = malloc(30 * 4 * columns * sizeof(double));
        for (size_t i = 0; i < 30; i++) {
            weights[i] = (double)(i * 7 % 4);
            for (size_t k = 0; k < i * 7 % 4; k++, copies.samples++) {
                memcpy(copies.predictions + copies.samples * 3, of.predictions + i * 3, 3 * sizeof(double));
                memcpy(copies.targets + copies.samples * columns, of.targets + i * columns, columns * sizeof(double));
            }
        }
        gml_score_data weighted = data_of(&of), copied = data_of(&copies);
        weighted.weights = gml_matrix_f64(weights, 30, 1);
        for (size_t i = 0; gml_metric_entry(i) != NULL; i++) {
            const char *metric = gml_metric_entry(i)->name;
            gml_metric_facts facts;
            assert_ok(context, gml_metric_facts_of(context, metric, &facts));
            if (facts.task == weighted.task && strcmp(metric, "median_ae") != 0) { /* which interpolates the copies */
                assert_value(score_of(context, &weighted, metric).value, score_of(context, &copied, metric).value,
                             "weighted", metric);
            }
        }
        free_case(&of), free_case(&copies);
    }
    gml_context_destroy(context);
}

TEST(missing_targets_and_weights_of_0_are_skipped)
{
    context = test_context();
    for (int classes = 0; classes < 2; classes++) {
        score_case of = random_case(classes != 0, 40, 2, true, 9);
        const size_t columns = classes ? 1 : 2;
        gml_score_data some = data_of(&of);
        some.missing_targets = 1;
        for (size_t i = 0; i < 40; i += 6) { /* all targets of a sample */
            for (size_t j = 0; j < columns; j++) {
                of.targets[i * columns + j] = NAN;
            }
        }
        score_case rest = of;
        rest.samples = 0;
        rest.predictions = malloc(80 * sizeof(double)), rest.targets = malloc(80 * sizeof(double));
        rest.weights = malloc(40 * sizeof(double));
        for (size_t i = 0; i < 40; i++) {
            if (i % 6 != 0 && of.weights[i] > 0) {
                memcpy(rest.predictions + rest.samples * 2, of.predictions + i * 2, 2 * sizeof(double));
                memcpy(rest.targets + rest.samples * columns, of.targets + i * columns, columns * sizeof(double));
                rest.weights[rest.samples++] = of.weights[i];
            }
        }
        const gml_score_data left = data_of(&rest);
        each_metric(some.task, same, &some, &left);
        free_case(&of), free_case(&rest);
    }
    gml_context_destroy(context);
}

TEST(of_a_missing_target_only_its_output_lacks_a_sample)
{
    context = test_context();
    const double predictions[] = {1, 5, 2, 6, 3, 8}, targets[] = {2, 5, 2, NAN, 1, 7};
    const gml_score_data data = {.predictions = gml_matrix_f64(predictions, 3, 2),
                                 .targets = gml_matrix_f64(targets, 3, 2),
                                 .missing_targets = 1};
    ck_assert_double_eq(score_of(context, &data, "mae").value, (1 + 0.5) / 2);
    ck_assert_double_eq(score_of(context, &data, "mse").value, (5.0 / 3 + 0.5) / 2);
    ck_assert_double_eq(score_of(context, &data, "median_ae").value, (1 + 0.5) / 2);
    ck_assert_double_eq(score_of(context, &data, "pinball").value, (0.5 + 0.25) / 2);
    gml_context_destroy(context);
}

TEST(a_list_of_metrics_gives_the_bits_of_each_alone_and_the_confusion_matrix)
{
    context = test_context();
    score_case of = random_case(true, 2000, 4, true, 3);
    const gml_score_data data = data_of(&of);
    const char *const list[] = {"roc_auc",    "f1",     "top_k", "top_k(k=3)", "log_loss", "roc_auc(multi=ovo)",
                                "top_k(k=2)", "pr_auc", "ece"};
    enum { COUNT = sizeof list / sizeof list[0] };
    gml_metric_value values[COUNT];
    double confusion[4 * 6], all = 0;
    gml_matrix view = gml_matrix_f64(confusion, 4, 4);
    view.stride = 6;
    assert_ok(context, gml_score(context, &data, list, COUNT, values, view));
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_double_eq(values[i].value, score_of(context, &data, list[i]).value);
    }
    for (size_t j = 0; j < 4; j++) {
        char call[64];
        snprintf(call, sizeof call, "f1(average=class, class=%zu)", j);
        const gml_class_score class = gml_confusion_class(view, j);
        assert_value(class.f1, score_of(context, &data, call).value, "confusion", call);
        all += class.support;
    }
    for (size_t i = 0; i < 2000; i++) {
        all -= of.weights[i];
    }
    ck_assert_double_le(fabs(all), 1e-9);
    ck_assert(isnan(gml_confusion_class(view, 4).support));
    free_case(&of);
    gml_context_destroy(context);
}

/* Sums relative to a mean far from 0 keep their digits. */
TEST(variances_of_targets_far_from_0_are_exact)
{
    context = test_context();
    double predictions[3000], targets[3000];
    for (size_t i = 0; i < 3000; i++) {
        targets[i] = 1e9 + (double)(i % 3);
        predictions[i] = targets[i] + (i % 2 == 0 ? 0.5 : -0.5);
    }
    const gml_score_data data = {.predictions = gml_matrix_f64(predictions, 3000, 1),
                                 .targets = gml_matrix_f64(targets, 3000, 1)};
    assert_value(score_of(context, &data, "r2").value, 1 - 0.25 / (2.0 / 3), "far", "r2");
    assert_value(score_of(context, &data, "explained_variance").value, 1 - 0.25 / (2.0 / 3), "far", "variance");
    gml_context_destroy(context);
}
