/* kernel/activation/softmax.h - softmax of rows, for the activation and for cross-entropy on logits.
 *
 * The maximum of a row is subtracted first, so nothing overflows. A row with NaN or +infinity, or with only -infinity,
 * has no softmax: all of it becomes NaN. There is at least one column.
 *
 * A wide row is one vector loop. TILE_ROWS narrow rows are transposed into a tile, so that a vector has one entry of
 * each row. The result of a row does not depend on the other rows of its tile. */
#ifndef GML_KERNEL_ACTIVATION_SOFTMAX_H
#define GML_KERNEL_ACTIVATION_SOFTMAX_H

#include "kernel/squares.h"
#include "kernel/vector.h"

/* ---- wide rows ---- */

GML_INLINE real greatest(size_t count, const real *x)
{
    real best = x[0];
#pragma omp simd reduction(max : best)
    for (size_t j = 0; j < count; j++) {
        best = x[j] > best ? x[j] : best;
    }
    return best;
}

/* y = e^(x - m); returns the sum. y may be x. */
GML_INLINE real exponentials(size_t count, const real *x, real m, real *y)
{
    real sum = 0;
#pragma omp simd reduction(+ : sum)
    for (size_t j = 0; j < count; j++) {
        y[j] = exp_below(x[j] - m);
        sum += y[j];
    }
    return sum;
}

GML_INLINE void multiply(size_t count, real *x, real factor)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        x[j] *= factor;
    }
}

/* ---- tiles of narrow rows ---- */

enum { TILE_ROWS = 16, TILE_COLS = 48 };

/* x[j][i] is entry j of row i. Aligned, as are the arrays used with it, or the compiler peels its loops. */
typedef struct tile {
    _Alignas(64) real x[TILE_COLS][TILE_ROWS];
    size_t rows, cols; /* rows in use; the others are copies of the last one */
} tile;

/* Returns how many rows from `first` on a tile takes. */
GML_INLINE size_t tile_share(size_t rows, size_t first)
{
    return rows - first < TILE_ROWS ? rows - first : TILE_ROWS;
}

/* Columns are taken SIDE at a time; the last ones may overlap those before. Returns the first column. */
GML_INLINE size_t square_start(size_t j, size_t cols)
{
    return j + SIDE <= cols ? j : cols - SIDE;
}

/* A full tile of at least SIDE columns is transposed in registers. Piece p of a vector has the tile's rows from p SIDE
 * on. */
GML_INLINE void tile_take_squares(tile *t, size_t stride, const real *m)
{
    for (size_t next = 0; next < t->cols; next += SIDE) {
        size_t j = square_start(next, t->cols);
        for (size_t i = 0; i < TILE_ROWS; i += LANES) {
            vector square[SIDE];
#pragma GCC unroll 4
            for (size_t r = 0; r < SIDE; r++) {
                square[r] = load_pieces(m + (i + r) * stride + j, SIDE * stride);
            }
            transpose_pieces(square);
#pragma GCC unroll 4
            for (size_t c = 0; c < SIDE; c++) {
                store_vector(t->x[j + c] + i, square[c]);
            }
        }
    }
}

GML_INLINE void tile_put_squares(const tile *t, size_t stride, real *m)
{
    for (size_t next = 0; next < t->cols; next += SIDE) {
        size_t j = square_start(next, t->cols);
        for (size_t i = 0; i < TILE_ROWS; i += LANES) {
            vector square[SIDE];
#pragma GCC unroll 4
            for (size_t c = 0; c < SIDE; c++) {
                square[c] = load_vector(t->x[j + c] + i);
            }
            transpose_pieces(square);
#pragma GCC unroll 4
            for (size_t r = 0; r < SIDE; r++) {
                store_pieces(m + (i + r) * stride + j, SIDE * stride, square[r]);
            }
        }
    }
}

/* Otherwise entry by entry. Unrolled, so that a vector is assembled in a register. Storing single entries and loading
 * them as a vector would stall store forwarding. */
GML_INLINE void tile_take(tile *t, size_t rows, size_t cols, size_t stride, const real *m)
{
    size_t start[TILE_ROWS];
    t->rows = rows;
    t->cols = cols;
    if (rows == TILE_ROWS && cols >= SIDE) {
        tile_take_squares(t, stride, m);
        return;
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < TILE_ROWS; i++) {
        start[i] = (i < rows ? i : rows - 1) * stride;
    }
    for (size_t j = 0; j < cols; j++) {
#pragma GCC unroll 16
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t->x[j][i] = m[start[i] + j];
        }
    }
}

GML_INLINE void tile_put(const tile *t, size_t stride, real *m)
{
    if (t->rows == TILE_ROWS && t->cols >= SIDE) {
        tile_put_squares(t, stride, m);
        return;
    }
    for (size_t j = 0; j < t->cols && t->rows == TILE_ROWS; j++) {
#pragma GCC unroll 16
        for (size_t i = 0; i < TILE_ROWS; i++) {
            m[i * stride + j] = t->x[j][i];
        }
    }
    for (size_t j = 0; j < t->cols && t->rows < TILE_ROWS; j++) {
        for (size_t i = 0; i < t->rows; i++) {
            m[i * stride + j] = t->x[j][i];
        }
    }
}

GML_INLINE void tile_greatest(const tile *t, real best[TILE_ROWS])
{
    for (size_t i = 0; i < TILE_ROWS; i++) {
        best[i] = -(real)INFINITY;
    }
    for (size_t j = 0; j < t->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            best[i] = t->x[j][i] > best[i] ? t->x[j][i] : best[i];
        }
    }
}

/* x = e^(x - m), sum = their sums */
GML_INLINE void tile_exponentials(tile *t, const real m[TILE_ROWS], real sum[TILE_ROWS])
{
    memset(sum, 0, sizeof t->x[0]);
    for (size_t j = 0; j < t->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t->x[j][i] = exp_below(t->x[j][i] - m[i]);
            sum[i] += t->x[j][i];
        }
    }
}

GML_INLINE void tile_multiply(tile *t, const real factor[TILE_ROWS])
{
    for (size_t j = 0; j < t->cols; j++) {
#pragma omp simd
        for (size_t i = 0; i < TILE_ROWS; i++) {
            t->x[j][i] *= factor[i];
        }
    }
}

#endif
