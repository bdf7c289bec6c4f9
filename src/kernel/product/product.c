/* kernel/product/product.c - native matrix products.
 *
 * A block of C, a few rows times up to VECTORS vectors of columns, stays in registers while k runs. An entry of A is
 * broadcast to a vector; B is loaded in vectors. If many rows use a block of B, the first rows pack it into a buffer of
 * the first-level cache as they use it. A transposed B is transposed into that buffer first. Meanwhile the next block
 * is prefetched, because it begins where no hardware prefetcher expects it.
 *
 * If many entries of A are 0, kernel/product/nonzero.c computes most columns. */
#include "kernel/product/product.h"

#include "kernel/lanes.h"
#include "kernel/product/native.h"
#include "kernel/product/terms.h"
#include "kernel/product/transpose.h"
#include "kernel/variant.h"

enum {
    ROWS = 4,
    MOST_ROWS = 8, /* of one vector: one sum for each addition in flight */
    VECTORS = REGISTERS == 32 ? 4 : 2,
    BLOCK_COLS = VECTORS * LANES,
    BUFFER_BYTES = 24 * 1024, /* leaves room for A and C in a first-level cache of 32 KiB */
    BLOCK_DEPTH = BUFFER_BYTES / (BLOCK_COLS * (int)sizeof(real)), /* of k */
    STACK_DEPTH = BLOCK_DEPTH / 3,                                 /* if the buffer is on the stack: 8 KiB */
    PACK_ROWS = 32,                                                /* of A, to pack B */
    PART_ROWS = 64,
};

_Static_assert(BLOCK_DEPTH % LANES == 0 && STACK_DEPTH % LANES == 0, "even_depth rounds up to whole vectors");

/* The next block of B to prefetch: its first `fetched` lines are done. */
typedef struct prefetch {
    const real *first;
    size_t stride, lines, length;
    size_t fetched;
} prefetch;

/* One block of C and its factors. */
typedef struct block {
    size_t depth; /* of k */
    factor a;
    const real *b; /* entry (p, j) at b[p * b_stride + j] */
    size_t b_stride;
    real *packed; /* [depth x BLOCK_COLS], written by the first rows; or null */
    real *c;
    size_t c_stride;
    size_t cols;      /* of C to be written */
    const real *bias; /* [cols], initial values of the sums; or null */
    bool accumulate;  /* the initial values are those of C */
    prefetch next;
} block;

/* Sums of some rows times some vectors of C; the last vector may be partial. If GCC unrolls the loops over them too
 * late, it keeps them in memory: hence the pragmas in begin and finish. */
typedef vector sums[MOST_ROWS][VECTORS];

GML_INLINE void begin(const block *at, size_t first, size_t rows, size_t vectors, sums sum)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    const real *start = at->accumulate ? at->c + first * at->c_stride : at->bias;
    size_t stride = at->accumulate ? at->c_stride : 0;
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (size_t v = 0; v < whole; v++) {
            sum[i][v] = start != NULL ? load_vector(start + i * stride + v * LANES) : (vector){0};
        }
        sum[i][whole] = start != NULL ? load_lanes(start + i * stride + whole * LANES, last) : (vector){0};
    }
}

/* -0 + 0 is 0: a sum of zeros has the same sign whether they were added or skipped. */
GML_INLINE void finish(const block *at, size_t first, size_t rows, size_t vectors, sums sum)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    real *c = at->c + first * at->c_stride;
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (size_t v = 0; v < whole; v++) {
            store_vector(c + i * at->c_stride + v * LANES, sum[i][v] + 0);
        }
        store_lanes(c + i * at->c_stride + whole * LANES, last, sum[i][whole] + 0);
    }
}

GML_INLINE void add_term(const real *a, size_t a_row, const vector row[VECTORS], size_t rows, size_t vectors, sums sum)
{
    for (size_t i = 0; i < rows; i++) {
        real spread = a[i * a_row];
        for (size_t v = 0; v < vectors; v++) {
            sum[i][v] += spread * row[v];
        }
    }
}

