/* kernel/product/choose.h - whether a native kernel or OpenBLAS computes a product.
 *
 * The answer depends on the shape, the kernel set and the context's `products`, never on the machine's caches, so that
 * the bits of a result do not depend on them either. */
#ifndef GML_KERNEL_PRODUCT_CHOOSE_H
#define GML_KERNEL_PRODUCT_CHOOSE_H

#include "base/context.h"
#include "kernel/product/gemm.h"

/* The products that are computed natively: all, or those within the limits. */
typedef struct gml_native_limits {
    const char *isa;
    bool always;
    double few_rows;      /* of A, for any B that is not transposed */
    double multiply_adds; /* m n k, for a B of some KiB: choose.c */
} gml_native_limits;

/* The limits of a kernel set; those under which every product is OpenBLAS's if `blas_only`. */
const gml_native_limits *gml_native_limits_of(const char *isa, bool blas_only);

/* True if this product, of entries of `size` bytes, is computed natively. */
bool gml_product_is_native(const gml_context *context, size_t size, const gml_gemm *product);

/* True if two adjacent products of OpenBLAS's that both satisfy this can be merged bit-identically. k = 0 stands for
 * other work, which always can: native products compute an entry by the same instructions wherever it lies. */
bool gml_product_may_merge(const gml_context *context, size_t m, size_t n, size_t k);

#endif
