/* kernel/data/statistics.c - statistics of columns, one pass over the rows for each. */
#include "kernel/data/statistics.h"

#include <math.h>
#include <string.h>

#include "kernel/data/entry.h"

enum {
    SPAN = 512, /* columns processed together: as doubles they fit the first-level cache */
    ROWS = 256  /* rows found at a time */
};

static const double LEAST_NORMAL = 1e-300; /* reciprocals of smaller numbers may overflow */

/* Relative differences up to this, a few units in the last place, are rounding. */
static const double rounding_of[] = {[GML_F32] = 5e-7, [GML_F64] = 1e-14, [GML_U8] = 0};

/* Updates a statistic of each column by the entries of one more row. */
typedef void row_visitor(size_t count, const double *x, const double *centre, double *gathered);

static void take_span(const gml_column_scan *scan, size_t at, size_t count, double *x)
{
    const gml_matrix *m = &scan->matrix;
    if (m->dtype == GML_F64) {
        memcpy(x, (const double *)m->data + at, count * sizeof *x);
    } else if (m->dtype == GML_F32) {
        const float *entry = (const float *)m->data + at;
        for (size_t j = 0; j < count; j++) {
            x[j] = (double)entry[j];
        }
    } else {
        const uint8_t *entry = (const uint8_t *)m->data + at;
        for (size_t j = 0; j < count; j++) {
            x[j] = (double)entry[j];
        }
    }
    if (scan->map != NULL) {
        scan->map(count, x);
    }
}

static double entry_at(const gml_column_scan *scan, size_t row, size_t col)
{
    const gml_matrix *m = &scan->matrix;
    double x = gml_entry_at(m->dtype, m->data, gml_selection_row(&scan->chosen, row) * m->stride + col);
    if (scan->map != NULL) {
        scan->map(1, &x);
    }
    return x;
}

/* Finds the first entry that is not finite; false if there is none. */
static bool find_nonfinite(const gml_column_scan *scan, gml_bad_entry *bad)
{
    for (size_t i = 0; i < scan->count; i++) {
        for (size_t j = 0; j < scan->matrix.cols; j++) {
            double x = entry_at(scan, i, j);
            if (!isfinite(x) && !(scan->masked && isnan(x))) {
                *bad = (gml_bad_entry){.row = i, .col = j, .value = x};
                return true;
            }
        }
    }
    return false;
}

/* Finds the entry of greatest magnitude in a column. */
static void find_greatest(const gml_column_scan *scan, size_t col, gml_bad_entry *bad)
{
    *bad = (gml_bad_entry){.row = 0, .col = col, .value = 0};
    for (size_t i = 0; i < scan->count; i++) {
        double x = entry_at(scan, i, col);
        if (fabs(x) > fabs(bad->value)) {
            bad->row = i;
            bad->value = x;
        }
    }
}

/* Replaces unknown entries by the centre, so that they change neither means nor deviations. */
static void fill_in(size_t count, const double *centre, double *x)
{
    for (size_t j = 0; j < count; j++) {
        double instead = centre != NULL ? centre[j] : 0;
        x[j] = isnan(x[j]) ? instead : x[j];
    }
}

/* Calls the visitor on all rows in order; centre is null or [cols]. An entry that is not finite makes the statistic not
 * finite, so entries are searched only then. False if there is one, or if a sum overflows. */
static bool scan_rows(const gml_column_scan *scan, row_visitor *visit, const double *centre, double *gathered,
                      gml_bad_entry *bad)
{
    const gml_matrix *m = &scan->matrix;
    double x[SPAN];
    size_t room[ROWS];
    const size_t *rows = NULL;
    for (size_t i = 0; i < scan->count; i++) {
        if (i % ROWS == 0) {
            rows = gml_selection_rows(&scan->chosen, i, scan->count - i < ROWS ? scan->count - i : ROWS, room);
        }
        size_t start = (rows != NULL ? rows[i % ROWS] : i) * m->stride;
        for (size_t first = 0; first < m->cols; first += SPAN) {
            size_t count = m->cols - first < SPAN ? m->cols - first : SPAN;
            take_span(scan, start + first, count, x);
            if (scan->masked) {
                fill_in(count, centre != NULL ? centre + first : NULL, x);
            }
            visit(count, x, centre != NULL ? centre + first : NULL, gathered + first);
        }
    }
    size_t finite = 0;
    while (finite < m->cols && isfinite(gathered[finite])) {
        finite++;
    }
    if (finite < m->cols && !find_nonfinite(scan, bad)) {
        find_greatest(scan, finite, bad);
    }
    return finite == m->cols;
}

