/* tests/tune/cv_case.c - data to cross-validate on, and a cross-validation by hand, on the public functions. */
#include "cv_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

const char *const cv_class_metrics[CV_METRICS] = {"accuracy", "log_loss", "f1(average=macro)"};
const char *const cv_value_metrics[CV_METRICS] = {"rmse", "mae", "r2"};

cv_case cv_set_up(size_t threads, gml_task task)
{
    cv_case c = {.context = context_with((gml_context_options){.threads = threads})};
    c.x = random_doubles((size_t)CV_SAMPLES * CV_INPUTS, 1);
    c.y = random_doubles(CV_SAMPLES, 2);
    c.metrics = task == GML_TASK_CLASSIFICATION ? cv_class_metrics : cv_value_metrics;
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        const double *x = c.x + i * CV_INPUTS;
        const double value = x[0] - 2 * x[1] * x[2] + 0.3 * c.y[i];
        c.y[i] = task == GML_TASK_CLASSIFICATION ? (value > 0.3) + (value > -0.3) : 10 + value;
        c.groups[i] = (double)(i * i % 13);
    }
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CV_SAMPLES, CV_INPUTS),
                                                   gml_matrix_f64(c.y, CV_SAMPLES, 1), task, &c.data));
    return c;
}

void cv_split(cv_case *c, gml_split_options options)
{
    assert_ok(c->context, gml_split_create(c->data, &options, &c->split));
}

void cv_tear_down(cv_case *c)
{
    gml_split_destroy(c->split);
    gml_dataset_destroy(c->data);
    gml_context_destroy(c->context);
    free(c->x);
    free(c->y);
}

/* Splits a training part as cross-validation does: by the same kind, with the groups of its samples. */
static void hold_back(const cv_case *c, size_t repeat, size_t fold, gml_split_options options, gml_dataset *training,
                      gml_dataset **rest, gml_dataset **inner)
{
    double groups[CV_SAMPLES];
    size_t used = 0;
    gml_split *split = NULL;
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        if (gml_split_fold_of(c->split, repeat, i) != fold) {
            groups[used++] = c->groups[i];
        }
    }
    options.kind = gml_split_kind(c->split);
    if (strstr(options.kind, "group") != NULL) {
        options.groups = gml_matrix_f64(groups, used, 1);
    }
    assert_ok(c->context, gml_split_create(training, &options, &split));
    assert_ok(c->context, gml_split_fold(split, 0, 0, rest, inner));
    gml_split_destroy(split);
}

/* Predicts the validation part, which is in the order of the samples, and compares it with the result. */
static void compare_predictions(const cv_case *c, const gml_network *network, const gml_dataset *held,
                                const gml_cv_fold *fold, const gml_cv_result *result)
{
    const size_t outputs = gml_network_outputs(network), size = gml_dataset_size(held);
    const bool narrow = gml_network_dtype(network) == GML_F32;
    float *floats = calloc(size * outputs, sizeof *floats);
    double *doubles = calloc(size * outputs, sizeof *doubles), *inputs = calloc(size * CV_INPUTS, sizeof *inputs);
    const gml_matrix x = gml_matrix_f64(inputs, size, CV_INPUTS);
    assert_ok(c->context, gml_dataset_gather(held, NULL, size, x, gml_matrix_none()));
    assert_ok(c->context, gml_network_predict(network, x,
                                              gml_matrix_view(narrow ? (void *)floats : doubles,
                                                              gml_network_dtype(network), size, outputs)));
    ck_assert_uint_eq(result->repeat_predictions.cols, outputs);
    for (size_t i = 0, used = 0; i < CV_SAMPLES; i++) {
        const double *got = (const double *)result->repeat_predictions.data + (fold->repeat * CV_SAMPLES + i) * outputs;
        const bool is_held = gml_split_fold_of(c->split, fold->repeat, i) == fold->fold;
        for (size_t j = 0; j < outputs && is_held; j++) {
            ck_assert(got[j] == (narrow ? (double)floats[used * outputs + j] : doubles[used * outputs + j]));
        }
        used += is_held ? 1 : 0;
    }
    free(floats);
    free(doubles);
    free(inputs);
}

static void compare_fold(const cv_case *c, gml_recipe recipe, double validation, const gml_cv_fold *fold, size_t index,
                         const gml_cv_result *result)
{
    gml_dataset *training, *held, *rest = NULL, *inner = NULL;
    gml_network *network = NULL;
    gml_fit_report report;
    gml_metric_value values[CV_METRICS];
    recipe.options.seed += index;
    recipe.fit.seed += index;
    assert_ok(c->context, gml_split_fold(c->split, fold->repeat, fold->fold, &training, &held));
    if (validation > 0) {
        const gml_split_options options = {.fraction = validation, .seed = recipe.fit.seed};
        hold_back(c, fold->repeat, fold->fold, options, training, &rest, &inner);
    }
    const gml_dataset *data = rest != NULL ? rest : training;
    const gml_train_options fit = gml_recipe_fit_options(&recipe, gml_dataset_size(data));
    assert_ok(c->context, gml_recipe_network(&recipe, data, &network));
    assert_ok(c->context, gml_fit(network, data, inner, &fit, NULL, &report));
    assert_ok(c->context, gml_score_network(network, held, c->metrics, CV_METRICS, values, gml_matrix_none()));
    ck_assert_int_eq(fold->finished, 1);
    ck_assert_uint_eq(fold->training, gml_dataset_size(training));
    ck_assert_uint_eq(fold->inner, gml_dataset_size(inner));
    ck_assert_uint_eq(fold->validation, gml_dataset_size(held));
    ck_assert_uint_eq(fold->report.steps, report.steps);
    ck_assert(fold->report.train_loss == report.train_loss);
    for (size_t i = 0; i < CV_METRICS; i++) {
        ck_assert(fold->values[i].value == values[i].value);
    }
    compare_predictions(c, network, held, fold, result);
    gml_network_destroy(network);
    gml_dataset_destroy(inner);
    gml_dataset_destroy(rest);
    gml_dataset_destroy(held);
    gml_dataset_destroy(training);
}

void cv_assert_by_hand(const cv_case *c, const gml_recipe *recipe, double validation, const gml_cv_result *result)
{
    const size_t folds = gml_split_folds(c->split);
    ck_assert_uint_eq(result->folds, folds);
    ck_assert_uint_eq(result->repeats, gml_split_repeats(c->split));
    ck_assert_uint_eq(result->finished, folds * result->repeats);
    for (size_t i = 0; i < folds * result->repeats; i++) {
        ck_assert_uint_eq(result->fold[i].repeat, i / folds);
        ck_assert_uint_eq(result->fold[i].fold, i % folds);
        compare_fold(c, *recipe, validation, &result->fold[i], i, result);
    }
}
