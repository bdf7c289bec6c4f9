/* kernel/measure/accumulate.h - accumulators: states of doubles that blocks of samples are added to, and from which
 * metrics are computed. Several metrics share an accumulator.
 *
 * Blocks are in double, whatever the type of the predictions: there is one portable version. All samples of a block
 * have weights above 0. Sums are formed for each block first, so that their rounding errors grow slowly. */
#ifndef GML_KERNEL_MEASURE_ACCUMULATE_H
#define GML_KERNEL_MEASURE_ACCUMULATE_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/custom.h"

/* Adds a block to a state; `arguments` are those of the metric's call. */
typedef void gml_accumulate(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                            double *state);

/* ---- before blocks are added ---- */

/* Writes two scores for each single score s: base - s and s. */
void gml_pair_scores(size_t samples, const double *single, double base, double *pairs);

/* Replaces each row by softmax(row), or each entry by sigmoid(entry). */
void gml_softmax_rows(size_t rows, size_t cols, double *x);
void gml_sigmoid_entries(size_t count, double *x);

/* Writes the mean of repeats [repeats x count] of each entry without its NaNs; NaN if all are. */
void gml_mean_of_repeats(size_t repeats, size_t count, const double *each, double *mean);

/* Moves the samples with weights above 0 and at least one target that is not NaN to the front; returns their number. */
size_t gml_keep_known(size_t samples, size_t outputs, double *predictions, size_t columns, double *targets,
                      double *weights);

/* The first of the entries that is not finite; count if there is none. NaN is accepted if `masked`. */
size_t gml_first_not_finite(size_t count, const double *x, bool masked);

/* The first of the targets that is not an integer from 0 to classes - 1; count if there is none. NaN is accepted if
 * `masked`. */
size_t gml_first_not_class(size_t count, const double *targets, size_t classes, bool masked);

/* Returns the index of the first sample whose scores are not probabilities (each from 0 to 1, with a sum of 1), or the
 * number of samples if all are. */
size_t gml_first_not_probability(const gml_metric_shape *shape, const gml_metric_block *block);

/* ---- classes ---- */

/* [3 x classes]: for each class the weight of the samples that are rightly predicted as it, that are predicted as it,
 * and that belong to it. */
enum { GML_MARGIN_RIGHT, GML_MARGIN_PREDICTED, GML_MARGIN_ACTUAL, GML_MARGINS };
gml_accumulate gml_add_margins;

/* [classes x classes]: weights by true and predicted class. */
gml_accumulate gml_add_confusion;

/* The weight of all samples, and sums over them; of probabilities. */
enum { GML_CHANCE_WEIGHT, GML_CHANCE_LOG, GML_CHANCE_SQUARE, GML_CHANCES };
gml_accumulate gml_add_chances;

/* The weight of all samples, and of those with fewer than arguments[0] classes before their own. */
enum { GML_TOP_WEIGHT, GML_TOP_RIGHT, GML_TOPS };
gml_accumulate gml_add_top;

/* [arguments[0] x 3]: by intervals of the predicted class's probability, the weight of samples, of those that are
 * right, and the sum of probabilities. */
enum { GML_BIN_WEIGHT, GML_BIN_RIGHT, GML_BIN_PROBABILITY, GML_BINS };
gml_accumulate gml_add_bins;

/* ---- values; for each output ---- */

/* The first number, the mean less that number, and the sum of squared deviations from the mean. */
enum { GML_SPREAD_FIRST, GML_SPREAD_MEAN, GML_SPREAD_SQUARE, GML_SPREADS };

/* [outputs x GML_ERRORS]: number and weight of samples; sums of absolute, squared and relative errors; the spreads of
 * the targets and of the errors (target - prediction). */
enum {
    GML_ERROR_COUNT,
    GML_ERROR_WEIGHT,
    GML_ERROR_ABSOLUTE,
    GML_ERROR_SQUARE,
    GML_ERROR_RELATIVE,
    GML_ERROR_TARGETS,
    GML_ERROR_ERRORS = GML_ERROR_TARGETS + GML_SPREADS,
    GML_ERRORS = GML_ERROR_ERRORS + GML_SPREADS
};
gml_accumulate gml_add_errors;

/* [outputs x 3]: weight, the sum of a loss, and the number of predictions or targets outside its domain. */
enum { GML_TERM_WEIGHT, GML_TERM_SUM, GML_TERM_OUTSIDE, GML_TERMS };
gml_accumulate gml_add_pinball, gml_add_poisson, gml_add_gamma, gml_add_tweedie;

#endif
