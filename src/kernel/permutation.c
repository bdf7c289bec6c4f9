/* kernel/permutation.c - random orders, drawn. */
#include "kernel/permutation.h"

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
