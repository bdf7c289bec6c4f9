/* kernel/loss/cross_entropy.c - cross-entropy and Kullback-Leibler divergence of softmax, on logits.
 *
 * With p = softmax(z), m = max z and S = sum e^(z - m), log(sum e^z) = m + log(S):
 *
 *   class c:        value = log(S) - (z_c - m)                    gradient = p - 1[j = c]
 *   soft targets t: value = log(S) sum(t) - sum(t (z - m))        gradient = p sum(t) - t
 *
 * Label smoothing by s replaces t by (1 - s) t + s / k. The divergence adds sum(t log t), which does not depend on z.
 */
#include "kernel/activation/softmax.h"
#include "kernel/loss/rows.h"

typedef struct variety {
    real smoothing;
    bool entropy; /* add sum(t log t) */
    bool weighed; /* with sample weights */
} variety;

GML_INLINE double weight_of(const gml_loss_call *call, size_t i, variety kind)
{
    return kind.weighed ? call->weights[i] : 1;
}

typedef struct row_target {
    double part;   /* the value without log(S) */
    double weight; /* sum(t) */
} row_target;

/* t log t, which is 0 at 0; t in [0, 1]. */
GML_INLINE real share_log(real t)
{
    return t > 0 ? -t * log_above(1 / t) : 0 * t;
}

GML_INLINE row_target soft_target(const gml_loss_call *call, const real *z, const real *t, real m, bool entropy)
{
    double part = 0, weight = 0;
#pragma omp simd reduction(+ : part, weight)
    for (size_t j = 0; j < call->cols; j++) {
        part -= (double)t[j] * (double)(z[j] - m);
        weight += (double)t[j];
    }
    for (size_t j = 0; entropy && j < call->cols; j++) {
        part += (double)share_log(t[j]);
    }
    return (row_target){.part = part, .weight = weight};
}

GML_INLINE row_target take_target(const gml_loss_call *call, size_t i, real m, variety kind)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    const real *t = (const real *)call->targets + i * call->target_cols;
    row_target target = call->target_cols != call->cols
                            ? (row_target){.part = -(double)(z[(size_t)t[0]] - m), .weight = 1}
                            : soft_target(call, z, t, m, kind.entropy);
    if (kind.smoothing != 0) {
        double even = 0;
        for (size_t j = 0; j < call->cols; j++) {
            even -= (double)(z[j] - m);
        }
        target.part += (double)kind.smoothing * (even / (double)call->cols - target.part);
        target.weight += (double)kind.smoothing * (1 - target.weight);
    }
    return target;
}

/* Subtracts the target from row i of the gradient, which holds p sum(t) scale. */
GML_INLINE void subtract_target(const gml_loss_call *call, size_t i, variety kind)
{
    real *gradient = (real *)call->gradient + i * call->stride;
    real scale = (real)(call->scale * weight_of(call, i, kind));
    real even = kind.smoothing / (real)call->cols * scale;
    const real *t = (const real *)call->targets + i * call->target_cols;
    scale -= kind.smoothing * scale;
    for (size_t j = 0; even != 0 && j < call->cols; j++) {
        gradient[j] -= even;
    }
    if (call->target_cols != call->cols) {
        gradient[(size_t)t[0]] -= scale;
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < call->cols; j++) {
        gradient[j] -= t[j] * scale;
    }
}

GML_INLINE double take_row(const gml_loss_call *call, size_t i, variety kind)
{
    const real *z = (const real *)call->outputs + i * call->stride;
    real *gradient = call->gradient, m = greatest(call->cols, z), sum = 0;
    double weight = weight_of(call, i, kind);
    row_target target = take_target(call, i, m, kind);
    if (gradient != NULL) {
        gradient += i * call->stride;
        sum = exponentials(call->cols, z, m, gradient);
        multiply(call->cols, gradient, (real)(target.weight * weight * call->scale) / sum);
        subtract_target(call, i, kind);
    } else {
#pragma omp simd reduction(+ : sum)
        for (size_t j = 0; j < call->cols; j++) {
            sum += exp_below(z[j] - m);
        }
    }
    return weight * (target.part + target.weight * (double)log_above(sum));
}

GML_INLINE double take_tile(const gml_loss_call *call, size_t first, variety kind)
{
    tile t;
    _Alignas(64) real m[TILE_ROWS], sum[TILE_ROWS], share[TILE_ROWS];
    row_target targets[TILE_ROWS];
    bool even = call->target_cols != call->cols && !kind.weighed; /* all rows have the same factor */
    tile_take(&t, tile_share(call->rows, first), call->cols, call->stride,
              (const real *)call->outputs + first * call->stride);
    tile_greatest(&t, m);
    tile_exponentials(&t, m, sum);
    for (size_t i = 0; i < TILE_ROWS; i++) {
        share[i] = even ? (real)call->scale : 0;
    }
    for (size_t i = 0; i < t.rows; i++) {
        targets[i] = take_target(call, first + i, m[i], kind);
        if (!even) {
            share[i] = (real)(targets[i].weight * weight_of(call, first + i, kind) * call->scale);
        }
    }
#pragma omp simd
    for (size_t i = 0; i < TILE_ROWS; i++) {
        share[i] /= sum[i];
        sum[i] = log_above(sum[i]);
    }
    double value = 0;
    for (size_t i = 0; i < t.rows; i++) {
        value += weight_of(call, first + i, kind) * (targets[i].part + targets[i].weight * (double)sum[i]);
    }
    if (call->gradient != NULL) {
        tile_multiply(&t, share);
        tile_put(&t, call->stride, (real *)call->gradient + first * call->stride);
        for (size_t i = 0; i < t.rows; i++) {
            subtract_target(call, first + i, kind);
        }
    }
    return value;
}

GML_INLINE double take_all(const gml_loss_call *call, variety kind)
{
    bool narrow = call->cols <= TILE_COLS;
    double value = 0;
    for (size_t first = 0; first < call->rows; first += narrow ? TILE_ROWS : 1) {
        value += narrow ? take_tile(call, first, kind) : take_row(call, first, kind);
    }
    return value;
}

static double softmax_cross_entropy(const gml_loss_call *call)
{
    variety kind = {.smoothing = (real)call->parameters[0], .weighed = call->weights != NULL};
    return kind.smoothing == 0 && !kind.weighed ? take_all(call, (variety){0}) : take_all(call, kind);
}

static double kl_divergence(const gml_loss_call *call)
{
    return take_all(call, (variety){.entropy = true, .weighed = call->weights != NULL});
}

const gml_loss_kernel GML_VARIANT(gml_cross_entropy_losses)[] = {
    {.name = "softmax_cross_entropy", .run = softmax_cross_entropy},
    {.name = "kl_divergence", .run = kl_divergence},
    {.name = NULL},
};
