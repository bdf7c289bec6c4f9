/* kernel/matrix/pair.c - two matrices, entry by entry. */
#include "kernel/variant.h"

void GML_VARIANT(gml_add)(const gml_pair_call *call)
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

void GML_VARIANT(gml_multiply)(const gml_pair_call *call)
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
