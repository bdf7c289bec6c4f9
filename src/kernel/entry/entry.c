/* kernel/entry/entry.c - vectors and matrices entry by entry. */
#include "kernel/entry/entry.h"

#include "kernel/variant.h"

static void add(const gml_pair_call *call)
{
    for (size_t i = 0; i < call->rows; i++) {
        const real *a = (const real *)call->a + i * call->a_stride, *b = (const real *)call->b + i * call->b_stride;
        real *out = (real *)call->out + i * call->out_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            out[j] = a[j] + b[j];
        }
    }
}

static void multiply(const gml_pair_call *call)
{
    for (size_t i = 0; i < call->rows; i++) {
        const real *a = (const real *)call->a + i * call->a_stride, *b = (const real *)call->b + i * call->b_stride;
        real *out = (real *)call->out + i * call->out_stride;
#pragma omp simd
        for (size_t j = 0; j < call->cols; j++) {
            out[j] = a[j] * b[j];
        }
    }
}

static double dot(size_t count, const void *a, const void *b)
{
    const real *x = a, *y = b;
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t i = 0; i < count; i++) {
        sum += (double)x[i] * (double)y[i];
    }
    return sum;
}

static void combine(size_t count, double a, const void *x, double b, void *y)
{
    const real *from = x;
    real *to = y, share = (real)a, kept = (real)b;
    if (kept == 0) {
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            to[i] = share * from[i];
        }
        return;
    }
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        to[i] = share * from[i] + kept * to[i];
    }
}

/* NaN stays. */
static void shrink(size_t count, double by, void *values)
{
    real *w = values, most = (real)by;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        real taken = w[i] > most ? most : w[i];
        taken = taken < -most ? -most : taken;
        w[i] -= taken;
    }
}

static void drift(size_t count, double share, double factor, const void *fresh, void *old)
{
    const real *from = fresh;
    real *to = old;
    for (size_t j = 0; j < count; j++) {
        to[j] = (real)((1 - share) * (double)to[j] + share * factor * (double)from[j]);
    }
}

const gml_entry_kernels GML_VARIANT(gml_entry_kernels) = {
    .add = add,
    .multiply = multiply,
    .dot = dot,
    .combine = combine,
    .shrink = shrink,
    .drift = drift,
};
