/* kernel/embed/embed.c - scales of columns: y = x scale + bias, and its gradients. */
#include "kernel/embed/rows.h"

#include <string.h>

#include "kernel/variant.h"

static void affine(const gml_affine_call *call)
{
    const real *scale = call->scale, *bias = call->bias;
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        real *y = (real *)call->y + i * call->y_stride;
        if (bias == NULL) {
#pragma omp simd
            for (size_t j = 0; j < call->cols; j++) {
                y[j] = x[j] * scale[j];
            }
        } else {
#pragma omp simd
            for (size_t j = 0; j < call->cols; j++) {
                y[j] = x[j] * scale[j] + bias[j];
            }
        }
    }
}

static void affine_sums(const gml_affine_call *call)
{
    real *scale_sum = call->scale_sum, *bias_sum = call->bias_sum;
    memset(scale_sum, 0, call->cols * sizeof(real));
    if (bias_sum != NULL) {
        memset(bias_sum, 0, call->cols * sizeof(real));
    }
    for (size_t i = 0; i < call->rows; i++) {
        const real *x = (const real *)call->x + i * call->x_stride;
        const real *dy = (const real *)call->y + i * call->y_stride;
        if (bias_sum == NULL) {
#pragma omp simd
            for (size_t j = 0; j < call->cols; j++) {
                scale_sum[j] += dy[j] * x[j];
            }
        } else {
#pragma omp simd
            for (size_t j = 0; j < call->cols; j++) {
                scale_sum[j] += dy[j] * x[j];
                bias_sum[j] += dy[j];
            }
        }
    }
}

static void affine_backward(const gml_affine_call *call)
{
    const real *scale = call->scale;
    for (size_t i = 0; i < call->rows; i++) {
        const real *dy = (const real *)call->y + i * call->y_stride;
        real *dx = (real *)call->dx + i * call->dx_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            dx[j] = dy[j] * scale[j];
        }
    }
}

static void spread(size_t count, size_t group, bool signs, void *values)
{
    real *v = values;
    for (size_t i = count; i-- > 0;) { /* backwards: i / group is not yet written */
        const real drawn = v[i / group];
        v[i] = signs ? (drawn < 0 ? (real)-1 : (real)1) : drawn;
    }
}

const gml_embed_kernels GML_VARIANT(gml_embed_kernels) = {
    .levels = &GML_VARIANT(gml_levels_kernels),
    .periodic = &GML_VARIANT(gml_periodic_kernels),
    .bins = &GML_VARIANT(gml_bins_kernels),
    .affine = affine,
    .affine_sums = affine_sums,
    .affine_backward = affine_backward,
    .spread = spread,
};
