/* kernel/embed/bins.c - piecewise-linear embeddings of numbers. */
#include "kernel/embed/rows.h"

/* The parameters of one number, and the sums of their gradients. */
typedef struct number {
    size_t size, bins; /* bins: those of some width */
    const real *scale, *bias, *table, *edges;
    real *scale_sum, *bias_sum, *table_sum;
} number;

static number number_at(const gml_bins_call *call, size_t index)
{
    const size_t size = call->size, table = call->bins * size;
    number of = {.size = size,
                 .scale = (const real *)call->scale + index * size,
                 .bias = (const real *)call->bias + index * size,
                 .table = (const real *)call->table + index * table,
                 .edges = (const real *)call->edges + index * (call->bins + 1)};
    if (call->table_sum != NULL) {
        of.scale_sum = (real *)call->scale_sum + index * size;
        of.bias_sum = (real *)call->bias_sum + index * size;
        of.table_sum = (real *)call->table_sum + index * table;
    }
    while (of.bins < call->bins && of.edges[of.bins + 1] > of.edges[of.bins]) {
        of.bins++;
    }
    return of;
}

/* The share of bin t, and its derivative by x: at an edge that of the bin above it. NaN stays NaN. */
static real share_of(const number *of, size_t t, real x, real *slope)
{
    const real low = of->edges[t], high = of->edges[t + 1], width = high - low;
    const bool below = t > 0 && x < low, above = t + 1 < of->bins && x >= high;
    *slope = below || above ? 0 : 1 / width;
    return below ? 0 : above ? 1 : (x - low) / width;
}

static void bins_forward(const gml_bins_call *call)
{
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            real *y = (real *)call->y + i * call->y_stride + n * of.size, slope, share = 1;
#pragma omp simd
            for (size_t j = 0; j < of.size; j++) {
                y[j] = of.scale[j] * x + of.bias[j];
            }
            for (size_t t = 0; t < of.bins && share != 0; t++) { /* bins after one of 0 are 0 */
                const real *row = of.table + t * of.size;
                share = share_of(&of, t, x, &slope);
#pragma omp simd
                for (size_t j = 0; j < of.size; j++) {
                    y[j] += share * row[j];
                }
            }
        }
    }
}

static void bins_sums(const gml_bins_call *call)
{
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        memset(of.scale_sum, 0, of.size * sizeof(real));
        memset(of.bias_sum, 0, of.size * sizeof(real));
        memset(of.table_sum, 0, call->bins * of.size * sizeof(real));
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            const real *dy = (const real *)call->gradient + i * call->y_stride + n * of.size;
            real slope, share = 1;
#pragma omp simd
            for (size_t j = 0; j < of.size; j++) {
                of.scale_sum[j] += dy[j] * x;
                of.bias_sum[j] += dy[j];
            }
            for (size_t t = 0; t < of.bins && share != 0; t++) {
                real *row = of.table_sum + t * of.size;
                share = share_of(&of, t, x, &slope);
#pragma omp simd
                for (size_t j = 0; j < of.size; j++) {
                    row[j] += share * dy[j];
                }
            }
        }
    }
}

static void bins_backward(const gml_bins_call *call)
{
    for (size_t n = 0; n < call->numbers; n++) {
        const number of = number_at(call, n);
        for (size_t i = 0; i < call->rows; i++) {
            const real x = ((const real *)call->x)[i * call->x_stride + n];
            const real *dy = (const real *)call->gradient + i * call->y_stride + n * of.size;
            real sum = 0, share = 1;
            for (size_t j = 0; j < of.size; j++) {
                sum += dy[j] * of.scale[j];
            }
            for (size_t t = 0; t < of.bins && share != 0; t++) {
                const real *row = of.table + t * of.size;
                real slope, along = 0;
                share = share_of(&of, t, x, &slope);
                for (size_t j = 0; slope != 0 && j < of.size; j++) {
                    along += dy[j] * row[j];
                }
                sum += slope * along;
            }
            ((real *)call->dx)[i * call->dx_stride + n] = sum;
        }
    }
}

const gml_bins_kernels GML_VARIANT(gml_bins_kernels) = {
    .forward = bins_forward,
    .sums = bins_sums,
    .backward = bins_backward,
};
