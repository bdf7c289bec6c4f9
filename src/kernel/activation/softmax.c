/* kernel/activation/softmax.c - softmax over rows and its logarithm, forward and backward. */
#include "kernel/activation/row_map.h"
#include "kernel/activation/rows.h"

/* ---- softmax: y = e^(x - max x) / sum; dx = y (dy - sum(dy y)) ---- */

GML_INLINE void softmax_tile(tile *t)
{
    _Alignas(64) real m[TILE_ROWS], sum[TILE_ROWS];
    tile_greatest(t, m);
    tile_exponentials(t, m, sum);
#pragma omp simd
    for (size_t i = 0; i < TILE_ROWS; i++) {
        sum[i] = 1 / sum[i];
    }
    tile_multiply(t, sum);
}

GML_INLINE void softmax_row(size_t cols, const real *x, real *y)
{
    multiply(cols, y, 1 / exponentials(cols, x, greatest(cols, x), y));
}

GML_INLINE void softmax_tile_backward(const tile *y, tile *g)
{
    _Alignas(64) real mean[TILE_ROWS] = {0};
    for (size_t j = 0; j < y->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            mean[i] += g->x[j][i] * y->x[j][i];
        }
    }
    for (size_t j = 0; j < y->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            g->x[j][i] = y->x[j][i] * (g->x[j][i] - mean[i]);
        }
    }
}

GML_INLINE void softmax_row_backward(size_t cols, const real *y, real *gradient)
{
    real mean = 0;
#pragma omp simd reduction(+ : mean)
    for (size_t j = 0; j < cols; j++) {
        mean += gradient[j] * y[j];
    }
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        gradient[j] = y[j] * (gradient[j] - mean);
    }
}

GML_INLINE real softmax_diagonal(real y)
{
    return y * (1 - y);
}

static const row_functions softmax = {softmax_tile, softmax_row, softmax_tile_backward, softmax_row_backward,
                                      softmax_diagonal};

static void softmax_forward(const gml_forward_call *call)
{
    rows_forward(call, softmax);
}

static void softmax_backward(const gml_backward_call *call)
{
    rows_backward(call, softmax);
}

/* ---- log_softmax: y = x - max x - log sum of e^(x - max x); dx = dy - e^y sum(dy) ---- */

GML_INLINE void log_softmax_tile(tile *t)
{
    _Alignas(64) real m[TILE_ROWS], sum[TILE_ROWS] = {0};
    tile_greatest(t, m);
    for (size_t j = 0; j < t->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t->x[j][i] -= m[i];
            sum[i] += exp_below(t->x[j][i]);
        }
    }
#pragma omp simd
    for (size_t i = 0; i < TILE_ROWS; i++) {
        sum[i] = log_above(sum[i]);
    }
    for (size_t j = 0; j < t->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t->x[j][i] -= sum[i];
        }
    }
}

GML_INLINE void log_softmax_row(size_t cols, const real *x, real *y)
{
    real m = greatest(cols, x), sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < cols; j++) {
        sum += exp_below(x[j] - m);
    }
    sum = log_above(sum);
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        y[j] = (x[j] - m) - sum;
    }
}

GML_INLINE void log_softmax_tile_backward(const tile *y, tile *g)
{
    _Alignas(64) real sum[TILE_ROWS] = {0};
    for (size_t j = 0; j < y->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            sum[i] += g->x[j][i];
        }
    }
    for (size_t j = 0; j < y->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            g->x[j][i] -= exp_below(y->x[j][i]) * sum[i];
        }
    }
}

GML_INLINE void log_softmax_row_backward(size_t cols, const real *y, real *gradient)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < cols; j++) {
        sum += gradient[j];
    }
#pragma omp simd
    for (size_t j = 0; j < cols; j++) {
        gradient[j] -= exp_below(y[j]) * sum;
    }
}

GML_INLINE real log_softmax_diagonal(real y)
{
    return 1 - exp_below(y);
}

static const row_functions log_softmax = {log_softmax_tile, log_softmax_row, log_softmax_tile_backward,
                                          log_softmax_row_backward, log_softmax_diagonal};

static void log_softmax_forward(const gml_forward_call *call)
{
    rows_forward(call, log_softmax);
}

static void log_softmax_backward(const gml_backward_call *call)
{
    rows_backward(call, log_softmax);
}

const gml_activation_kernel GML_VARIANT(gml_softmax_activations)[] = {
    {.name = "softmax",
     .slope_from_value = 1,
     .whole_rows = 1,
     .forward = softmax_forward,
     .backward = softmax_backward},
    {.name = "log_softmax",
     .slope_from_value = 1,
     .whole_rows = 1,
     .forward = log_softmax_forward,
     .backward = log_softmax_backward},
    {.name = NULL},
};
