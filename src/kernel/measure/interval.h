/* kernel/measure/interval.h - scores and bounds of prediction intervals, for one target, in double.
 *
 *     score  |f(t) - f(y)| / s       bounds  g(f(y) - q s), g(f(y) + q s)
 *
 * for a target t, its prediction y and the quantile q. f is sign(t) log(1 + |t|) with the inverse g, or both are the
 * identity; s is the standard deviation exp(v / 2) by a predicted logarithm v of the variance, or 1. */
#ifndef GML_KERNEL_MEASURE_INTERVAL_H
#define GML_KERNEL_MEASURE_INTERVAL_H

#include <stdbool.h>

#include "gemmule/matrix.h"

typedef struct gml_interval_rule {
    size_t target, targets; /* the column of the target, and of how many */
    bool log;               /* f is the logarithm */
    bool scaled;            /* predictions have `targets` further columns, the logarithms of variances */
    double quantile;
    double least, greatest; /* limits of predictions, and of bounds; infinite: none */
} gml_interval_rule;

/* Samples with their predictions. */
typedef struct gml_interval_samples {
    gml_matrix predictions; /* [rows x outputs], f32 or f64 */
    gml_matrix targets;     /* [* x targets], any dtype; NaN: missing */
    const size_t *order;    /* sample i is row order[i] of the targets; null: row i */
    const double *weights;  /* by row of the targets; null: all are 1 */
} gml_interval_samples;

typedef struct gml_weighted_score {
    double score, weight;
} gml_weighted_score;

/* Writes the scores of the samples with a weight above 0 and a known target; returns their number. A score that is NaN
 * is infinite. */
size_t gml_interval_scores(const gml_interval_rule *rule, const gml_interval_samples *samples,
                           gml_weighted_score *scores);

/* Returns the least score up to which the weights, in the order of scores, add up to level (1 + 1/count) of their sum;
 * infinity if there is none, as with count 0. Sorts the scores. */
double gml_interval_quantile(size_t count, gml_weighted_score *scores, double level);

/* Sums over samples with a weight above 0 and a known target: their number and weight, the weight of those inside their
 * interval, and the weighted widths. */
typedef struct gml_interval_sums {
    size_t samples;
    double weight, inside, width;
} gml_interval_sums;

/* Adds samples. A target is inside if its score is at most the quantile and it is within the limits: bounds may be
 * rounded. */
void gml_interval_add(const gml_interval_rule *rule, const gml_interval_samples *samples, gml_interval_sums *sums);

/* Writes the bounds of predictions to the column of the target in lower and upper, [rows x targets], f32 or f64. */
void gml_interval_bounds(const gml_interval_rule *rule, gml_matrix predictions, gml_matrix lower, gml_matrix upper);

#endif
