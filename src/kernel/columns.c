/* kernel/columns.c - sums and scaling of the columns of a matrix. */
#include "kernel/variant.h"

void GML_VARIANT(gml_sum_rows)(size_t rows, size_t cols, const void *m, void *out)
{
    real *sum = out;
    memset(sum, 0, cols * sizeof *sum);
    const real *row = m;
    for (size_t i = 0; i < rows; i++, row += cols) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            sum[j] += row[j];
        }
    }
}

void GML_VARIANT(gml_scale_columns)(size_t rows, size_t cols, size_t stride, const double *scale, void *m)
{
    real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            row[j] = (real)((double)row[j] * scale[j]);
        }
    }
}

void GML_VARIANT(gml_affine_columns)(size_t rows, size_t cols, size_t stride, const double *scale, const double *shift,
                                     void *m)
{
    real *row = m;
    for (size_t i = 0; i < rows; i++, row += stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            row[j] = (real)((double)row[j] * scale[j] + shift[j]);
        }
    }
}
