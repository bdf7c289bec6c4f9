/* kernel/random/philox.h - blocks of Philox 4x32-10, many at once (Salmon et al., Parallel Random Numbers: As Easy as
 * 1, 2, 3, 2011). */
#ifndef GML_KERNEL_RANDOM_PHILOX_H
#define GML_KERNEL_RANDOM_PHILOX_H

#include "base/random.h"
#include "kernel/lanes.h"

enum { DRAWS = 4, BLOCKS = 64, NUMBERS = DRAWS * BLOCKS };

/* Vectors of 64-bit numbers. Blocks are generated STEP at a time, in two vectors, so that one round does not wait for
 * the multiplications of the one before. */
enum { WIDE = VECTOR_BYTES / 8, STEP = 2 * WIDE };

typedef uint64_t wide __attribute__((vector_size(VECTOR_BYTES)));

/* Returns the even or the odd lanes of a and b, in turns. */
GML_INLINE wide interleave_wide(wide a, wide b, bool odd)
{
#ifdef __clang__
    wide mixed;
    for (size_t i = 0; i < WIDE; i++) {
        mixed[i] = i % 2 == 0 ? a[i + odd] : b[i - 1 + odd];
    }
    return mixed;
#else
    wide which;
#pragma GCC unroll 8
    for (size_t i = 0; i < WIDE; i++) {
        which[i] = i % 2 == 0 ? i + odd : WIDE + i - 1 + odd;
    }
    return __builtin_shuffle(a, b, which);
#endif
}

/* The product of the lower halves. A product of whole lanes takes three times as long on some processors. */
GML_INLINE wide multiply_halves(wide a, wide b)
{
#if defined __AVX512F__
    return (wide)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif defined __AVX2__
    return (wide)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    return (wide)_mm_mul_epu32((__m128i)a, (__m128i)b);
#else
    return (a & 0xFFFFFFFF) * (b & 0xFFFFFFFF);
#endif
}

/* A vector of blocks. Their numbers are the lower halves of c. Even lanes hold the first half of the blocks, because
 * `write_blocks` stores even lanes first. */
typedef struct philox {
    wide c[DRAWS];
} philox;

GML_INLINE philox start_blocks(const uint32_t start[DRAWS], uint32_t first)
{
    wide block = {0};
#pragma GCC unroll 8
    for (size_t lane = 0; lane < WIDE; lane++) {
        block[lane] = lane / 2 + lane % 2 * (WIDE / 2);
    }
    return (philox){{block + first, (wide){0} + start[1], (wide){0} + start[2], (wide){0} + start[3]}};
}

GML_INLINE philox next_round(philox x, const uint32_t key[2])
{
    wide p0 = multiply_halves(x.c[0], (wide){0} + 0xD2511F53), p1 = multiply_halves(x.c[2], (wide){0} + 0xCD9E8D57);
    return (philox){{p1 >> 32 ^ x.c[1] ^ key[0], p1, p0 >> 32 ^ x.c[3] ^ key[1], p0}};
}

GML_INLINE void write_blocks(philox x, uint32_t numbers[DRAWS * WIDE])
{
    wide a = (x.c[0] & 0xFFFFFFFF) | x.c[1] << 32, b = (x.c[2] & 0xFFFFFFFF) | x.c[3] << 32;
    wide even = interleave_wide(a, b, false), odd = interleave_wide(a, b, true);
    memcpy(numbers, &even, sizeof even);
    memcpy(numbers + DRAWS * WIDE / 2, &odd, sizeof odd);
}

/* Generates `count` blocks from `first` on, or up to STEP - 1 more. */
static void draw_blocks(const gml_stream *stream, uint32_t first, size_t count, uint32_t numbers[NUMBERS])
{
    enum { ROUNDS = 10 };
    const uint32_t weyl[2] = {0x9E3779B9, 0xBB67AE85};
    uint32_t start[DRAWS], key[2];
    gml_random_start(stream, start, key);
    for (size_t b = 0; b < count; b += STEP) {
        philox low = start_blocks(start, first + (uint32_t)b), high = start_blocks(start, first + (uint32_t)(b + WIDE));
#pragma GCC unroll 10
        for (uint32_t round = 0; round < ROUNDS; round++) {
            const uint32_t keys[2] = {key[0] + round * weyl[0], key[1] + round * weyl[1]};
            low = next_round(low, keys);
            high = next_round(high, keys);
        }
        write_blocks(low, numbers + DRAWS * b);
        write_blocks(high, numbers + DRAWS * (b + WIDE));
    }
}

#endif
