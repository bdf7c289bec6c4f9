/* tests/data/block_order.c - orders by blocks: each sample once, the same in any pieces, few blocks read at a time, and
 * no order favoured. */
#include "data/block_order.h"

#include <math.h>
#include <stdlib.h>

#include "harness.h"

/* With blocks that fill the samples and with some left, with one window, equal and unequal ones. */
static const struct {
    size_t size;
    gml_block_sizes sizes;
} cases[] = {{1, {1, 1}},        {7, {4, 4}},           {5000, {1, 100}},    {4096, {64, 1024}},
             {4099, {64, 1000}}, {10000, {32, 100000}}, {70001, {16, 4096}}, {65536 + 63, {64, 640}}};
enum { CASES = sizeof cases / sizeof cases[0] };

static gml_block_order make(gml_context *context, size_t size, gml_block_sizes sizes, uint64_t step)
{
    gml_block_order order;
    assert_ok(context, gml_block_order_create(context, size, sizes, &order));
    gml_block_order_draw(&order, &(gml_stream){3, GML_RANDOM_ORDER, step, 0});
    return order;
}

static size_t *whole(gml_block_order *order)
{
    size_t *samples = calloc(order->size, sizeof *samples);
    gml_block_order_fill(order, 0, order->size, samples);
    return samples;
}

TEST(every_sample_comes_once)
{
    gml_context *context = test_context();
    for (size_t c = 0; c < CASES; c++) {
        gml_block_order order = make(context, cases[c].size, cases[c].sizes, c + 1);
        size_t *samples = whole(&order);
        unsigned char *seen = calloc(order.size, 1);
        for (size_t i = 0; i < order.size; i++) {
            ck_assert_uint_lt(samples[i], order.size);
            ck_assert_uint_eq(seen[samples[i]]++, 0);
        }
        free(seen);
        free(samples);
        gml_block_order_destroy(&order);
    }
    gml_context_destroy(context);
}

TEST(any_part_is_what_the_whole_has_there)
{
    gml_context *context = test_context();
    for (size_t c = 0; c < CASES; c++) {
        gml_block_order order = make(context, cases[c].size, cases[c].sizes, 1);
        size_t *samples = whole(&order), part[128];
        for (size_t k = 0, first = 0; k < 500; k++, first = (first * 31 + 17) % order.size) {
            size_t count = (order.size - first < 128 ? order.size - first : 128);
            gml_block_order_fill(&order, first, count, part);
            ck_assert_mem_eq(part, samples + first, count * sizeof *part);
        }
        free(samples);
        gml_block_order_destroy(&order);
    }
    gml_context_destroy(context);
}

/* Of each window all samples are in as many blocks as they fill, and one more for those that fill none. */
TEST(a_window_is_made_of_whole_blocks)
{
    gml_context *context = test_context();
    for (size_t c = 0; c < CASES; c++) {
        gml_block_order order = make(context, cases[c].size, cases[c].sizes, 2);
        const size_t block = order.sizes.block, most = order.sizes.window + block - 1;
        unsigned char *seen = calloc(order.size / block + 1, 1);
        for (size_t first = 0; first < order.size; first = order.end) {
            size_t sample, distinct = 0;
            gml_block_order_fill(&order, first, 1, &sample);
            ck_assert_uint_eq(order.first, first);
            ck_assert_uint_le(order.end - first, most);
            for (size_t place = first; place < order.end; place++) {
                gml_block_order_fill(&order, place, 1, &sample);
                distinct += seen[(sample + order.size - order.shift) % order.size / block]++ == 0;
            }
            ck_assert_uint_eq(distinct, (order.end - first + block - 1) / block);
        }
        free(seen);
        gml_block_order_destroy(&order);
    }
    gml_context_destroy(context);
}

/* Samples sorted by class, ten of them: the share of a class in a window is that of a random choice of blocks, and in
 * pieces of a window that of a random choice of its samples. */
