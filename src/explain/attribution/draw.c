/* explain/attribution/draw.c - draws coalitions for KernelSHAP. */
#include <string.h>

#include "explain/attribution/coalitions.h"

typedef struct coalition_draw {
    size_t players, most, count;
    uint64_t seed;
    uint8_t *members;
    double *weights;
    size_t *order; /* [players]: the members of a coalition, then working memory of a shuffle */
} coalition_draw;

/* The weight of sizes s and players - s together: (p - 1) / (s (p - s)) for each, up to a constant. */
static double size_weight(size_t players, size_t s)
{
    const double weight = 1 / ((double)s * (double)(players - s));
    return 2 * s == players ? weight : 2 * weight;
}

/* The number of coalitions of sizes s and players - s; infinity if that overflows. */
static double size_count(size_t players, size_t s)
{
    double count = 1;
    for (size_t k = 1; k <= s; k++) {
        count = count * (double)(players - s + k) / (double)k; /* in this order each is a whole number */
    }
    return 2 * s == players ? count : 2 * count;
}

/* Adds the coalition of the first `size` players of `order`, or all others. */
static void add(coalition_draw *draw, size_t size, bool complement, double weight)
{
    uint8_t *members = draw->members + draw->count * draw->players;
    memset(members, complement, draw->players);
    for (size_t k = 0; k < size; k++) {
        members[draw->order[k]] = !complement;
    }
    draw->weights[draw->count++] = weight;
}

/* Moves to the next ascending list of `size` players; false after the last. */
static bool next_combination(coalition_draw *draw, size_t size)
{
    size_t k = size;
    while (k > 0 && draw->order[k - 1] == draw->players - size + k - 1) {
        k--;
    }
    if (k == 0) {
        return false;
    }
    for (size_t value = draw->order[k - 1]; k <= size; k++) {
        draw->order[k - 1] = ++value;
    }
    return true;
}

static void list_size(coalition_draw *draw, size_t size, double weight)
{
    for (size_t k = 0; k < size; k++) {
        draw->order[k] = k;
    }
    do {
        add(draw, size, false, weight);
        if (2 * size != draw->players) {
            add(draw, size, true, weight);
        }
    } while (next_combination(draw, size));
}

/* Number `index` of a pair's stream, 32 bits. */
static uint32_t number(const coalition_draw *draw, size_t pair, size_t index)
{
    const gml_stream stream = {draw->seed, GML_RANDOM_EXPLAIN, pair, 1};
    uint32_t block[4];
    gml_random_block(&stream, (uint32_t)(index / 4), block);
    return block[index % 4];
}

/* Puts `size` random players first in `order`. */
static void shuffle(coalition_draw *draw, size_t pair, size_t size)
{
    for (size_t k = 0; k < draw->players; k++) {
        draw->order[k] = k;
    }
    for (size_t k = 0; k < size; k++) {
        const uint64_t left = draw->players - k;
        const size_t other = k + (size_t)(number(draw, pair, k + 1) * left >> 32);
        const size_t kept = draw->order[k];
        draw->order[k] = draw->order[other];
        draw->order[other] = kept;
    }
}

/* Draws a size from `least` on, with its complement, by their weights, which sum to `rest`. */
static size_t draw_size(const coalition_draw *draw, size_t pair, size_t least, double rest)
{
    double at = (double)number(draw, pair, 0) * 0x1p-32 * rest;
    size_t size = least;
    for (; size < draw->players / 2 && at >= size_weight(draw->players, size); size++) {
        at -= size_weight(draw->players, size);
    }
    return size;
}

static void draw_pairs(coalition_draw *draw, size_t least, double rest, double whole)
{
    const size_t pairs = (draw->most - draw->count) / 2;
    const double weight = rest / whole / (2 * (double)pairs);
    for (size_t pair = 0; pair < pairs; pair++) {
        const size_t size = draw_size(draw, pair, least, rest);
        shuffle(draw, pair, size);
        add(draw, size, false, weight);
        add(draw, size, true, weight);
    }
}

size_t gml_coalitions_draw(size_t players, size_t most, uint64_t seed, uint8_t *members, double *weights, size_t *order)
{
    coalition_draw draw = {.players = players, .most = most, .seed = seed};
    draw.members = members;
    draw.weights = weights;
    draw.order = order;
    double whole = 0;
    for (size_t s = 1; s <= players / 2; s++) {
        whole += size_weight(players, s);
    }
    double rest = whole;
    size_t size = 1;
    for (; size <= players / 2; size++) {
        const double wanted = (double)(most - draw.count) * size_weight(players, size) / rest;
        const double count = size_count(players, size);
        const bool all_fit = count <= (double)(most - draw.count) && size == players / 2;
        if (count > wanted && !all_fit) {
            break;
        }
        list_size(&draw, size, size_weight(players, size) / whole / count);
        rest -= size_weight(players, size);
    }
    if (size <= players / 2) {
        draw_pairs(&draw, size, rest, whole);
    }
    return draw.count;
}
