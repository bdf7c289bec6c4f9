/* kernel/shuffle.c - random permutations. */
#include "kernel/shuffle.h"

/* A stream's numbers, 64 bits at a time. */
typedef struct draws {
    const gml_stream *stream;
    uint32_t block;    /* the next to be drawn */
    uint32_t words[4]; /* of the block before it */
    int used;          /* words taken */
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

/* A whole number below `bound`, all equally likely: draws past the last full multiple of `bound` are thrown away. */
static uint64_t draw_below(draws *from, uint64_t bound)
{
    uint64_t past = -bound % bound; /* 2^64 modulo bound */
    uint64_t number = draw(from);
    while (number < past) {
        number = draw(from);
    }
    return number % bound;
}

void gml_shuffle(size_t *order, size_t count, const gml_stream *stream)
{
    draws from = {.stream = stream, .used = 4};
    for (size_t left = count; left > 1; left--) {
        size_t chosen = (size_t)draw_below(&from, left);
        size_t kept = order[left - 1];
        order[left - 1] = order[chosen];
        order[chosen] = kept;
    }
}
