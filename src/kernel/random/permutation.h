/* kernel/random/permutation.h - a random order of any length that takes no memory: any part of it can be computed at
 * once.
 *
 * A generalized Feistel network of eight rounds permutes the numbers of a grid of rows and columns that holds the
 * length and little more; where one falls past the length, it is permuted again (Black and Rogaway, Ciphers with
 * Arbitrary Finite Domains, 2002: methods 3 and 2, the latter also known as cycle walking). Very short orders come out
 * uneven, since a row or two leave the rounds little to choose from: gml_shuffle is for those. */
#ifndef GML_KERNEL_RANDOM_PERMUTATION_H
#define GML_KERNEL_RANDOM_PERMUTATION_H

#include <stddef.h>

#include "base/random.h"

enum { GML_PERMUTATION_ROUNDS = 8 };

typedef struct gml_permutation {
    uint64_t count;
    uint32_t rows, cols; /* number i stands in row i / cols, column i % cols; rows * cols < count + cols */
    uint32_t keys[GML_PERMUTATION_ROUNDS];
} gml_permutation;

/* The order of 0 .. count-1 that the stream draws, for a count up to 2^62. */
gml_permutation gml_permutation_draw(size_t count, const gml_stream *stream);

typedef struct gml_order_kernels {
    /* out[i] = entry first + i of the order, for i below `count`; first + count at most its length. */
    void (*fill)(const gml_permutation *permutation, size_t first, size_t count, size_t *out);
} gml_order_kernels;

#endif
