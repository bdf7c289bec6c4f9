/* kernel/effect/weights.c - matrices of weights from inputs to outputs. */
#include <math.h>
#include <string.h>

#include "kernel/effect/effect.h"

void gml_clear_rows(size_t rows, size_t cols, const double *scale, double *m)
{
    for (size_t i = 0; i < rows; i++) {
        if (scale[i] == 0) {
            memset(m + i * cols, 0, cols * sizeof *m);
        }
    }
}

size_t gml_column_shares(size_t rows, size_t cols, double *m)
{
    size_t empty = cols;
    for (size_t j = cols; j-- > 0;) {
        double sum = 0;
        for (size_t i = 0; i < rows; i++) {
            sum += fabs(m[i * cols + j]);
        }
        for (size_t i = 0; i < rows && sum > 0; i++) {
            m[i * cols + j] = fabs(m[i * cols + j]) / sum;
        }
        empty = sum > 0 ? empty : j;
    }
    return empty;
}
