/* kernel/product/choose.c - when a product is native and when it is OpenBLAS's; the limits are measured. */
#include "kernel/product/choose.h"

#include <string.h>

/* With AVX-512 native products are faster than any OpenBLAS that was measured, except for a few narrow matrices. With
 * other sets they are faster only if packing both matrices, which OpenBLAS does, costs more than the multiplication:
 * for few rows and for small products. The limits are the crossover points, measured by bench_plan and bench_gemm for
 * each kernel set with the OpenBLAS of such processors. Those of neon are not measured: they are those of x86-64-v3,
 * for vectors half as long. The last row is the default. */
static const gml_native_limits LIMITS[] = {
    {"x86-64-v4", true, 0, 0},
    {"x86-64-v3", false, 4, 6e4},
    {"neon", false, 4, 3e4},
    {"baseline", false, 0, 100},
};
static const gml_native_limits BLAS_ONLY = {"", false, 0, 0};

/* The greatest B of a small product. */
enum { SMALL_B_BYTES = 512 * 1024, SMALL_TRANSPOSED_B_BYTES = 64 * 1024 };

const gml_native_limits *gml_native_limits_of(const char *isa, bool blas_only)
{
    const gml_native_limits *limits = LIMITS, *last = LIMITS + sizeof LIMITS / sizeof LIMITS[0] - 1;
    while (limits < last && strcmp(limits->isa, isa) != 0) {
        limits++;
    }
    return blas_only ? &BLAS_ONLY : limits;
}

bool gml_product_is_native(const gml_context *context, size_t size, const gml_gemm *product)
{
    const gml_native_limits *limits = context->native;
    double rows = (double)product->m, b_entries = (double)product->k * (double)product->n;
    double small_bytes = product->b_transposed ? SMALL_TRANSPOSED_B_BYTES : SMALL_B_BYTES;
    bool few = rows <= limits->few_rows && !product->b_transposed;
    bool small = b_entries * (double)size <= small_bytes && b_entries * rows <= limits->multiply_adds;
    return limits->always || few || small;
}

bool gml_product_may_merge(const gml_context *context, size_t m, size_t n, size_t k)
{
    enum { WHOLE_COLS = 16 };
    return k == 0 || (context->blas_merges && n % WHOLE_COLS == 0 && !gml_gemm_is_small(m, n, k));
}
