/* kernel/terms.c - which terms of the sums of a product there are to add (kernel/terms.h). */
#include "kernel/terms.h"

#include "kernel/gemm.h"
#include "kernel/lanes.h"
#include "kernel/variant.h"

enum {
    GROUP = GML_TERM_ROWS,
    GROUPS_TOGETHER = LANES > GROUP ? LANES / GROUP : 1, /* side by side in a vector */
    SAMPLE = 8,                                          /* of so many groups one is looked at first; */
    WORTH = 8,                                           /* the others if one of so many of its terms is 0 */
};

/* The bits of up to GML_TERM_BITS p, of a group of rows one below the other. The sign is shifted out: -0 is 0. */
static uint32_t find_in_rows(const real *a, size_t stride, size_t depth)
{
    uint32_t bits = 0;
    for (size_t p = 0; p < depth; p += LANES) {
        const lanes there = first_lanes(depth - p);
        which_lanes any = {0};
        for (size_t i = 0; i < GROUP; i++) {
            any |= (which_lanes)load_lanes(a + i * stride + p, there);
        }
        bits |= nonzero_lanes(any << 1) << p;
    }
    return bits;
}

/* The same of GROUPS_TOGETHER groups, or of the first `groups`, whose rows lie side by side; `step` words apart. */
static void find_in_columns(const real *a, size_t stride, size_t depth, size_t groups, size_t step, uint32_t *bits)
{
    enum { COLS = GROUPS_TOGETHER * GROUP, VECTORS_TOGETHER = COLS / LANES };
    which_lanes any[VECTORS_TOGETHER] = {0};
    for (size_t p = 0; p < depth; p++) {
        for (size_t v = 0; v < VECTORS_TOGETHER; v++) {
            const lanes there = first_lanes(groups * GROUP - v * LANES);
            which_lanes entries = (which_lanes)load_lanes(a + p * stride + v * LANES, there);
            any[v] |= (which_lanes)(entries << 1 != 0) & (real_bits)1 << p;
        }
    }
    real_bits columns[COLS];
    memcpy(columns, any, sizeof columns);
    for (size_t g = 0; g < groups; g++) {
        const real_bits *of = columns + g * GROUP;
        bits[g * step] = (uint32_t)(of[0] | of[1] | of[2] | of[3]);
    }
}

/* Of groups [first, first + count): one, or up to GROUPS_TOGETHER that lie side by side. */
static void find_groups(const gml_gemm *call, size_t first, size_t count, gml_terms *to)
{
    const real *a = call->a;
    uint32_t *bits = to->bits + first * to->words;
    for (size_t p = 0; p < call->k; p += GML_TERM_BITS, bits++) {
        size_t depth = call->k - p < GML_TERM_BITS ? call->k - p : GML_TERM_BITS;
        if (call->a_transposed) {
            const real *columns = a + p * call->a_stride + first * GROUP;
            find_in_columns(columns, call->a_stride, depth, count, to->words, bits);
        } else {
            *bits = find_in_rows(a + first * GROUP * call->a_stride + p, call->a_stride, depth);
        }
    }
}

/* In a sample of the groups, how many terms of how many there are. */
static size_t count_sample(const gml_gemm *call, gml_terms *to, size_t *of)
{
    size_t count = 0;
    *of = 0;
    for (size_t g = SAMPLE / 2; g < call->m / GROUP; g += SAMPLE, *of += call->k) {
        find_groups(call, g, 1, to);
        for (size_t word = 0; word < to->words; word++) {
            count += (size_t)__builtin_popcount(to->bits[g * to->words + word]);
        }
    }
    return count;
}

bool GML_VARIANT(gml_find_terms)(const gml_gemm *call, gml_terms *to)
{
    const size_t groups = call->m / GROUP, together = call->a_transposed ? GROUPS_TOGETHER : 1;
    to->words = (call->k + GML_TERM_BITS - 1) / GML_TERM_BITS;
    if (groups * to->words > GML_TERM_WORDS) {
        return false;
    }
    size_t sample, count = count_sample(call, to, &sample);
    if (count > sample - sample / WORTH) {
        return false;
    }
    for (size_t g = 0; g < groups; g += together) {
        find_groups(call, g, groups - g < together ? groups - g : together, to);
    }
    return true;
}
