/* tests/kernel/data.c - gathering, random fills, columns, measures and shuffles. */
#include "kernel_tables.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/data/data.h"
#include "kernel/data/statistics.h"
#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/measure/measure.h"
#include "kernel/random/random.h"
#include "kernel/random/shuffle.h"

/* ---- gather ---- */

enum { SOURCE_ROWS = 9, COLS = 700, STRIDE = 703, ROWS = 12 };

static double source_value(const void *source, gml_dtype dtype, size_t i)
{
    return dtype == GML_U8    ? (double)((const uint8_t *)source)[i]
           : dtype == GML_F32 ? (double)((const float *)source)[i]
                              : ((const double *)source)[i];
}

static void compare_gather(const gml_kernels *kernels, const void *source, gml_dtype dtype, const size_t *order,
                           const double *shift, const double *scale)
{
    void *target = entries(kernels, ROWS * STRIDE, 77);
    gml_gather_call call = {.rows = order != NULL ? ROWS : SOURCE_ROWS,
                            .cols = COLS,
                            .source = source,
                            .source_dtype = dtype,
                            .source_stride = STRIDE,
                            .order = order,
                            .shift = shift,
                            .scale = scale,
                            .target = target,
                            .target_stride = STRIDE};
    kernels->data->gather(&call);
    for (size_t i = 0; i < call.rows * STRIDE; i++) {
        size_t row = i / STRIDE, col = i % STRIDE;
        double x = source_value(source, dtype, (order != NULL ? order[row] : row) * STRIDE + col);
        double wanted = col >= COLS ? 77 : shift != NULL ? (x - shift[col]) * scale[col] : x;
        assert_near(kernels, get(kernels, target, i), wanted, shift != NULL ? 64 : 0.5, gml_dtype_name(dtype), i);
    }
    free(target);
}

static void check_gather(const gml_kernels *kernels)
{
    const size_t order[ROWS] = {8, 0, 0, 3, 7, 5, 1, 8, 2, 6, 4, 4};
    double *shift = calloc(2 * COLS, sizeof *shift), *scale = shift + COLS;
    for (size_t j = 0; j < COLS; j++) {
        shift[j] = (double)j / 7;
        scale[j] = 1 / (1 + (double)(j % 50));
    }
    uint8_t *bytes = calloc(SOURCE_ROWS * STRIDE, 1);
    float *floats = calloc(SOURCE_ROWS * STRIDE, sizeof *floats);
    double *doubles = calloc(SOURCE_ROWS * STRIDE, sizeof *doubles);
    for (size_t i = 0; i < SOURCE_ROWS * STRIDE; i++) {
        bytes[i] = (uint8_t)(i * 31);
        floats[i] = (float)(i % 1000) / 3;
        doubles[i] = (double)(i % 1000) / 3;
    }
    const void *sources[] = {[GML_F32] = floats, [GML_F64] = doubles, [GML_U8] = bytes};
    for (int dtype = GML_F32; dtype <= GML_U8; dtype++) {
        compare_gather(kernels, sources[dtype], (gml_dtype)dtype, NULL, NULL, NULL);
        compare_gather(kernels, sources[dtype], (gml_dtype)dtype, order, NULL, NULL);
        compare_gather(kernels, sources[dtype], (gml_dtype)dtype, order, shift, scale);
    }
    free(shift), free(bytes), free(floats), free(doubles);
}

TEST(gather_takes_rows_of_any_type_in_order_and_scales_them)
{
    for_each_table(check_gather);
}

static void check_large_doubles(const gml_kernels *kernels)
{
    double source[] = {1e9 + 1, 1e9 + 2}, shift[] = {1e9, 1e9}, scale[] = {1, 1};
    void *target = entries(kernels, 2, 0);
    gml_gather_call call = {.rows = 1,
                            .cols = 2,
                            .source = source,
                            .source_dtype = GML_F64,
                            .source_stride = 2,
                            .shift = shift,
                            .scale = scale,
                            .target = target,
                            .target_stride = 2};
    kernels->data->gather(&call);
    ck_assert_double_eq(get(kernels, target, 0), 1);
    ck_assert_double_eq(get(kernels, target, 1), 2);
    free(target);
}

