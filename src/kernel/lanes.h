/* kernel/lanes.h - the widest vector of a variant: masked loads and stores, and table lookup.
 *
 * GCC's vector types do arithmetic on whole registers in plain C. No C compiles to masked moves or lookups, so these
 * functions use intrinsics. */
#ifndef GML_KERNEL_LANES_H
#define GML_KERNEL_LANES_H

#include "kernel/real.h"

#if defined __AVX512F__ || defined __AVX2__ || defined __SSE2__
#include <immintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

#if defined __AVX512F__
enum { VECTOR_BYTES = 64 };
#elif defined __AVX2__
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif

/* Vector registers of the processor. */
#if defined __AVX512F__ || defined __aarch64__
enum { REGISTERS = 32 };
#else
enum { REGISTERS = 16 };
#endif

enum { LANES = VECTOR_BYTES / (int)sizeof(real) };

typedef real vector __attribute__((vector_size(VECTOR_BYTES)));

typedef real_bits which_lanes __attribute__((vector_size(VECTOR_BYTES)));

/* A mask of the first min(count, LANES) lanes. */
#if defined __AVX512F__ && defined GML_DOUBLE
typedef __mmask8 lanes;
#elif defined __AVX512F__
typedef __mmask16 lanes;
#elif defined __AVX2__
typedef __m256i lanes;
#else
typedef size_t lanes;
#endif

GML_INLINE lanes first_lanes(size_t count)
{
    count = count < LANES ? count : LANES;
#if defined __AVX512F__
    return (lanes)((1u << count) - 1);
#elif defined __AVX2__ && defined GML_DOUBLE
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x((long long)count), _mm256_setr_epi64x(0, 1, 2, 3));
#elif defined __AVX2__
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
#else
    return count;
#endif
}

GML_INLINE vector load_vector(const real *from)
{
    vector v;
    memcpy(&v, from, sizeof v);
    return v;
}

GML_INLINE void store_vector(real *to, vector v)
{
    memcpy(to, &v, sizeof v);
}

/* Other lanes are 0; their memory is not read. */
GML_INLINE vector load_lanes(const real *from, lanes which)
{
#if defined __AVX512F__ && defined GML_DOUBLE
    return (vector)_mm512_maskz_loadu_pd(which, from);
#elif defined __AVX512F__
    return (vector)_mm512_maskz_loadu_ps(which, from);
#elif defined __AVX2__ && defined GML_DOUBLE
    return (vector)_mm256_maskload_pd(from, which);
#elif defined __AVX2__
    return (vector)_mm256_maskload_ps(from, which);
#else
    /* Constant indices keep the vector in a register. */
    vector v = {0};
    if (which == LANES) {
        return load_vector(from);
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < LANES - 1; i++) {
        if (i < which) {
            v[i] = from[i];
        }
    }
    return v;
#endif
}

/* Loads min(count, LANES) entries. Whole vectors are loaded without a mask: masked loads do not start hardware
 * prefetching (a map of one array to another took four times as long). */
GML_INLINE vector load_up_to(const real *from, size_t count)
{
    return count < LANES ? load_lanes(from, first_lanes(count)) : load_vector(from);
}

GML_INLINE void store_lanes(real *to, lanes which, vector v)
{
#if defined __AVX512F__ && defined GML_DOUBLE
    _mm512_mask_storeu_pd(to, which, (__m512d)v);
#elif defined __AVX512F__
    _mm512_mask_storeu_ps(to, which, (__m512)v);
#elif defined __AVX2__ && defined GML_DOUBLE
    _mm256_maskstore_pd(to, which, (__m256d)v);
#elif defined __AVX2__
    _mm256_maskstore_ps(to, which, (__m256)v);
#else
    if (which == LANES) {
        store_vector(to, v);
        return;
    }
    for (size_t i = 0; i < which; i++) {
        to[i] = v[i];
    }
#endif
}

/* Returns a bit for each lane: 1 if it is not 0. */
GML_INLINE uint32_t nonzero_lanes(which_lanes v)
{
#if defined __AVX512F__ && defined GML_DOUBLE
    return _mm512_test_epi64_mask((__m512i)v, (__m512i)v);
#elif defined __AVX512F__
    return _mm512_test_epi32_mask((__m512i)v, (__m512i)v);
#elif defined __AVX2__ && defined GML_DOUBLE
    return (uint32_t)_mm256_movemask_pd((__m256d)(v != 0));
#elif defined __AVX2__
    return (uint32_t)_mm256_movemask_ps((__m256)(v != 0));
#elif defined __SSE2__ && defined GML_DOUBLE
    return (uint32_t)_mm_movemask_pd((__m128d)(v != 0));
#elif defined __SSE2__
    return (uint32_t)_mm_movemask_ps((__m128)(v != 0));
#elif defined __aarch64__ && defined GML_DOUBLE
    return (uint32_t)vaddvq_u64((uint64x2_t)((v != 0) & (which_lanes){1, 2}));
#elif defined __aarch64__
    return vaddvq_u32((uint32x4_t)((v != 0) & (which_lanes){1, 2, 4, 8}));
#else
    uint32_t bits = 0;
    for (size_t i = 0; i < LANES; i++) {
        bits |= (uint32_t)(v[i] != 0) << i;
    }
    return bits;
#endif
}

#if defined __AVX512F__ && !defined GML_DOUBLE
#define GML_TABLE_LANES /* one vector holds a table of 16 entries, two hold one of 32 */

/* table[index mod 16] for each lane */
GML_INLINE vector look_up_16(const real table[16], which_lanes index)
{
    return (vector)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
}

GML_INLINE vector look_up_32(const real table[32], which_lanes index)
{
    return (vector)_mm512_permutex2var_ps(_mm512_loadu_ps(table), (__m512i)index, _mm512_loadu_ps(table + 16));
}

/* x y + z, rounded once */
GML_INLINE vector fused_lanes(vector x, vector y, vector z)
{
    return (vector)_mm512_fmadd_ps((__m512)x, (__m512)y, (__m512)z);
}

/* size_capped of kernel/vector.h */
GML_INLINE vector size_capped_lanes(vector x, real bound)
{
    __m512i size = (__m512i)_mm512_abs_ps((__m512)x);
    return (vector)_mm512_min_epi32(size, (__m512i)_mm512_set1_ps(bound));
}
#endif

#endif
