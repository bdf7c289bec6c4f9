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
 * the last is permuted with it: a loop's odd end would take longer. */
static void permute(const gml_permutation *permutation, walkers *all)
{
    const gml_permutation p = *permutation;
    const size_t count = (all->count + WHOLE - 1) / WHOLE * WHOLE;
#pragma omp simd
    for (size_t i = 0; i < count; i++) {
        uint32_t high = all->high[i], low = all->low[i];
        for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
            high ^= mix(low, p.keys[round]) & p.high_mask;
            low ^= mix(high, p.keys[round + 1]) & p.low_mask;
        }
        all->high[i] = high;
        all->low[i] = low;
    }
}

/* Numbers past the length walk on; the others have arrived. */
static void settle(const gml_permutation *permutation, walkers *all, size_t *out)
{
    uint32_t staying[MOST] = {0};
    size_t numbers[MOST], left = 0;
#pragma omp simd
    for (size_t i = 0; i < all->count; i++) {
        numbers[i] = (size_t)all->high[i] << permutation->low_bits | all->low[i];
    }
    for (size_t i = 0; i < all->count; i++) {
        out[all->place[i]] = numbers[i];
        staying[left] = (uint32_t)i;
        left += numbers[i] >= permutation->count;
    }
    for (size_t i = 0; i < left; i++) {
        all->high[i] = all->high[staying[i]];
        all->low[i] = all->low[staying[i]];
        all->place[i] = all->place[staying[i]];
    }
    all->count = left;
}

void GML_VARIANT(gml_fill_permutation)(const gml_permutation *permutation, size_t first, size_t count, size_t *out)
{
    walkers all;
    memset(all.high, 0, sizeof all.high); /* behind the last as well */
    memset(all.low, 0, sizeof all.low);
    for (size_t begin = 0; begin < count; begin += MOST) {
        all.count = count - begin < MOST ? count - begin : MOST;
        for (size_t i = 0; i < all.count; i++) {
            uint64_t number = first + begin + i;
            all.high[i] = (uint32_t)(number >> permutation->low_bits);
            all.low[i] = (uint32_t)number & permutation->low_mask;
            all.place[i] = (uint32_t)i;
        }
        while (all.count > 0) {
            permute(permutation, &all);
            settle(permutation, &all, out + begin);
        }
    }
}