/* C [rows x vectors] = (bias or C or 0) + A [rows x depth] B [depth x vectors]. The counts and `packs` are constants in
 * each caller. */
GML_INLINE void multiply(const block *at, size_t first, size_t rows, size_t vectors, bool packs)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    const real *a = at->a.first + first * at->a.row;
    sums sum;
    begin(at, first, rows, vectors, sum);
#pragma GCC unroll 4
    for (size_t p = 0; p < at->depth; p++) {
        const real *b = at->b + p * at->b_stride;
        vector row[VECTORS];
        for (size_t v = 0; v < whole; v++) {
            row[v] = load_vector(b + v * LANES);
        }
        row[whole] = load_lanes(b + whole * LANES, last);
        for (size_t v = 0; v < vectors && packs; v++) {
            store_vector(at->packed + p * BLOCK_COLS + v * LANES, row[v]);
        }
        add_term(a + p * at->a.deep, at->a.row, row, rows, vectors, sum);
    }
    finish(at, first, rows, vectors, sum);
}

static void prefetch_lines(prefetch *next, size_t lines)
{
    enum { CACHE_LINE = 64 / (int)sizeof(real) };
    for (; lines > 0 && next->fetched < next->lines; lines--, next->fetched++) {
        const real *line = next->first + next->fetched * next->stride;
        for (size_t i = 0; i < next->length; i += CACHE_LINE) {
            __builtin_prefetch(line + i, 0, 2);
        }
    }
}

/* Computes `vectors` vectors of all rows of C. The first rows pack B; each later group prefetches its share of the next
 * block. */
GML_INLINE void multiply_rows(const block *at, size_t rows, size_t vectors)
{
    const size_t together = vectors == 1 ? (size_t)MOST_ROWS : (size_t)ROWS;
    size_t i = 0;
    block rest = *at;
    if (at->packed != NULL) {
        multiply(at, 0, together, vectors, true);
        rest.b = at->packed;
        rest.b_stride = BLOCK_COLS;
        i = together;
    }
    size_t groups = (rows - i) / together, share = groups > 0 ? (at->next.lines + groups - 1) / groups : 0;
    for (; i + together <= rows; i += together) {
        prefetch_lines(&rest.next, share);
        multiply(&rest, i, together, vectors, false);
    }
    for (; together > ROWS && i + ROWS <= rows; i += ROWS) {
        multiply(&rest, i, ROWS, vectors, false);
    }
    for (; i < rows; i++) {
        multiply(&rest, i, 1, vectors, false);
    }
}

/* `vectors` is a constant in each case, so that the compiler keeps the sums in registers. */
static void multiply_block(const block *at, size_t rows)
{
    switch ((at->cols + LANES - 1) / LANES) {
    case 1:
        multiply_rows(at, rows, 1);
        break;
    case 2:
        multiply_rows(at, rows, 2);
        break;
    case 3:
        multiply_rows(at, rows, 3 <= VECTORS ? 3 : VECTORS);
        break;
    default:
        multiply_rows(at, rows, VECTORS);
    }
}

/* Returns the block after this one: further down, or at the top of the next columns. */
static prefetch find_next(const gml_gemm *call, place at, size_t depth)
{
    place next = {at.depth + depth, at.col};
    if (next.depth >= call->k) {
        next = (place){0, at.col + BLOCK_COLS};
    }
    if (next.col >= call->n) {
        return (prefetch){0};
    }
    size_t deep = least(call->k - next.depth, depth), wide = least(call->n - next.col, BLOCK_COLS);
    return (prefetch){.first = b_at(call, next),
                      .stride = call->b_stride,
                      .lines = call->b_transposed ? wide : deep,
                      .length = call->b_transposed ? deep : wide};
}

/* Returns the depth of blocks of about equal depth, at most `most`, in whole vectors. */
static size_t even_depth(size_t k, size_t most)
{
    size_t blocks = (k + most - 1) / most;
    size_t depth = blocks > 0 ? (k + blocks - 1) / blocks : 0;
    return (depth + LANES - 1) / LANES * LANES;
}

