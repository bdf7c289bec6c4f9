/* tests/kernel/random.c - random fills, noise and shuffles follow their streams and have the stated moments. */
#include <stdlib.h>
#include <string.h>

#include "kernel/random/random.h"
#include "kernel/random/shuffle.h"
#include "kernel_tables.h"

static void check_fills(const gml_kernels *kernels)
{
    enum { COUNT = 40001 };
    const gml_stream stream = {7, GML_RANDOM_CHECK, 3, 1};
    void *whole = entries(kernels, COUNT, 0), *part = entries(kernels, COUNT, 0);
    for (int normal = 0; normal < 2; normal++) {
        void (*fill)(const gml_fill_call *) = normal ? kernels->random->fill_normal : kernels->random->fill_uniform;
        fill(&(gml_fill_call){.count = COUNT, .target = whole, .stream = stream, .a = 2, .b = normal ? 3.0 : 5.0});
        for (size_t count = 1; count < 30; count++) {
            fill(&(gml_fill_call){.count = count, .target = part, .stream = stream, .a = 2, .b = normal ? 3.0 : 5.0});
            ck_assert_int_eq(memcmp(part, whole, count * kernels->size), 0);
        }
        double mean = 0, square = 0, fourth = 0, variance = normal ? 9 : 9 / 12.0;
        for (size_t i = 0; i < COUNT; i++) {
            double x = get(kernels, whole, i);
            ck_assert(normal || (x >= 2 && x <= 5));
            mean += x / COUNT;
        }
        for (size_t i = 0; i < COUNT; i++) {
            double d = get(kernels, whole, i) - mean;
            square += d * d / COUNT;
            fourth += d * d * d * d / COUNT;
        }
        ck_assert_double_eq_tol(mean, normal ? 2 : 3.5, 0.05);
        ck_assert_double_eq_tol(square / variance, 1, 0.03);
        ck_assert_double_eq_tol(fourth / (square * square), normal ? 3 : 1.8, 0.15);
    }
    free(whole), free(part);
}

TEST(fills_have_their_moments_and_do_not_depend_on_the_count)
{
    for_each_table(check_fills);
}

static void check_fill_against_baseline(const gml_kernels *kernels)
{
    const gml_kernels *baseline = gml_kernels_find(GML_F64, "baseline");
    void *x = random_entries(kernels, 1000, 5), *wanted = random_entries(baseline, 1000, 5);
    for (size_t i = 0; i < 1000; i++) {
        assert_near(kernels, get(kernels, x, i), get(baseline, wanted, i), 1, "normal", i);
    }
    free(x), free(wanted);
}

TEST(every_table_draws_the_same_numbers)
{
    for_each_table(check_fill_against_baseline);
}

static void check_dropout(const gml_kernels *kernels)
{
    enum { COUNT = 3001 };
    const gml_stream stream = {11, GML_RANDOM_NOISE, 5, 2};
    const double rate = 0.3;
    void *x = random_entries(kernels, COUNT, 3), *whole = entries(kernels, COUNT, 77),
         *cut = entries(kernels, COUNT, 0);
    gml_dropout_call call = {
        .count = COUNT, .x = x, .y = whole, .stream = stream, .rate = rate, .scale = 1 / (1 - rate)};
    kernels->random->dropout(&call);
    size_t dropped = 0;
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t block[4];
        gml_random_block(&stream, (uint32_t)(i / 4), block);
        bool zero = block[i % 4] < rate * 4294967296.0;
        assert_near(kernels, get(kernels, whole, i), zero ? 0 : get(kernels, x, i) / (1 - rate), 2, "dropout", i);
        dropped += zero ? 1 : 0;
    }
    ck_assert_double_eq_tol((double)dropped / COUNT, rate, 0.03);
    memcpy(cut, x, COUNT * kernels->size); /* in place, in pieces of any length */
    for (size_t first = 0, length = 1; first < COUNT; first += length, length = length * 5 % 331 + 1) {
        void *piece = (char *)cut + first * kernels->size;
        size_t count = COUNT - first < length ? COUNT - first : length;
        call.first = first, call.count = count, call.x = call.y = piece;
        kernels->random->dropout(&call);
    }
    ck_assert_int_eq(memcmp(cut, whole, COUNT * kernels->size), 0);
    kernels->random->dropout(&(gml_dropout_call){.count = COUNT, .x = x, .y = cut, .stream = stream, .scale = 1});
    ck_assert_int_eq(memcmp(cut, x, COUNT * kernels->size), 0);
    free(x), free(whole), free(cut);
}

TEST(dropout_follows_its_stream_wherever_it_is_cut_and_keeps_the_mean)
{
    for_each_table(check_dropout);
}

static void check_uniform_stream(const gml_kernels *kernels)
{
    enum { COUNT = 1003 };
    const gml_stream stream = {0x123456789ABCDEFU, GML_RANDOM_CHECK, 0xABCDEF012345U, 77};
    void *x = entries(kernels, COUNT, 0);
    kernels->random->fill_uniform(&(gml_fill_call){.count = COUNT, .target = x, .stream = stream, .a = 0, .b = 1});
    for (size_t i = 0; i < COUNT; i++) {
        uint32_t block[4];
        gml_random_block(&stream, (uint32_t)(i / 4), block);
        ck_assert_double_eq(get(kernels, x, i), rounded(kernels, (block[i % 4] + 0.5) * 0x1p-32));
    }
    free(x);
}

TEST(uniform_fills_are_the_blocks_of_random123)
{
    for_each_table(check_uniform_stream);
}

TEST(a_shuffle_is_a_permutation_with_every_place_equally_likely)
{
    enum { COUNT = 6, TIMES = 6000 };
    size_t seen[COUNT][COUNT] = {{0}};
    for (uint32_t time = 0; time < TIMES; time++) {
        size_t order[COUNT] = {0, 1, 2, 3, 4, 5};
        gml_shuffle(order, COUNT, &(gml_stream){1, GML_RANDOM_ORDER, time, 0});
        unsigned present = 0;
        for (size_t i = 0; i < COUNT; i++) {
            present |= 1U << order[i];
            seen[i][order[i]]++;
        }
        ck_assert_uint_eq(present, 63);
    }
    for (size_t i = 0; i < COUNT * COUNT; i++) {
        ck_assert_double_eq_tol((double)seen[i / COUNT][i % COUNT] / TIMES, 1.0 / COUNT, 0.02);
    }
    gml_shuffle(NULL, 0, &(gml_stream){1, GML_RANDOM_ORDER, 0, 0});
}

TEST(a_shuffle_of_any_length_keeps_every_entry)
{
    enum { MOST = 200 };
    for (size_t count = 0; count <= MOST; count++) {
        size_t order[MOST];
        bool seen[MOST] = {false};
        for (size_t i = 0; i < count; i++) {
            order[i] = i;
        }
        gml_shuffle(order, count, &(gml_stream){1, GML_RANDOM_ORDER, count, 0});
        for (size_t i = 0; i < count; i++) {
            ck_assert(order[i] < count && !seen[order[i]]);
            seen[order[i]] = true;
        }
    }
}
