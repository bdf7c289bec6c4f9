/* kernel/random/permutation.c - draws random permutations. */
#include "kernel/random/permutation.h"

#include <math.h>

gml_permutation gml_permutation_draw_from(size_t count, const gml_stream *stream, uint32_t block)
{
    uint32_t cols = count > 1 ? (uint32_t)ceil(sqrt((double)count)) : 1;
    gml_permutation made = {.count = count, .cols = cols, .rows = (uint32_t)((count + cols - 1) / cols)};
    for (uint32_t i = 0; i < GML_PERMUTATION_DRAWS; i++) {
        gml_random_block(stream, block + i, made.keys + 4 * i);
    }
    return made;
}

gml_permutation gml_permutation_draw(size_t count, const gml_stream *stream)
{
    return gml_permutation_draw_from(count, stream, 0);
}
