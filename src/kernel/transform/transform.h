/* kernel/transform/transform.h - transforms of columns of data, in double.
 *
 * A column is transformed in blocks of some rows, so that its values stay in the first-level cache. There is one
 * portable version: transforms are a small part of the time of a batch. NaN is a missing value, and stays one unless a
 * comment says otherwise. Slopes multiply: slope[i] *= f'(x[i]). */
#ifndef GML_KERNEL_TRANSFORM_TRANSFORM_H
#define GML_KERNEL_TRANSFORM_TRANSFORM_H

#include <stdbool.h>

#include "gemmule/matrix.h"

/* ---- statistics that transforms are fitted to (fit.c) ---- */

/* Copies the finite values in their order; returns their number. */
size_t gml_keep_finite(size_t count, const double *x, double *kept);

/* The mean of at least 1 value, and in `deviation`, unless it is null, the standard deviation of the population. */
double gml_sample_mean(size_t count, const double *x, double *deviation);

/* Quantile `part` of `parts` of ascending values, at least 1, between neighbours on a line, as numpy.percentile. The
 * place is exact where it is whole. */
double gml_sample_quantile(size_t count, const double *x, size_t part, size_t parts);

/* The most frequent of ascending values, the least of equally frequent ones; 0 if there are none. */
double gml_sample_mode(size_t count, const double *x);

/* counts[level] = how often the code occurs; codes of `levels` and above are not counted. */
void gml_count_codes(size_t count, const double *codes, size_t levels, size_t *counts);

/* ---- maps of numbers (maps.c) ---- */

/* x = (x - shift) * scale */
void gml_map_line(size_t count, double shift, double scale, double *x);
void gml_slope_line(size_t count, double scale, double *slope);

/* x = x / sqrt(1 + (x / bound)^2), which stays between -bound and bound */
void gml_map_smooth_clip(size_t count, double bound, double *x);
void gml_slope_smooth_clip(size_t count, double bound, const double *x, double *slope);

/* x = sign(x) log(1 + |x|) */
void gml_map_log(size_t count, double *x);
void gml_slope_log(size_t count, const double *x, double *slope);

/* The distribution function of a sample, a line between neighbouring quantiles: quantiles[k] has the share
 * k / (quantile_count - 1). Several equal quantiles have the mean of their shares. */
typedef struct gml_quantile_map {
    const double *quantiles; /* [quantile_count] ascending, at least 1 */
    size_t quantile_count;
    bool normal; /* the share goes through the inverse of the normal distribution, between -5.2 and 5.2 */
} gml_quantile_map;

/* Below the least quantile the share is 0, above the greatest 1. */
void gml_map_quantiles(size_t count, const gml_quantile_map *map, double *x);

/* f' is 0 outside of the quantiles. */
void gml_slope_quantiles(size_t count, const gml_quantile_map *map, const double *x, double *slope);

/* The inverse of the distribution function of the normal distribution, relative error about 1e-16 (Wichura, Algorithm
 * AS 241, 1988). -infinity and infinity for 0 and 1; NaN outside. */
double gml_normal_quantile(double share);

/* ---- missing values, categories and dates (encode.c) ---- */

/* mark[i] = 1 where x is NaN, else 0 */
void gml_mark_missing(size_t count, const double *x, double *mark);

/* x = value where x is NaN */
void gml_fill_missing(size_t count, double value, double *x);

/* slope = 0 where x is NaN */
void gml_slope_fill(size_t count, const double *x, double *slope);

enum { GML_DATE_PARTS = 6 };

/* Parts of dates in days since 1970-01-01, `stride` entries from one part to the next: the days themselves, year, month
 * from 1, day of the month from 1, day of the week from 0 for Monday, hour with its fraction. `parts` may begin with
 * `days`. */
void gml_split_dates(size_t count, size_t stride, const double *days, double *parts);

/* The days since 1970-01-01 of a date in the proleptic Gregorian calendar (Hinnant, chrono-compatible low-level date
 * algorithms, 2013). Months and days are from 1, and in their ranges. */
double gml_days_of_date(long year, unsigned month, unsigned day);

/* ---- inputs ---- */

/* Writes a column of the target, f32 or f64. */
void gml_write_column(size_t count, const double *x, gml_dtype dtype, void *target, size_t stride);

/* Writes [count x width] entries of the target: 1 at the place of each code, else 0. `places`, [levels], has the place
 * of each code; null: the code itself. A code of `levels` and above has the place `otherwise`; a place that is not
 * below `width`, and NaN, gives zeros alone. */
typedef struct gml_one_hot {
    size_t levels, width, otherwise;
    const double *places;
} gml_one_hot;

void gml_write_one_hot(size_t count, const double *codes, const gml_one_hot *map, gml_dtype dtype, void *target,
                       size_t stride);

/* x = `first` plus the place of the code x; first + width for NaN. */
void gml_map_places(size_t count, const gml_one_hot *map, size_t first, double *x);

/* x = -1 for the code 0, 1 for the code 1, else 0. */
void gml_map_signs(size_t count, double *x);

/* Adjacent inputs. */
typedef struct gml_input_run {
    size_t first, count;
} gml_input_run;

/* The inputs of a column: adjacent ones, and the one that marks missing cells; a run of 0 inputs is none. */
typedef struct gml_column_inputs {
    gml_input_run runs[2];
} gml_column_inputs;

/* The inputs of one column in matrices of `dtype`. */
typedef struct gml_fold_call {
    size_t rows;
    gml_column_inputs inputs;
    gml_dtype dtype;     /* f32 or f64 */
    const void *values;  /* [rows x all inputs] */
    const void *factors; /* [rows x all inputs], or null: 1 */
    size_t stride;       /* of values and factors */
    gml_dtype target_dtype;
    void *target; /* [rows] */
    size_t target_stride;
} gml_fold_call;

/* target[i] = sum over the inputs j of the column of values[i][j] factors[i][j], in double. A value with a factor of 0
 * counts 0, also if it is not finite. */
void gml_fold_inputs(const gml_fold_call *call);

#endif
