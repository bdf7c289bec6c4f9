/* kernel/update/regularize.c - what draws weights together or bounds them, after their update. */
#include "kernel/variant.h"

/* NaN stays. */
void GML_VARIANT(gml_shrink)(size_t count, double by, void *values)
{
    real *w = values, most = (real)by;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        real taken = w[i] > most ? most : w[i];
        taken = taken < -most ? -most : taken;
        w[i] -= taken;
    }
}

/* Columns [0, cols) of a piece that is narrow enough for its sums to be kept here. */
enum { PIECE = 64 };

static void limit_piece(size_t rows, size_t cols, size_t stride, double most, real *m)
{
    double squares[PIECE] = {0}, scale[PIECE];
    bool some = false;
    for (size_t i = 0; i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            squares[j] += (double)m[i * stride + j] * (double)m[i * stride + j];
        }
    }
    for (size_t j = 0; j < cols; j++) {
        bool longer = squares[j] > most * most;
        scale[j] = longer ? most / sqrt(squares[j]) : 1;
        some = some || longer;
    }
    for (size_t i = 0; some && i < rows; i++) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            m[i * stride + j] = (real)((double)m[i * stride + j] * scale[j]);
        }
    }
}

void GML_VARIANT(gml_limit_columns)(size_t rows, size_t cols, size_t stride, double most, void *m)
{
    for (size_t j = 0; j < cols; j += PIECE) {
        limit_piece(rows, cols - j < PIECE ? cols - j : PIECE, stride, most, (real *)m + j);
    }
}
