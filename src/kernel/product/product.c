/* kernel/product/product.c - native matrix products.
 *
 * C is computed in tiles (kernel/product/tile.h), tile below tile (kernel/product/columns.h), k in blocks, columns in
 * panels. The first rows of C pack the block of B that they use, tile by tile; all other rows read the copy in order. A
 * transposed B is transposed into the same place. A transposed A is read along its columns. If its rows are a multiple
 * of 512 bytes apart, the reads fall on few sets of the first-level cache. Then, or if many columns of C use it, a
 * block of A is copied, for a part of the rows at a time. The copies stay in the second-level cache. Products of few
 * rows read B where it is.
 *
 * If many entries of A are 0, kernel/product/nonzero.c computes most columns. */
#include "kernel/product/product.h"

#include "kernel/product/columns.h"
#include "kernel/product/native.h"
#include "kernel/product/row.h"
#include "kernel/product/terms.h"
#include "kernel/product/transpose.h"
#include "kernel/variant.h"

enum {
    DEPTH = VECTOR_BYTES == 64 ? 128 : 256, /* greatest depth of a block of k: B of a tile fits the first-level cache */
    PANEL_COLS = (VECTOR_BYTES == 64 ? 8 : 16) * TILE_COLS,
    PART_ROWS = VECTOR_BYTES == 64 ? 192 : 96, /* of A and C that stay in the second-level cache */
    PACK_ROWS = 32,                            /* of A, to pack B */
    LEAST_COPIED = 32,                         /* columns of op(A) */
    WORTH_COPYING = 8 * TILE_COLS,             /* columns of C that a copy of A serves */
    SET_STRIDE = 512,                          /* rows of A that many bytes apart fall on few sets of a cache */
    FAR_BYTES = 4 * 1024 * 1024,               /* of a B or C that no second-level cache holds */
    FAR_DEPTH = 96,                            /* of blocks of a far B that is not packed */
};

/* The memory that a product borrows. */
typedef struct buffers {
    real b[DEPTH * PANEL_COLS] __attribute__((aligned(64)));
    real a[DEPTH * (PART_ROWS + CACHE_LINE)] __attribute__((aligned(64)));
} buffers;

_Static_assert(sizeof(buffers) <= GML_PRODUCT_BYTES, "the buffers fit the memory of a product");

/* Without that memory, a block of one tile of B is packed on the stack. */
enum { STACK_DEPTH = 8 * 1024 / (TILE_COLS * (int)sizeof(real)) / LANES * LANES };

/* ---- blocks ---- */

/* A product in progress. */
typedef struct product {
    const gml_gemm *call;
    const real *bias;
    size_t depth; /* of blocks */
    size_t panel; /* columns of panels */
    real *b;      /* a buffer [panel / TILE_COLS x depth, in whole vectors, x TILE_COLS]; null if B is not packed */
    real *a;      /* a buffer [depth x (PART_ROWS + CACHE_LINE)]; null if A is not copied */
} product;

/* A block of k and of columns. */
typedef struct extent {
    place at;
    size_t depth, cols;
} extent;

GML_INLINE size_t whole_vectors(size_t depth)
{
    return (depth + LANES - 1) / LANES * LANES;
}

/* Copies rows [row, row + rows) and some columns of op(A) = A'. The columns are an odd number of cache lines apart, so
 * that they spread over all sets of a cache. */
static factor copy_a(const product *of, size_t row, size_t rows, extent block)
{
    const gml_gemm *call = of->call;
    const size_t deep = ((rows + CACHE_LINE - 1) / CACHE_LINE | 1) * CACHE_LINE;
    for (size_t p = 0; p < block.depth; p++) {
        const real *from = (const real *)call->a + (block.at.depth + p) * call->a_stride + row;
        memcpy(of->a + p * deep, from, rows * sizeof(real));
    }
    return (factor){.first = of->a, .row = 1, .deep = deep};
}

GML_INLINE bool is_far(size_t rows, size_t cols)
{
    return rows * cols * sizeof(real) >= FAR_BYTES;
}

/* Returns the tiles that a column of `rows` rows is cut into. */
GML_INLINE size_t count_tiles(size_t rows)
{
    const size_t rest = rows % TILE_ROWS;
    return rows / TILE_ROWS + rest / 4 + rest % 4 / 2 + rest % 2;
}

