/* tests/kernel/activation.c - the forward and backward kernels of activations: bias, rows and strides, what may
 * be the same memory, sums of gradients, softmax. */
#include "kernel_tables.h"

#include <string.h>

#include "kernel/activation/activation.h"
#include "kernel/loss/loss.h"
#include "reference/functions.h"

/* Wide and narrow, packed and with room between rows. */
static const struct {
    size_t rows, cols, stride;
} shapes[] = {{1, 1, 1},     {7, 10, 10},   {5, 10, 13}, {3, 64, 64}, {9, 77, 77},
              {4, 513, 520}, {500, 10, 10}, {40, 9, 12}, {0, 5, 5}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static const double leak = 0.25;

static gml_forward_call forward_call(size_t shape, const void *z, const void *bias, void *y, void *slope)
{
    return (gml_forward_call){.rows = shapes[shape].rows,
                              .cols = shapes[shape].cols,
                              .stride = shapes[shape].stride,
                              .z = z,
                              .bias = bias,
                              .y = y,
                              .slope = slope,
                              .parameters = &leak};
}

static size_t entry_count(size_t shape)
{
    return shapes[shape].rows * shapes[shape].stride;
}

/* What stands for the slope where a row's entries are coupled. */
static double diagonal(const char *name, double y)
{
    return strcmp(name, "softmax") == 0 ? y * (1 - y) : 1 - exp(y);
}

/* y and slope of row i in double; for softmax the slope is the derivative's diagonal. */
static void naive_row(const gml_kernels *kernels, const char *name, const gml_forward_call *call, size_t i, double *y,
                      double *slope)
{
    const gml_reference_activation *reference = gml_reference_find_activation(name);
    ck_assert_msg(reference != NULL, "%s has no reference", name);
    double x[1024];
    for (size_t j = 0; j < call->cols; j++) {
        double z = get(kernels, call->z, i * call->stride + j);
        x[j] = rounded(kernels, z + (call->bias != NULL ? get(kernels, call->bias, j) : 0));
    }
    gml_reference_activate(reference, &leak, call->cols, x, y);
    for (size_t j = 0; j < call->cols; j++) {
        slope[j] = reference->at != NULL ? reference->at(x[j], &leak).slope : diagonal(name, y[j]);
    }
}

static void compare_forward(const gml_kernels *kernels, const char *name, const gml_forward_call *call)
{
    double y[1024], slope[1024];
    for (size_t i = 0; i < call->rows; i++) {
        naive_row(kernels, name, call, i, y, slope);
        for (size_t j = 0; j < call->cols; j++) {
            assert_near(kernels, get(kernels, call->y, i * call->stride + j), y[j], 16, name, j);
            if (call->slope != NULL) {
                assert_near(kernels, get(kernels, call->slope, i * call->stride + j), slope[j], 16, "slope", j);
            }
        }
        for (size_t j = call->cols; j < call->stride; j++) {
            assert_near(kernels, get(kernels, call->y, i * call->stride + j), 77, 0, "the room between rows", j);
        }
    }
}

static void check_forward(const gml_kernels *kernels)
{
    for (size_t at = 0; gml_activation_entry(at) != NULL; at++) {
        const gml_activation_kernel *row = gml_kernels_activation(kernels, gml_activation_entry(at)->name);
        for (size_t s = 0; s < SHAPES; s++) {
            void *z = random_entries(kernels, entry_count(s), 1), *bias = random_entries(kernels, shapes[s].cols, 2);
            void *y = entries(kernels, entry_count(s), 77), *slope = entries(kernels, entry_count(s), 77);
            for (int form = 0; form < 4; form++) {
                gml_forward_call call = forward_call(s, z, form & 1 ? bias : NULL, y, form & 2 ? slope : NULL);
                row->forward(&call);
                compare_forward(kernels, row->name, &call);
            }
            free(z), free(bias), free(y), free(slope);
        }
    }
}

TEST(forward_adds_the_bias_and_gives_value_and_slope_in_every_shape)
{
    for_each_table(check_forward);
}

static void check_forward_aliasing(const gml_kernels *kernels)
{
    for (size_t at = 0; gml_activation_entry(at) != NULL; at++) {
        const gml_activation_kernel *row = gml_kernels_activation(kernels, gml_activation_entry(at)->name);
        for (size_t s = 0; s < SHAPES; s++) {
            size_t count = entry_count(s);
            void *z = random_entries(kernels, count, 1), *bias = random_entries(kernels, shapes[s].cols, 2);
            void *y = entries(kernels, count, 0), *slope = entries(kernels, count, 0);
            gml_forward_call apart = forward_call(s, z, bias, y, slope);
            row->forward(&apart);

            void *z_and_y = random_entries(kernels, count, 1), *z_and_slope = random_entries(kernels, count, 1);
            void *other = entries(kernels, count, 0);
            gml_forward_call over_y = forward_call(s, z_and_y, bias, z_and_y, other);
            row->forward(&over_y);
            gml_forward_call over_slope = forward_call(s, z_and_slope, bias, other, z_and_slope);
            row->forward(&over_slope);
            for (size_t i = 0; i < count; i++) {
                if (i % shapes[s].stride < shapes[s].cols) {
                    assert_near(kernels, get(kernels, z_and_y, i), get(kernels, y, i), 0, row->name, i);
                    assert_near(kernels, get(kernels, other, i), get(kernels, y, i), 0, row->name, i);
                    assert_near(kernels, get(kernels, z_and_slope, i), get(kernels, slope, i), 0, row->name, i);
                }
            }
            free(z), free(bias), free(y), free(slope), free(z_and_y), free(z_and_slope), free(other);
        }
    }
}

TEST(forward_may_write_value_or_slope_over_its_argument)
{
    for_each_table(check_forward_aliasing);
}

static void compare_backward(const gml_kernels *kernels, const gml_activation_kernel *row,
                             const gml_forward_call *forward, const void *dy, const gml_backward_call *call)
{
    const gml_reference_activation *reference = gml_reference_find_activation(row->name);
    double *sums = calloc(call->cols, sizeof *sums), z[1024], g[1024];
    for (size_t i = 0; i < call->rows; i++) {
        for (size_t j = 0; j < call->cols; j++) {
            z[j] = rounded(kernels, get(kernels, forward->z, i * call->stride + j) + get(kernels, forward->bias, j));
            g[j] = get(kernels, dy, i * call->stride + j);
        }
        gml_reference_differentiate(reference, &leak, call->cols, z, g, g);
        for (size_t j = 0; j < call->cols; j++) {
            assert_near(kernels, get(kernels, call->gradient, i * call->stride + j), g[j], 64, row->name, j);
            sums[j] += get(kernels, call->gradient, i * call->stride + j);
        }
    }
    for (size_t j = 0; call->bias_gradient != NULL && j < call->cols; j++) {
        assert_near(kernels, get(kernels, call->bias_gradient, j), sums[j], 500, "bias gradient", j);
    }
    free(sums);
}

static void check_backward(const gml_kernels *kernels)
{
    for (size_t at = 0; gml_activation_entry(at) != NULL; at++) {
        const gml_activation_kernel *row = gml_kernels_activation(kernels, gml_activation_entry(at)->name);
        for (size_t s = 0; s < SHAPES; s++) {
            size_t count = entry_count(s);
            void *z = random_entries(kernels, count, 1), *bias = random_entries(kernels, shapes[s].cols, 2);
            void *y = entries(kernels, count, 0), *slope = entries(kernels, count, 0);
            gml_forward_call forward = forward_call(s, z, bias, y, slope);
            row->forward(&forward);
            for (int summed = 0; summed < 2; summed++) {
                void *dy = random_entries(kernels, count, 3), *dz = random_entries(kernels, count, 3);
                void *sums = entries(kernels, shapes[s].cols, 99);
                gml_backward_call call = {.rows = shapes[s].rows,
                                          .cols = shapes[s].cols,
                                          .stride = shapes[s].stride,
                                          .gradient = dz,
                                          .saved = row->slope_from_value ? y : slope,
                                          .bias_gradient = summed ? sums : NULL,
                                          .parameters = &leak};
                row->backward(&call);
                compare_backward(kernels, row, &forward, dy, &call);
                free(dy), free(dz), free(sums);
            }
            free(z), free(bias), free(y), free(slope);
        }
    }
}

TEST(backward_is_gradient_times_slope_and_sums_it_over_the_rows)
{
    for_each_table(check_backward);
}

static void check_nan(const gml_kernels *kernels)
{
    enum { COLS = 40, ROWS = 3 };
    for (size_t at = 0; gml_activation_entry(at) != NULL; at++) {
        const gml_activation_kernel *row = gml_kernels_activation(kernels, gml_activation_entry(at)->name);
        void *z = random_entries(kernels, ROWS * COLS, 1), *y = entries(kernels, ROWS * COLS, 0);
        put(kernels, z, COLS + 37, NAN);
        gml_forward_call call = {.rows = ROWS, .cols = COLS, .stride = COLS, .z = z, .y = y, .parameters = &leak};
        row->forward(&call);
        size_t found = 0;
        for (size_t i = 0; i < ROWS * COLS; i++) {
            found += isnan(get(kernels, y, i)) ? 1 : 0;
        }
        ck_assert_msg(isnan(get(kernels, y, COLS + 37)), "%s hides NaN", row->name);
        ck_assert_uint_eq(found, row->whole_rows ? COLS : 1);
        free(z), free(y);
    }
}

TEST(nan_comes_out_where_it_went_in_and_nowhere_else)
{
    for_each_table(check_nan);
}

static void check_softmax_extremes(const gml_kernels *kernels)
{
    double rows[6][3] = {{1e4, 0, -1e4},   {-INFINITY, 2, 2},     {-INFINITY, -INFINITY, -INFINITY},
                         {INFINITY, 0, 0}, {-1e30, -1e30, -1e30}, {0, NAN, 0}};
    double wanted[6][3] = {{1, 0, 0},      {0, 0.5, 0.5}, {NAN, NAN, NAN}, {NAN, NAN, NAN}, {1 / 3.0, 1 / 3.0, 1 / 3.0},
                           {NAN, NAN, NAN}};
    void *z = entries(kernels, 18, 0), *y = entries(kernels, 18, 0);
    for (size_t i = 0; i < 18; i++) {
        put(kernels, z, i, rows[i / 3][i % 3]);
    }
    gml_forward_call call = {.rows = 6, .cols = 3, .stride = 3, .z = z, .y = y};
    gml_kernels_activation(kernels, "softmax")->forward(&call);
    for (size_t i = 0; i < 18; i++) {
        assert_near(kernels, get(kernels, y, i), wanted[i / 3][i % 3], 2, "softmax", i);
    }
    free(z), free(y);
}

TEST(softmax_neither_overflows_nor_hides_rows_that_have_none)
{
    for_each_table(check_softmax_extremes);
}

/* Rows one by one, and all together. */
static void check_softmax_neighbours(const gml_kernels *kernels)
{
    enum { ROWS = 37, MOST = 130 };
    const size_t widths[] = {1, 3, 10, 48, 49, 130};
    const gml_activation_kernel *softmax = gml_kernels_activation(kernels, "softmax");
    const gml_loss_kernel *loss = gml_kernels_loss(kernels, "softmax_cross_entropy");
    void *z = random_entries(kernels, ROWS * MOST, 1), *classes = entries(kernels, ROWS, 0);
    void *whole = entries(kernels, ROWS * MOST, 0), *single = entries(kernels, ROWS * MOST, 0);
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        size_t cols = widths[w], bytes = cols * kernels->size;
        gml_forward_call forward = {.rows = ROWS, .cols = cols, .stride = cols, .z = z, .y = whole};
        softmax->forward(&forward);
        forward.rows = 1, forward.y = single;
        for (size_t i = 0; i < ROWS; i++) {
            forward.z = (char *)z + i * bytes;
            softmax->forward(&forward);
            ck_assert_int_eq(memcmp(single, (char *)whole + i * bytes, bytes), 0);
        }
        gml_loss_call call = {.rows = ROWS,
                              .cols = cols,
                              .stride = cols,
                              .outputs = z,
                              .targets = classes,
                              .parameters = (const double[]){0}};
        call.target_cols = 1, call.gradient = whole, call.scale = 0.1;
        loss->run(&call);
        call.rows = 1, call.gradient = single;
        for (size_t i = 0; i < ROWS; i++) {
            call.outputs = (char *)z + i * bytes;
            loss->run(&call);
            ck_assert_int_eq(memcmp(single, (char *)whole + i * bytes, bytes), 0);
        }
    }
    free(z), free(classes), free(whole), free(single);
}

TEST(a_row_of_softmax_is_the_same_bits_whatever_stands_beside_it)
{
    for_each_table(check_softmax_neighbours);
}

int main(void)
{
    return run_tests("kernels_activation", 60);
}
