/* kernel/product/columns.h - the columns of a tile, for many rows of C: tile by tile from top to bottom.
 *
 * Between tiles, what no hardware prefetcher expects is prefetched: shares of the next block of B, and a distant C. */
#ifndef GML_KERNEL_PRODUCT_COLUMNS_H
#define GML_KERNEL_PRODUCT_COLUMNS_H

#include "kernel/product/tile.h"

enum { CACHE_LINE = 64 / (int)sizeof(real) };

/* Computes the first rows of `at` and moves on to the rows after them. */
GML_INLINE void multiply_next(tile *at, size_t rows, size_t vectors, b_use use)
{
    multiply_tile(at, rows, vectors, use);
    at->a.first += rows * at->a.row;
    at->c += rows * at->c_stride;
}

/* Most tiles. A call of its own leaves the registers to its loop. */
static __attribute__((noinline)) void multiply_whole_tile(tile *at, b_use use)
{
    if (use == B_PACKED) {
        multiply_next(at, TILE_ROWS, VECTORS, B_PACKED);
    } else {
        multiply_next(at, TILE_ROWS, VECTORS, B_IN_PLACE);
    }
}

/* The next block of B. Each tile prefetches a share of it, because no hardware prefetcher expects where it begins. */
typedef struct ahead {
    const real *row;
    size_t stride, length, rows; /* those left, with this one */
    size_t col;                  /* of this row, the first that is not prefetched */
    size_t share;                /* cache lines a tile */
    bool far_c;                  /* C of the next tile is prefetched too */
} ahead;

static void look_ahead(ahead *next)
{
    for (size_t i = 0; i < next->share && next->rows > 0; i++) {
        __builtin_prefetch(next->row + next->col, 0, 2);
        next->col += CACHE_LINE;
        if (next->col >= next->length) {
            next->row += next->stride;
            next->rows--;
            next->col = 0;
        }
    }
}

/* Prefetches C of the tile below `at`, both of `rows` rows, which no hardware prefetcher follows. */
static void look_below(const tile *at, size_t rows)
{
    for (size_t i = rows; i < 2 * rows; i++) {
        for (size_t j = 0; j < TILE_COLS; j += CACHE_LINE) {
            __builtin_prefetch(at->c + i * at->c_stride + j);
        }
    }
}

GML_INLINE void multiply_tiles(tile *at, size_t rows, size_t vectors, b_use use, ahead *next)
{
    const size_t together = vectors == 1 ? (size_t)NARROW_ROWS : (size_t)TILE_ROWS;
    /* 8 rows are 4 and 4, not 6 and 2: tiles that prefetch equal shares take equally long */
    const size_t split = vectors > 1 && next->share > 0 ? 8 : 0;
    for (; rows >= together && rows != split; rows -= together) {
        look_ahead(next);
        if (next->far_c && rows >= 2 * together) {
            look_below(at, together);
        }
        if (vectors == VECTORS) {
            multiply_whole_tile(at, use);
        } else {
            multiply_next(at, together, vectors, use);
        }
    }
    for (; rows >= 4; rows -= 4) {
        look_ahead(next);
        multiply_next(at, 4, vectors, use);
    }
    if (rows >= 2) {
        look_ahead(next);
        multiply_next(at, 2, vectors, use);
        rows -= 2;
    }
    if (rows == 1) {
        look_ahead(next);
        multiply_next(at, 1, vectors, use);
    }
}

/* Computes `vectors` vectors of all rows of C. If B is to be packed, the first tile does it. */
GML_INLINE void multiply_rows(tile at, size_t rows, size_t vectors, b_use use, ahead *next)
{
    if (use == B_IN_PLACE) {
        multiply_tiles(&at, rows, vectors, B_IN_PLACE, next);
        return;
    }
    if (use == B_PACKING) {
        multiply_next(&at, TILE_ROWS, vectors, B_PACKING);
        at.b = at.packed;
        rows -= TILE_ROWS;
    }
    multiply_tiles(&at, rows, vectors, B_PACKED, next);
}

/* `vectors` is a constant in each case, so that the compiler keeps the sums in registers. */
static void multiply_block(const tile *at, size_t rows, b_use use, ahead *next)
{
    switch ((at->cols + LANES - 1) / LANES) {
    case 1:
        multiply_rows(*at, rows, 1, use, next);
        break;
    case 2:
        multiply_rows(*at, rows, 2, use, next);
        break;
    case 3:
        multiply_rows(*at, rows, 3 <= VECTORS ? 3 : VECTORS, use, next);
        break;
    default:
        multiply_rows(*at, rows, VECTORS, use, next);
    }
}

#endif