/* Returns the block of B after this one: further down, or at the top of the next panel. A B that is
 * read in place is prefetched only if it is far: caches deliver it as fast as prefetches do. */
static ahead find_next(const product *of, extent block)
{
    const gml_gemm *call = of->call;
    const ahead none = {.far_c = is_far(call->m, call->n)};
    place next = {block.at.depth + of->depth, block.at.col};
    if (next.depth >= call->k) {
        next = (place){0, block.at.col + of->panel};
    }
    if (next.col >= call->n || (of->b == NULL && !is_far(call->k, call->n))) {
        return none;
    }
    size_t deep = least(call->k - next.depth, of->depth), wide = least(call->n - next.col, of->panel);
    ahead found = {.row = b_at(call, next),
                   .stride = call->b_stride,
                   .length = call->b_transposed ? deep : wide,
                   .rows = call->b_transposed ? wide : deep,
                   .far_c = none.far_c};
    const size_t tiles = count_tiles(call->m) * ((block.cols + TILE_COLS - 1) / TILE_COLS);
    const size_t lines = found.rows * ((found.length + CACHE_LINE - 1) / CACHE_LINE);
    found.share = (lines + tiles - 1) / tiles;
    return found;
}

/* Sets B of a tile's columns; the first rows of C pack it for the others. Returns how the tile reads it. */
static b_use find_b(const product *of, size_t row, place here, tile *at)
{
    const gml_gemm *call = of->call;
    at->b = b_at(call, here);
    at->b_stride = call->b_stride;
    if (of->b == NULL) {
        return B_IN_PLACE;
    }
    at->packed = of->b + here.col % of->panel / TILE_COLS * whole_vectors(of->depth) * TILE_COLS;
    if (row == 0 && !call->b_transposed) {
        return B_PACKING;
    }
    if (row == 0) {
        transpose_block(at->b, call->b_stride, at->cols, at->depth, at->packed, TILE_COLS);
    }
    at->b = at->packed;
    return B_PACKED;
}

/* Adds the terms of a block to rows [row, row + rows) of C. */
static void multiply_part(const product *of, size_t row, size_t rows, extent block, ahead *next)
{
    const gml_gemm *call = of->call;
    tile at = {.depth = block.depth, .c_stride = call->c_stride, .accumulate = call->accumulate || block.at.depth > 0};
    factor a = of->a != NULL ? copy_a(of, row, rows, block) : op_a(call, block.at.depth);
    a.first += of->a != NULL ? 0 : row * a.row;
    for (size_t col = 0; col < block.cols; col += TILE_COLS) {
        const place here = {block.at.depth, block.at.col + col};
        at.a = a;
        at.c = (real *)call->c + row * call->c_stride + here.col;
        at.cols = least(block.cols - col, TILE_COLS);
        at.bias = of->bias != NULL ? of->bias + here.col : NULL;
        multiply_block(&at, rows, find_b(of, row, here, &at), next);
    }
}

static void multiply_block_of_k(const product *of, extent block)
{
    const gml_gemm *call = of->call;
    ahead next = find_next(of, block);
    for (size_t row = 0; row < call->m; row += PART_ROWS) {
        multiply_part(of, row, least(call->m - row, PART_ROWS), block, &next);
    }
}

/* Returns the depth of blocks of about equal depth, at most `most`. */
static size_t even_depth(size_t k, size_t most)
{
    size_t blocks = (k + most - 1) / most;
    return (k + blocks - 1) / blocks;
}

/* Copying A takes a part of the time that its columns of C take. */
static bool is_worth_copying(const gml_gemm *call, size_t cols)
{
    const bool few_sets = call->a_stride * sizeof(real) % SET_STRIDE == 0;
    return call->a_transposed && call->k > LEAST_COPIED &&
           cols > (few_sets ? (size_t)TILE_COLS : (size_t)WORTH_COPYING);
}

