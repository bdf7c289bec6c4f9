/* kernel/product/transpose.h - transposes a block of a matrix in registers, in squares of LANES x LANES.
 *
 * A square takes log2(LANES) rounds of recursive halving: each exchanges the upper right and lower left quarters of all
 * squares of its size (J. O. Eklundh, "A fast computer method for matrix transposing", 1972). */
#ifndef GML_KERNEL_PRODUCT_TRANSPOSE_H
#define GML_KERNEL_PRODUCT_TRANSPOSE_H

#include "kernel/lanes.h"

/* Returns the shuffle indices for a pair of rows `half` apart: those that make the upper row, or the lower if `second`.
 * Written in whole vectors, so that the compiler computes them. */
GML_INLINE which_lanes shuffle_indices(size_t half, bool second)
{
    static const real_bits NUMBERS[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    which_lanes lane;
    memcpy(&lane, NUMBERS, sizeof lane);
    which_lanes right = (which_lanes)((lane & (real_bits)half) != 0);
    return second ? lane + (right & LANES) + (~right & (real_bits)half) : lane + (right & (real_bits)(LANES - half));
}

/* Selects lanes of a and, from index LANES on, of b. */
GML_INLINE vector shuffle(vector a, vector b, which_lanes which)
{
#ifdef __clang__
    vector shuffled;
    for (size_t j = 0; j < LANES; j++) {
        shuffled[j] = which[j] < LANES ? a[which[j]] : b[which[j] - LANES];
    }
    return shuffled;
#else
    return __builtin_shuffle(a, b, which);
#endif
}

GML_INLINE void exchange(vector square[LANES], size_t half)
{
    const which_lanes upper = shuffle_indices(half, false), lower = shuffle_indices(half, true);
#pragma GCC unroll 16
    for (size_t i = 0; i < LANES; i++) {
        if ((i & half) == 0) {
            vector above = square[i], below = square[i + half];
            square[i] = shuffle(above, below, upper);
            square[i + half] = shuffle(above, below, lower);
        }
    }
}

GML_INLINE void transpose_square(vector square[LANES])
{
#pragma GCC unroll 4
    for (size_t half = LANES / 2; half > 0; half /= 2) {
        exchange(square, half);
    }
}

GML_INLINE void transpose_squares(const real *from, size_t from_stride, size_t rows, size_t cols, real *to,
                                  size_t to_stride)
{
    for (size_t i = 0; i < rows; i += LANES) {
        for (size_t j = 0; j < cols; j += LANES) {
            const lanes there = first_lanes(cols - j);
            vector square[LANES];
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++) {
                square[r] = i + r < rows ? load_lanes(from + (i + r) * from_stride + j, there) : (vector){0};
            }
            transpose_square(square);
#pragma GCC unroll 16
            for (size_t r = 0; r < LANES; r++) {
                store_vector(to + (j + r) * to_stride + i, square[r]);
            }
        }
    }
}

/* to [cols x rows] = the transpose of from [rows x cols]. May write up to the next multiple of LANES of either size. A
 * few entries are faster one by one. */
GML_INLINE void transpose_block(const real *from, size_t from_stride, size_t rows, size_t cols, real *to,
                                size_t to_stride)
{
    enum { FEW = 2 * LANES };
    if (rows * cols > FEW) {
        transpose_squares(from, from_stride, rows, cols, to, to_stride);
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            to[j * to_stride + i] = from[i * from_stride + j];
        }
    }
}

#endif
