/* tests/kernel/statistics.c - column scans give the deviations and extremes, and name the first entry not finite. */
#include <stdlib.h>
#include <string.h>

#include "kernel/data/statistics.h"
#include "kernel_tables.h"

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
        gml_column_scan scan = {.matrix = forms[f], .chosen = {.rows = order}, .count = 4};
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
