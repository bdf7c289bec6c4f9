/* gemmule/interval.h - prediction intervals of values: a lower and an upper bound for each prediction, between which
 * the target of a new sample lies with a given probability. */
#ifndef GEMMULE_INTERVAL_H
#define GEMMULE_INTERVAL_H

#include "gemmule/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The intervals of a network. */
typedef struct gml_intervals {
    double level;            /* probability that a new target lies in its interval, above 0 and below 1; 0: the network
                                has no intervals */
    const char *score;       /* how the distance of a target from its prediction is measured, see below */
    size_t targets;          /* each has intervals by itself */
    size_t samples;          /* that the intervals were found with, for the target with the fewest; 0: not known */
    const double *quantiles; /* [targets]: the greatest score of a target inside its interval, none below 0 */
} gml_intervals;

/* Gives a trained network, or an ensemble, prediction intervals by split conformal prediction (Lei et al.,
 * Distribution-free predictive inference for regression, 2018): the scores of the dataset's samples are sorted, and
 * the quantile of a target is the score number ceil((n + 1) level) of its n known values.
 *
 * level    the probability that the target of a new sample lies in its interval, above 0 and below 1. It holds on the
 *          average over datasets and new samples, whatever the network, if both come from one distribution and the
 *          network was not trained on the dataset. Weights of the best epoch that were chosen by the dataset make the
 *          intervals slightly too narrow
 * dataset  samples that the network was not trained on, with values as targets. Each target counts by itself; samples
 *          with weight 0 or a missing target are skipped. With unequal weights the quantile is the least score up to
 *          which the weights add up to at least level (1 + 1/n) of their sum
 *
 * The score of a target t and its prediction y is chosen by the network, and in intervals it is at most the quantile q:
 *
 *     name               score                     interval                         network
 *     residual           |t - y|                   y - q to y + q                   any other
 *     log_residual       |f(t) - f(y)|             g(f(y) - q) to g(f(y) + q)       learns logarithms of its targets
 *     scaled_residual    |t - y| exp(-v / 2)       y -+ q exp(v / 2)                predicts the logarithm v of the
 *                                                                                   variance too (gaussian_nll)
 *
 * with f(t) = sign(t) log(1 + |t|) and its inverse g. Bounds are in the unit of the data, and within the limits of
 * predictions, if the network has some; targets of new samples outside these limits are outside their intervals.
 *
 * Intervals that the network has are replaced; on failure they stay. gml_fit, and gml_network_adapt where it fits the
 * scaling of targets, remove them; copies and model files keep them. Needs memory for two numbers for each sample and
 * target. The same bits for any number of threads. No other thread may use the network. Errors: argument (a level out
 * of range, targets that are classes), data (a target with fewer known values than level / (1 - level): the message has
 * both numbers; scores that are not finite), memory, and those of gml_score_network. */
GML_API gml_status gml_fit_intervals(gml_network *network, const gml_dataset *dataset, double level);

/* Returns the intervals of a network or an ensemble, in its memory; valid until they change. Those of an ensemble are
 * independent of those of its members. */
GML_API gml_intervals gml_network_intervals(const gml_network *network);

/* Gives a network or an ensemble a copy of these intervals; null removes what it has. `score` must be one of the names
 * above, with as many targets as the network predicts: half as many as its outputs for scaled_residual, else one for
 * each. On failure nothing changes. Errors: argument (a level out of range, null pointers), name (another score), shape
 * (another number of targets), data (a quantile that is below 0 or not finite), memory. */
GML_API gml_status gml_network_set_intervals(gml_network *network, const gml_intervals *intervals);

/* Computes the bounds of predictions.
 *
 * predictions  [n x outputs], f32 or f64, read: what gml_network_predict has written
 * lower, upper [n x targets] each, f32 or f64, written
 *
 * The bounds of a prediction that is not finite are NaN. A bound that overflows is infinite. Allocates nothing.
 * Thread-safe beside predictions. Errors: argument (the network has no intervals), shape. */
GML_API gml_status gml_network_bounds(const gml_network *network, gml_matrix predictions, gml_matrix lower,
                                      gml_matrix upper);

/* How intervals hold on a dataset, for one target. */
typedef struct gml_interval_score {
    size_t samples;    /* with a weight above 0 and a known target */
    double coverage;   /* share of the targets that lie in their intervals, weighted; NaN without samples */
    double mean_width; /* mean of upper less lower bound, in the unit of the target, weighted; NaN without samples */
} gml_interval_score;

/* Measures the intervals of a network or an ensemble on a dataset.
 *
 * scores  [gml_network_intervals().targets], written
 *
 * A target whose score equals the quantile counts as inside its interval, even if a bound was rounded. Allocates
 * working memory and frees it. Thread-safe as long as no other thread changes the network. Errors: argument (the
 * network has no intervals, targets that are classes), and those of gml_score_network. */
GML_API gml_status gml_score_intervals(const gml_network *network, const gml_dataset *dataset,
                                       gml_interval_score *scores);

#ifdef __cplusplus
}
#endif
#endif
