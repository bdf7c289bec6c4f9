/* kernel/statistics.c - one pass over the rows of data a statistic. */
#include "kernel/statistics.h"

#include <math.h>

static double entry(const gml_matrix *m, size_t row, size_t col)
{
    size_t at = row * m->stride + col;
    switch (m->dtype) {
    case GML_F32:
        return (double)((const float *)m->data)[at];
    case GML_F64:
        return ((const double *)m->data)[at];
    case GML_U8:
        return (double)((const uint8_t *)m->data)[at];
    }
    return NAN;
}

/* Calls visit(accumulator[j], value) for every entry, rows in order. */
static bool scan_entries(const gml_column_scan *scan, void (*visit)(double *accumulator, double centre, double value),
                         double *accumulators, const double *centres, gml_bad_entry *bad)
{
    for (size_t i = 0; i < scan->count; i++) {
        size_t row = scan->order != NULL ? scan->order[i] : i;
        for (size_t j = 0; j < scan->matrix.cols; j++) {
            double value = entry(&scan->matrix, row, j);
            if (!isfinite(value)) {
                *bad = (gml_bad_entry){.row = i, .col = j, .value = value};
                return false;
            }
            visit(&accumulators[j], centres != NULL ? centres[j] : 0, value);
        }
    }
    return true;
}

static void add(double *accumulator, double centre, double value)
{
    *accumulator += value - centre;
}

static void add_square(double *accumulator, double centre, double value)
{
    *accumulator += (value - centre) * (value - centre);
}

static void keep_greatest(double *accumulator, double centre, double value)
{
    (void)centre;
    *accumulator = fmax(*accumulator, fabs(value));
}

bool gml_scan_deviation(const gml_column_scan *scan, double *mean, double *square, gml_bad_entry *bad)
{
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        mean[j] = square[j] = 0;
    }
    if (!scan_entries(scan, add, mean, NULL, bad)) {
        return false;
    }
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        mean[j] /= (double)scan->count;
    }
    return scan_entries(scan, add_square, square, mean, bad);
}

bool gml_scan_standard(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad)
{
    if (!gml_scan_deviation(scan, shift, scale, bad)) {
        return false;
    }
    for (size_t j = 0; j < scan->matrix.cols; j++) {
        double deviation = sqrt(scale[j] / (double)scan->count);
        /* A constant column leaves only the rounding of its mean: that is no deviation. */
        bool constant = deviation <= 1e-12 * fabs(shift[j]) || deviation < 1e-300;
        scale[j] = constant ? 1 : 1 / deviation;
    }
    return true;
}

bool gml_scan_unit(const gml_column_scan *scan, double *shift, double *scale, gml_bad_entry *bad)
{
    size_t cols = scan->matrix.cols;
    for (size_t j = 0; j < cols; j++) {
        shift[j] = scale[j] = 0;
    }
    if (!scan_entries(scan, keep_greatest, scale, NULL, bad)) {
        return false;
    }
    double greatest = 0;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, scale[j]);
    }
    for (size_t j = 0; j < cols; j++) {
        scale[j] = greatest > 1e-300 ? 1 / greatest : 1;
    }
    return true;
}
