/* kernel/squares.h - transposes squares of SIDE x SIDE entries, one in each 16-byte piece of SIDE vectors.
 *
 * Shuffles within a piece are cheap on every processor, and to load a piece into its place costs little more than to
 * load it. */
#ifndef GML_KERNEL_SQUARES_H
#define GML_KERNEL_SQUARES_H

#include "kernel/lanes.h"

enum { SIDE = 16 / (int)sizeof(real) };

/* Loads one piece from each of VECTOR_BYTES / 16 places that are `distance` entries apart. */
GML_INLINE vector load_pieces(const real *from, size_t distance)
{
#if defined __AVX512F__
    __m512 v = _mm512_castps128_ps512(_mm_loadu_ps((const float *)from));
    v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(from + distance)), 1);
    v = _mm512_insertf32x4(v, _mm_loadu_ps((const float *)(from + 2 * distance)), 2);
    return (vector)_mm512_insertf32x4(v, _mm_loadu_ps((const float *)(from + 3 * distance)), 3);
#elif defined __AVX2__
    __m256 v = _mm256_castps128_ps256(_mm_loadu_ps((const float *)from));
    return (vector)_mm256_insertf128_ps(v, _mm_loadu_ps((const float *)(from + distance)), 1);
#else
    (void)distance;
    return load_vector(from);
#endif
}

GML_INLINE void store_pieces(real *to, size_t distance, vector v)
{
#if defined __AVX512F__
    _mm_storeu_ps((float *)to, _mm512_castps512_ps128((__m512)v));
    _mm_storeu_ps((float *)(to + distance), _mm512_extractf32x4_ps((__m512)v, 1));
    _mm_storeu_ps((float *)(to + 2 * distance), _mm512_extractf32x4_ps((__m512)v, 2));
    _mm_storeu_ps((float *)(to + 3 * distance), _mm512_extractf32x4_ps((__m512)v, 3));
#elif defined __AVX2__
    _mm_storeu_ps((float *)to, _mm256_castps256_ps128((__m256)v));
    _mm_storeu_ps((float *)(to + distance), _mm256_extractf128_ps((__m256)v, 1));
#else
    (void)distance;
    store_vector(to, v);
#endif
}

/* Returns a0 b0 a1 b1 ... of the first halves of each piece of a and b, or of the second halves. */
GML_INLINE vector interleave_pieces(vector a, vector b, bool second)
{
    const size_t skip = second ? SIDE / 2 : 0;
#ifdef __clang__
    vector mixed;
    for (size_t i = 0; i < LANES; i++) {
        size_t from = i / SIDE * SIDE + i % SIDE / 2 + skip;
        mixed[i] = i % 2 == 0 ? a[from] : b[from];
    }
    return mixed;
#else
    which_lanes which;
#pragma GCC unroll 16
    for (size_t i = 0; i < LANES; i++) {
        size_t from = i / SIDE * SIDE + i % SIDE / 2 + skip;
        which[i] = (real_bits)(i % 2 == 0 ? from : LANES + from);
    }
    return __builtin_shuffle(a, b, which);
#endif
}

/* Entry c of a piece of vector r becomes entry r of the same piece of vector c. */
GML_INLINE void transpose_pieces(vector rows[SIDE])
{
    for (size_t round = 1; round < SIDE; round *= 2) {
        vector before[SIDE];
        memcpy(before, rows, sizeof before);
        for (size_t i = 0; i < SIDE / 2; i++) {
            rows[2 * i] = interleave_pieces(before[i], before[i + SIDE / 2], false);
            rows[2 * i + 1] = interleave_pieces(before[i], before[i + SIDE / 2], true);
        }
    }
}

#endif
