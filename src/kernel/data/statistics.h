/* kernel/data/statistics.h - means, deviations and extremes of columns of any type, in double.
 *
 * Run once for a dataset: there is one portable version. */
#ifndef GML_KERNEL_DATA_STATISTICS_H
#define GML_KERNEL_DATA_STATISTICS_H

#include <stdbool.h>

#include "gemmule/matrix.h"
#include "kernel/data/selection.h"

typedef struct gml_column_scan {
    gml_matrix matrix;
    gml_selection chosen;                 /* the rows of the matrix that are samples */
    size_t count;                         /* samples, at least 1 */
    bool masked;                          /* NaN entries are unknown: accepted, and ignored by all but gml_scan_unit */
    void (*map)(size_t count, double *x); /* maps the entries, which keeps them finite; null: none */
} gml_column_scan;

/* The sample, column and value of an entry that is infinite or NaN, or of the largest entry in a finite column whose
 * statistic overflows. */
typedef struct gml_bad_entry {
    size_t row, col;
    double value;
} gml_bad_entry;

/* mean[j], and square[j] = the sum of (x - mean)^2; [cols] each. Two passes. False if an entry is not finite or a
 * statistic overflows; `bad` says which. */
bool gml_scan_deviation(const gml_column_scan *scan, double *mean, double *square, gml_bad_entry *bad);

/* shift[j] = mean, scale[j] = 1 / standard deviation (of the population), or 0 for a constant column; [cols] each.
 * Entries that differ by rounding alone are constant. False as above. */
bool gml_scan_standard(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad);

/* The minimum and maximum of each column; [cols] each, 0 and 0 if no entry is known. False as above. */
bool gml_scan_extremes(const gml_column_scan *scan, double *least, double *greatest, gml_bad_entry *bad);

/* shift[j] = 0, scale[j] = 1 / the greatest magnitude in the whole matrix, or 0 for a column of zeros. False as above.
 */
bool gml_scan_unit(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad);

/* Raises greatest[j], at first 0, to the greatest magnitude of column j of x [rows x cols]; to infinity if an entry is
 * not finite. */
void gml_raise_magnitudes(size_t rows, size_t cols, const double *x, double *greatest);

#endif
