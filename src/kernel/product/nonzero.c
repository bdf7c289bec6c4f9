/* kernel/product/nonzero.c - products whose left side holds many zeros.
 *
 * A row of C is computed alone, VECTORS vectors of it at a time, and only the terms that are there are added
 * (kernel/product/terms.h). B is read once for each row then, not once for each of several: it is laid out in a buffer
 * of the first-level cache, which gives the two pieces of B that a cycle needs. No bit of a sum changes, and what is
 * not finite in B still reaches every sum that it belongs to. */
#include "kernel/lanes.h"
#include "kernel/product/native.h"
#include "kernel/product/terms.h"
#include "kernel/product/turn.h"
#include "kernel/variant.h"

enum {
    VECTORS = 8, /* a sum for each addition that is under way */
    COLS = VECTORS * LANES,
    LEAST_ROWS = 32,  /* of A, for which B is laid out */
    LEAST_COLS = 128, /* of C, for which zeros are looked for */
};

/* Is 0 times each entry 0? x - x is 0 where x is finite, and not a number where it is not. */
static bool lay_out(const real *b, size_t stride, size_t depth, real *layout)
{
    which_lanes odd[VECTORS] = {0};
    for (size_t p = 0; p < depth; p++) {
        for (size_t v = 0; v < VECTORS; v++) {
            vector x = load_vector(b + p * stride + v * LANES);
            store_vector(layout + p * COLS + v * LANES, x);
            odd[v] |= (which_lanes)(x - x);
        }
    }
    for (size_t v = 1; v < VECTORS; v++) {
        odd[0] |= odd[v];
    }
    return nonzero_lanes(odd[0]) == 0;
}

/* c [COLS] = start + the sum of a[p * step] times row p of B, for each bit p; a sum that ends as -0 becomes 0, as
 * it does where terms of 0 are added. */
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

/* A block of C and, of the terms of its sums, those of one word of each row. */
typedef struct block {
    size_t rows;
    factor a;
    const uint64_t *bits; /* [rows], and one more that may be read */
    const real *b;        /* [depth x COLS], laid out */
    const real *start;    /* to begin the sums of a row with */
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
        next = bits[i + 1]; /* early: no processor foresees where a row ends, and the next one is to begin at once */
        add_terms(a, a_deep, now, b, start, c);
        a += a_row;
        start += start_stride;
        c += c_stride;
    }
}

/* For the columns to come as well. */
static void take_all(uint64_t *bits, size_t rows, size_t depth)
{
    for (size_t i = 0; i < rows; i++) {
        bits[i] = UINT64_MAX >> (64 - depth);
    }
}

/* What lies in the memory of the call. */
typedef struct room {
    real layout[GML_TERM_DEPTH * COLS] __attribute__((aligned(64)));
    gml_terms terms;
} room;

_Static_assert(sizeof(room) <= GML_PRODUCT_BYTES, "the memory of a product has room for this");

/* Of columns [col, col + COLS) the terms of one word; `bias` is those of these columns. */
static void multiply_word(const gml_gemm *call, const real *bias, size_t col, size_t word, room *in)
{
    gml_terms *terms = &in->terms;
    real *layout = in->layout;
    const place here = {word * terms->depth, col};
    const size_t depth = least(call->k - here.depth, terms->depth);
    uint64_t *bits = terms->bits + word * call->m;
    const real *b = b_at(call, here);
    size_t stride = call->b_stride;
    if (call->b_transposed) {
        turn_block(b, stride, COLS, depth, layout, COLS);
        b = layout;
        stride = COLS;
    }
    if (!lay_out(b, stride, depth, layout)) {
        take_all(bits, call->m, depth);
    }
    const bool accumulates = call->accumulate || word > 0;
    real *c = (real *)call->c + col;
    const block at = {.rows = call->m,
                      .a = left_side(call, here.depth),
                      .bits = bits,
                      .b = layout,
                      .start = accumulates ? c : bias,
                      .start_stride = accumulates ? call->c_stride : 0,
                      .c = c,
                      .c_stride = call->c_stride};
    multiply_rows(&at);
}

size_t GML_VARIANT(gml_product_nonzero)(const gml_gemm *call, const real *bias)
{
    static const real zeros[COLS];
    room *in = call->memory;
    if (in == NULL || call->m < LEAST_ROWS || call->n < LEAST_COLS || !GML_VARIANT(gml_find_terms)(call, &in->terms)) {
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
