/* kernel/permutation.c - random orders, computed. */
#include "kernel/permutation.h"

#include <stdbool.h>

enum { BLOCK = 32 }; /* numbers on their way through the rounds together */

gml_permutation gml_permutation_draw(size_t count, const gml_stream *stream)
{
    unsigned bits = count > 1 ? 64 - (unsigned)__builtin_clzll((uint64_t)count - 1) : 0;
    gml_permutation made = {.count = count, .low_bits = bits / 2};
    made.low_mask = (uint32_t)((UINT64_C(1) << made.low_bits) - 1);
    made.high_mask = (uint32_t)((UINT64_C(1) << (bits - made.low_bits)) - 1);
    for (uint32_t i = 0; i < GML_PERMUTATION_ROUNDS; i += 4) {
        gml_random_block(stream, i / 4, made.keys + i);
    }
    return made;
}

/* Spreads every bit of a half over 32 (the finalizer of MurmurHash3). */
static inline uint32_t mix(uint32_t x, uint32_t key)
{
    x ^= key;
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* A round changes one half by what the other says, so it can be undone, and no two numbers become one. */
static void permute_block(const gml_permutation *permutation, uint32_t *high, uint32_t *low)
{
    for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
        uint32_t first = permutation->keys[round], second = permutation->keys[round + 1];
#pragma omp simd
        for (size_t i = 0; i < BLOCK; i++) {
            high[i] ^= mix(low[i], first) & permutation->high_mask;
            low[i] ^= mix(high[i], second) & permutation->low_mask;
        }
    }
}

static uint64_t permute(const gml_permutation *permutation, uint64_t number)
{
    uint32_t high = (uint32_t)(number >> permutation->low_bits), low = (uint32_t)number & permutation->low_mask;
    for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
        high ^= mix(low, permutation->keys[round]) & permutation->high_mask;
        low ^= mix(high, permutation->keys[round + 1]) & permutation->low_mask;
    }
    return (uint64_t)high << permutation->low_bits | low;
}

static void fill_block(const gml_permutation *permutation, uint64_t first, size_t count, size_t *out)
{
    uint32_t high[BLOCK], low[BLOCK];
    for (size_t i = 0; i < BLOCK; i++) {
        high[i] = (uint32_t)((first + i) >> permutation->low_bits);
        low[i] = (uint32_t)(first + i) & permutation->low_mask;
    }
    permute_block(permutation, high, low);
    for (size_t i = 0; i < count; i++) {
        uint64_t number = (uint64_t)high[i] << permutation->low_bits | low[i];
        while (number >= permutation->count) {
            number = permute(permutation, number);
        }
        out[i] = (size_t)number;
    }
}

void gml_permutation_fill(const gml_permutation *permutation, size_t first, size_t count, size_t *out)
{
    for (size_t i = 0; i < count; i += BLOCK) {
        fill_block(permutation, first + i, count - i < BLOCK ? count - i : BLOCK, out + i);
    }
}