/* Returns how columns [first, n) of C are computed. Without memory a block of one tile of B is packed on the stack. */
static product plan_product(const gml_gemm *call, const real *bias, size_t first, real *stack)
{
    buffers *memory = call->memory;
    product of = {.call = call, .bias = bias, .panel = TILE_COLS};
    size_t most = DEPTH;
    if (call->m < PACK_ROWS && !call->b_transposed) {
        most = is_far(call->k, call->n) ? FAR_DEPTH : call->k;
    } else if (call->b_stride <= TILE_COLS && !call->b_transposed) {
        most = DEPTH; /* rows of B lie as close as packed ones */
    } else if (memory == NULL) {
        most = STACK_DEPTH;
        of.b = stack;
    } else {
        of.panel = PANEL_COLS;
        of.b = memory->b;
        of.a = is_worth_copying(call, call->n - first) ? memory->a : NULL;
    }
    of.depth = even_depth(call->k, most);
    return of;
}

/* Computes columns [first, n) of C. */
static void multiply(const gml_gemm *call, const real *bias, size_t first)
{
    real stack[STACK_DEPTH * TILE_COLS] __attribute__((aligned(VECTOR_BYTES)));
    const product of = plan_product(call, bias, first, stack);
    for (extent block = {.at.col = first}; block.at.col < call->n; block.at.col += of.panel) {
        block.cols = least(call->n - block.at.col, of.panel);
        for (block.at.depth = 0; block.at.depth < call->k; block.at.depth += of.depth) {
            block.depth = least(call->k - block.at.depth, of.depth);
            multiply_block_of_k(&of, block);
        }
    }
}

/* ---- products ---- */

/* True if the product is one block: packing would take longer than the product. */
static bool is_one_block(const gml_gemm *call)
{
    return call->n <= LANES && call->k <= (call->b_transposed ? (size_t)LANES : DEPTH);
}

static void multiply_one_block(const gml_gemm *call, const real *bias)
{
    real square[LANES * LANES] __attribute__((aligned(VECTOR_BYTES)));
    if (call->b_transposed) {
        transpose_block(call->b, call->b_stride, call->n, call->k, square, LANES);
    }
    const tile at = {.depth = call->k,
                     .a = op_a(call, 0),
                     .b = call->b_transposed ? square : call->b,
                     .b_stride = call->b_transposed ? LANES : call->b_stride,
                     .c = call->c,
                     .c_stride = call->c_stride,
                     .cols = call->n,
                     .bias = bias,
                     .accumulate = call->accumulate};
    ahead none = {0};
    multiply_rows(at, call->m, 1, B_IN_PLACE, &none);
}

/* Returns rows [first, first + rows) of C and op(A). */
static gml_gemm rows_of(const gml_gemm *call, size_t first, size_t rows)
{
    gml_gemm part = *call;
    part.m = rows;
    part.a = (const real *)call->a + first * (call->a_transposed ? 1 : call->a_stride);
    part.c = (real *)call->c + first * call->c_stride;
    return part;
}

/* Returns the rows that are searched for zeros together: as many as have room for their bits, in parts of about equal
 * size. All rows, if the parts would be too small. */
static size_t rows_to_search(const gml_gemm *call)
{
    size_t most = GML_TERM_WORDS / gml_term_words(call->k);
    if (call->memory == NULL || most < GML_TERM_ROWS || call->m <= most) {
        return call->m;
    }
    size_t parts = (call->m + most - 1) / most;
    return (call->m + parts - 1) / parts;
}

/* Computes rows [first, end) of C with all their terms. */
static void multiply_dense(const gml_gemm *call, const real *bias, size_t first, size_t end)
{
    if (first < end) {
        const gml_gemm part = rows_of(call, first, end - first);
        multiply(&part, bias, 0);
    }
}

/* Adjacent rows in which no zeros are skipped share the packing of B. */
static void run(const gml_gemm *call, const void *bias)
{
    if (is_one_block(call)) {
        multiply_one_block(call, bias);
        return;
    }
    if (is_streamed(call)) {
        multiply_row(call, bias);
        return;
    }
    const size_t together = rows_to_search(call);
    size_t dense = 0; /* the first row that has not been computed */
    for (size_t first = 0; first < call->m; first += together) {
        const gml_gemm part = rows_of(call, first, least(call->m - first, together));
        const size_t done = GML_VARIANT(gml_product_nonzero)(&part, bias);
        if (done == 0) {
            continue;
        }
        multiply_dense(call, bias, dense, first);
        multiply(&part, bias, done);
        dense = first + part.m;
    }
    multiply_dense(call, bias, dense, call->m);
}

const gml_product_kernels GML_VARIANT(gml_product_kernels) = {
    .run = run,
    .find_terms = GML_VARIANT(gml_find_terms),
};
