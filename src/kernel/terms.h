/* kernel/terms.h - which terms of the sums of a product there are to add.
 *
 * The borders of images are black, and relu leaves most of its outputs at 0. Where a group of rows of A is 0 at some p,
 * in all of its rows, the p-th term of their sums is 0 too: a bit for each group and p says where it need not be. */
#ifndef GML_KERNEL_TERMS_H
#define GML_KERNEL_TERMS_H

#include "kernel/lanes.h"

enum {
    GROUP = 4,         /* rows of A that share their bits */
    WORD = 32,         /* bits of a word */
    MOST_WORDS = 8192, /* of all groups; a greater A is taken as it is */
    SAMPLE = 8,        /* of so many groups one is looked at to see whether it is worth it */
    WORTH = 8,         /* which it is where one of so many terms is 0 */
};

/* The left side of a product; one of the steps is 1. */
typedef struct factor {
    const real *first; /* entry (i, p) at first[i * row + p * deep] */
    size_t row, deep;
} factor;

typedef struct terms {
    size_t words; /* of a group */
    uint32_t there[MOST_WORDS];
} terms;

/* Up to WORD p of rows that lie one below the other. The sign is shifted out: -0 is 0. */
static uint32_t find_in_rows(const real *a, size_t stride, size_t depth)
{
    uint32_t there = 0;
    for (size_t p = 0; p < depth; p += LANES) {
        const lanes which = first_lanes(depth - p);
        which_lanes bits = {0};
        for (size_t i = 0; i < GROUP; i++) {
            bits |= (which_lanes)load_lanes(a + i * stride + p, which);
        }
        there |= nonzero_lanes(bits << 1) << p;
    }
    return there;
}

/* The same for rows that lie side by side. */
static uint32_t find_in_columns(const real *a, size_t stride, size_t depth)
{
    typedef real_bits group __attribute__((vector_size(GROUP * sizeof(real))));
    group there = {0};
    for (size_t p = depth; p-- > 0;) {
        group bits;
        memcpy(&bits, a + p * stride, sizeof bits);
        there = (there << 1) - (group)(bits << 1 != 0);
    }
    return (uint32_t)(there[0] | there[1] | there[2] | there[3]);
}

/* Of every `step`-th group; returns how many terms there are. */
static size_t find_groups(const factor *a, size_t groups, size_t depth, size_t step, terms *to)
{
    size_t count = 0;
    for (size_t g = step / 2; g < groups; g += step) {
        uint32_t *there = to->there + g * to->words;
        for (size_t p = 0; p < depth; p += WORD) {
            size_t length = depth - p < WORD ? depth - p : WORD;
            const real *part = a->first + g * GROUP * a->row + p * a->deep;
            *there = a->deep == 1 ? find_in_rows(part, a->row, length) : find_in_columns(part, a->deep, length);
            count += (size_t)__builtin_popcount(*there++);
        }
    }
    return count;
}

/* Of A [groups * GROUP x depth]; false if nearly all are there, or it is too large. */
static bool find_terms(const factor *a, size_t groups, size_t depth, terms *to)
{
    to->words = (depth + WORD - 1) / WORD;
    if (groups * to->words > MOST_WORDS) {
        return false;
    }
    size_t sample = (groups + SAMPLE / 2 - 1) / SAMPLE * depth;
    if (find_groups(a, groups, depth, SAMPLE, to) > sample - sample / WORTH) {
        return false;
    }
    find_groups(a, groups, depth, 1, to);
    return true;
}

#endif
