/* kernel/product/terms.c - finds the nonzero terms of the sums of a product (kernel/product/terms.h). */
#include "kernel/product/terms.h"

#include "kernel/lanes.h"
#include "kernel/product/native.h"
#include "kernel/variant.h"

enum {
    SAMPLE = 8, /* every 8th row of A in memory is sampled first; */
    WORTH = 4,  /* all are searched if at least 1/4 of the sample is 0 */
};

/* Shifts the sign out: -0 is 0. */
GML_INLINE which_lanes load_bits(const real *a, lanes there)
{
    return (which_lanes)load_lanes(a, there) << 1;
}

static uint64_t find_in_row(const real *a, size_t depth)
{
    uint64_t bits = 0;
    size_t p = 0;
    for (; p + LANES <= depth; p += LANES) {
        bits |= (uint64_t)nonzero_lanes((which_lanes)load_vector(a + p) << 1) << p;
    }
    return p < depth ? bits | (uint64_t)nonzero_lanes(load_bits(a + p, first_lanes(depth - p))) << p : bits;
}

/* For up to LANES columns of A, each a row of op(A). */
static void find_in_columns(const real *a, size_t stride, size_t depth, size_t cols, uint64_t *bits)
{
    enum { BITS = 8 * (int)sizeof(real) };
    const lanes there = first_lanes(cols);
    for (size_t first = 0; first < depth; first += BITS) {
        which_lanes found = {0};
        for (size_t p = first; p < depth && p - first < BITS; p++) {
            found |= (which_lanes)(load_bits(a + p * stride, there) != 0) & (real_bits)1 << (p - first);
        }
        for (size_t j = 0; j < cols; j++) {
            uint64_t before = first > 0 ? bits[j] : 0;
            bits[j] = before | (uint64_t)found[j] << first;
        }
    }
}

/* For columns [p, p + depth) of op(A), all rows. */
static void find_words(const gml_gemm *call, size_t p, size_t depth, uint64_t *bits)
{
    const real *a = call->a;
    if (call->a_transposed) {
        for (size_t i = 0; i < call->m; i += LANES) {
            size_t cols = call->m - i < LANES ? call->m - i : LANES;
            find_in_columns(a + p * call->a_stride + i, call->a_stride, depth, cols, bits + i);
        }
    } else {
        for (size_t i = 0; i < call->m; i++) {
            bits[i] = find_in_row(a + i * call->a_stride + p, depth);
        }
    }
}

/* True if at least 1 / WORTH of a sample of A is 0. */
static bool has_many_zeros(const gml_gemm *call)
{
    size_t rows = call->a_transposed ? call->k : call->m, cols = call->a_transposed ? call->m : call->k;
    size_t count = 0, of = 0;
    for (size_t r = SAMPLE / 2; r < rows; r += SAMPLE, of += cols) {
        const real *row = (const real *)call->a + r * call->a_stride;
        for (size_t c = 0; c < cols; c += LANES) {
            count += (size_t)__builtin_popcount(nonzero_lanes(load_bits(row + c, first_lanes(cols - c))));
        }
    }
    return count < of && count <= of - of / WORTH;
}

bool GML_VARIANT(gml_find_terms)(const gml_gemm *call, gml_terms *to)
{
    to->words = gml_term_words(call->k);
    if (call->m * to->words > GML_TERM_WORDS || !has_many_zeros(call)) {
        return false;
    }
    to->depth = (call->k + to->words - 1) / to->words;
    to->depth = (to->depth + LANES - 1) / LANES * LANES;
    for (size_t word = 0; word < to->words; word++) {
        size_t p = word * to->depth, depth = call->k - p < to->depth ? call->k - p : to->depth;
        find_words(call, p, depth, to->bits + word * call->m);
    }
    return true;
}
