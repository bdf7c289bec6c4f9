/* kernel/matrix/columns.c - sums and scaling of the columns of a matrix. */
#include "kernel/lanes.h"
#include "kernel/variant.h"

/* Four vectors of sums stay in registers while the rows go by. */
GML_INLINE void sum_block(size_t rows, size_t cols, const real *m, size_t stride, real *out, size_t vectors)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(cols - whole * LANES);
    vector sum[4] = {{0}};
    for (size_t i = 0; i < rows; i++, m += stride) {
        for (size_t v = 0; v < whole; v++) {
            sum[v] += load_vector(m + v * LANES);
        }
        sum[whole] += load_lanes(m + whole * LANES, last);
    }
    for (size_t v = 0; v < whole; v++) {
        store_vector(out + v * LANES, sum[v]);
    }
    store_lanes(out + whole * LANES, last, sum[whole]);
}

void GML_VARIANT(gml_sum_rows)(size_t rows, size_t cols, const void *m, void *out)
{
    const real *from = m;
    real *to = out;
    const size_t block = (size_t)4 * LANES;
    size_t j = 0;
    for (; j + block <= cols; j += block) {
        sum_block(rows, block, from + j, cols, to + j, 4);
    }
    for (; j < cols; j += LANES) {
        sum_block(rows, cols - j < LANES ? cols - j : LANES, from + j, cols, to + j, 1);
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
