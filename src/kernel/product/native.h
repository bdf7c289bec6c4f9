/* kernel/product/native.h - what the files of the native product share. */
#ifndef GML_KERNEL_PRODUCT_NATIVE_H
#define GML_KERNEL_PRODUCT_NATIVE_H

#include "kernel/product/gemm.h"
#include "kernel/product/terms.h"
#include "kernel/variant.h"

/* The row and column of op(B) where a block begins. */
typedef struct place {
    size_t depth, col;
} place;

GML_INLINE size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

GML_INLINE const real *b_at(const gml_gemm *call, place at)
{
    const real *b = call->b;
    return call->b_transposed ? b + at.col * call->b_stride + at.depth : b + at.depth * call->b_stride + at.col;
}

/* op(A); one of the strides is 1. */
typedef struct factor {
    const real *first; /* entry (i, p) at first[i * row + p * deep] */
    size_t row, deep;
} factor;

/* Returns op(A) from column p on. */
GML_INLINE factor op_a(const gml_gemm *call, size_t p)
{
    size_t row = call->a_transposed ? 1 : call->a_stride, deep = call->a_transposed ? call->a_stride : 1;
    return (factor){.first = (const real *)call->a + p * deep, .row = row, .deep = deep};
}

/* nonzero.c: computes the first columns of C without A's zeros; returns their number, 0 if it does not pay. */
size_t GML_VARIANT(gml_product_nonzero)(const gml_gemm *call, const real *bias);

/* terms.c: kernel/product/product.h */
bool GML_VARIANT(gml_find_terms)(const gml_gemm *call, gml_terms *terms);

#endif