TEST(gather_shifts_doubles_before_it_rounds_them)
{
    for_each_table(check_large_doubles);
}

static void check_one_hot(const gml_kernels *kernels)
{
    void *numbers = entries(kernels, 3, 0), *out = entries(kernels, 12, 77);
    put(kernels, numbers, 0, 3);
    put(kernels, numbers, 2, 1);
    kernels->data->one_hot(3, 4, numbers, out);
    for (size_t i = 0; i < 12; i++) {
        ck_assert_double_eq(get(kernels, out, i), i == 3 || i == 4 || i == 9);
    }
    const double bad[] = {4, -1, 0.5, NAN, INFINITY, 1e30};
    ck_assert_uint_eq(kernels->data->first_bad_class(3, 4, numbers), 3);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put(kernels, numbers, 1, bad[i]);
        ck_assert_uint_eq(kernels->data->first_bad_class(3, 4, numbers), 1);
    }
    free(numbers), free(out);
}

TEST(class_numbers_are_looked_at_and_spread_out)
{
    for_each_table(check_one_hot);
}

/* ---- random numbers ---- */

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

/* ---- columns and measures ---- */

static void check_columns(const gml_kernels *kernels)
{
    enum { N = 37, M = 21, WIDE = 25 };
    void *packed = random_entries(kernels, N * M, 1), *sums = entries(kernels, M, 77);
    void *scaled = random_entries(kernels, N * WIDE, 2), *moved = random_entries(kernels, N * WIDE, 2);
    void *kept = random_entries(kernels, N * WIDE, 2);
    double scale[M], shift[M], naive[M] = {0};
    for (size_t j = 0; j < M; j++) {
        scale[j] = 0.1 * (double)(j + 1), shift[j] = (double)j - 3;
    }
    kernels->matrix->sum_rows(N, M, packed, sums);
    kernels->matrix->scale_columns(N, M, WIDE, scale, scaled);
    kernels->matrix->affine_columns(N, M, WIDE, scale, shift, moved);
    for (size_t i = 0; i < N * M; i++) {
        naive[i % M] += get(kernels, packed, i);
    }
    for (size_t i = 0; i < N * WIDE; i++) {
        size_t j = i % WIDE;
        double x = get(kernels, kept, i);
        assert_near(kernels, get(kernels, scaled, i), j < M ? x * scale[j] : x, 1, "scale_columns", i);
        assert_near(kernels, get(kernels, moved, i), j < M ? x * scale[j] + shift[j] : x, 16, "affine_columns", i);
    }
    for (size_t j = 0; j < M; j++) {
        assert_near(kernels, get(kernels, sums, j), naive[j], 40, "sum_rows", j);
    }
    free(packed), free(sums), free(scaled), free(moved), free(kept);
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

static void check_first_nonfinite(const gml_kernels *kernels)
{
    enum { COUNT = 5000 };
    void *x = random_entries(kernels, COUNT, 1);
    const double bad[] = {NAN, INFINITY, -INFINITY};
    ck_assert_uint_eq(kernels->data->first_nonfinite(COUNT, x), COUNT);
    ck_assert_uint_eq(kernels->data->first_nonfinite(0, x), 0);
    for (size_t place = COUNT; place-- > 0; place -= place > 1100 ? 700 : place > 150 ? 100 : 0) {
        put(kernels, x, place, bad[place % 3]);
        ck_assert_uint_eq(kernels->data->first_nonfinite(COUNT, x), place);
        ck_assert_uint_eq(kernels->data->first_nonfinite(place, x), place);
    }
    free(x);
}

TEST(the_first_entry_that_is_not_finite_is_found)
{
    for_each_table(check_first_nonfinite);
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

/* ---- statistics ---- */

TEST(scans_give_deviations_and_extremes_of_any_type_and_width)
{
    enum { N = 5, WIDE = 1030, ROOM = 1033 };
    static uint8_t bytes[N * ROOM];
    static float floats[N * ROOM];
    static double doubles[N * ROOM], shift[WIDE], scale[WIDE];
    const size_t order[] = {4, 2, 2, 0};
    for (size_t i = 0; i < N * ROOM; i++) {
        bytes[i] = (uint8_t)(i * 37 % 251);
        doubles[i] = floats[i] = (float)bytes[i];
    }
    const gml_matrix forms[] = {gml_matrix_u8(bytes, N, WIDE), gml_matrix_f32(floats, N, WIDE),
                                gml_matrix_f64(doubles, N, WIDE)};
    for (size_t f = 0; f < 3; f++) {
        gml_column_scan scan = {.matrix = forms[f], .order = order, .count = 4};
        scan.matrix.stride = ROOM;
        gml_bad_entry bad;
        ck_assert(gml_scan_deviation(&scan, shift, scale, &bad));
        double greatest = 0;
        for (size_t j = 0; j < WIDE; j++) {
            double mean = 0, square = 0;
            for (size_t i = 0; i < 4; i++) {
                mean += doubles[order[i] * ROOM + j] / 4;
                greatest = fmax(greatest, doubles[order[i] * ROOM + j]);
            }
            for (size_t i = 0; i < 4; i++) {
                square += (doubles[order[i] * ROOM + j] - mean) * (doubles[order[i] * ROOM + j] - mean);
            }
            ck_assert_double_eq_tol(shift[j], mean, 1e-12 * 256);
            ck_assert_double_eq_tol(scale[j], square, 1e-12 * 65536);
        }
        ck_assert(gml_scan_unit(&scan, shift, scale, &bad));
        ck_assert_double_eq(scale[WIDE - 1], 1 / greatest);
    }
}

TEST(scans_find_the_first_entry_that_is_not_finite_and_the_greatest_where_a_sum_overflows)
{
    enum { N = 3, M = 600 };
    static double x[N * M], shift[M], scale[M];
    const double wrong[] = {NAN, INFINITY, -INFINITY};
    gml_column_scan scan = {.matrix = gml_matrix_f64(x, N, M), .count = N};
    for (size_t w = 0; w < 3; w++) {
        gml_bad_entry bad = {0, 0, 0};
        memset(x, 0, sizeof x);
        x[M + 555] = x[2 * M + 7] = wrong[w];
        ck_assert(!gml_scan_standard(&scan, shift, scale, &bad));
        ck_assert(bad.row == 1 && bad.col == 555 && isfinite(bad.value) == 0);
        bad = (gml_bad_entry){0, 0, 0};
        ck_assert(!gml_scan_unit(&scan, shift, scale, &bad));
        ck_assert(bad.row == 1 && bad.col == 555);
    }
    memset(x, 0, sizeof x);
    x[3] = x[M + 3] = 1.7e308;
    gml_bad_entry bad;
    ck_assert(gml_scan_unit(&scan, shift, scale, &bad));
    ck_assert(!gml_scan_deviation(&scan, shift, scale, &bad));
    ck_assert(bad.row == 0 && bad.col == 3);
    ck_assert_double_eq(bad.value, 1.7e308);
}

TEST(constant_columns_are_told_from_those_with_a_small_deviation)
{
    /* The sum of a million times 0.1 is rounded so often that its mean is off by more than a few units. */
    enum { N = 1000000 };
    double *x = malloc(3 * N * sizeof *x), shift[3], scale[3];
    gml_column_scan scan = {.matrix = gml_matrix_f64(x, N, 3), .count = N};
    gml_bad_entry bad;
    for (size_t i = 0; i < N; i++) {
        x[3 * i] = 0.1;
        x[3 * i + 1] = i % 2 == 0 ? 0.1 * 3 : 0.3;
        x[3 * i + 2] = 1.7e9 + (double)(i % 2);
    }
    ck_assert(gml_scan_standard(&scan, shift, scale, &bad));
    ck_assert_double_eq(scale[0], 0);
    ck_assert_double_eq(scale[1], 0);
    ck_assert_double_eq_tol(scale[2], 2, 1e-3);
    free(x);
}

int main(void)
{
    return run_tests("kernels_data", 60);
}
