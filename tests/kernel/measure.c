/* tests/kernel/measure.c - sums, scalings and counts over matrices are those of plain loops. */
#include <stdlib.h>

#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/measure/measure.h"
#include "kernel_tables.h"

static void check_columns(const gml_kernels *kernels)
{
    enum { N = 37, M = 21, WIDE = 25 };
    void *packed = random_entries(kernels, N * M, 1), *sums = entries(kernels, M, 77);
    void *scaled = random_entries(kernels, N * WIDE, 2), *moved = random_entries(kernels, N * WIDE, 2);
    void *kept = random_entries(kernels, N * WIDE, 2), *some = entries(kernels, M, 77);
    double scale[M], shift[M], naive[M] = {0}, naive_some[WIDE] = {0};
    for (size_t j = 0; j < M; j++) {
        scale[j] = 0.1 * (double)(j + 1), shift[j] = (double)j - 3;
    }
    kernels->matrix->sum_rows(N, M, M, packed, sums);
    kernels->matrix->sum_rows(N, M, WIDE, kept, some);
    kernels->matrix->scale_columns(N, M, WIDE, scale, scaled);
    kernels->matrix->affine_columns(N, M, WIDE, scale, shift, moved);
    for (size_t i = 0; i < N * M; i++) {
        naive[i % M] += get(kernels, packed, i);
    }
    for (size_t i = 0; i < N * WIDE; i++) {
        size_t j = i % WIDE;
        double x = get(kernels, kept, i);
        naive_some[j] += x;
        assert_near(kernels, get(kernels, scaled, i), j < M ? x * scale[j] : x, 1, "scale_columns", i);
        assert_near(kernels, get(kernels, moved, i), j < M ? x * scale[j] + shift[j] : x, 16, "affine_columns", i);
    }
    for (size_t j = 0; j < M; j++) {
        assert_near(kernels, get(kernels, sums, j), naive[j], 40, "sum_rows", j);
        assert_near(kernels, get(kernels, some, j), naive_some[j], 40, "sum_rows with a stride", j);
    }
    free(packed), free(sums), free(scaled), free(moved), free(kept), free(some);
}

TEST(columns_are_summed_scaled_and_shifted)
{
    for_each_table(check_columns);
}

static void check_sums(const gml_kernels *kernels)
{
    enum { N = 13, M = 21, WIDE = 25 };
    void *x = random_entries(kernels, N * WIDE, 1), *t = random_entries(kernels, N * M, 2);
    double unit[M], squares = 0, plain = 0, weighted = 0;
    for (size_t j = 0; j < M; j++) {
        unit[j] = (double)j;
    }
    for (size_t i = 0; i < N * M; i++) {
        double d = get(kernels, x, i / M * WIDE + i % M) - get(kernels, t, i);
        squares += get(kernels, t, i) * get(kernels, t, i);
        plain += d * d;
        weighted += d * d * unit[i % M] * unit[i % M];
    }
    const gml_kernels *f64 = gml_kernels_find(GML_F64, "baseline"); /* the sums are double in both types */
    assert_near(f64, kernels->entry->dot(N * M, t, t), squares, 50, "sum_of_squares", 0);
    assert_near(f64, kernels->measure->sum_squared_error(N, M, WIDE, x, t, NULL), plain, 50, "sum_squared_error", 0);
    assert_near(f64, kernels->measure->sum_squared_error(N, M, WIDE, x, t, unit), weighted, 50, "sum_squared_error", 1);
    free(x), free(t);
}

TEST(sums_of_squares_are_double)
{
    for_each_table(check_sums);
}

static void check_count_correct(const gml_kernels *kernels)
{
    const double outputs[5][4] = {{0, 3, 1, 77}, {5, 5, 1, 77}, {NAN, 1, 2, 77}, {-3, -2, -1, 77}, {1, 2, NAN, 77}};
    const double numbers[5] = {1, 0, 0, 1, 1};
    void *x = entries(kernels, 20, 0), *number = entries(kernels, 5, 0), *soft = entries(kernels, 15, 0);
    for (size_t i = 0; i < 20; i++) {
        put(kernels, x, i, outputs[i / 4][i % 4]);
    }
    for (size_t i = 0; i < 5; i++) {
        put(kernels, number, i, numbers[i]);
        put(kernels, soft, i * 3 + (size_t)numbers[i], 1);
    }
    ck_assert_uint_eq(kernels->measure->count_correct(5, 3, 4, x, number, 1, 0.5), 2);
    ck_assert_uint_eq(kernels->measure->count_correct(5, 3, 4, x, soft, 3, 0.5), 2);
    ck_assert_uint_eq(kernels->measure->count_correct(5, 1, 4, x, number, 1, -1), 2); /* outputs 0, 5, NaN, -3, 1 */
    put(kernels, soft, 7, NAN); /* beside the NaN of the outputs: neither has a class, and that is no match */
    ck_assert_uint_eq(kernels->measure->count_correct(5, 3, 4, x, soft, 3, 0.5), 2);
    free(x), free(number), free(soft);
}

TEST(right_rows_are_counted_and_nan_is_never_right)
{
    for_each_table(check_count_correct);
}
