/* kernel/effect/effect.h - sums over samples, and matrices of weights, for explanations by a data set.
 *
 * All numbers are doubles, whatever the network's type: there is one portable version. Sums are formed for each block
 * first, so that their rounding errors grow slowly. */
#ifndef GML_KERNEL_EFFECT_EFFECT_H
#define GML_KERNEL_EFFECT_EFFECT_H

#include <stddef.h>

/* ---- curves (curves.c) ---- */

/* Sorts ascending. */
void gml_sort_numbers(size_t count, double *x);

/* Keeps one of equal numbers, of ascending ones; returns how many are left. */
size_t gml_unique_numbers(size_t count, double *x);

/* sums[j] += the sum over i of weights[i] * values[i][j]; weights null: 1. Returns the sum of the weights. `block` has
 * memory for [cols]. */
double gml_add_weighted_rows(size_t rows, size_t cols, const double *values, const double *weights, double *block,
                             double *sums);

/* The intervals between ascending edges [edge_count]; a single edge has none. Interval k is from above edge k to edge
 * k + 1, and interval 0 has edge 0 too. bins[i] = the number of the interval of x[i]; SIZE_MAX: none. */
void gml_find_bins(size_t count, const double *x, size_t edge_count, const double *edges, size_t *bins);

/* low[i], high[i] = the edges of the interval of sample i; both x[i] without an interval. */
void gml_take_edges(size_t count, const double *x, const double *edges, const size_t *bins, double *low, double *high);

/* Samples at the two edges of their intervals. */
typedef struct gml_bin_block {
    size_t rows, cols;
    const size_t *bins;    /* [rows] */
    const double *weights; /* [rows]; null: 1 */
    const double *low;     /* [rows x cols] predictions at the lower edge */
    const double *high;    /* at the upper edge */
} gml_bin_block;

/* sums[bin][j] += weight * (high - low), totals[bin] += weight. */
void gml_add_bin_differences(const gml_bin_block *block, double *sums, double *totals);

/* Turns sums into a curve over the edges: curve[0] = 0, curve[k + 1] = curve[k] + sums[k] / totals[k], less a constant
 * per column that makes the weighted mean of (curve[k] + curve[k + 1]) / 2 zero. A bin without weight adds 0. */
void gml_accumulate_bins(size_t bins, size_t cols, const double *sums, const double *totals, size_t stride,
                         double *curve);

/* ---- weights (weights.c) ---- */

/* Sets row i of m [rows x cols] to 0 where scale[i] is 0. */
void gml_clear_rows(size_t rows, size_t cols, const double *scale, double *m);

/* m[i][j] = |m[i][j]| / the sum of |m[r][j]| over r. Returns the first column with a sum of 0, which stays as it is;
 * cols if there is none. */
size_t gml_column_shares(size_t rows, size_t cols, double *m);

/* ---- units and samples (classes.c) ---- */

/* A block of outputs of a layer. */
typedef struct gml_class_block {
    size_t rows, cols;
    const double *values;  /* [rows x cols] */
    const double *classes; /* [rows] class numbers; NaN: not known, left out */
    const double *weights; /* [rows] */
} gml_class_block;

/* sums[class][j] += weight * value, totals[class] += weight. */
void gml_add_class_rows(const gml_class_block *block, double *sums, double *totals);

/* The class with the greatest mean of one unit, its mean, and the mean over the other classes' means. Classes without
 * weight are left out. */
typedef struct gml_class_contrast {
    size_t best;
    double greatest, others, least; /* least: of all means */
} gml_class_contrast;

gml_class_contrast gml_contrast_classes(size_t classes, size_t stride, const double *sums, const double *totals);

/* Returns the index of the greatest of the scores, the first of equal ones. */
size_t gml_greatest_score(size_t count, const double *scores);

/* ---- differences (differences.c) ---- */

/* Two blocks of values, and how far apart all values so far are. */
typedef struct gml_comparison {
    double greatest, relative;   /* |a - b|, and |a - b| / max(|a|, |b|) */
    size_t row, col;             /* of the greatest; the first of equal ones */
    double a, b;                 /* there */
    size_t count;                /* values with |a - b| > tolerance * max(1, |a|, |b|) */
    size_t first_row, first_col; /* of the first of these */
} gml_comparison;

/* Compares a and b [rows x cols]; row 0 is `first_row` of all. NaN equals NaN, and nothing else. */
void gml_compare_values(size_t rows, size_t cols, const double *a, const double *b, double tolerance, size_t first_row,
                        gml_comparison *comparison);

#endif
