/* kernel/multiply.h - products by the library's own kernels, with working memory that the context lends them.
 *
 * A product that copies blocks of B needs some memory. Without it, it takes smaller blocks on the stack, is slower, and
 * gives the same bits. A context makes as many pieces as there are such products at the same time. */
#ifndef GML_KERNEL_MULTIPLY_H
#define GML_KERNEL_MULTIPLY_H

#include "base/context.h"
#include "kernel/gemm.h"
#include "kernel/kernel.h"

/* Makes memory for products on so many threads, if the products of layers up to `widest` wide need any. */
void gml_multiply_reserve(gml_context *context, size_t threads, size_t widest);

/* C = op(A) op(B), with `bias` [n] added unless it is null, or C += op(A) op(B). */
void gml_multiply(gml_context *context, const gml_kernels *kernels, const gml_gemm *call, const void *bias);

#endif
