/* kernel/random/shuffle.c - random permutations. */
#include "kernel/random/shuffle.h"

enum { AHEAD = 64 }; /* swaps drawn before they are made */

/* A stream's numbers, 64 bits at a time. */
typedef struct draws {
    const gml_stream *stream;
    uint32_t block;    /* next block to generate */
    uint32_t words[4]; /* of the previous block */
    int used;          /* words used */
} draws;

static uint64_t draw(draws *from)
{
    if (from->used == 4) {
        gml_random_block(from->stream, from->block++, from->words);
        from->used = 0;
    }
    uint64_t high = from->words[from->used], low = from->words[from->used + 1];
    from->used += 2;
    return high << 32 | low;
}

/* Returns a uniform integer below `bound`; rejects draws past the last full multiple of `bound`. */
static uint64_t draw_below(draws *from, uint64_t bound)
{
    uint64_t past = -bound % bound; /* 2^64 modulo bound */
    uint64_t number = draw(from);
    while (number < past) {
        number = draw(from);
    }
    return number % bound;
}

/* Draws do not depend on the permutation, so they are drawn ahead and their places are prefetched: otherwise each swap
 * in a large array would wait for memory. */
void gml_shuffle(size_t *order, size_t count, const gml_stream *stream)
{
    draws from = {.stream = stream, .used = 4};
    size_t chosen[AHEAD];
    for (size_t left = count; left > 1;) {
        size_t some = left - 1 < AHEAD ? left - 1 : AHEAD;
        for (size_t i = 0; i < some; i++) {
            chosen[i] = (size_t)draw_below(&from, left - i);
            __builtin_prefetch(&order[chosen[i]], 1);
        }
        for (size_t i = 0; i < some; i++) {
            size_t kept = order[--left];
            order[left] = order[chosen[i]];
            order[chosen[i]] = kept;
        }
    }
}