/* Computes columns [col, col + BLOCK_COLS) of C, or as many as there are. */
static void multiply_columns(const gml_gemm *call, const real *bias, size_t col, size_t depth)
{
    real stack[STACK_DEPTH * BLOCK_COLS] __attribute__((aligned(VECTOR_BYTES)));
    real *buffer = call->memory != NULL ? call->memory : stack;
    block at = {.cols = least(call->n - col, BLOCK_COLS), .c_stride = call->c_stride, .accumulate = call->accumulate};
    at.c = (real *)call->c + col;
    at.bias = bias != NULL ? bias + col : NULL;
    at.b_stride = call->b_transposed ? BLOCK_COLS : call->b_stride;
    at.packed = !call->b_transposed && call->m >= PACK_ROWS && call->b_stride > BLOCK_COLS ? buffer : NULL;
    for (size_t first = 0; first < call->k; first += depth) {
        place here = {first, col};
        at.depth = least(call->k - first, depth);
        at.a = op_a(call, first);
        at.b = b_at(call, here);
        at.next = find_next(call, here, depth);
        if (call->b_transposed) {
            transpose_block(at.b, call->b_stride, at.cols, at.depth, buffer, BLOCK_COLS);
            at.b = buffer;
        }
        multiply_block(&at, call->m);
        at.accumulate = true;
    }
}

/* True if the product is one block: prefetching and packing would take longer than the product. */
static bool is_one_block(const gml_gemm *call)
{
    return call->n <= LANES && call->k <= (call->b_transposed ? LANES : BLOCK_DEPTH);
}

static void multiply_one_block(const gml_gemm *call, const real *bias)
{
    real square[LANES * LANES] __attribute__((aligned(VECTOR_BYTES)));
    if (call->b_transposed) {
        transpose_block(call->b, call->b_stride, call->n, call->k, square, LANES);
    }
    const block at = {.depth = call->k,
                      .a = op_a(call, 0),
                      .b = call->b_transposed ? square : call->b,
                      .b_stride = call->b_transposed ? LANES : call->b_stride,
                      .c = call->c,
                      .c_stride = call->c_stride,
                      .cols = call->n,
                      .bias = bias,
                      .accumulate = call->accumulate};
    multiply_rows(&at, call->m, 1);
}

/* Computes the columns that gml_product_nonzero leaves. */
static void multiply_part(const gml_gemm *call, const real *bias)
{
    const bool buffers = call->b_transposed || call->m >= PACK_ROWS;
    const size_t depth = even_depth(call->k, call->memory != NULL || !buffers ? BLOCK_DEPTH : STACK_DEPTH);
    for (size_t col = GML_VARIANT(gml_product_nonzero)(call, bias); col < call->n; col += BLOCK_COLS) {
        multiply_columns(call, bias, col, depth);
    }
}

/* Returns the rows of a part: as many as have room for their zero bits, in parts of about equal size. All rows, if
 * packing B for each part would take too long. */
static size_t rows_of_part(const gml_gemm *call)
{
    size_t most = GML_TERM_WORDS / gml_term_words(call->k);
    if (call->memory == NULL || most < PART_ROWS || call->m <= most) {
        return call->m;
    }
    size_t parts = (call->m + most - 1) / most;
    return (call->m + parts - 1) / parts;
}

static void run(const gml_gemm *call, const void *bias)
{
    if (is_one_block(call)) {
        multiply_one_block(call, bias);
        return;
    }
    gml_gemm part = *call;
    part.m = rows_of_part(call);
    for (size_t first = 0; first < call->m; first += part.m) {
        part.m = least(part.m, call->m - first);
        part.a = (const real *)call->a + first * (call->a_transposed ? 1 : call->a_stride);
        part.c = (real *)call->c + first * call->c_stride;
        multiply_part(&part, bias);
    }
}

const gml_product_kernels GML_VARIANT(gml_product_kernels) = {
    .run = run,
    .find_terms = GML_VARIANT(gml_find_terms),
};
