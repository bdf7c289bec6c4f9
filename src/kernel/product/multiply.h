/* kernel/product/multiply.h - native products, with working memory from the context.
 *
 * A product that packs blocks of B needs memory. Without it, it uses smaller blocks on the stack: slower, with the same
 * bits. The context has one piece of memory for each product in progress. */
#ifndef GML_KERNEL_PRODUCT_MULTIPLY_H
#define GML_KERNEL_PRODUCT_MULTIPLY_H

#include "base/context.h"
#include "kernel/product/product.h"

/* Reserves memory for products on `threads` threads, if layers of up to `widest` units need any. */
void gml_multiply_reserve(gml_context *context, size_t threads, size_t widest);

/* Products of fewer rows do not pack B, unless B is transposed. */
enum { GML_MULTIPLY_LEAST_ROWS = 32 };

/* Computes the product with memory from the context, if it needs some. */
void gml_multiply_with_memory(gml_context *context, const gml_kernels *kernels, const gml_gemm *call, const void *bias);

/* C = bias + op(A) op(B), or C += op(A) op(B); bias [n] or null. Inline, because a step of a tiny network is little
 * more than such calls. */
static inline void gml_multiply(gml_context *context, const gml_kernels *kernels, const gml_gemm *call,
                                const void *bias)
{
    if (call->m < GML_MULTIPLY_LEAST_ROWS && !call->b_transposed) {
        kernels->product->run(call, bias);
    } else {
        gml_multiply_with_memory(context, kernels, call, bias);
    }
}

#endif
