/* tests/measure/expected.c - metrics equal scikit-learn's (tools/make-metrics) and the reference's. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference/metrics.h"
#include "score_case.h"

/* ---- scikit-learn's ---- */

static json_t *read_expected(void)
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/measure/expected.json", root);
    json_error_t error;
    json_t *file = json_load_file(path, 0, &error);
    ck_assert_msg(file != NULL, "%s: %s", path, error.text);
    return file;
}

/* The numbers of an array, or of an array of arrays, in their order; null for null. */
static double *numbers_of(const json_t *array, size_t *columns)
{
    const size_t rows = json_array_size(array);
    if (rows == 0) {
        return NULL;
    }
    *columns = json_is_array(json_array_get(array, 0)) ? json_array_size(json_array_get(array, 0)) : 1;
    double *numbers = malloc(rows * *columns * sizeof *numbers);
    for (size_t i = 0; i < rows * *columns; i++) {
        const json_t *row = json_array_get(array, i / *columns);
        numbers[i] = json_number_value(json_is_array(row) ? json_array_get(row, i % *columns) : row);
    }
    return numbers;
}

/* Compares every metric of a case; returns the number of those that scikit-learn defines. */
static size_t check_metrics(gml_context *context, const score_case *of, json_t *figures, const char *name)
{
    const gml_score_data data = data_of(of);
    size_t defined = 0;
    const char *metric;
    json_t *expected;
    json_object_foreach(figures, metric, expected)
    {
        const gml_metric_value got = score_of(context, &data, metric);
        if (!json_is_null(expected)) {
            assert_value(got.value, json_number_value(expected), name, metric);
            defined++;
        }
    }
    return defined;
}

static size_t check_cases(const char *kind)
{
    gml_context *context = test_context();
    json_t *file = read_expected(), *row;
    size_t index, defined = 0, targets;
    json_array_foreach(json_object_get(file, kind), index, row)
    {
        score_case of = {.classes = strcmp(kind, "classes") == 0};
        of.samples = json_array_size(json_object_get(row, "predictions"));
        of.predictions = numbers_of(json_object_get(row, "predictions"), &of.columns);
        of.targets = numbers_of(json_object_get(row, "targets"), &targets);
        of.weights = numbers_of(json_object_get(row, "weights"), &targets);
        defined += check_metrics(context, &of, json_object_get(row, "metrics"),
                                 json_string_value(json_object_get(row, "name")));
        free_case(&of);
    }
    json_decref(file);
    gml_context_destroy(context);
    return defined;
}

TEST(metrics_for_classes_equal_those_of_scikit_learn)
{
    ck_assert_uint_gt(check_cases("classes"), 800);
}

TEST(metrics_for_values_equal_those_of_scikit_learn)
{
    ck_assert_uint_gt(check_cases("values"), 350);
}

/* ---- the reference's ---- */

/* Calls beside the default one of each row. */
static const char *const calls[] = {
    "top_k(k=1)",
    "top_k(k=4)",
    "precision(average=weighted)",
    "precision(average=micro)",
    "precision(average=class, class=0)",
    "recall(average=weighted)",
    "recall(average=micro)",
    "recall(average=class)",
    "f1(average=weighted)",
    "f1(average=micro)",
    "f1(average=class, class=2)",
    "roc_auc(average=weighted)",
    "roc_auc(multi=ovo)",
    "roc_auc(multi=ovo, average=weighted)",
    "pr_auc(average=weighted)",
    "ece(bins=1)",
    "ece(bins=7)",
    "rmse(outputs=pooled)",
    "r2(outputs=pooled)",
    "explained_variance(outputs=pooled)",
    "pinball(quantile=0.9)",
    "tweedie_deviance(power=1)",
    "tweedie_deviance(power=2)",
    "tweedie_deviance(power=2.75)",
};

static void compare(gml_context *context, const score_case *of, const char *metric)
{
    gml_metric_facts facts;
    assert_ok(context, gml_metric_facts_of(context, metric, &facts));
    if (facts.task == (of->classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION)) {
        char what[64];
        snprintf(what, sizeof what, "%zu x %zu%s", of->samples, of->columns, of->weights != NULL ? ", weighted" : "");
        const gml_score_data data = data_of(of);
        const double expected = reference_of(context, of, metric), got = score_of(context, &data, metric).value;
        ck_assert_msg(isnan(got) == isnan(expected), "%s: %s is %g, not %g", what, metric, got, expected);
        if (!isnan(expected)) {
            assert_value(got, expected, what, metric);
        }
    }
}

static void compare_all(gml_context *context, bool classes, size_t samples, size_t columns)
{
    for (int weighted = 0; weighted < 2; weighted++) {
        score_case of = random_case(classes, samples, columns, weighted != 0, 7 * samples + columns);
        for (size_t i = 0; gml_metric_entry(i) != NULL; i++) {
            compare(context, &of, gml_metric_entry(i)->name);
        }
        for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
            compare(context, &of, calls[i]);
        }
        free_case(&of);
    }
}

TEST(every_metric_equals_the_reference)
{
    gml_context *context = test_context();
    static const size_t samples[] = {1, 2, 3, 17, 100, 1024, 1500};
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        compare_all(context, true, samples[i], 2);
        compare_all(context, true, samples[i], 4);
        compare_all(context, false, samples[i], 1);
        compare_all(context, false, samples[i], 3);
    }
    compare_all(context, true, 250, 300); /* blocks of few samples */
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("metrics", 120);
}
