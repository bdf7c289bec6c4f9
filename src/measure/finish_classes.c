/* measure/finish_classes.c - metrics for classes, from their sums. */
#include <math.h>

#include "measure/metric.h"

/* ---- from the margins of the confusion matrix ---- */

typedef struct margins {
    size_t classes;
    const double *right, *predicted, *actual; /* [classes] */
} margins;

static margins margins_in(const gml_metric_shape *shape, const double *state)
{
    const size_t classes = shape->outputs;
    return (margins){classes, state + GML_MARGIN_RIGHT * classes, state + GML_MARGIN_PREDICTED * classes,
                     state + GML_MARGIN_ACTUAL * classes};
}

static double sum_of(size_t count, const double *x)
{
    double sum = 0;
    for (size_t j = 0; j < count; j++) {
        sum += x[j];
    }
    return sum;
}

void gml_finish_accuracy(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    const margins of = margins_in(shape, state);
    value->value = sum_of(of.classes, of.right) / sum_of(of.classes, of.actual);
}

void gml_finish_balanced_accuracy(const gml_metric_shape *shape, const double *arguments, double *state,
                                  gml_metric_value *value)
{
    (void)arguments;
    const margins of = margins_in(shape, state);
    double sum = 0;
    size_t present = 0;
    for (size_t j = 0; j < of.classes; j++) {
        sum += of.actual[j] > 0 ? of.right[j] / of.actual[j] : 0;
        present += of.actual[j] > 0;
    }
    value->value = sum / (double)present;
}

/* A fraction for one class: numerator times the weight of its right samples, over the denominator. */
typedef double denominator(const margins *of, size_t class);

static double predicted_as(const margins *of, size_t class)
{
    return of->predicted[class];
}

static double belonging_to(const margins *of, size_t class)
{
    return of->actual[class];
}

static double predicted_or_actual(const margins *of, size_t class)
{
    return (of->predicted[class] + of->actual[class]) / 2;
}

/* Of a class that occurs; 0 where the denominator is 0. */
static double fraction(const margins *of, denominator *below, size_t class)
{
    const double divisor = below(of, class);
    return divisor > 0 ? of->right[class] / divisor : 0;
}

static void finish_class(const margins *of, denominator *below, double class, const char *reason,
                         gml_metric_value *value)
{
    if (class >= (double)of->classes) {
        gml_metric_undefined(value, "class %.0f does not exist: classes are numbered from 0 to %zu", class,
                             of->classes - 1);
    } else if (!(below(of, (size_t) class) > 0)) {
        gml_metric_undefined(value, reason, class);
    } else {
        value->value = fraction(of, below, (size_t) class);
    }
}

/* arguments: average, class */
static void finish_fraction(const gml_metric_shape *shape, const double *arguments, const double *state,
                            denominator *below, const char *reason, gml_metric_value *value)
{
    const margins of = margins_in(shape, state);
    if (arguments[0] == GML_AVERAGE_CLASS) {
        finish_class(&of, below, arguments[1], reason, value);
        return;
    }
    double above = 0, divisor = 0;
    for (size_t j = 0; j < of.classes; j++) {
        const bool occurs = of.actual[j] > 0 || of.predicted[j] > 0;
        double weight = occurs ? 1 : 0;
        if (arguments[0] == GML_AVERAGE_WEIGHTED) {
            weight = of.actual[j];
        } else if (arguments[0] == GML_AVERAGE_MICRO) {
            weight = below(&of, j);
        }
        above += weight * fraction(&of, below, j);
        divisor += weight;
    }
    value->value = above / divisor;
}

void gml_finish_precision(const gml_metric_shape *shape, const double *arguments, double *state,
                          gml_metric_value *value)
{
    finish_fraction(shape, arguments, state, predicted_as, "no sample is predicted as class %.0f", value);
}

void gml_finish_recall(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    finish_fraction(shape, arguments, state, belonging_to, "no sample belongs to class %.0f", value);
}

void gml_finish_f1(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    finish_fraction(shape, arguments, state, predicted_or_actual,
                    "no sample belongs to class %.0f or is predicted as it", value);
}

/* 1 - D / E: D the weight of wrong samples, E = sum of actual[j] (n - predicted[j]) / n. */
void gml_finish_cohen_kappa(const gml_metric_shape *shape, const double *arguments, double *state,
                            gml_metric_value *value)
{
    (void)arguments;
    const margins of = margins_in(shape, state);
    const double total = sum_of(of.classes, of.predicted);
    double wrong = 0, expected = 0;
    for (size_t j = 0; j < of.classes; j++) {
        wrong += of.actual[j] - of.right[j];
        expected += of.actual[j] * ((total - of.predicted[j]) / total);
    }
    if (expected > 0) {
        value->value = 1 - wrong / expected;
    } else {
        gml_metric_undefined(value, "all samples belong to one class and are predicted as it");
    }
}

/* (n r - sum of a p) / sqrt(sum of p (n - p) * sum of a (n - a)): r the weight of right samples, a and p those of the
 * classes, actual and predicted */
void gml_finish_matthews(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    const margins of = margins_in(shape, state);
    const double actual = sum_of(of.classes, of.actual), predicted = sum_of(of.classes, of.predicted);
    double both = sum_of(of.classes, of.right) * predicted, spread_actual = 0, spread_predicted = 0;
    for (size_t j = 0; j < of.classes; j++) {
        both -= of.actual[j] * of.predicted[j];
        spread_actual += of.actual[j] * (actual - of.actual[j]);
        spread_predicted += of.predicted[j] * (predicted - of.predicted[j]);
    }
    const bool varied = spread_actual > 0 && spread_predicted > 0;
    value->value = varied ? both / (sqrt(spread_actual) * sqrt(spread_predicted)) : 0;
}

/* ---- from other sums ---- */

void gml_finish_top_k(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)shape;
    (void)arguments;
    value->value = state[GML_TOP_RIGHT] / state[GML_TOP_WEIGHT];
}

void gml_finish_log_loss(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)shape;
    (void)arguments;
    value->value = state[GML_CHANCE_LOG] / state[GML_CHANCE_WEIGHT];
}

/* Of two classes, the squared error of one of them: half of the sum over both. */
void gml_finish_brier(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)arguments;
    value->value = state[GML_CHANCE_SQUARE] / state[GML_CHANCE_WEIGHT] / (shape->outputs == 2 ? 2 : 1);
}

void gml_finish_ece(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    (void)shape;
    double sum = 0, weight = 0;
    for (size_t k = 0; k < (size_t)arguments[0]; k++) {
        const double *bin = state + k * GML_BINS;
        sum += fabs(bin[GML_BIN_RIGHT] - bin[GML_BIN_PROBABILITY]);
        weight += bin[GML_BIN_WEIGHT];
    }
    value->value = sum / weight;
}
