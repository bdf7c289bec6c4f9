/* kernel/permutation_fill.c - a part of a random order, computed (kernel/permutation.h). It is the same in all
 * variants.
 */
#include "kernel/permutation.h"
#include "kernel/variant.h"

enum { MOST = 256, WHOLE = 16 }; /* numbers on their way together, and what they are rounded up to */

/* Numbers by their halves, and where in the order they belong. */
typedef struct walkers {
    size_t count;
    _Alignas(64) uint32_t high[MOST];
    _Alignas(64) uint32_t low[MOST];
    uint32_t place[MOST];
} walkers;

/* Spreads every bit of a half over 32 (the finalizer of MurmurHash3). */
GML_INLINE uint32_t mix(uint32_t x, uint32_t key)
{
    x ^= key;
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* A round changes one half by what the other says, so it can be undone, and no two numbers become one. What lies behind
 * the last is permuted with it: a loop's odd end would take longer. A round of all numbers at a time, since the rounds
 * of one wait for each other. */
static void permute(const gml_permutation *permutation, walkers *all)
{
    const gml_permutation p = *permutation;
    const size_t count = (all->count + WHOLE - 1) / WHOLE * WHOLE;
    for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            all->high[i] ^= mix(all->low[i], p.keys[round]) & p.high_mask;
        }
#pragma omp simd
        for (size_t i = 0; i < count; i++) {
            all->low[i] ^= mix(all->high[i], p.keys[round + 1]) & p.low_mask;
        }
    }
}

/* The halves put together. */
static void join(const gml_permutation *permutation, const walkers *all, size_t *numbers)
{
    const unsigned low_bits = permutation->low_bits;
    const size_t count = all->count;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        numbers[i] = (size_t)all->high[i] << low_bits | all->low[i];
    }
}

/* Numbers past the length walk on; the others have arrived. */
static void keep_past(const gml_permutation *permutation, walkers *all, const size_t *numbers)
{
    uint32_t past[MOST];
    const size_t length = permutation->count, count = all->count;
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        past[left] = (uint32_t)i;
        left += numbers[i] >= length;
    }
    for (size_t i = 0; i < left; i++) {
        all->high[i] = all->high[past[i]];
        all->low[i] = all->low[past[i]];
        all->place[i] = all->place[past[i]];
    }
    all->count = left;
}

/* Numbers first .. first + count - 1 */
static void start(const gml_permutation *permutation, uint64_t first, size_t count, walkers *all)
{
    const gml_permutation p = *permutation;
    all->count = count;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        uint64_t number = first + i;
        all->high[i] = (uint32_t)(number >> p.low_bits);
        all->low[i] = (uint32_t)number & p.low_mask;
        all->place[i] = (uint32_t)i;
    }
}

/* All numbers of the first pass go out in a row, those past the length as well, which then are put right. */
static void fill_some(const gml_permutation *permutation, walkers *all, size_t *out)
{
    size_t numbers[MOST];
    permute(permutation, all);
    join(permutation, all, out);
    keep_past(permutation, all, out);
    while (all->count > 0) {
        permute(permutation, all);
        join(permutation, all, numbers);
        for (size_t i = 0; i < all->count; i++) {
            out[all->place[i]] = numbers[i];
        }
        keep_past(permutation, all, numbers);
    }
}

void GML_VARIANT(gml_fill_permutation)(const gml_permutation *permutation, size_t first, size_t count, size_t *out)
{
    walkers all;
    memset(all.high, 0, sizeof all.high); /* behind the last as well */
    memset(all.low, 0, sizeof all.low);
    for (size_t begin = 0; begin < count; begin += MOST) {
        start(permutation, first + begin, count - begin < MOST ? count - begin : MOST, &all);
        fill_some(permutation, &all, out + begin);
    }
}
