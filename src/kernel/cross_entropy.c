/* kernel/cross_entropy.c - cross-entropy of softmax, on logits.
 *
 * With p = softmax(z), m = max z and S = sum e^(z - m), log(sum e^z) = m + log(S):
 *
 *   class c:        value = log(S) - (z_c - m)                    gradient = p - 1[j = c]
 *   soft targets t: value = log(S) sum(t) - sum(t (z - m))        gradient = p sum(t) - t */
#include "kernel/softmax.h"

typedef struct row_target {
    double part;   /* the value without log(S) */
    double weight; /* sum(t) */
} row_target;

GML_INLINE row_target take_target(const gml_loss_call *call, size_t i, real m)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    const real *t = (const real *)call->targets + i * call->target_cols;
    if (call->target_cols != call->cols) {
        return (row_target){.part = -(double)(z[(size_t)t[0]] - m), .weight = 1};
    }
    double part = 0, weight = 0;
#pragma omp simd reduction(+ : part, weight)
    for (size_t j = 0; j < call->cols; j++) {
        part -= (double)t[j] * (double)(z[j] - m);
        weight += (double)t[j];
    }
    return (row_target){.part = part, .weight = weight};
}

/* Takes the target away from row i of the gradient, which is p sum(t) scale. */
GML_INLINE void subtract_target(const gml_loss_call *call, size_t i)
{
    real *gradient = (real *)call->gradient + i * call->stride, scale = (real)call->scale;
    const real *t = (const real *)call->targets + i * call->target_cols;
    if (call->target_cols != call->cols) {
        gradient[(size_t)t[0]] -= scale;
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < call->cols; j++) {
        gradient[j] -= t[j] * scale;
    }
}

static double take_row(const gml_loss_call *call, size_t i)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    real *gradient = call->gradient, m = greatest(call->cols, z), sum = 0;
    row_target target = take_target(call, i, m);
    if (gradient != NULL) {
        gradient += i * call->stride;
        sum = exponentials(call->cols, z, m, gradient);
        multiply(call->cols, gradient, (real)(target.weight * call->scale) / sum);
        subtract_target(call, i);
    } else {
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < call->cols; j++) {
            sum += exp_below(z[j] - m);
        }
    }
    return target.part + target.weight * (double)log_above(sum);
}

static double take_tile(const gml_loss_call *call, size_t first)
{
    tile t;
    _Alignas(64) real m[TILE_ROWS], sum[TILE_ROWS], share[TILE_ROWS] = {0};
    row_target targets[TILE_ROWS];
    tile_take(&t, tile_share(call->rows, first), call->cols, call->stride,
              (const real *)call->outputs + first * call->stride);
    tile_greatest(&t, m);
    tile_exponentials(&t, m, sum);
    for (size_t i = 0; i < t.rows; i++) {
        targets[i] = take_target(call, first + i, m[i]);
        share[i] = (real)(targets[i].weight * call->scale);
    }
#pragma omp simd
    for (size_t i = 0; i < TILE_ROWS; i++) {
        share[i] /= sum[i];
        sum[i] = log_above(sum[i]);
    }
    double value = 0;
    for (size_t i = 0; i < t.rows; i++) {
        value += targets[i].part + targets[i].weight * (double)sum[i];
    }
    if (call->gradient != NULL) {
        tile_multiply(&t, share);
        tile_put(&t, call->stride, (real *)call->gradient + first * call->stride);
        for (size_t i = 0; i < t.rows; i++) {
            subtract_target(call, first + i);
        }
    }
    return value;
}

double GML_VARIANT(gml_softmax_cross_entropy)(const gml_loss_call *call)
{
    bool narrow = call->cols <= TILE_COLS;
    double value = 0;
    for (size_t first = 0; first < call->rows; first += narrow ? TILE_ROWS : 1) {
        value += narrow ? take_tile(call, first) : take_row(call, first);
    }
    return value;
}
