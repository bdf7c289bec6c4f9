/* tests/kernel/trainable.c - trainable activations, row by row of the table: the kernels against the reference,
 * the reference against differences of its own values, and what training starts from. */
#include "kernel_tables.h"

#include <string.h>

#include "layer/activation.h"
#include "reference/functions.h"

/* ---- the reference against differences ---- */

enum { POINTS = 41 };

/* From -4 to 4, on no kink. */
static double point_at(size_t i)
{
    return 0.2013 * ((double)i - 20) + 0.0007;
}

/* Numbers that are near what the row starts from, but not it; later ones nearer, as they may stand before high powers.
 */
static void learned_theta(const gml_activation_row *row, const double *arguments, size_t unit, double *theta)
{
    row->learned.start(arguments, theta);
    for (size_t k = 0; k < row->learned.count(arguments); k++) {
        theta[k] += 0.2 * pow(0.3, (double)(k % 6)) * sin(1.0 + 2.0 * (double)k + 3.0 * (double)unit);
    }
}

static void assert_quotient(const char *name, double x, double found, double above, double below, double h)
{
    double wanted = (above - below) / (2 * h);
    ck_assert_msg(fabs(found - wanted) <= 1e-8 * fmax(1, fabs(wanted)), "%s at %g: %.12g, the difference is %.12g",
                  name, x, found, wanted);
}

static void compare_with_differences(const gml_reference_trainable *reference, double x, double *theta, size_t count,
                                     const double *arguments)
{
    const double h = 1e-6;
    double by[GML_MAX_THETA];
    double slope = reference->slope(x, theta, arguments, by);
    if (reference->piece != NULL &&
        reference->piece(x + h, theta, arguments) != reference->piece(x - h, theta, arguments)) {
        return; /* a kink */
    }
    assert_quotient(reference->name, x, slope, reference->value(x + h, theta, arguments),
                    reference->value(x - h, theta, arguments), h);
    for (size_t k = 0; k < count; k++) {
        double kept = theta[k];
        theta[k] = kept + h;
        double above = reference->value(x, theta, arguments);
        theta[k] = kept - h;
        double below = reference->value(x, theta, arguments);
        theta[k] = kept;
        assert_quotient(reference->name, x, by[k], above, below, h);
    }
}

TEST(the_reference_s_derivatives_are_differences_of_its_value)
{
    for (size_t i = 0; gml_trainable_row_at(i) != NULL; i++) {
        const gml_activation_row *row = gml_trainable_row_at(i);
        const gml_reference_trainable *reference = gml_reference_find_trainable(row->entry.name);
        ck_assert_msg(reference != NULL, "%s has no reference", row->entry.name);
        gml_call call;
        double theta[GML_MAX_THETA];
        ck_assert(gml_call_default(gml_trainable_entry, row->entry.name, &call));
        learned_theta(row, call.values, 0, theta);
        for (size_t p = 0; p < POINTS; p++) {
            compare_with_differences(reference, point_at(p), theta, row->learned.count(call.values), call.values);
        }
    }
}

/* ---- the kernels against the reference ---- */

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
    p->theta = gml_activation_theta(&p->call, row, p->cols);
    gml_activation_find_parts(&p->call, row, kernels, &p->theta);
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
    double slope = p->reference->slope(x, theta, p->call.values, by);
    double z = get(p->kernels, p->z, at) + get(p->kernels, p->bias, j);
    assert_near(p->kernels, x, rounded(p->kernels, z), 1, "z + bias", at);
    assert_near(p->kernels, get(p->kernels, p->y, at), p->reference->value(x, theta, p->call.values), 32,
                p->kernel->name, at);
    assert_near(p->kernels, get(p->kernels, p->dz, at), dy * slope, 128, "dz", at);
    bias_sums[j] += dy * slope;
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

/* ---- the start ---- */

/* Trainable rows and the fixed function they start as. */
static const struct {
    const char *call, *fixed;
    double parameter;
} starts[] = {
    {"prelu", "leaky_relu", 0.25},
    {"prelu(slope=0.1)", "leaky_relu", 0.1},
    {"swish", "silu", 0},
    {"scaled_sigmoid", "sigmoid", 0},
    {"scaled_tanh", "tanh", 0},
    {"scaled_tanh(gain=1.7159, slope=0.66666666666666663)", "lecun_tanh", 0},
    {"snake(a=0)", "identity", 0},
    {"pelu", "elu", 1},
    {"piecewise_linear", "relu", 0},
    {"piecewise_linear(knots=3, range=2.5, slope=0.1)", "leaky_relu", 0.1},
    {"rational", "softsign", 0},
    {"mixture(first=gelu, second=gelu, third=none)", "gelu", 0},
    {"mixture(first=squareplus, second=none, third=none)", "squareplus", 4},
};

TEST(each_starts_equal_to_a_known_function)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        gml_call call;
        assert_ok(context, gml_call_parse(context, "activation", gml_trainable_entry, starts[i].call,
                                          strlen(starts[i].call), &call));
        const gml_activation_row *row = gml_trainable_row_at(call.row);
        const gml_kernels *kernels = gml_kernels_find(GML_F64, NULL);
        gml_theta shape = gml_activation_theta(&call, row, 5);
        double theta[GML_MAX_THETA];
        gml_activation_start(&call, row, kernels, shape, theta);
        for (size_t p = 0; p < POINTS; p++) {
            double x = point_at(p);
            double found = gml_reference_find_trainable(call.entry->name)->value(x, theta, call.values);
            double wanted = gml_reference_find_activation(starts[i].fixed)->value(x, &starts[i].parameter);
            ck_assert_msg(fabs(found - wanted) < 4e-15, "%s at %g: %g, not %g", starts[i].call, x, found, wanted);
        }
    }
    gml_context_destroy(context);
}

static bool has_start(const char *name)
{
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (strncmp(starts[i].call, name, strlen(name)) == 0) {
            return true;
        }
    }
    return false;
}

TEST(the_parts_of_a_mixture_are_those_of_their_names_in_every_table)
{
    const gml_parameter *parts = gml_trainable_row_at(8)->entry.parameters, *fourth = &parts[3];
    const char *const names[] = {"identity", "tanh", "relu"};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(gml_activation_entry((size_t)parts[i].initial)->name, names[i]);
    }
    ck_assert_str_eq(fourth->word((size_t)fourth->initial), "none");
    for (size_t i = 0; fourth->word(i) != NULL; i++) {
        const char *name = gml_activation_entry(i)->name;
        ck_assert_str_eq(gml_reference_activation_at(i)->name, name);
        bool none = strcmp(fourth->word(i), "none") == 0;
        ck_assert_int_eq(none, gml_activation_row_at(i)->couples_columns);
        ck_assert(none || strcmp(fourth->word(i), name) == 0);
    }
}

TEST(every_row_is_held_against_the_function_it_starts_as)
{
    for (size_t i = 0; gml_trainable_entry(i) != NULL; i++) {
        ck_assert_msg(has_start(gml_trainable_entry(i)->name), "%s", gml_trainable_entry(i)->name);
    }
}

int main(void)
{
    return run_tests("kernels_trainable", 60);
}
