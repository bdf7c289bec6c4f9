/* kernel/product/choose.c - when a product is native and when it is OpenBLAS's; the limits are measured. */
#include "kernel/product/choose.h"

#include <math.h>
#include <string.h>

#include "kernel/product/terms.h"

/* With AVX-512 native products are faster than any OpenBLAS that was measured, except for a few narrow matrices. With
 * AVX2 they are faster for few rows, while B and C stay in a second-level cache, up to some million multiply-adds, and
 * where half of A is 0, which OpenBLAS does not use. With other sets they are faster only if packing both matrices,
 * which OpenBLAS does, costs more than the multiplication: for few rows and for small products. The limits are the
 * crossover points, measured by bench_plan and bench_gemm for each kernel set with the OpenBLAS of such processors.
 * Those of neon are not measured. The last row is the default. */
static const gml_native_limits LIMITS[] = {
    {"x86-64-v4", true, true, 0, 0, 0},
    {"x86-64-v3", false, true, 16, 3e6, 2048 * 1024},
    {"neon", false, false, 4, 3e4, 512 * 1024},
    {"baseline", false, false, 0, 100, 512 * 1024},
};
static const gml_native_limits BLAS_ONLY = {"", false, false, 0, 0, 0};

/* Transposing a larger B takes longer than multiplying it by fewer rows. */
enum { TRANSPOSED_B_BYTES = 64 * 1024, TRANSPOSED_B_ROWS = 8 };

/* A deeper product with a transposed A is slower, unless it has very few rows: one line of A is read for each term of a
 * tile. */
enum { TRANSPOSED_A_DEPTH = 256, TRANSPOSED_A_ROWS = 4 };

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
    double rows = (double)product->m, cols = (double)product->n, deep = (double)product->k, bytes = (double)size;
    bool fits = deep * cols * bytes <= limits->bytes && rows * cols * bytes <= limits->bytes;
    bool small = fits && rows * cols * deep <= limits->multiply_adds;
    if (product->b_transposed) {
        small = small && (rows >= TRANSPOSED_B_ROWS || deep * cols * bytes <= TRANSPOSED_B_BYTES);
    }
    if (product->a_transposed) {
        small = small && product->k <= TRANSPOSED_A_DEPTH;
    }
    double most_rows = product->a_transposed ? fmin(limits->few_rows, TRANSPOSED_A_ROWS) : limits->few_rows;
    bool few = rows <= most_rows && !product->b_transposed;
    bool skips = limits->half_zero && product->half_zero && gml_terms_pay(product->m, product->n, product->k);
    return limits->always || few || small || skips;
}

bool gml_product_may_merge(const gml_context *context, size_t m, size_t n, size_t k)
{
    enum { WHOLE_COLS = 16 };
    return k == 0 || (context->blas_merges && n % WHOLE_COLS == 0 && !gml_gemm_is_small(m, n, k));
}
