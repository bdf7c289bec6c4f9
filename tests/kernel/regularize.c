/* tests/kernel/regularize.c - shrinking, bounded columns and gradient noise are those of plain loops. */
#include <math.h>
#include <stdlib.h>

#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"
#include "kernel_tables.h"

static void check_shrink(const gml_kernels *kernels)
{
    static const double values[] = {0.5, -0.5, 0.25, -0.25, 0.1, -0.1, 0, 3};
    static const double right[] = {0.25, -0.25, 0, 0, 0, 0, 0, 2.75};
    void *w = entries(kernels, 9, 0);
    for (size_t i = 0; i < 8; i++) {
        put(kernels, w, i, values[i]);
    }
    put(kernels, w, 8, NAN);
    kernels->entry->shrink(9, 0.25, w);
    for (size_t i = 0; i < 8; i++) {
        ck_assert_double_eq(get(kernels, w, i), right[i]);
    }
    ck_assert_double_nan(get(kernels, w, 8));
    free(w);
}

TEST(shrinking_draws_to_0_and_not_beyond)
{
    for_each_table(check_shrink);
}

static double norm_of(const gml_kernels *kernels, const void *m, size_t rows, size_t stride, size_t col)
{
    double squares = 0;
    for (size_t i = 0; i < rows; i++) {
        squares += pow(get(kernels, m, i * stride + col), 2);
    }
    return sqrt(squares);
}

static void check_limit(const gml_kernels *kernels)
{
    enum { ROWS = 5, COLS = 131, STRIDE = 133 };
    void *m = random_entries(kernels, ROWS * STRIDE, 3), *before = random_entries(kernels, ROWS * STRIDE, 3);
    size_t longer = 0;
    double most = norm_of(kernels, before, ROWS, STRIDE, 0);
    kernels->matrix->limit_columns(ROWS, COLS, STRIDE, most, m);
    for (size_t j = 0; j < STRIDE; j++) {
        double old = norm_of(kernels, before, ROWS, STRIDE, j);
        double factor = j < COLS && old > most ? most / old : 1;
        longer += factor < 1;
        for (size_t i = 0; i < ROWS; i++) {
            assert_near(kernels, get(kernels, m, i * STRIDE + j), get(kernels, before, i * STRIDE + j) * factor, 4,
                        "column", j);
        }
    }
    ck_assert_uint_gt(longer, 0);
    ck_assert_uint_lt(longer, COLS);
    free(m), free(before);
}

TEST(columns_longer_than_the_bound_are_scaled_to_it_and_others_left)
{
    for_each_table(check_limit);
}

static double dot_of(const gml_kernels *kernels, const void *a, const void *b, size_t rows, size_t stride, size_t col)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++) {
        sum += get(kernels, a, i * stride + col) * get(kernels, b, i * stride + col);
    }
    return sum;
}

static void check_directions(const gml_kernels *kernels)
{
    enum { ROWS = 5, COLS = 131, STRIDE = 133 };
    void *m = random_entries(kernels, ROWS * STRIDE, 3), *g = random_entries(kernels, ROWS * STRIDE, 4);
    void *before = random_entries(kernels, ROWS * STRIDE, 4), *lengths = entries(kernels, 2 * COLS, 0);
    void *squares = (char *)lengths + COLS * kernels->size;
    for (size_t i = 0; i < ROWS; i++) {
        put(kernels, m, i * STRIDE + 7, 0);
    }
    kernels->matrix->column_lengths(ROWS, COLS, STRIDE, m, false, lengths);
    kernels->matrix->column_lengths(ROWS, COLS, STRIDE, m, true, squares);
    kernels->matrix->project_columns(ROWS, COLS, STRIDE, m, STRIDE, g);
    for (size_t j = 0; j < COLS; j++) {
        double square = dot_of(kernels, m, m, ROWS, STRIDE, j), along = dot_of(kernels, m, before, ROWS, STRIDE, j);
        assert_near(kernels, get(kernels, lengths, j), sqrt(square), 4, "length", j);
        assert_near(kernels, get(kernels, squares, j), square, 4, "square", j);
        for (size_t i = 0; i < ROWS; i++) {
            double right = get(kernels, before, i * STRIDE + j);
            right -= square > 0 ? along / square * get(kernels, m, i * STRIDE + j) : 0;
            ck_assert_double_eq_tol(get(kernels, g, i * STRIDE + j), right, kernels->dtype == GML_F64 ? 1e-14 : 1e-6);
        }
    }
    for (size_t i = 0; i < ROWS; i++) {
        ck_assert_double_eq(get(kernels, g, i * STRIDE + COLS), get(kernels, before, i * STRIDE + COLS));
    }
    free(m), free(g), free(before), free(lengths);
}

TEST(lengths_of_columns_and_what_lies_across_them_are_found)
{
    for_each_table(check_directions);
}

static void check_noise(const gml_kernels *kernels)
{
    enum { COUNT = 700 };
    void *zeros = entries(kernels, COUNT, 0), *whole = entries(kernels, COUNT, 0), *part = entries(kernels, COUNT, 0);
    gml_noise_call call = {.count = COUNT, .x = zeros, .y = whole, .deviation = 1};
    call.stream = (gml_stream){.seed = 5, .purpose = GML_RANDOM_GRADIENT, .step = 2};
    kernels->random->add_noise(&call);
    for (size_t first = 0; first < 9; first++) {
        for (size_t count = 0; count < 600; count = 3 * count + 1) {
            call.first = first, call.count = count, call.y = part;
            kernels->random->add_noise(&call);
            for (size_t i = 0; i < count; i++) {
                ck_assert_double_eq(get(kernels, part, i), get(kernels, whole, first + i));
            }
        }
    }
    free(zeros), free(whole), free(part);
}

TEST(noise_is_the_same_wherever_a_piece_begins)
{
    for_each_table(check_noise);
}

/* Two uniform numbers make two normal ones, a cosine and a sine (Box and Muller). */
static double normal_of(const gml_stream *stream, size_t i)
{
    uint32_t block[4];
    gml_random_block(stream, (uint32_t)(i / 4), block);
    double radius = sqrt(-2 * log((block[i % 4 / 2 * 2] + 0.5) / 4294967296.0));
    double angle = 8 * atan(1) * (block[i % 4 / 2 * 2 + 1] + 0.5) / 4294967296.0;
    return radius * (i % 2 == 0 ? cos(angle) : sin(angle));
}

static void check_normal_noise(const gml_kernels *kernels)
{
    enum { COUNT = 100000 };
    void *x = random_entries(kernels, COUNT, 2), *y = entries(kernels, COUNT, 0);
    gml_noise_call call = {.first = 3, .count = COUNT, .x = x, .y = y, .deviation = 0.5};
    call.stream = (gml_stream){.seed = 5, .purpose = GML_RANDOM_NOISE, .step = 2};
    kernels->random->add_noise(&call);
    const double tolerance = kernels->dtype == GML_F64 ? 1e-14 : 1e-6;
    for (size_t i = 0; i < COUNT; i++) {
        double right = get(kernels, x, i) + 0.5 * normal_of(&call.stream, 3 + i);
        ck_assert_double_eq_tol(get(kernels, y, i), right, tolerance);
    }
    free(x), free(y);
}

TEST(noise_is_the_normal_numbers_of_its_stream)
{
    for_each_table(check_normal_noise);
}

int main(void)
{
    return run_tests("kernels_regularize", 60);
}
