/* kernel/matrix/matrix.h - operations on whole matrices and on their columns. */
#ifndef GML_KERNEL_MATRIX_MATRIX_H
#define GML_KERNEL_MATRIX_MATRIX_H

#include <stdbool.h>

#include "kernel/kernel.h"

typedef struct gml_matrix_kernels {
    /* out [cols x rows] = m' of m [rows x cols] */
    void (*transpose)(size_t rows, size_t cols, size_t stride, const void *m, size_t out_stride, void *out);
    /* out[j] = sum over i of m[i][j], rows in order */
    void (*sum_rows)(size_t rows, size_t cols, size_t stride, const void *m, void *out);
    /* m[i][j] *= scale[j] */
    void (*scale_columns)(size_t rows, size_t cols, size_t stride, const double *scale, void *m);
    /* m[i][j] = m[i][j] * scale[j] + shift[j] */
    void (*affine_columns)(size_t rows, size_t cols, size_t stride, const double *scale, const double *shift, void *m);
    /* out[j] = the length of column j of m, or its square; sums in double */
    void (*column_lengths)(size_t rows, size_t cols, size_t stride, const void *m, bool squared, void *out);
    /* scales the columns of m that are longer than `most` to that length */
    void (*limit_columns)(size_t rows, size_t cols, size_t stride, double most, void *m);
    /* Scales each column of m, packed, to that length. */
    void (*lengthen_columns)(size_t rows, size_t cols, double length, void *m);
    /* subtracts from each column of g its projection on that column of m, unless that is 0; both are [rows x cols] */
    void (*project_columns)(size_t rows, size_t cols, size_t stride, const void *m, size_t g_stride, void *g);
    /* Makes the rows of m [rows x cols], packed, orthonormal, or its columns where there are fewer of them. */
    void (*orthonormalize)(size_t rows, size_t cols, void *m);
} gml_matrix_kernels;

#endif