TEST(windows_of_sorted_samples_have_all_classes)
{
    enum { SIZE = 1 << 20, BLOCK = 64, WINDOW = 1 << 16, PIECE = 256, CLASSES = 10 };
    gml_context *context = test_context();
    gml_block_order order = make(context, SIZE, (gml_block_sizes){BLOCK, WINDOW}, 1);
    size_t *samples = whole(&order);
    const double p = 1.0 / CLASSES, blocks = WINDOW / BLOCK, bound = 5 * sqrt(p * (1 - p));
    for (size_t window = 0; window < SIZE / WINDOW; window++) {
        double count[CLASSES] = {0};
        for (size_t i = 0; i < WINDOW; i++) {
            count[samples[window * WINDOW + i] * CLASSES / SIZE]++;
        }
        for (size_t piece = 0; piece < WINDOW / PIECE; piece++) {
            double in_piece[CLASSES] = {0};
            for (size_t i = 0; i < PIECE; i++) {
                in_piece[samples[window * WINDOW + piece * PIECE + i] * CLASSES / SIZE]++;
            }
            for (size_t c = 0; c < CLASSES; c++) {
                ck_assert_double_lt(fabs(in_piece[c] / PIECE - count[c] / WINDOW), bound / sqrt(PIECE));
            }
        }
        for (size_t c = 0; c < CLASSES; c++) {
            ck_assert_double_lt(fabs(count[c] / WINDOW - p), bound / sqrt(blocks));
        }
    }
    free(samples);
    gml_block_order_destroy(&order);
    gml_context_destroy(context);
}

/* Chi squared of how often each sample comes at each place; samples that fill no block are no exception. */
static void assert_even(gml_context *context, size_t n, gml_block_sizes sizes)
{
    enum { DRAWS = 30000 };
    double *seen = calloc(n * n, sizeof *seen);
    for (size_t step = 0; step < DRAWS; step++) {
        gml_block_order order = make(context, n, sizes, step);
        size_t *samples = whole(&order);
        for (size_t i = 0; i < n; i++) {
            seen[i * n + samples[i]]++;
        }
        free(samples);
        gml_block_order_destroy(&order);
    }
    double expected = (double)DRAWS / (double)n, chi = 0, freedom = (double)((n - 1) * (n - 1));
    for (size_t i = 0; i < n * n; i++) {
        chi += (seen[i] - expected) * (seen[i] - expected) / expected;
    }
    free(seen);
    ck_assert_double_lt(chi, freedom + 5 * sqrt(2 * freedom));
}

TEST(every_sample_comes_at_every_place_equally_often)
{
    gml_context *context = test_context();
    assert_even(context, 132, (gml_block_sizes){4, 44});
    assert_even(context, 135, (gml_block_sizes){4, 64});
    gml_context_destroy(context);
}

/* Places of two windows that have samples in the same place of their blocks, and blocks that come in the same place of
 * two orders: a share of some 1 / 64 by chance. */
TEST(each_window_and_each_order_is_drawn_anew)
{
    enum { SIZE = 1 << 16, BLOCK = 64, WINDOW = 1 << 12 };
    gml_context *context = test_context();
    size_t same = 0, before[WINDOW / BLOCK] = {0}, *samples[2];
    for (size_t step = 0; step < 2; step++) {
        gml_block_order order = make(context, SIZE, (gml_block_sizes){BLOCK, WINDOW}, step + 1);
        samples[step] = whole(&order);
        for (size_t i = 0; i < SIZE; i++) {
            samples[step][i] = (samples[step][i] + SIZE - order.shift) % SIZE;
        }
        for (size_t i = 0; i < WINDOW / BLOCK; i++) {
            same += step == 1 && order.starts[i] == before[i];
            before[i] = order.starts[i];
        }
        gml_block_order_destroy(&order);
    }
    ck_assert_uint_lt(same, 4);
    for (size_t i = same = 0; i < WINDOW; i++) {
        same += samples[0][i] % BLOCK == samples[0][WINDOW + i] % BLOCK;
    }
    ck_assert_uint_lt(same, WINDOW / 16);
    free(samples[0]);
    free(samples[1]);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("block_order", 60);
}
