/* kernel/explain/explain.h - rows that explanations send through a network, and the reduction of the results. */
#ifndef GML_KERNEL_EXPLAIN_EXPLAIN_H
#define GML_KERNEL_EXPLAIN_EXPLAIN_H

#include "kernel/kernel.h"

/* Points of the straight path from `from` to `to`: out[i] = from + at[i] (to - from). */
typedef struct gml_path_call {
    size_t rows, cols;
    const void *from, *to; /* [cols] */
    const double *at;      /* [rows], from 0 to 1 */
    void *out;             /* [rows x cols], written */
} gml_path_call;

/* Rows of which a coalition of inputs is present: row (first + i) is coalition c and background row b, numbered
 * c * backgrounds + b; out[i][j] = x[j] where masks[c][j] is not 0, else background[b][j]. */
typedef struct gml_mix_call {
    size_t first, rows, cols, backgrounds;
    const void *masks;      /* [coalitions x cols] */
    const void *x;          /* [cols] */
    const void *background; /* [backgrounds x cols] */
    void *out;              /* [rows x cols], written */
} gml_mix_call;

/* The epsilon rule of layer-wise relevance at one layer: S = R / (z + epsilon sign(z)), sign(0) = 1. */
typedef struct gml_relevance_call {
    size_t rows, cols;
    const void *z; /* [rows x cols]: sums of the inputs' parts and the offset */
    size_t z_stride;
    const void *offset; /* [cols]: the part of z that does not depend on the inputs */
    double epsilon;
    void *relevance; /* [rows x cols], in: R, out: S; S is 0 where R is 0 */
    size_t stride;
    double *biases, *absorbed; /* [rows], added to: offset S and epsilon sign(z) S */
} gml_relevance_call;

typedef struct gml_explain_kernels {
    void (*path)(const gml_path_call *call);
    void (*mix)(const gml_mix_call *call);
    /* out[i][j] = 1 for j = columns[i], else 0; out packed */
    void (*select_columns)(size_t rows, size_t cols, const size_t *columns, void *out);
    /* sums[j] += the sum over rows of weights[i] m[i][j], in double, rows in order; m packed */
    void (*add_rows)(size_t rows, size_t cols, const double *weights, const void *m, double *sums);
    /* values[j] *= factor (a[j] - b[j]) */
    void (*multiply_by_difference)(size_t cols, double factor, const void *a, const void *b, double *values);
    void (*share_relevance)(const gml_relevance_call *call);
} gml_explain_kernels;

#endif
