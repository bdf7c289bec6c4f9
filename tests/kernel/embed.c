/* tests/kernel/embed.c - the kernels of layers on inputs against plain loops in double, in each set and type. */
#include "kernel/embed/embed.h"

#include "kernel_tables.h"

enum { ROWS = 7, ROOM = 3 }; /* rows, and entries between the end of a row and the next */

static const size_t WIDTHS[] = {1, 5, 16, 33};

/* ---- scale and affine ---- */

static void check_affine(const gml_kernels *kernels, size_t cols, bool biased)
{
    const size_t stride = cols + ROOM;
    void *x = random_entries(kernels, ROWS * stride, 1), *dy = random_entries(kernels, ROWS * stride, 2);
    void *scale = random_entries(kernels, cols, 3), *bias = random_entries(kernels, cols, 4);
    void *y = entries(kernels, ROWS * stride, 77), *dx = entries(kernels, ROWS * stride, 77);
    void *scale_sum = entries(kernels, cols, 55), *bias_sum = entries(kernels, cols, 55);
    gml_affine_call call = {.rows = ROWS, .cols = cols, .x = x, .x_stride = stride, .y = y, .y_stride = stride};
    call.scale = scale;
    call.bias = biased ? bias : NULL;
    kernels->embed->affine(&call);
    call.y = dy;
    call.scale_sum = scale_sum;
    call.bias_sum = biased ? bias_sum : NULL;
    call.dx = dx;
    call.dx_stride = stride;
    kernels->embed->affine_sums(&call);
    kernels->embed->affine_backward(&call);
    for (size_t j = 0; j < cols; j++) {
        double by_scale = 0, by_bias = 0, s = get(kernels, scale, j), b = biased ? get(kernels, bias, j) : 0;
        for (size_t i = 0; i < ROWS; i++) {
            double from = get(kernels, x, i * stride + j), back = get(kernels, dy, i * stride + j);
            by_scale += back * from;
            by_bias += back;
            assert_near(kernels, get(kernels, y, i * stride + j), from * s + b, 8, "affine", j);
            assert_near(kernels, get(kernels, dx, i * stride + j), back * s, 2, "affine_backward", j);
        }
        assert_near(kernels, get(kernels, scale_sum, j), by_scale, 64, "scale_sum", j);
        assert_near(kernels, get(kernels, bias_sum, j), biased ? by_bias : 55, 64, "bias_sum", j);
    }
    for (size_t i = 0; i < ROWS * stride; i++) {
        double wanted = i % stride < cols ? get(kernels, y, i) : 77;
        assert_near(kernels, get(kernels, y, i), wanted, 0, "beyond a row", i);
    }
    free(x), free(dy), free(scale), free(bias), free(y), free(dx), free(scale_sum), free(bias_sum);
}

static void check_affines(const gml_kernels *kernels)
{
    for (size_t w = 0; w < sizeof WIDTHS / sizeof WIDTHS[0]; w++) {
        check_affine(kernels, WIDTHS[w], false);
        check_affine(kernels, WIDTHS[w], true);
    }
}

TEST(scales_and_their_gradients_are_those_of_the_formula)
{
    for_each_table(check_affines);
}

static void check_spread(const gml_kernels *kernels)
{
    enum { COUNT = 11, GROUP = 4 };
    const double drawn[] = {-0.5, 2, 0};
    for (int signs = 0; signs < 2; signs++) {
        void *values = entries(kernels, COUNT, 9);
        for (size_t i = 0; i < 3; i++) {
            put(kernels, values, i, drawn[i]);
        }
        kernels->embed->spread(COUNT, GROUP, signs != 0, values);
        for (size_t i = 0; i < COUNT; i++) {
            double from = drawn[i / GROUP];
            ck_assert_double_eq(get(kernels, values, i), signs == 0 ? from : from < 0 ? -1 : 1);
        }
        free(values);
    }
}

TEST(a_draw_is_spread_over_its_group_of_columns)
{
    for_each_table(check_spread);
}

int main(void)
{
    return run_tests("kernels_embed", 60);
}
