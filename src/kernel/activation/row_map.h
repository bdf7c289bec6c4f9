/* kernel/activation/row_map.h - forward and backward kernels of activations that couple the entries of a row, built
 * from functions of a tile of narrow rows and of one wide row. */
#ifndef GML_KERNEL_ACTIVATION_ROW_MAP_H
#define GML_KERNEL_ACTIVATION_ROW_MAP_H

#include "kernel/activation/activation.h"
#include "kernel/activation/softmax.h"

/* Forward: y replaces x in a tile; a row may have y = x. */
typedef void tile_forward_function(tile *t);
typedef void row_forward_function(size_t cols, const real *x, real *y);

/* Backward: d/dx replaces d/dy. */
typedef void tile_backward_function(const tile *y, tile *gradient);
typedef void row_backward_function(size_t cols, const real *y, real *gradient);

/* Returns dy_j / dx_j from y_j. */
typedef real diagonal_function(real y);

typedef struct row_functions {
    tile_forward_function *tile_forward;
    row_forward_function *row_forward;
    tile_backward_function *tile_backward;
    row_backward_function *row_backward;
    diagonal_function *diagonal;
} row_functions;

/* ---- forward ---- */

GML_INLINE void forward_tile(const gml_forward_call *call, size_t first, row_functions f)
{
    const real *bias = call->bias;
    size_t start = first * call->stride;
    tile t;
    tile_take(&t, tile_share(call->rows, first), call->cols, call->stride, (const real *)call->z + start);
    for (size_t j = 0; bias != NULL && j < call->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t.x[j][i] += bias[j];
        }
    }
    f.tile_forward(&t);
    tile_put(&t, call->stride, (real *)call->y + start);
}

GML_INLINE void forward_row(size_t cols, const real *z, const real *bias, real *y, row_functions f)
{
    if (bias != NULL) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            y[j] = z[j] + bias[j];
        }
        z = y;
    }
    f.row_forward(cols, z, y);
}

/* Packed rows are one long row. */
GML_INLINE void slopes_forward(const gml_forward_call *call, row_functions f)
{
    bool packed = call->stride == call->cols;
    size_t rows = packed ? 1 : call->rows, cols = packed ? call->rows * call->cols : call->cols;
    const real *y = call->y;
    real *slope = call->slope;
    for (size_t i = 0; i < rows; i++, y += call->stride, slope += call->stride) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            slope[j] = f.diagonal(y[j]);
        }
    }
}

GML_INLINE void rows_forward(const gml_forward_call *call, row_functions f)
{
    const real *z = call->z;
    real *y = call->y;
    if (call->cols <= TILE_COLS) {
        for (size_t first = 0; first < call->rows; first += TILE_ROWS) {
            forward_tile(call, first, f);
        }
    } else {
        for (size_t i = 0; i < call->rows; i++) {
            forward_row(call->cols, z + i * call->stride, call->bias, y + i * call->stride, f);
        }
    }
    if (call->slope != NULL) {
        slopes_forward(call, f);
    }
}

/* ---- backward ---- */

/* `sums` accumulates dz, row by row of a tile. */
GML_INLINE void backward_tile(const gml_backward_call *call, size_t first, tile *sums, row_functions f)
{
    size_t start = first * call->stride, rows = tile_share(call->rows, first);
    tile g, y;
    _Alignas(64) real present[TILE_ROWS];
    for (size_t i = 0; i < TILE_ROWS; i++) {
        present[i] = i < rows ? 1 : 0;
    }
    tile_take(&g, rows, call->cols, call->stride, (const real *)call->gradient + start);
    tile_take(&y, rows, call->cols, call->stride, (const real *)call->saved + start);
    f.tile_backward(&y, &g);
    for (size_t j = 0; j < call->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            sums->x[j][i] += g.x[j][i] * present[i];
        }
    }
    tile_put(&g, call->stride, (real *)call->gradient + start);
}

GML_INLINE void backward_narrow(const gml_backward_call *call, row_functions f)
{
    real *sum = call->bias_gradient;
    tile sums;
    memset(sums.x, 0, call->cols * sizeof sums.x[0]);
    for (size_t first = 0; first < call->rows; first += TILE_ROWS) {
        backward_tile(call, first, &sums, f);
    }
    for (size_t j = 0; sum != NULL && j < call->cols; j++) {
        sum[j] = 0;
        for (size_t i = 0; i < TILE_ROWS; i++) {
            sum[j] += sums.x[j][i];
        }
    }
}

GML_INLINE void rows_backward(const gml_backward_call *call, row_functions f)
{
    if (call->cols <= TILE_COLS) {
        backward_narrow(call, f);
        return;
    }
    real *gradient = call->gradient, *sum = call->bias_gradient;
    const real *y = call->saved;
    if (sum != NULL) {
        memset(sum, 0, call->cols * sizeof *sum);
    }
    for (size_t i = 0; i < call->rows; i++, gradient += call->stride, y += call->stride) {
        f.row_backward(call->cols, y, gradient);
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            if (sum != NULL) {
                sum[j] += gradient[j];
            }
        }
    }
}

#endif
