/* kernel/product/row.h - a product with one row: c = (bias or c or 0) + a B.
 *
 * Each entry of B is used once, so the product takes as long as reading B. Some rows of B are read side by side from
 * left to right, as hardware prefetchers expect it, and added to c, which stays in the first-level cache. */
#ifndef GML_KERNEL_PRODUCT_ROW_H
#define GML_KERNEL_PRODUCT_ROW_H

#include <string.h>

#include "kernel/lanes.h"
#include "kernel/product/native.h"

enum {
    STREAMS = 8, /* rows of B that are read side by side */
    /* With AVX-512, tiles are as wide as four cache lines, and read narrower rows as fast. */
    LEAST_STREAMED = VECTOR_BYTES == 64 ? 2048 / (int)sizeof(real) : 1,
};

GML_INLINE bool is_streamed(const gml_gemm *call)
{
    return call->m == 1 && !call->b_transposed && call->n >= LEAST_STREAMED;
}

/* Adds `rows` rows of B, a constant in each caller, to c. Whole vectors are loaded without masks, as in load_up_to. */
GML_INLINE void add_streams(factor a, const real *b, size_t stride, size_t rows, size_t cols, real *c)
{
    vector spread[STREAMS];
#pragma GCC unroll 8
    for (size_t p = 0; p < rows; p++) {
        spread[p] = a.first[p * a.deep] + (vector){0};
    }
    size_t j = 0;
    for (; j + LANES <= cols; j += LANES) {
        vector sum = load_vector(c + j);
#pragma GCC unroll 8
        for (size_t p = 0; p < rows; p++) {
            sum += spread[p] * load_vector(b + p * stride + j);
        }
        store_vector(c + j, sum + 0);
    }
    if (j == cols) {
        return;
    }
    const lanes rest = first_lanes(cols - j);
    vector sum = load_lanes(c + j, rest);
#pragma GCC unroll 8
    for (size_t p = 0; p < rows; p++) {
        sum += spread[p] * load_lanes(b + p * stride + j, rest);
    }
    store_lanes(c + j, rest, sum + 0);
}

static void multiply_row(const gml_gemm *call, const real *bias)
{
    real *c = call->c;
    if (!call->accumulate && bias != NULL) {
        memcpy(c, bias, call->n * sizeof(real));
    } else if (!call->accumulate) {
        memset(c, 0, call->n * sizeof(real));
    }
    size_t p = 0;
    for (; p + STREAMS <= call->k; p += STREAMS) {
        add_streams(op_a(call, p), b_at(call, (place){p, 0}), call->b_stride, STREAMS, call->n, c);
    }
    for (; p < call->k; p++) {
        add_streams(op_a(call, p), b_at(call, (place){p, 0}), call->b_stride, 1, call->n, c);
    }
}

#endif
