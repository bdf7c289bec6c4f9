/* kernel/product/multiply.h - products by the library's own kernels, with working memory that the context lends them.
 *
 * A product that copies blocks of B needs some memory. Without it, it takes smaller blocks on the stack, is slower, and
 * gives the same bits. A context makes as many pieces as there are such products at the same time. */
#ifndef GML_KERNEL_PRODUCT_MULTIPLY_H
#define GML_KERNEL_PRODUCT_MULTIPLY_H

#include "base/context.h"
#include "kernel/product/product.h"

/* Makes memory for products on so many threads, if the products of layers up to `widest` wide need any. */
void gml_multiply_reserve(gml_context *context, size_t threads, size_t widest);

/* Products of fewer rows lay nothing out, unless they turn B. */
enum { GML_MULTIPLY_LEAST_ROWS = 32 };

/* The product with memory of the context's, if it needs some. */
void gml_multiply_with_memory(gml_context *context, const gml_kernels *kernels, const gml_gemm *call, const void *bias);

/* C = op(A) op(B), with `bias` [n] added unless it is null, or C += op(A) op(B). Inline, because a tiny step is little
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
