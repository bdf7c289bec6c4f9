/* data/block_order.c - orders of samples by blocks and windows. */
#include "data/block_order.h"

#include "base/least.h"
#include "kernel/kernel.h"

/* Blocks of the stream that an order draws from: the shift, the order of blocks, and the order within each window. */
enum { SHIFT = 0, BLOCKS = 1, WINDOWS = BLOCKS + GML_PERMUTATION_DRAWS };

gml_status gml_block_order_create(gml_context *context, size_t size, gml_block_sizes sizes, gml_block_order *order)
{
    gml_block_order made = {.context = context, .size = size, .sizes = sizes, .blocks = size / sizes.block};
    const size_t most = sizes.window / sizes.block;
    made.windows = (made.blocks - 1) / most + 1;
    made.most_blocks = gml_least(most, made.blocks) + 1; /* and the samples that fill no block */
    made.starts = gml_allocate(context, made.most_blocks, sizeof *made.starts, "the blocks of samples");
    if (made.starts == NULL) {
        return GML_ERROR_MEMORY;
    }
    *order = made;
    return GML_OK;
}

void gml_block_order_destroy(gml_block_order *order)
{
    if (order->context != NULL) {
        gml_release(order->context, order->starts, order->most_blocks, sizeof *order->starts);
    }
    *order = (gml_block_order){0};
}

void gml_block_order_draw(gml_block_order *order, const gml_stream *stream)
{
    uint32_t words[4];
    gml_random_block(stream, SHIFT, words);
    const uint64_t number = (uint64_t)words[0] << 32 | words[1];
    order->stream = *stream;
    order->shift = (size_t)(number % order->size);
    order->order_of_blocks = gml_permutation_draw_from(order->blocks, stream, BLOCKS);
    order->first = order->end = 0;
}

/* Returns the first block of a window, in the order of blocks. */
static size_t first_block(const gml_block_order *order, size_t window)
{
    const size_t each = order->blocks / order->windows, longer = order->blocks % order->windows;
    return window * each + gml_least(window, longer);
}

/* Returns the window that a block is in, by its place in the order of blocks. */
static size_t window_of(const gml_block_order *order, size_t block)
{
    const size_t each = order->blocks / order->windows, longer = order->blocks % order->windows;
    const size_t in_longer = longer * (each + 1);
    return block < in_longer ? block / (each + 1) : longer + (block - in_longer) / each;
}

/* starts[i] = the first sample of the block at place first + i of the order of blocks, before the shift. */
static void find_blocks(const gml_block_order *order, size_t first, size_t count, size_t *starts)
{
    order->context->kernels[GML_F32]->order->fill(&order->order_of_blocks, first, count, starts);
    for (size_t i = 0; i < count; i++) {
        starts[i] *= order->sizes.block;
    }
}

/* Makes the window of a place the current one. */
static void enter_window(gml_block_order *order, size_t place)
{
    const size_t window = window_of(order, gml_least(place / order->sizes.block, order->blocks - 1));
    const size_t first = first_block(order, window), end = first_block(order, window + 1);
    find_blocks(order, first, end - first, order->starts);
    order->starts[end - first] = order->blocks * order->sizes.block;
    order->window = window;
    order->first = first * order->sizes.block;
    order->end = window + 1 < order->windows ? end * order->sizes.block : order->size;
    order->order_within = gml_permutation_draw_from(order->end - order->first, &order->stream,
                                                    WINDOWS + (uint32_t)window * GML_PERMUTATION_DRAWS);
}

/* The same for places of the current window. */
static void fill_in_window(const gml_block_order *order, size_t first, size_t count, size_t *samples)
{
    const size_t block = order->sizes.block, past = order->size - order->shift;
    const unsigned bits = (unsigned)__builtin_ctzll(block);
    order->context->kernels[GML_F32]->order->fill(&order->order_within, first - order->first, count, samples);
    for (size_t i = 0; i < count; i++) {
        const size_t sample = order->starts[samples[i] >> bits] + (samples[i] & (block - 1));
        samples[i] = sample < past ? sample + order->shift : sample - past;
    }
}

void gml_block_order_fill(gml_block_order *order, size_t first, size_t count, size_t *samples)
{
    for (size_t done = 0, some = 0; done < count; done += some) {
        const size_t place = first + done;
        if (place < order->first || place >= order->end) {
            enter_window(order, place);
        }
        some = gml_least(count - done, order->end - place);
        fill_in_window(order, place, some, samples + done);
    }
}

/* Visits samples first .. first + count - 1, before the shift. */
static void visit_shifted(const gml_block_order *order, size_t first, size_t count,
                          void (*visit)(void *user, size_t first, size_t count), void *user)
{
    const size_t past = order->size - order->shift; /* samples from here on begin at 0 */
    const size_t before = first < past ? gml_least(count, past - first) : 0;
    if (before > 0) {
        visit(user, first + order->shift, before);
    }
    if (count > before) {
        visit(user, first + before - past, count - before);
    }
}

void gml_block_order_visit(const gml_block_order *order, size_t window,
                           void (*visit)(void *user, size_t first, size_t count), void *user)
{
    enum { PIECE = 128 };
    const size_t begin = first_block(order, window), end = first_block(order, window + 1);
    const size_t whole = order->blocks * order->sizes.block;
    size_t starts[PIECE];
    for (size_t first = begin, count = 0; first < end; first += count) {
        count = gml_least(end - first, PIECE);
        find_blocks(order, first, count, starts);
        for (size_t i = 0; i < count; i++) {
            visit_shifted(order, starts[i], order->sizes.block, visit, user);
        }
    }
    if (window + 1 == order->windows && whole < order->size) {
        visit_shifted(order, whole, order->size - whole, visit, user);
    }
}
