/* kernel/observe/observe.h - statistics of values, slopes and gradients, column by column. */
#ifndef GML_KERNEL_OBSERVE_OBSERVE_H
#define GML_KERNEL_OBSERVE_OBSERVE_H

#include "kernel/kernel.h"

/* Bins of a histogram; a column of values has one more, which counts values that are not finite. */
enum { GML_OBSERVE_BINS = 64, GML_OBSERVE_SLOTS = GML_OBSERVE_BINS + 1 };

/* Adds the statistics of values [rows x cols] to what is there. */
typedef struct gml_values_call {
    size_t rows, cols, stride;
    const void *values;
    const double *center;  /* [cols]: subtracted before sums */
    double *sum, *squares; /* [cols]: of value - center */
    uint64_t *zeros;       /* [cols]: values that are 0 */
    uint64_t *bins;        /* [cols x GML_OBSERVE_SLOTS]: of equal width in x / (1 + |x|) from -1 to 1 */
} gml_values_call;

typedef struct gml_observe_kernels {
    void (*count_values)(const gml_values_call *call);
    /* flat[j] += the number of rows with |slopes[i][j]| <= least[j] */
    void (*count_flat)(size_t rows, size_t cols, size_t stride, const void *slopes, const double *least,
                       uint64_t *flat);
    /* squares[j] += factor * the sum over rows of m[i][j]^2 */
    void (*add_squares)(size_t rows, size_t cols, size_t stride, const void *m, double factor, double *squares);
    /* bins[b] += the entries with |m| in [2^(b + least), 2^(b + least + 1)); the first and the last bin take the rest.
     * Entries that are not finite are in the last. */
    void (*count_magnitudes)(size_t rows, size_t cols, size_t stride, const void *m, int least,
                             uint64_t bins[GML_OBSERVE_BINS]);
    /* the sum of (a[i] - b[i])^2, in double, in a fixed order */
    double (*distance)(size_t count, const void *a, const void *b);
    /* out [rows x cols] = m - center, in double, packed; center null: 0 */
    void (*widen)(size_t rows, size_t cols, size_t stride, const void *m, const double *center, double *out);
} gml_observe_kernels;

#endif
