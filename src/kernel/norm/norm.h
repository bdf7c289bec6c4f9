/* kernel/norm/norm.h - normalisation of rows and of columns. */
#ifndef GML_KERNEL_NORM_NORM_H
#define GML_KERNEL_NORM_NORM_H

#include "kernel/kernel.h"

/* y = (x - mean) / sqrt(variance + eps) * gain + bias, with the mean and variance of each row or each column. */
typedef struct gml_norm_call {
    size_t rows, cols;
    const void *x;
    size_t x_stride;
    void *y; /* forward: written; backward: d/dy, read */
    size_t y_stride;
    const void *gain, *bias; /* [cols]; bias null: rows are not centred, and the mean square replaces the variance */
    double eps;
    void *gain_sum, *bias_sum; /* [cols]: sums over the rows of d/dy times the normalised x, and of d/dy */
    void *dx;                  /* backward: [rows x cols], written */
    size_t dx_stride;
    const void *mean, *variance; /* [cols], of columns */
    double samples; /* of columns: the number of samples in the mean, variance and sums; 0: mean and variance are
                       constants that do not depend on x */
} gml_norm_call;

/* Merges the statistics of the columns of panels of rows, in the order of the panels. */
typedef struct gml_moments_call {
    size_t rows, panel, cols; /* `rows` in all, `panel` in each panel but the last */
    const double *moments;    /* [panels x 2 x cols]: mean, then the sum of squares about it */
    void *mean, *variance;    /* [cols], written; the variance divided by `rows` */
} gml_moments_call;

typedef struct gml_norm_kernels {
    void (*row_norm)(const gml_norm_call *call);
    void (*row_norm_sums)(const gml_norm_call *call); /* writes gain_sum and, unless bias is null, bias_sum */
    void (*row_norm_backward)(const gml_norm_call *call);
    void (*column_norm)(const gml_norm_call *call);
    void (*column_norm_sums)(const gml_norm_call *call);
    void (*column_norm_backward)(const gml_norm_call *call); /* reads gain_sum and bias_sum, of all samples */
    /* mean and sum of squares about it of each column: moments [2 x cols] */
    void (*column_moments)(size_t rows, size_t cols, const void *x, size_t stride, double *moments);
    void (*join_moments)(const gml_moments_call *call);
} gml_norm_kernels;

#endif
