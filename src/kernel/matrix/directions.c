/* kernel/matrix/directions.c - columns of weights as directions with a length, for weight_norm. */
#include "kernel/variant.h"

/* Columns of a piece that is narrow enough for its sums to be kept here. */
enum { PIECE = 64 };

/* sums[j] = column j of a times column j of b */
GML_INLINE void multiply_columns(size_t rows, size_t cols, size_t a_stride, const real *a, size_t b_stride,
                                 const real *b, double sums[PIECE])
{
    memset(sums, 0, PIECE * sizeof *sums);
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            sums[j] += (double)a[i * a_stride + j] * (double)b[i * b_stride + j];
        }
    }
}

void GML_VARIANT(gml_column_lengths)(size_t rows, size_t cols, size_t stride, const void *m, bool squared, void *out)
{
    real *to = out;
    for (size_t first = 0; first < cols; first += PIECE) {
        size_t count = cols - first < PIECE ? cols - first : PIECE;
        const real *piece = (const real *)m + first;
        double squares[PIECE];
        multiply_columns(rows, count, stride, piece, stride, piece, squares);
        for (size_t j = 0; j < count; j++) {
            to[first + j] = (real)(squared ? squares[j] : sqrt(squares[j]));
        }
    }
}

static void project_piece(size_t rows, size_t cols, size_t stride, const real *m, size_t g_stride, real *g)
{
    double squares[PIECE], along[PIECE];
    multiply_columns(rows, cols, stride, m, stride, m, squares);
    multiply_columns(rows, cols, stride, m, g_stride, g, along);
    for (size_t j = 0; j < cols; j++) {
        along[j] = squares[j] > 0 ? along[j] / squares[j] : 0;
    }
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            g[i * g_stride + j] = (real)((double)g[i * g_stride + j] - along[j] * (double)m[i * stride + j]);
        }
    }
}

void GML_VARIANT(gml_project_columns)(size_t rows, size_t cols, size_t stride, const void *m, size_t g_stride, void *g)
{
    for (size_t j = 0; j < cols; j += PIECE) {
        size_t count = cols - j < PIECE ? cols - j : PIECE;
        project_piece(rows, count, stride, (const real *)m + j, g_stride, (real *)g + j);
    }
}
