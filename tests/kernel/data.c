/* tests/kernel/data.c - gathered rows, class numbers and the search for entries that are not finite are exact. */
#include <stdlib.h>

#include "kernel/data/data.h"
#include "kernel_tables.h"

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

int main(void)
{
    return run_tests("kernels_data", 60);
}