static void add(size_t count, const double *x, const double *centre, double *sum)
{
    (void)centre;
    for (size_t j = 0; j < count; j++) {
        sum[j] += x[j];
    }
}

static void add_square(size_t count, const double *x, const double *centre, double *sum)
{
    for (size_t j = 0; j < count; j++) {
        sum[j] += (x[j] - centre[j]) * (x[j] - centre[j]);
    }
}

static void keep_greatest(size_t count, const double *x, const double *centre, double *greatest)
{
    (void)centre;
    for (size_t j = 0; j < count; j++) {
        double kept = fabs(x[j]) > greatest[j] ? fabs(x[j]) : greatest[j];
        greatest[j] = kept + (x[j] - x[j]); /* NaN if x is not finite */
    }
}

/* Returns the number of known entries of a column, at least 1. */
static double known_in(const gml_column_scan *scan, size_t column)
{
    size_t known = 0;
    for (size_t i = 0; scan->masked && i < scan->count; i++) {
        known += isnan(entry_at(scan, i, column)) ? 0 : 1;
    }
    known = scan->masked ? known : scan->count;
    return known > 0 ? (double)known : 1;
}

/* True if no entry of a column differs from the first known one by more than rounding. The deviation cannot decide
 * this: it contains the rounding of the mean, which grows with the number of rows. */
static bool is_constant(const gml_column_scan *scan, size_t column)
{
    double first = NAN, rounding = rounding_of[scan->matrix.dtype];
    for (size_t i = 0; i < scan->count; i++) {
        double x = entry_at(scan, i, column);
        first = isnan(first) ? x : first;
        if (fabs(x - first) > rounding * fabs(first)) {
            return false;
        }
    }
    return true;
}

bool gml_scan_deviation(const gml_column_scan *scan, double *mean, double *square, gml_bad_entry *bad)
{
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        mean[j] = square[j] = 0;
    }
    if (!scan_rows(scan, add, NULL, mean, bad)) {
        return false;
    }
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        mean[j] /= known_in(scan, j);
    }
    return scan_rows(scan, add_square, mean, square, bad);
}

bool gml_scan_standard(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad)
{
    if (!gml_scan_deviation(scan, shift, scale, bad)) {
        return false;
    }
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        double deviation = sqrt(scale[j] / known_in(scan, j));
        bool constant = deviation < LEAST_NORMAL || is_constant(scan, j);
        scale[j] = constant ? 0 : 1 / deviation;
    }
    return true;
}

bool gml_scan_extremes(const gml_column_scan *scan, double *least, double *greatest, gml_bad_entry *bad)
{
    const gml_matrix *m = &scan->matrix;
    if (find_nonfinite(scan, bad)) {
        return false;
    }
    for (size_t j = 0; j < m->cols; j++) {
        double low = INFINITY, high = -INFINITY;
        for (size_t i = 0; i < scan->count; i++) {
            double x = entry_at(scan, i, j);
            low = fmin(low, x); /* both ignore NaN */
            high = fmax(high, x);
        }
        least[j] = low <= high ? low : 0;
        greatest[j] = low <= high ? high : 0;
    }
    return true;
}

bool gml_scan_unit(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad)
{
    size_t cols = scan->matrix.cols;
    for (size_t j = 0; j < cols; j++) {
        shift[j] = scale[j] = 0;
    }
    if (!scan_rows(scan, keep_greatest, NULL, scale, bad)) {
        return false;
    }
    double greatest = 0;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, scale[j]);
    }
    for (size_t j = 0; j < cols; j++) {
        double unit = greatest > LEAST_NORMAL ? 1 / greatest : 1;
        scale[j] = scale[j] > 0 ? unit : 0;
    }
    return true;
}

void gml_raise_magnitudes(size_t rows, size_t cols, const double *x, double *greatest)
{
    for (size_t i = 0; i < rows; i++) {
        const double *row = x + i * cols;
        for (size_t j = 0; j < cols; j++) {
            const double kept = fabs(row[j]) > greatest[j] ? fabs(row[j]) : greatest[j];
            greatest[j] = row[j] - row[j] == 0 ? kept : (double)INFINITY;
        }
    }
}
