/* kernel/product.c - matrix products that cost nothing to enter: those of tiny networks, where OpenBLAS spends longer
 * on entering than on multiplying, of single rows, where it would pack a matrix to use it once, and of matrices of some
 * size, where the plan has found these to be faster.
 *
 * C is computed in blocks of ROWS rows times up to VECTORS vectors of columns, held in registers while k runs; an entry
 * of A is spread over a vector, a piece of a row of B is loaded as it lies. Where B is transposed, or used for many
 * rows, a block of it is first laid out in a buffer on the stack. */
#include "kernel/gemm.h"
#include "kernel/lanes.h"
#include "kernel/variant.h"

enum {
    ROWS = 4,
    VECTORS = VECTOR_BYTES == 64 ? 4 : 2,
    BLOCK_COLS = VECTORS * LANES,
    BLOCK_DEPTH = 16384 / (BLOCK_COLS * (int)sizeof(real)), /* the buffer stays in half of a first-level cache */
    PACK_ROWS = 32,                                         /* of A, for which B is laid out in it */
};

/* A block of C and what it is the product of. */
typedef struct block {
    size_t depth;          /* of k */
    const real *a;         /* entry (i, p) at a[i * a_row + p * a_depth] */
    size_t a_row, a_depth; /* one of them is 1 */
    const real *b;         /* entry (p, j) at b[p * b_stride + j] */
    size_t b_stride;
    real *c;
    size_t c_stride;
    size_t cols;      /* of C to be written */
    const real *bias; /* [cols] to begin the sums with; or null */
    bool accumulate;  /* begin the sums with C instead */
} block;

/* C [rows x vectors] = bias or C or 0, + A [rows x depth] B [depth x vectors]; the counts are constants in each use,
 * and the last vector may be a part of one. */
GML_INLINE void multiply(const block *at, size_t first, size_t rows, size_t vectors)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    const real *a = at->a + first * at->a_row;
    real *c = at->c + first * at->c_stride;
    const real *start = at->accumulate ? c : at->bias;
    size_t start_stride = at->accumulate ? at->c_stride : 0;
    vector sum[ROWS][VECTORS];
    for (size_t i = 0; i < rows; i++) {
        for (size_t v = 0; v < whole; v++) {
            sum[i][v] = start != NULL ? load_vector(start + i * start_stride + v * LANES) : (vector){0};
        }
        sum[i][whole] = start != NULL ? load_lanes(start + i * start_stride + whole * LANES, last) : (vector){0};
    }
    for (size_t p = 0; p < at->depth; p++) {
        const real *b = at->b + p * at->b_stride;
        vector row[VECTORS];
        for (size_t v = 0; v < whole; v++) {
            row[v] = load_vector(b + v * LANES);
        }
        row[whole] = load_lanes(b + whole * LANES, last);
        for (size_t i = 0; i < rows; i++) {
            real spread = a[i * at->a_row + p * at->a_depth];
            for (size_t v = 0; v < vectors; v++) {
                sum[i][v] += spread * row[v];
            }
        }
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t v = 0; v < whole; v++) {
            store_vector(c + i * at->c_stride + v * LANES, sum[i][v]);
        }
        store_lanes(c + i * at->c_stride + whole * LANES, last, sum[i][whole]);
    }
}

GML_INLINE void multiply_rows(const block *at, size_t rows, size_t vectors)
{
    size_t i = 0;
    for (; i + ROWS <= rows; i += ROWS) {
        multiply(at, i, ROWS, vectors);
    }
    for (; i < rows; i++) {
        multiply(at, i, 1, vectors);
    }
}

/* Constants for the compiler, which keeps the sums of each case in registers. */
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

/* buffer [depth x cols] = columns of the transpose of B */
static void transpose(const gml_gemm *call, size_t first, size_t depth, size_t col, size_t cols, real *buffer)
{
    const real *b = (const real *)call->b + col * call->b_stride + first;
    for (size_t j = 0; j < cols; j++, b += call->b_stride) {
        for (size_t p = 0; p < depth; p++) {
            buffer[p * BLOCK_COLS + j] = b[p];
        }
    }
}

/* The same of B as it lies. A whole block's length is known to the compiler. */
static void pack(const gml_gemm *call, size_t first, size_t depth, size_t col, size_t cols, real *buffer)
{
    const real *b = (const real *)call->b + first * call->b_stride + col;
    for (size_t p = 0; p < depth && cols == BLOCK_COLS; p++, b += call->b_stride) {
        __builtin_prefetch(b + 8 * call->b_stride);
        memcpy(buffer + p * BLOCK_COLS, b, BLOCK_COLS * sizeof *b);
    }
    for (size_t p = 0; p < depth && cols < BLOCK_COLS; p++, b += call->b_stride) {
        memcpy(buffer + p * BLOCK_COLS, b, cols * sizeof *b);
    }
}

static void multiply_columns(const gml_gemm *call, const real *bias, size_t col, size_t cols)
{
    real buffer[BLOCK_DEPTH * BLOCK_COLS] __attribute__((aligned(VECTOR_BYTES)));
    block at = {.cols = cols, .c_stride = call->c_stride, .accumulate = call->accumulate};
    at.a_row = call->a_transposed ? 1 : call->a_stride;
    at.a_depth = call->a_transposed ? call->a_stride : 1;
    at.b = buffer;
    bool packs = !call->b_transposed && call->m >= PACK_ROWS;
    at.b_stride = call->b_transposed || packs ? BLOCK_COLS : call->b_stride;
    at.c = (real *)call->c + col;
    at.bias = bias != NULL ? bias + col : NULL;
    for (size_t first = 0; first < call->k; first += BLOCK_DEPTH) {
        at.depth = call->k - first < BLOCK_DEPTH ? call->k - first : BLOCK_DEPTH;
        at.a = (const real *)call->a + first * at.a_depth;
        if (call->b_transposed) {
            transpose(call, first, at.depth, col, cols, buffer);
        } else if (packs) {
            pack(call, first, at.depth, col, cols, buffer);
        } else {
            at.b = (const real *)call->b + first * call->b_stride + col;
        }
        multiply_block(&at, call->m);
        at.accumulate = true;
    }
}

/* One block and no buffer: finding out about more takes longer than such a product. */
static bool is_one_block(const gml_gemm *call)
{
    return call->n <= LANES && call->k <= BLOCK_DEPTH && !call->b_transposed;
}

static void multiply_one_block(const gml_gemm *call, const real *bias)
{
    const block at = {.depth = call->k,
                      .a = call->a,
                      .a_row = call->a_transposed ? 1 : call->a_stride,
                      .a_depth = call->a_transposed ? call->a_stride : 1,
                      .b = call->b,
                      .b_stride = call->b_stride,
                      .c = call->c,
                      .c_stride = call->c_stride,
                      .cols = call->n,
                      .bias = bias,
                      .accumulate = call->accumulate};
    multiply_rows(&at, call->m, 1);
}

void GML_VARIANT(gml_product)(const gml_gemm *call, const void *bias)
{
    if (is_one_block(call)) {
        multiply_one_block(call, bias);
        return;
    }
    for (size_t col = 0; col < call->n; col += BLOCK_COLS) {
        size_t left = call->n - col;
        multiply_columns(call, bias, col, left < BLOCK_COLS ? left : BLOCK_COLS);
    }
}
