/* kernel/product/nonzero.c - products that skip the zeros of A.
 *
 * Each row of C is computed alone, VECTORS vectors at a time, from the nonzero terms (kernel/product/terms.h). So each
 * row reads B again: a packed block of B stays in the first-level cache, which delivers two loads a cycle. No bit of a
 * sum changes, and entries of B that are not finite still reach every sum they belong to. */
#include "kernel/lanes.h"
#include "kernel/product/native.h"
#include "kernel/product/terms.h"
#include "kernel/product/transpose.h"
#include "kernel/variant.h"

enum {
    VECTORS = 8, /* one sum for each addition in flight */
    COLS = VECTORS * LANES,
};

/* Packs a block of B. True if all entries are finite: x - x is 0 then, and NaN otherwise. */
static bool pack(const real *b, size_t stride, size_t depth, real *packed)
{
    which_lanes odd[VECTORS] = {0};
    for (size_t p = 0; p < depth; p++) {
        for (size_t v = 0; v < VECTORS; v++) {
            vector x = load_vector(b + p * stride + v * LANES);
            store_vector(packed + p * COLS + v * LANES, x);
            odd[v] |= (which_lanes)(x - x);
        }
    }
    for (size_t v = 1; v < VECTORS; v++) {
        odd[0] |= odd[v];
    }
    return nonzero_lanes(odd[0]) == 0;
}

/* c [COLS] = start + the sum over the set bits p of a[p * step] times row p of B. A sum that ends as -0 becomes 0, as
 * it does if terms of 0 are added. */
GML_INLINE void add_terms(const real *a, size_t step, uint64_t bits, const real *b, const real *start, real *c)
{
    vector sum[VECTORS];
#pragma GCC unroll 8
    for (size_t v = 0; v < VECTORS; v++) {
        sum[v] = load_vector(start + v * LANES);
    }
    for (; bits != 0; bits &= bits - 1) {
        const size_t p = (size_t)__builtin_ctzll(bits);
        const real spread = a[p * step];
#pragma GCC unroll 8
        for (size_t v = 0; v < VECTORS; v++) {
            sum[v] += spread * load_vector(b + p * COLS + v * LANES);
        }
    }
#pragma GCC unroll 8
    for (size_t v = 0; v < VECTORS; v++) {
        store_vector(c + v * LANES, sum[v] + 0);
    }
}

/* One block of columns of C, and one word of terms for each row. */
typedef struct block {
    size_t rows;
    factor a;
    const uint64_t *bits; /* [rows], and one more that is read but not used */
    const real *b;        /* [depth x COLS], packed */
    const real *start;    /* initial values of the sums */
    size_t start_stride;
    real *c;
    size_t c_stride;
} block;

static void multiply_rows(const block *at)
{
    const size_t rows = at->rows, a_row = at->a.row, a_deep = at->a.deep;
    const size_t start_stride = at->start_stride, c_stride = at->c_stride;
    const uint64_t *bits = at->bits;
    const real *a = at->a.first, *b = at->b, *start = at->start;
    real *c = at->c;
    uint64_t next = bits[0];
    for (size_t i = 0; i < rows; i++) {
        const uint64_t now = next;
        next = bits[i + 1]; /* read early: the end of a row is mispredicted, and the next row must start at once */
        add_terms(a, a_deep, now, b, start, c);
        a += a_row;
        start += start_stride;
        c += c_stride;
    }
}

/* Marks all terms as nonzero, for all columns that follow. */
static void mark_all(uint64_t *bits, size_t rows, size_t depth)
{
    for (size_t i = 0; i < rows; i++) {
        bits[i] = UINT64_MAX >> (64 - depth);
    }
}

/* The working memory of the call. */
typedef struct workspace {
    real packed[GML_TERM_DEPTH * COLS] __attribute__((aligned(64)));
    gml_terms terms;
} workspace;

_Static_assert(sizeof(workspace) <= GML_PRODUCT_BYTES, "a workspace fits the memory of a product");

/* Adds the terms of one word to columns [col, col + COLS); `bias` is that of these columns. */
static void multiply_word(const gml_gemm *call, const real *bias, size_t col, size_t word, workspace *in)
{
    gml_terms *terms = &in->terms;
    real *packed = in->packed;
    const place here = {word * terms->depth, col};
    const size_t depth = least(call->k - here.depth, terms->depth);
    uint64_t *bits = terms->bits + word * call->m;
    const real *b = b_at(call, here);
    size_t stride = call->b_stride;
    if (call->b_transposed) {
        transpose_block(b, stride, COLS, depth, packed, COLS);
        b = packed;
        stride = COLS;
    }
    if (!pack(b, stride, depth, packed)) {
        mark_all(bits, call->m, depth);
    }
    const bool accumulates = call->accumulate || word > 0;
    real *c = (real *)call->c + col;
    const block at = {.rows = call->m,
                      .a = op_a(call, here.depth),
                      .bits = bits,
                      .b = packed,
                      .start = accumulates ? c : bias,
                      .start_stride = accumulates ? call->c_stride : 0,
                      .c = c,
                      .c_stride = call->c_stride};
    multiply_rows(&at);
}

size_t GML_VARIANT(gml_product_nonzero)(const gml_gemm *call, const real *bias)
{
    static const real zeros[COLS];
    workspace *in = call->memory;
    if (in == NULL || !gml_terms_pay(call->m, call->n, call->k) || !GML_VARIANT(gml_find_terms)(call, &in->terms)) {
        return 0;
    }
    const size_t cols = call->n / COLS * COLS;
    for (size_t word = 0; word < in->terms.words; word++) {
        for (size_t col = 0; col < cols; col += COLS) {
            multiply_word(call, bias != NULL ? bias + col : zeros, col, word, in);
        }
    }
    return cols;
}
