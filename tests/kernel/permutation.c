/* tests/kernel/permutation.c - orders that are computed: each entry once, the same in any pieces, and no order
 * favoured. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random/permutation.h"
#include "kernel_tables.h"

static gml_permutation draw(size_t count, uint64_t step)
{
    return gml_permutation_draw(count, &(gml_stream){3, GML_RANDOM_ORDER, step, 0});
}

/* By the kernels that are best here. */
static void fill(const gml_permutation *permutation, size_t first, size_t count, size_t *out)
{
    gml_kernels_find(GML_F32, NULL)->order->fill(permutation, first, count, out);
}

TEST(every_number_comes_once)
{
    const size_t counts[] = {1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 1000, 4096, 4097, 70001};
    for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
        gml_permutation permutation = draw(counts[c], c);
        size_t *order = calloc(counts[c], sizeof *order);
        unsigned char *seen = calloc(counts[c], 1);
        fill(&permutation, 0, counts[c], order);
        for (size_t i = 0; i < counts[c]; i++) {
            ck_assert_uint_lt(order[i], counts[c]);
            ck_assert_uint_eq(seen[order[i]]++, 0);
        }
        free(order);
        free(seen);
    }
}

TEST(any_part_is_what_the_whole_has_there)
{
    enum { COUNT = 1003 };
    size_t whole[COUNT], part[COUNT];
    gml_permutation permutation = draw(COUNT, 1);
    fill(&permutation, 0, COUNT, whole);
    for (size_t first = 0, length = 1; first < COUNT; first += length, length = length * 3 % 101 + 1) {
        size_t count = COUNT - first < length ? COUNT - first : length;
        fill(&permutation, first, count, part);
        ck_assert_mem_eq(part, whole + first, count * sizeof *part);
    }
}

/* Chi squared of how often each number comes at each place, which has (n - 1)^2 degrees of freedom. */
static void assert_even(size_t n, size_t draws)
{
    double *seen = calloc(n * n, sizeof *seen);
    size_t *order = calloc(n, sizeof *order);
    for (size_t step = 0; step < draws; step++) {
        gml_permutation permutation = draw(n, step);
        fill(&permutation, 0, n, order);
        for (size_t i = 0; i < n; i++) {
            seen[i * n + order[i]]++;
        }
    }
    double expected = (double)draws / (double)n, chi = 0, freedom = (double)((n - 1) * (n - 1));
    for (size_t i = 0; i < n * n; i++) {
        chi += (seen[i] - expected) * (seen[i] - expected) / expected;
    }
    free(seen);
    free(order);
    ck_assert_double_lt(chi, freedom + 5 * sqrt(2 * freedom));
}

TEST(every_number_comes_at_every_place_equally_often)
{
    assert_even(33, 30000);
    assert_even(64, 30000);
    assert_even(100, 30000);
}

TEST(what_follows_what_is_even_too)
{
    enum { N = 60, DRAWS = 30000 };
    double seen[N] = {0}, chi = 0;
    for (size_t step = 0; step < DRAWS; step++) {
        size_t order[N];
        gml_permutation permutation = draw(N, step);
        fill(&permutation, 0, N, order);
        for (size_t i = 0; i + 1 < N; i++) {
            seen[(order[i + 1] + N - order[i]) % N]++;
        }
    }
    double expected = (double)DRAWS * (N - 1) / (N - 1);
    ck_assert_double_eq(seen[0], 0);
    for (size_t i = 1; i < N; i++) {
        chi += (seen[i] - expected) * (seen[i] - expected) / expected;
    }
    ck_assert_double_lt(chi, N - 2 + 6 * sqrt(2.0 * (N - 2)));
}

/* One number at a time, as the header says: eight rounds, and again while it is past the end. */
static uint32_t spread(uint32_t x, uint32_t key)
{
    x ^= key;
    x = (x ^ x >> 16) * 0x85ebca6bu;
    x = (x ^ x >> 13) * 0xc2b2ae35u;
    return x ^ x >> 16;
}

/* A number below `size`, by the high half of a product. */
static uint32_t share_of(uint32_t drawn, uint32_t size)
{
    return (uint32_t)((uint64_t)drawn * size >> 32);
}

static uint64_t walk(const gml_permutation *permutation, uint64_t number)
{
    const uint64_t rows = permutation->rows, cols = permutation->cols;
    do {
        uint64_t row = number / cols, col = number % cols;
        for (size_t round = 0; round < GML_PERMUTATION_ROUNDS; round += 2) {
            row = (row + share_of(spread((uint32_t)col, permutation->keys[round]), permutation->rows)) % rows;
            col = (col + share_of(spread((uint32_t)row, permutation->keys[round + 1]), permutation->cols)) % cols;
        }
        number = row * cols + col;
    } while (number >= permutation->count);
    return number;
}

static void check_order(const gml_kernels *kernels)
{
    enum { COUNT = 700, FIRST = 4300 };
    const size_t lengths[] = {5000, (size_t)1 << 20, ((size_t)1 << 20) + 1, (size_t)UINT32_MAX / 3 * 4};
    for (size_t l = 0; l < sizeof lengths / sizeof lengths[0]; l++) {
        size_t found[COUNT];
        gml_permutation permutation = draw(lengths[l], l);
        kernels->order->fill(&permutation, FIRST, COUNT, found);
        for (size_t i = 0; i < COUNT; i++) {
            ck_assert_uint_eq(found[i], walk(&permutation, FIRST + i));
        }
    }
}

TEST(every_kernel_set_has_the_order_of_numbers_that_walk_alone)
{
    for_each_table(check_order);
}

int main(void)
{
    return run_tests("permutation", 60);
}
