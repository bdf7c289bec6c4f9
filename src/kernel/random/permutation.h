/* kernel/random/permutation.h - random permutations of any length that are computed, not stored: any part at once.
 *
 * A generalized Feistel network of eight rounds permutes the numbers of a grid hardly larger than the length. A number
 * beyond the length is permuted again (Black and Rogaway, Ciphers with Arbitrary Finite Domains, 2002: methods 3 and 2,
 * the latter also known as cycle walking). Very short permutations are not uniform, because a grid of one or two rows
 * leaves the rounds few choices: use gml_shuffle for those. */
#ifndef GML_KERNEL_RANDOM_PERMUTATION_H
#define GML_KERNEL_RANDOM_PERMUTATION_H

#include <stddef.h>

#include "base/random.h"

/* Rounds, and blocks of a stream that a permutation draws. */
enum { GML_PERMUTATION_ROUNDS = 8, GML_PERMUTATION_DRAWS = GML_PERMUTATION_ROUNDS / 4 };

typedef struct gml_permutation {
    uint64_t count;
    uint32_t rows, cols; /* number i is at row i / cols, column i % cols; rows * cols < count + cols */
    uint32_t keys[GML_PERMUTATION_ROUNDS];
} gml_permutation;

/* Draws a permutation of 0 .. count-1 from the stream; count is at most 2^62. */
gml_permutation gml_permutation_draw(size_t count, const gml_stream *stream);

/* The same from block `block` of the stream on. */
gml_permutation gml_permutation_draw_from(size_t count, const gml_stream *stream, uint32_t block);

typedef struct gml_order_kernels {
    /* out[i] = entry first + i of the permutation, for i < count; first + count is at most its length. */
    void (*fill)(const gml_permutation *permutation, size_t first, size_t count, size_t *out);
} gml_order_kernels;

#endif
