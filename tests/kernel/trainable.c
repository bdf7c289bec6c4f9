/* tests/kernel/trainable.c - kernels of trainable activations give the values and gradients of the reference. */
#include "reference/functions.h"
#include "trainable_case.h"

static const struct {
    size_t rows, cols, stride;
} shapes[] = {{1, 1, 1}, {50, 1, 1}, {7, 10, 10}, {5, 10, 13}, {3, 64, 64}, {9, 77, 77}, {4, 300, 301}, {0, 5, 5}};

enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* One call of one row in one shape, in the table's type. */
typedef struct problem {
    const gml_kernels *kernels;
    const gml_activation_row *row;
    const gml_activation_kernel *kernel;
    const gml_reference_trainable *reference;
    gml_call call;
    size_t rows, cols, stride, count; /* count: of entries, with the room between rows */
    gml_theta theta;
    void *z, *bias, *y, *x, *dy, *dz, *bias_gradient, *theta_gradient;
} problem;

static void make_theta(problem *p)
{
    void *values = entries(p->kernels, p->theta.count * p->theta.units, 0);
    for (size_t unit = 0; unit < p->theta.units; unit++) {
        double theta[GML_MAX_THETA];
        learned_theta(p->row, p->call.values, unit, theta);
        for (size_t k = 0; k < p->theta.count; k++) {
            put(p->kernels, values, k * p->theta.units + unit, theta[k]);
        }
    }
    p->theta.values = values;
}

static void make_problem(const gml_kernels *kernels, const gml_activation_row *row, size_t shape, double per,
                         problem *p)
{
    *p = (problem){.kernels = kernels,
                   .row = row,
                   .kernel = gml_kernels_activation(kernels, row->entry.name),
                   .reference = gml_reference_find_trainable(row->entry.name),
                   .rows = shapes[shape].rows,
                   .cols = shapes[shape].cols,
                   .stride = shapes[shape].stride,
                   .count = shapes[shape].rows * shapes[shape].stride};
    ck_assert_ptr_nonnull(p->kernel);
    ck_assert(gml_call_default(gml_trainable_entry, row->entry.name, &p->call));
    p->call.values[gml_call_parameter(&row->entry, "per", 3)] = per;
    p->theta = gml_activation_theta(&p->call, p->cols);
    gml_activation_find_parts(&p->call, kernels, &p->theta);
    ck_assert_uint_eq(p->theta.units, per > 0 ? p->cols : 1);
    make_theta(p);
    p->z = random_entries(kernels, p->count, 1);
    p->bias = random_entries(kernels, p->cols, 2);
    p->dy = random_entries(kernels, p->count, 3);
    p->dz = random_entries(kernels, p->count, 3);
    p->y = entries(kernels, p->count, 77);
    p->x = entries(kernels, p->count, 77);
    p->bias_gradient = entries(kernels, p->cols, 99);
    p->theta_gradient = entries(kernels, p->theta.count * p->theta.units, 99);
}

static void free_problem(problem *p)
{
    free((void *)(uintptr_t)p->theta.values);
    free(p->z), free(p->bias), free(p->dy), free(p->dz), free(p->y), free(p->x);
    free(p->bias_gradient), free(p->theta_gradient);
}

static gml_forward_call forward_call(const problem *p)
{
    return (gml_forward_call){.rows = p->rows,
                              .cols = p->cols,
                              .stride = p->stride,
                              .z = p->z,
                              .bias = p->bias,
                              .y = p->y,
                              .slope = p->x,
                              .parameters = p->call.values,
                              .theta = p->theta};
}

static void run_problem(const problem *p)
{
    gml_forward_call forward = forward_call(p);
    p->kernel->forward(&forward);
    gml_backward_call backward = {.rows = p->rows,
                                  .cols = p->cols,
                                  .stride = p->stride,
                                  .gradient = p->dz,
                                  .saved = p->x,
                                  .bias_gradient = p->bias_gradient,
                                  .parameters = p->call.values,
                                  .theta = p->theta,
                                  .theta_gradient = p->theta_gradient};
    p->kernel->backward(&backward);
}

/* One entry; adds what its column's gradients get. */
static void compare_entry(const problem *p, size_t i, size_t j, double *bias_sums, double *theta_sums)
{
    size_t at = i * p->stride + j, unit = p->theta.units > 1 ? j : 0;
    double x = get(p->kernels, p->x, at), dy = get(p->kernels, p->dy, at);
    double theta[GML_MAX_THETA], by[GML_MAX_THETA];
    for (size_t k = 0; k < p->theta.count; k++) {
        theta[k] = get(p->kernels, p->theta.values, k * p->theta.units + unit);
    }
    gml_reference_entry wanted = p->reference->at(x, theta, p->call.values, by);
    double z = get(p->kernels, p->z, at) + get(p->kernels, p->bias, j);
    assert_near(p->kernels, x, rounded(p->kernels, z), 1, "z + bias", at);
    assert_near(p->kernels, get(p->kernels, p->y, at), wanted.value, 32, p->kernel->name, at);
    assert_near(p->kernels, get(p->kernels, p->dz, at), dy * wanted.slope, 128, "dz", at);
    bias_sums[j] += dy * wanted.slope;
    for (size_t k = 0; k < p->theta.count; k++) {
        theta_sums[k * p->theta.units + unit] += dy * by[k];
    }
}

