/* kernel/product/choose.h - whether a native kernel or OpenBLAS computes a product.
 *
 * The choice depends on the shape, the kernel set and the context's `products`, never on the machine's caches: results
 * are bit-identical for any cache. */
#ifndef GML_KERNEL_PRODUCT_CHOOSE_H
#define GML_KERNEL_PRODUCT_CHOOSE_H

#include "base/context.h"
#include "kernel/product/gemm.h"

/* The products that are native: all, or those within the limits. */
typedef struct gml_native_limits {
    const char *isa;
    bool always;
    bool half_zero;       /* those that skip zeros are, if half of A is expected to be 0 */
    double few_rows;      /* of A, for any B that is not transposed */
    double multiply_adds; /* m n k, if B and C have at most so many bytes: */
    double bytes;
} gml_native_limits;

/* Returns the limits of a kernel set. If `blas_only`, OpenBLAS computes every product. */
const gml_native_limits *gml_native_limits_of(const char *isa, bool blas_only);

/* True if this product is native; `size` is the bytes of an entry. */
bool gml_product_is_native(const gml_context *context, size_t size, const gml_gemm *product);

/* True if two adjacent OpenBLAS products that both satisfy this can be merged bit-identically. k = 0 means other work,
 * which can always be merged: native products compute every entry by the same instructions. */
bool gml_product_may_merge(const gml_context *context, size_t m, size_t n, size_t k);

#endif
