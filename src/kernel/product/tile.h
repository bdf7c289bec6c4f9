/* kernel/product/tile.h - one tile of a matrix product: up to TILE_ROWS rows of C times up to VECTORS vectors.
 *
 * The sums stay in registers while k runs. For each k an entry of A is broadcast to a vector for each row, and a row of
 * B is loaded in vectors. With as many sums as fit the registers, loads take less time than multiply-adds on every
 * processor that was measured. */
#ifndef GML_KERNEL_PRODUCT_TILE_H
#define GML_KERNEL_PRODUCT_TILE_H

#include "kernel/lanes.h"
#include "kernel/product/native.h"

enum {
    TILE_ROWS = 6,
    NARROW_ROWS = 8, /* of tiles of one vector: one sum for each multiply-add in flight */
    VECTORS = REGISTERS == 32 ? 4 : 2,
    TILE_COLS = VECTORS * LANES,
    UNROLLED = REGISTERS == 32 ? 4 : 1, /* more would not fit 16 registers */
};

/* How a tile reads B. */
typedef enum b_use {
    B_IN_PLACE,
    B_PACKING, /* in place; writes it to `packed` on the way */
    B_PACKED,  /* rows of TILE_COLS entries: whole vectors may be loaded */
} b_use;

/* The factors of a tile for one block of k. */
typedef struct tile {
    size_t depth; /* of k; at least 1 */
    factor a;
    const real *b; /* entry (p, j) at b[p * b_stride + j] */
    size_t b_stride;
    real *packed; /* [depth x TILE_COLS] */
    real *c;
    size_t c_stride;
    size_t cols;      /* of C to be written */
    const real *bias; /* [cols], initial values of the sums; or null */
    bool accumulate;  /* the initial values are those of C */
} tile;

/* The last vector may be partial. If GCC unrolls the loops over the sums too late, it keeps them in memory: hence the
 * pragmas. */
typedef vector tile_sums[NARROW_ROWS][VECTORS];

GML_INLINE void begin_tile(const tile *at, size_t rows, size_t vectors, tile_sums sum)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    const real *start = at->accumulate ? at->c : at->bias;
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
GML_INLINE void finish_tile(const tile *at, size_t rows, size_t vectors, tile_sums sum)
{
    const size_t whole = vectors - 1;
    const lanes last = first_lanes(at->cols - whole * LANES);
    real *c = at->c;
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
#pragma GCC unroll 8
        for (size_t v = 0; v < whole; v++) {
            store_vector(c + i * at->c_stride + v * LANES, sum[i][v] + 0);
        }
        store_lanes(c + i * at->c_stride + whole * LANES, last, sum[i][whole] + 0);
    }
}

/* Where a tile is in A and B. */
typedef struct cursor {
    const real *a[3]; /* rows 0, 3 and 6 */
    const real *b;
    real *packed;
} cursor;

/* The empty assembly hides that the rows are at multiples of one stride: GCC would keep the offset of each row, for
 * which there are too few registers. */
GML_INLINE cursor begin_cursor(const tile *at)
{
    cursor here = {.b = at->b, .packed = at->packed};
#pragma GCC unroll 3
    for (size_t i = 0; i < 3; i++) {
        here.a[i] = at->a.first + 3 * i * at->a.row;
        __asm__("" : "+r"(here.a[i]));
    }
    return here;
}

/* Adds the terms of one k, and moves on to the next. */
GML_INLINE void add_terms(const tile *at, cursor *here, size_t rows, size_t vectors, b_use use, tile_sums sum)
{
    const size_t whole = vectors - 1;
    vector row[VECTORS];
#pragma GCC unroll 8
    for (size_t v = 0; v < whole; v++) {
        row[v] = load_vector(here->b + v * LANES);
    }
    const real *rest = here->b + whole * LANES;
    row[whole] = use == B_PACKED ? load_vector(rest) : load_lanes(rest, first_lanes(at->cols - whole * LANES));
#pragma GCC unroll 8
    for (size_t v = 0; v < vectors && use == B_PACKING; v++) {
        store_vector(here->packed + v * LANES, row[v]);
    }
#pragma GCC unroll 8
    for (size_t i = 0; i < rows; i++) {
        real spread = here->a[i / 3][i % 3 * at->a.row];
#pragma GCC unroll 8
        for (size_t v = 0; v < vectors; v++) {
            sum[i][v] += spread * row[v];
        }
    }
#pragma GCC unroll 3
    for (size_t i = 0; i < 3; i++) {
        here->a[i] += at->a.deep;
    }
    here->b += use == B_PACKED ? (size_t)TILE_COLS : at->b_stride;
    here->packed += use == B_PACKING ? (size_t)TILE_COLS : 0;
}

/* C [rows x vectors] = (bias or C or 0) + A [rows x depth] B [depth x vectors]. The counts and `use` are constants
 * in each caller. */
GML_INLINE void multiply_tile(const tile *from, size_t rows, size_t vectors, b_use use)
{
    const tile at = *from;
    cursor here = begin_cursor(&at);
    tile_sums sum;
    begin_tile(&at, rows, vectors, sum);
    const size_t unrolled = use == B_PACKED ? (size_t)UNROLLED : 1;
    size_t left = at.depth;
    for (; left % unrolled != 0; left--) {
        add_terms(&at, &here, rows, vectors, use, sum);
    }
    for (; left > 0; left -= unrolled) {
#pragma GCC unroll 4
        for (size_t i = 0; i < unrolled; i++) {
            add_terms(&at, &here, rows, vectors, use, sum);
        }
    }
    finish_tile(&at, rows, vectors, sum);
}

#endif