static void compare_problem(const problem *p)
{
    double *bias_sums = calloc(p->cols, sizeof *bias_sums);
    double *theta_sums = calloc(p->theta.count * p->theta.units, sizeof *theta_sums);
    for (size_t i = 0; i < p->rows; i++) {
        for (size_t j = 0; j < p->cols; j++) {
            compare_entry(p, i, j, bias_sums, theta_sums);
        }
        for (size_t j = p->cols; j < p->stride; j++) {
            assert_near(p->kernels, get(p->kernels, p->y, i * p->stride + j), 77, 0, "the room between rows", j);
        }
    }
    for (size_t j = 0; j < p->cols; j++) {
        assert_near(p->kernels, get(p->kernels, p->bias_gradient, j), bias_sums[j], 1000, "bias gradient", j);
    }
    for (size_t k = 0; k < p->theta.count * p->theta.units; k++) {
        assert_near(p->kernels, get(p->kernels, p->theta_gradient, k), theta_sums[k], 10000, p->kernel->name, k);
    }
    free(bias_sums), free(theta_sums);
}

static void for_each_problem(const gml_kernels *kernels, void (*check)(problem *p))
{
    for (size_t i = 0; gml_trainable_row_at(i) != NULL; i++) {
        for (size_t shape = 0; shape < SHAPES; shape++) {
            for (int per = 0; per < 2; per++) {
                problem p;
                make_problem(kernels, gml_trainable_row_at(i), shape, per, &p);
                check(&p);
                free_problem(&p);
            }
        }
    }
}

static void check_against_reference(problem *p)
{
    run_problem(p);
    compare_problem(p);
}

static void check_every_problem(const gml_kernels *kernels)
{
    for_each_problem(kernels, check_against_reference);
}

TEST(kernels_give_values_and_all_gradients_in_every_shape_for_layers_and_units)
{
    for_each_table(check_every_problem);
}

/* ---- memory ---- */

static void check_places(problem *p)
{
    run_problem(p);
    void *z_and_y = random_entries(p->kernels, p->count, 1), *z_and_x = random_entries(p->kernels, p->count, 1);
    void *other = entries(p->kernels, p->count, 0);
    gml_forward_call call = forward_call(p);
    call.z = call.y = z_and_y, call.slope = NULL;
    p->kernel->forward(&call);
    call.z = call.slope = z_and_x, call.y = other;
    p->kernel->forward(&call);
    for (size_t i = 0; i < p->count; i++) {
        if (i % p->stride < p->cols) {
            assert_near(p->kernels, get(p->kernels, z_and_y, i), get(p->kernels, p->y, i), 0, "y over z", i);
            assert_near(p->kernels, get(p->kernels, other, i), get(p->kernels, p->y, i), 0, "y", i);
            assert_near(p->kernels, get(p->kernels, z_and_x, i), get(p->kernels, p->x, i), 0, "x over z", i);
        }
    }
    free(z_and_y), free(z_and_x), free(other);
}

static void check_every_place(const gml_kernels *kernels)
{
    for_each_problem(kernels, check_places);
}

TEST(forward_may_write_value_or_argument_over_what_it_reads)
{
    for_each_table(check_every_place);
}

/* ---- NaN ---- */

static void check_nan(problem *p)
{
    if (p->rows < 3) {
        return;
    }
    size_t at = 2 * p->stride;
    put(p->kernels, p->z, at, NAN);
    run_problem(p);
    ck_assert_msg(isnan(get(p->kernels, p->y, at)) && isnan(get(p->kernels, p->dz, at)), "%s hides NaN",
                  p->kernel->name);
    for (size_t i = 0; i < p->count; i++) {
        ck_assert_msg(i == at || !isnan(get(p->kernels, p->y, i)), "%s spreads NaN", p->kernel->name);
    }
}

static void check_every_nan(const gml_kernels *kernels)
{
    for_each_problem(kernels, check_nan);
}

TEST(nan_comes_out_where_it_went_in_and_nowhere_else)
{
    for_each_table(check_every_nan);
}

/* ---- mix ---- */

/* Values of mix(f=selu, a=share), and of selu alone, at x. */
static void mix_and_part(const gml_kernels *kernels, double share, const void *x, size_t count, void *mixed, void *part)
{
    gml_call call;
    ck_assert(gml_call_default(gml_trainable_entry, "mix", &call));
    void *a = entries(kernels, 1, share);
    gml_theta theta = {.count = 1, .units = 1, .values = a};
    gml_activation_find_parts(&call, kernels, &theta);
    gml_forward_call forward = {.rows = 1, .cols = count, .stride = count, .z = x, .y = mixed};
    forward.parameters = call.values;
    forward.theta = theta;
    gml_kernels_activation(kernels, "mix")->forward(&forward);
    forward.y = part;
    forward.theta = (gml_theta){.count = 0};
    gml_kernels_activation(kernels, "selu")->forward(&forward);
    free(a);
}

static void check_mix_ends(const gml_kernels *kernels)
{
    enum { COUNT = 40 };
    void *x = random_entries(kernels, COUNT, 4), *mixed = entries(kernels, COUNT, 77);
    void *part = entries(kernels, COUNT, 78);
    put(kernels, x, 3, INFINITY);
    put(kernels, x, 4, -INFINITY);
    mix_and_part(kernels, 1, x, COUNT, mixed, part);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_double_eq(get(kernels, mixed, i), get(kernels, part, i));
    }
    mix_and_part(kernels, 0, x, COUNT, mixed, part);
    for (size_t i = 0; i < COUNT; i++) {
        ck_assert_double_eq(get(kernels, mixed, i), get(kernels, x, i));
    }
    free(x), free(mixed), free(part);
}

TEST(mix_is_its_part_at_a_share_of_1_and_the_identity_at_0_for_infinities_too)
{
    for_each_table(check_mix_ends);
}

int main(void)
{
    return run_tests("kernels_trainable", 60);
}
