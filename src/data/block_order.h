/* data/block_order.h - a random order of many samples that reads memory and files in blocks.
 *
 * Samples that follow each other are a block. The blocks are in random order, and successive ones make a window. The
 * samples of a window are in random order. An epoch goes through the windows, so at any time it reads one window: a
 * source larger than memory is read once an epoch, in pieces of a block.
 *
 * A window is a random sample of the blocks. With a source sorted by class, a class of share p has a share of its own
 * in each window; it differs from p by about sqrt(p (1 - p) / k) for k blocks in a window. The first block begins at a
 * random sample, and the samples are taken as a circle, so that each order has other blocks. The samples that fill no
 * block are in the last window.
 *
 * Every place follows from the stream: nothing is stored but the blocks of one window. */
#ifndef GML_DATA_BLOCK_ORDER_H
#define GML_DATA_BLOCK_ORDER_H

#include "base/context.h"
#include "kernel/random/permutation.h"

/* Numbers of samples. */
typedef struct gml_block_sizes {
    size_t block;  /* a power of two */
    size_t window; /* at least a block; windows have at most as many samples, and some that fill no block */
} gml_block_sizes;

typedef struct gml_block_order {
    gml_context *context; /* of the memory and of the kernels */
    size_t size;          /* samples */
    gml_block_sizes sizes;
    size_t blocks, windows; /* whole blocks; windows of them, of equal numbers of blocks to within one */
    gml_stream stream;
    size_t shift; /* the sample that the first block begins with */
    gml_permutation order_of_blocks;
    /* The current window. */
    size_t window;     /* its number */
    size_t first, end; /* its places of the order; empty: none is current */
    gml_permutation order_within;
    size_t *starts; /* [most_blocks] the first sample of each block, before the shift */
    size_t most_blocks;
} gml_block_order;

/* Prepares orders of `size` samples, at least a block. Errors: memory. */
gml_status gml_block_order_create(gml_context *context, size_t size, gml_block_sizes sizes, gml_block_order *order);
void gml_block_order_destroy(gml_block_order *order);

/* Draws an order. */
void gml_block_order_draw(gml_block_order *order, const gml_stream *stream);

/* samples[i] = the sample at place first + i, for i < count; first + count is at most the size. */
void gml_block_order_fill(gml_block_order *order, size_t first, size_t count, size_t *samples);

/* Calls `visit` with the first and the number of samples of each block of a window. A block that lies at both ends of
 * the samples is two. */
void gml_block_order_visit(const gml_block_order *order, size_t window,
                           void (*visit)(void *user, size_t first, size_t count), void *user);

#endif
