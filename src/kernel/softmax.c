/* kernel/softmax.c - softmax over rows, forward and backward. */
#include "kernel/softmax.h"

/* ---- forward: y = e^(z - max z) / sum ---- */

static void forward_tile(const gml_forward_call *call, size_t first)
{
    const real *bias = call->bias;
    size_t start = first * call->stride;
    tile t;
    _Alignas(64) real m[TILE_ROWS], sum[TILE_ROWS];
    tile_take(&t, tile_share(call->rows, first), call->cols, call->stride, (const real *)call->z + start);
    for (size_t j = 0; bias != NULL && j < call->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t.x[j][i] += bias[j];
        }
    }
    tile_greatest(&t, m);
    tile_exponentials(&t, m, sum);
#pragma omp simd
    for (size_t i = 0; i < TILE_ROWS; i++) {
        sum[i] = 1 / sum[i];
    }
    tile_multiply(&t, sum);
    tile_put(&t, call->stride, (real *)call->y + start);
}

static void forward_row(size_t cols, const real *z, const real *bias, real *y)
{
    if (bias != NULL) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            y[j] = z[j] + bias[j];
        }
        z = y;
    }
    multiply(cols, y, 1 / exponentials(cols, z, greatest(cols, z), y));
}

/* The diagonal of the derivative. */
static void diagonal(size_t cols, const real *y, real *slope)
{
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        slope[j] = y[j] * (1 - y[j]);
    }
}

void GML_VARIANT(gml_softmax_forward)(const gml_forward_call *call)
{
    const real *z = call->z;
    real *y = call->y, *slope = call->slope;
    if (call->cols <= TILE_COLS) {
        for (size_t first = 0; first < call->rows; first += TILE_ROWS) {
            forward_tile(call, first);
        }
    } else {
        for (size_t i = 0; i < call->rows; i++) {
            forward_row(call->cols, z + i * call->stride, call->bias, y + i * call->stride);
        }
    }
    for (size_t i = 0; slope != NULL && i < call->rows; i++) {
        diagonal(call->cols, y + i * call->stride, slope + i * call->stride);
    }
}

/* ---- backward: dz = y (dy - sum(dy y)) ---- */

/* `sums` gathers dz row by row of a tile. */
static void backward_tile(const gml_backward_call *call, size_t first, tile *sums)
{
    size_t start = first * call->stride, rows = tile_share(call->rows, first);
    tile g, y;
    _Alignas(64) real mean[TILE_ROWS] = {0}, present[TILE_ROWS];
    for (size_t i = 0; i < TILE_ROWS; i++) {
        present[i] = i < rows ? 1 : 0;
    }
    tile_take(&g, rows, call->cols, call->stride, (const real *)call->gradient + start);
    tile_take(&y, rows, call->cols, call->stride, (const real *)call->saved + start);
    for (size_t j = 0; j < call->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            mean[i] += g.x[j][i] * y.x[j][i];
        }
    }
    for (size_t j = 0; j < call->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            g.x[j][i] = y.x[j][i] * (g.x[j][i] - mean[i]);
            sums->x[j][i] += g.x[j][i] * present[i];
        }
    }
    tile_put(&g, call->stride, (real *)call->gradient + start);
}

static void backward_narrow(const gml_backward_call *call)
{
    real *sum = call->bias_gradient;
    tile sums;
    memset(sums.x, 0, call->cols * sizeof sums.x[0]);
    for (size_t first = 0; first < call->rows; first += TILE_ROWS) {
        backward_tile(call, first, &sums);
    }
    for (size_t j = 0; sum != NULL && j < call->cols; j++) {
        sum[j] = 0;
        for (size_t i = 0; i < TILE_ROWS; i++) {
            sum[j] += sums.x[j][i];
        }
    }
}

static void backward_row(size_t count, real *gradient, const real *y, real *sum)
{
    real mean = 0;
#pragma omp simd reduction(+ : mean)
    for (size_t j = 0; j < count; j++) {
        mean += gradient[j] * y[j];
    }
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        gradient[j] = y[j] * (gradient[j] - mean);
        if (sum != NULL) {
            sum[j] += gradient[j];
        }
    }
}

void GML_VARIANT(gml_softmax_backward)(const gml_backward_call *call)
{
    if (call->cols <= TILE_COLS) {
        backward_narrow(call);
        return;
    }
    real *gradient = call->gradient, *sum = call->bias_gradient;
    const real *y = call->saved;
    if (sum != NULL) {
        memset(sum, 0, call->cols * sizeof *sum);
    }
    for (size_t i = 0; i < call->rows; i++) {
        backward_row(call->cols, gradient + i * call->stride, y + i * call->stride, sum);
    }
}
