/* tests/explain/kernels.c - counts of values, slopes and gradients equal naive ones, in every kernel set. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gemmule/health.h"
#include "kernel/observe/observe.h"
#include "kernel_tables.h"

enum { ROWS = 21, COLS = 71, STRIDE = 75 };

/* Entries of many magnitudes, zeros, and values that are not finite. */
static void *values_of(const gml_kernels *kernels)
{
    void *values = random_entries(kernels, (size_t)ROWS * STRIDE, 7);
    for (size_t i = 0; i < (size_t)ROWS * STRIDE; i++) {
        put(kernels, values, i, get(kernels, values, i) * pow(2, (double)(i % 41) - 20));
    }
    for (size_t i = 0; i < (size_t)ROWS * STRIDE; i += 13) {
        put(kernels, values, i, i % 2 == 0 ? 0 : -0.0);
    }
    put(kernels, values, 5, NAN);
    put(kernels, values, STRIDE + 6, INFINITY);
    put(kernels, values, (size_t)2 * STRIDE + 7, -INFINITY);
    return values;
}

/* x is within a rounding of its bin's edges. */
static void assert_bin(const gml_kernels *kernels, double x, size_t bin)
{
    double share = x / (1 + fabs(x)), slack = 4 * epsilon(kernels);
    ck_assert_msg(isfinite(x) ? bin < GML_OBSERVE_BINS : bin == GML_OBSERVE_BINS, "%g is in bin %zu", x, bin);
    if (isfinite(x)) {
        double low = (double)bin / 32 - 1, high = ((double)bin + 1) / 32 - 1;
        ck_assert_msg(share >= low - slack && share <= high + slack, "%g is in bin %zu", x, bin);
    }
}

static void check_values(const gml_kernels *kernels)
{
    void *values = values_of(kernels);
    for (size_t row = 0; row < ROWS; row++) {
        double center[COLS], sum[COLS] = {0}, squares[COLS] = {0};
        uint64_t zeros[COLS] = {0}, *bins = calloc((size_t)COLS * GML_OBSERVE_SLOTS, sizeof *bins);
        for (size_t j = 0; j < COLS; j++) {
            center[j] = (double)j / 8;
        }
        kernels->observe->count_values(&(gml_values_call){.rows = 1,
                                                          .cols = COLS,
                                                          .stride = STRIDE,
                                                          .values = (char *)values + row * STRIDE * kernels->size,
                                                          .center = center,
                                                          .sum = sum,
                                                          .squares = squares,
                                                          .zeros = zeros,
                                                          .bins = bins});
        for (size_t j = 0; j < COLS; j++) {
            double x = get(kernels, values, row * STRIDE + j), d = x - center[j];
            ck_assert(isnan(d) ? isnan(sum[j]) : sum[j] == d);
            ck_assert(isnan(d) ? isnan(squares[j]) : squares[j] == d * d);
            ck_assert_uint_eq(zeros[j], x == 0);
            size_t found = 0, count = 0;
            for (size_t b = 0; b < GML_OBSERVE_SLOTS; b++) {
                count += bins[j * GML_OBSERVE_SLOTS + b];
                found = bins[j * GML_OBSERVE_SLOTS + b] > 0 ? b : found;
            }
            ck_assert_uint_eq(count, 1);
            assert_bin(kernels, x, found);
        }
        free(bins);
    }
    free(values);
}

TEST(every_value_is_in_the_bin_of_its_edges)
{
    for_each_table(check_values);
}

static void check_sums(const gml_kernels *kernels)
{
    void *values = random_entries(kernels, (size_t)ROWS * STRIDE, 7);
    double squares[COLS] = {0}, least[COLS], wide[ROWS * COLS];
    uint64_t flat[COLS] = {0}, bins[GML_OBSERVE_BINS] = {0}, expected_bins[GML_OBSERVE_BINS] = {0};
    put(kernels, values, 0, 0);
    put(kernels, values, 1, 1e30);
    put(kernels, values, 2, 1e-30);
    put(kernels, values, 3, 0.25);
    for (size_t j = 0; j < COLS; j++) {
        least[j] = (double)j / 50;
    }
    kernels->observe->add_squares(ROWS, COLS, STRIDE, values, 3, squares);
    kernels->observe->count_flat(ROWS, COLS, STRIDE, values, least, flat);
    kernels->observe->count_magnitudes(ROWS, COLS, STRIDE, values, -48, bins);
    kernels->observe->widen(ROWS, COLS, STRIDE, values, least, wide);
    for (size_t j = 0; j < COLS; j++) {
        double sum = 0;
        uint64_t count = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double x = get(kernels, values, i * STRIDE + j);
            int exponent = x == 0 ? -1000 : ilogb(x);
            sum += x * x;
            count += fabs(x) <= least[j];
            expected_bins[exponent < -48 ? 0 : exponent > 15 ? 63 : exponent + 48]++;
            ck_assert(wide[i * COLS + j] == x - least[j]);
        }
        assert_near(kernels, squares[j], 3 * sum, 1e3, "squares", j);
        ck_assert_uint_eq(flat[j], count);
    }
    ck_assert_mem_eq(bins, expected_bins, sizeof bins);
    free(values);
}

TEST(sums_and_counts_equal_naive_ones)
{
    for_each_table(check_sums);
}

static void check_distance(const gml_kernels *kernels)
{
    void *a = random_entries(kernels, 1000, 1), *b = random_entries(kernels, 1000, 2);
    double sum = 0;
    for (size_t i = 0; i < 1000; i++) {
        sum += pow(get(kernels, a, i) - get(kernels, b, i), 2);
    }
    ck_assert_double_eq_tol(kernels->observe->distance(1000, a, b), sum, 1e-10 * sum);
    free(a);
    free(b);
}

TEST(distances_equal_naive_ones)
{
    for_each_table(check_distance);
}

TEST(edges_ascend_and_the_middle_half_of_the_bins_is_from_minus_one_to_one)
{
    for (size_t i = 0; i < GML_HEALTH_BINS; i++) {
        ck_assert(gml_health_edge(i) < gml_health_edge(i + 1));
    }
    ck_assert_double_eq(gml_health_edge(16), -1);
    ck_assert_double_eq(gml_health_edge(32), 0);
    ck_assert_double_eq(gml_health_edge(48), 1);
    ck_assert(isinf(gml_health_edge(0)) && isinf(gml_health_edge(64)) && isinf(gml_health_edge(SIZE_MAX)));
}
