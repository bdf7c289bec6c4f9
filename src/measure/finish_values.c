/* measure/finish_values.c - metrics for values, from their sums: means over the outputs. */
#include <math.h>

#include "kernel/measure/ranking.h"
#include "measure/metric.h"

/* False, with a reason, if a target has no samples. */
static bool all_have_samples(const gml_metric_shape *shape, const double *first, size_t step, gml_metric_value *value)
{
    for (size_t j = 0; j < shape->outputs; j++) {
        if (!(first[j * step] > 0)) {
            gml_metric_undefined(value, "target %zu has no samples", j + 1);
            return false;
        }
    }
    return true;
}

static const double *errors_of(const double *state, size_t output)
{
    return state + output * GML_ERRORS;
}

/* The mean over outputs of a sum over the weight. */
static void finish_mean(const gml_metric_shape *shape, const double *state, int sum, gml_metric_value *value)
{
    if (!all_have_samples(shape, state + GML_ERROR_WEIGHT, GML_ERRORS, value)) {
        return;
    }
    double means = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        means += errors_of(state, j)[sum] / errors_of(state, j)[GML_ERROR_WEIGHT];
    }
    value->value = means / (double)shape->outputs;
}

void gml_finish_mse(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    finish_mean(shape, state, GML_ERROR_SQUARE, value);
}

void gml_finish_mae(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    finish_mean(shape, state, GML_ERROR_ABSOLUTE, value);
}

void gml_finish_mape(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    finish_mean(shape, state, GML_ERROR_RELATIVE, value);
}

/* arguments: outputs */
void gml_finish_rmse(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    finish_mean(shape, state, GML_ERROR_SQUARE, value);
    if (isnan(value->value) || arguments[0] == GML_OUTPUTS_POOLED) {
        value->value = sqrt(value->value);
        return;
    }
    double roots = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        roots += sqrt(errors_of(state, j)[GML_ERROR_SQUARE] / errors_of(state, j)[GML_ERROR_WEIGHT]);
    }
    value->value = roots / (double)shape->outputs;
}

void gml_finish_median_ae(const gml_metric_shape *shape, const double *arguments, double *state,
                          gml_metric_value *value)
{
    (void)arguments;
    if (!all_have_samples(shape, state, 1, value)) {
        return;
    }
    double sum = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        sum += gml_absolute_median(shape, state, j);
    }
    value->value = sum / (double)shape->outputs;
}

/* 1 - unexplained / total of one output; of constant targets 1 if nothing is unexplained, else 0, as in scikit-learn.
 */
static double explained(const double *errors, int unexplained)
{
    if (errors[unexplained] == 0) {
        return 1;
    }
    const double total = errors[GML_ERROR_TARGETS + GML_SPREAD_SQUARE];
    return total > 0 ? 1 - errors[unexplained] / total : 0;
}

/* The mean over outputs; pooled: weighted by the deviation of the targets. */
static void finish_explained(const gml_metric_shape *shape, double outputs, const double *state, int unexplained,
                             gml_metric_value *value)
{
    if (!all_have_samples(shape, state + GML_ERROR_WEIGHT, GML_ERRORS, value)) {
        return;
    }
    double sum = 0, weight = 0, mean = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        const double share = explained(errors_of(state, j), unexplained);
        sum += share * errors_of(state, j)[GML_ERROR_TARGETS + GML_SPREAD_SQUARE];
        weight += errors_of(state, j)[GML_ERROR_TARGETS + GML_SPREAD_SQUARE];
        mean += share / (double)shape->outputs;
    }
    value->value = outputs == GML_OUTPUTS_POOLED && weight > 0 ? sum / weight : mean;
}

/* arguments: outputs */
void gml_finish_r2(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    for (size_t j = 0; j < shape->outputs; j++) {
        if (errors_of(state, j)[GML_ERROR_COUNT] < 2) {
            gml_metric_undefined(value, "at least two samples are needed");
            return;
        }
    }
    finish_explained(shape, arguments[0], state, GML_ERROR_SQUARE, value);
}

/* arguments: outputs */
void gml_finish_explained_variance(const gml_metric_shape *shape, const double *arguments, double *state,
                                   gml_metric_value *value)
{
    finish_explained(shape, arguments[0], state, GML_ERROR_ERRORS + GML_SPREAD_SQUARE, value);
}

/* Of a loss that is added up for each output. */
void gml_finish_terms(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    if (!all_have_samples(shape, state + GML_TERM_WEIGHT, GML_TERMS, value)) {
        return;
    }
    double means = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        const double *terms = state + j * GML_TERMS;
        if (terms[GML_TERM_OUTSIDE] > 0) {
            gml_metric_undefined(value,
                                 "%.0f predictions or targets are outside its domain: predictions above 0, targets "
                                 "from 0 (gamma: above 0)",
                                 terms[GML_TERM_OUTSIDE]);
            return;
        }
        means += terms[GML_TERM_SUM] / terms[GML_TERM_WEIGHT];
    }
    value->value = means / (double)shape->outputs;
}
