/* kernel/product/product.h - native matrix products. */
#ifndef GML_KERNEL_PRODUCT_PRODUCT_H
#define GML_KERNEL_PRODUCT_PRODUCT_H

#include <stdbool.h>

#include "kernel/kernel.h"
#include "kernel/product/gemm.h"

struct gml_terms; /* kernel/product/terms.h */

typedef struct gml_product_kernels {
    /* C = bias + op(A) op(B), or C += op(A) op(B) if the call accumulates; bias [n] or null; k at least 1. Sums run
     * over k in order. Terms that find_terms finds to be 0 may be skipped, which changes no bit. */
    void (*run)(const gml_gemm *call, const void *bias);
    /* False if less than a quarter of A is 0, estimated from a sample, or if A has more rows than `terms` holds;
     * `terms` is then undefined. */
    bool (*find_terms)(const gml_gemm *call, struct gml_terms *terms);
} gml_product_kernels;

#endif
