/* kernel/measure/values.c - accumulators of metrics for values. */
#include <float.h>
#include <math.h>

#include "kernel/measure/accumulate.h"

/* ---- errors ---- */

/* One output of a block. */
typedef struct column {
    size_t samples, stride;
    const double *predictions, *targets, *weights;
} column;

static column column_of(const gml_metric_shape *shape, const gml_metric_block *block, size_t output)
{
    return (column){block->samples, shape->outputs, block->predictions + output, block->targets + output,
                    block->weights};
}

/* The error of sample i, or with `of_target` its target. */
static double number_of(const column *of, size_t i, bool of_target)
{
    const double target = of->targets[i * of->stride];
    return of_target ? target : target - of->predictions[i * of->stride];
}

/* The first number that is not NaN; NaN if there is none. */
static double first_number(const column *of, bool of_target)
{
    size_t i = 0;
    while (i < of->samples && isnan(number_of(of, i, of_target))) {
        i++;
    }
    return i < of->samples ? number_of(of, i, of_target) : NAN;
}

/* Adds the mean and squared deviations of a block to those of weight `before`: Chan, Golub and LeVeque, Updating
 * Formulae and a Pairwise Algorithm for Computing Sample Variances, 1979. The mean is relative to the first number of
 * all: a small variance far from 0 keeps its digits, and equal numbers have a deviation of exactly 0. */
static void add_deviation(const column *of, bool of_target, double before, double *spread)
{
    if (!(before > 0)) {
        spread[GML_SPREAD_FIRST] = first_number(of, of_target);
    }
    const double first = spread[GML_SPREAD_FIRST];
    double sum = 0, weight = 0, square = 0;
    for (size_t i = 0; i < of->samples; i++) {
        const double number = number_of(of, i, of_target);
        sum += isnan(number) ? 0 : of->weights[i] * (number - first);
        weight += isnan(number) ? 0 : of->weights[i];
    }
    if (!(weight > 0)) {
        return;
    }
    const double mean = sum / weight, step = mean - spread[GML_SPREAD_MEAN], share = weight / (before + weight);
    for (size_t i = 0; i < of->samples; i++) {
        const double number = number_of(of, i, of_target), difference = number - first - mean;
        square += isnan(number) ? 0 : of->weights[i] * (difference * difference);
    }
    spread[GML_SPREAD_SQUARE] += square + step * step * (share * before);
    spread[GML_SPREAD_MEAN] += step * share;
}

static void add_column(const column *of, double *state)
{
    add_deviation(of, true, state[GML_ERROR_WEIGHT], state + GML_ERROR_TARGETS);
    add_deviation(of, false, state[GML_ERROR_WEIGHT], state + GML_ERROR_ERRORS);
    double sums[GML_ERRORS] = {0};
    for (size_t i = 0; i < of->samples; i++) {
        const double target = of->targets[i * of->stride], error = target - of->predictions[i * of->stride];
        const double weight = of->weights[i];
        if (!isnan(target)) {
            sums[GML_ERROR_COUNT] += 1;
            sums[GML_ERROR_WEIGHT] += weight;
            sums[GML_ERROR_ABSOLUTE] += weight * fabs(error);
            sums[GML_ERROR_SQUARE] += weight * (error * error);
            sums[GML_ERROR_RELATIVE] += weight * (fabs(error) / fmax(fabs(target), DBL_EPSILON));
        }
    }
    for (size_t k = GML_ERROR_COUNT; k <= GML_ERROR_RELATIVE; k++) {
        state[k] += sums[k];
    }
}

void gml_add_errors(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                    double *state)
{
    (void)arguments;
    for (size_t j = 0; j < shape->outputs; j++) {
        const column of = column_of(shape, block, j);
        add_column(&of, state + j * GML_ERRORS);
    }
}

/* ---- losses of one prediction; NaN outside of their domain ---- */

typedef double term(double prediction, double target, double argument);

static double pinball(double prediction, double target, double quantile)
{
    const double error = target - prediction;
    return error >= 0 ? quantile * error : (quantile - 1) * error;
}

/* 0 if target is 0 */
static double target_log(double target, double prediction)
{
    return target > 0 ? target * log(target / prediction) : 0;
}

static double poisson(double mean, double target, double argument)
{
    (void)argument;
    return mean > 0 && target >= 0 ? 2 * (target_log(target, mean) - target + mean) : NAN;
}

static double gamma_deviance(double mean, double target, double argument)
{
    (void)argument;
    return mean > 0 && target > 0 ? 2 * (log(mean / target) + target / mean - 1) : NAN;
}

static double tweedie(double mean, double target, double power)
{
    const double a = 1 - power, b = 2 - power;
    if (a == 0 || b == 0) {
        return a == 0 ? poisson(mean, target, power) : gamma_deviance(mean, target, power);
    }
    return mean > 0 && (target > 0 || (target == 0 && b > 0))
               ? 2 * (pow(target, b) / (a * b) - target * pow(mean, a) / a + pow(mean, b) / b)
               : NAN;
}

static void add_terms(term *function, double argument, const column *of, double *state)
{
    double weight = 0, sum = 0, outside = 0;
    for (size_t i = 0; i < of->samples; i++) {
        const double target = of->targets[i * of->stride];
        if (!isnan(target)) {
            const double value = function(of->predictions[i * of->stride], target, argument);
            weight += of->weights[i];
            sum += isnan(value) ? 0 : of->weights[i] * value;
            outside += isnan(value);
        }
    }
    state[GML_TERM_WEIGHT] += weight;
    state[GML_TERM_SUM] += sum;
    state[GML_TERM_OUTSIDE] += outside;
}

static void add_outputs(term *function, const gml_metric_shape *shape, double argument, const gml_metric_block *block,
                        double *state)
{
    for (size_t j = 0; j < shape->outputs; j++) {
        const column of = column_of(shape, block, j);
        add_terms(function, argument, &of, state + j * GML_TERMS);
    }
}

void gml_add_pinball(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                     double *state)
{
    add_outputs(pinball, shape, arguments[0], block, state);
}

void gml_add_poisson(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                     double *state)
{
    (void)arguments;
    add_outputs(poisson, shape, 0, block, state);
}

void gml_add_gamma(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block, double *state)
{
    (void)arguments;
    add_outputs(gamma_deviance, shape, 0, block, state);
}

void gml_add_tweedie(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                     double *state)
{
    add_outputs(tweedie, shape, arguments[0], block, state);
}
