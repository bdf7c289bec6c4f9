/* tests/library/initializers.c - initializers have the moments, bounds and shapes that they state. */
#include <math.h>
#include <string.h>

#include "kernel_tables.h"
#include "layer/initializer.h"

enum { IN = 300, OUT = 100, WEIGHTS = IN * OUT };

typedef struct spread {
    const char *call;
    double mean, variance, bound; /* no entry lies further from the mean */
} spread;

static const spread spreads[] = {
    {"zeros", 0, 0, 0},
    {"uniform", 0, 0.1 * 0.1 / 12, 0.05},
    {"uniform(low=1, high=3)", 2, 4.0 / 12, 1},
    {"normal", 0, 0.05 * 0.05, 1},
    {"normal(mean=-1, std=2)", -1, 4, 20},
    {"glorot_uniform", 0, 2.0 / (IN + OUT), 0.12247448713915891},
    {"glorot_normal", 0, 2.0 / (IN + OUT), 1},
    {"he_uniform", 0, 2.0 / IN, 0.14142135623730950},
    {"he_normal", 0, 2.0 / IN, 1},
    {"lecun_uniform", 0, 1.0 / IN, 0.1},
    {"fan_in_uniform", 0, 1.0 / (3 * IN), 0.05773502691896258},
    {"lecun_normal", 0, 1.0 / IN, 1},
    {"truncated_normal(std=2)", 0, 4 * 0.7737413, 4},
    {"truncated_normal(mean=3, std=0.5, bound=1)", 3, 0.25 * 0.2911251, 0.5},
    {"orthogonal", 0, 1.0 / IN, 1},
};

static void check_spread(const gml_kernels *kernels, const spread *expected, const void *w)
{
    double sum = 0, squares = 0, furthest = 0;
    for (size_t i = 0; i < WEIGHTS; i++) {
        double d = get(kernels, w, i) - expected->mean;
        sum += d;
        squares += d * d;
        furthest = fabs(d) > furthest ? fabs(d) : furthest;
    }
    /* Five standard deviations of the mean and of the variance over so many draws. */
    ck_assert_double_le(fabs(sum / WEIGHTS), 5 * sqrt(expected->variance / WEIGHTS));
    ck_assert_double_le(fabs(squares / WEIGHTS - expected->variance), 5 * expected->variance * sqrt(2.0 / WEIGHTS));
    ck_assert_double_le(furthest, expected->bound * (1 + epsilon(kernels)));
    /* The outermost draw is near the bound where the spread is even, and beyond 3 deviations where it is normal. */
    ck_assert_double_ge(furthest,
                        (expected->bound < 4 * sqrt(expected->variance) ? 1.72 : 3) * sqrt(expected->variance));
}

static void check_initializers(const gml_kernels *kernels)
{
    gml_context *context = test_context();
    void *w = entries(kernels, WEIGHTS, 7);
    for (size_t i = 0; i < sizeof spreads / sizeof spreads[0]; i++) {
        gml_call call;
        assert_ok(context, gml_call_parse(context, "initializer", gml_initializer_entry, spreads[i].call,
                                          strlen(spreads[i].call), &call));
        const gml_initialized layer = {kernels, IN, OUT, {.seed = 3, .purpose = GML_RANDOM_WEIGHTS}};
        gml_initializer_draw_weights(&call, &layer, w);
        check_spread(kernels, &spreads[i], w);
    }
    free(w);
    gml_context_destroy(context);
}

TEST(initializers_have_the_mean_the_variance_and_the_bounds_they_state)
{
    for_each_table(check_initializers);
}

/* The product of two columns of W [rows x cols]; and of two rows. */
static double column_product(const gml_kernels *kernels, const void *w, size_t rows, size_t cols, size_t a, size_t b)
{
    double sum = 0;
    for (size_t i = 0; i < rows; i++) {
        sum += get(kernels, w, i * cols + a) * get(kernels, w, i * cols + b);
    }
    return sum;
}

static double row_product(const gml_kernels *kernels, const void *w, size_t cols, size_t a, size_t b)
{
    double sum = 0;
    for (size_t j = 0; j < cols; j++) {
        sum += get(kernels, w, a * cols + j) * get(kernels, w, b * cols + j);
    }
    return sum;
}

static void draw(const gml_kernels *kernels, const char *text, size_t in, size_t out, void *w, void *bias)
{
    gml_context *context = test_context();
    gml_call call;
    assert_ok(context, gml_call_parse(context, "initializer", gml_initializer_entry, text, strlen(text), &call));
    gml_initialized layer = {kernels, in, out, {.seed = 5, .purpose = GML_RANDOM_WEIGHTS}};
    gml_initializer_draw_weights(&call, &layer, w);
    if (bias != NULL) {
        layer.stream.purpose = GML_RANDOM_BIASES;
        gml_initializer_draw_bias(&call, &layer, bias);
    }
    gml_context_destroy(context);
}

static void check_orthogonal(const gml_kernels *kernels)
{
    const size_t shapes[][2] = {{1, 1}, {3, 8}, {8, 3}, {60, 60}, {40, 300}, {300, 40}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        size_t in = shapes[s][0], out = shapes[s][1], few = in < out ? in : out;
        void *w = entries(kernels, in * out, 7);
        draw(kernels, "orthogonal(gain=2)", in, out, w, NULL);
        for (size_t a = 0; a < few; a++) {
            for (size_t b = 0; b <= a; b++) {
                double product =
                    in < out ? row_product(kernels, w, out, a, b) : column_product(kernels, w, in, out, a, b);
                assert_near(kernels, product, a == b ? 4 : 0, 16, "a product of rows or columns", a);
            }
        }
        free(w);
    }
}

TEST(orthogonal_weights_have_orthonormal_rows_or_columns_times_the_gain)
{
    for_each_table(check_orthogonal);
}

static void check_identity(const gml_kernels *kernels)
{
    void *w = entries(kernels, 12, 7);
    draw(kernels, "identity(gain=0.5)", 3, 4, w, NULL);
    for (size_t i = 0; i < 12; i++) {
        ck_assert_double_eq(get(kernels, w, i), i % 5 == 0 ? 0.5 : 0);
    }
    free(w);
}

TEST(identity_weights_are_the_gain_on_the_diagonal)
{
    for_each_table(check_identity);
}

static void check_nguyen_widrow(const gml_kernels *kernels)
{
    enum { INPUTS = 2, UNITS = 400 };
    const double length = 0.7 * 20; /* 400^(1 / 2) */
    void *w = entries(kernels, INPUTS * UNITS, 7), *bias = entries(kernels, UNITS, 7);
    draw(kernels, "nguyen_widrow", INPUTS, UNITS, w, bias);
    double most = 0, mean = 0;
    for (size_t j = 0; j < UNITS; j++) {
        assert_near(kernels, sqrt(column_product(kernels, w, INPUTS, UNITS, j, j)), length, 8, "the length", j);
        most = fmax(most, fabs(get(kernels, bias, j)));
        mean += get(kernels, bias, j) / UNITS;
    }
    ck_assert_double_le(most, length);
    ck_assert_double_ge(most, 0.98 * length);
    ck_assert_double_le(fabs(mean), 5 * length / sqrt(3.0 * UNITS));
    free(w), free(bias);
}

/* Biases [OUT] of a layer of IN inputs are drawn by every row that offers itself, within its bounds. */
static void check_biases(const gml_kernels *kernels)
{
    void *bias = entries(kernels, OUT, 7);
    gml_call call;
    const gml_initialized layer = {kernels, IN, OUT, {.seed = 3, .purpose = GML_RANDOM_BIASES}};
    for (size_t i = 0; gml_bias_initializer_entry(i) != NULL; i++) {
        ck_assert(gml_call_default(gml_bias_initializer_entry, gml_bias_initializer_entry(i)->name, &call));
        gml_initializer_draw_bias(&call, &layer, bias);
        bool zeros = strcmp(call.entry->name, "zeros") == 0;
        for (size_t j = 0; j < OUT; j++) {
            ck_assert_msg((get(kernels, bias, j) == 0) == zeros, "%s: bias %zu is %g", call.entry->name, j,
                          get(kernels, bias, j));
        }
    }
    double most = 0, bound = 1 / sqrt(IN);
    ck_assert(gml_call_default(gml_bias_initializer_entry, "fan_in_uniform", &call));
    gml_initializer_draw_bias(&call, &layer, bias);
    for (size_t j = 0; j < OUT; j++) {
        most = fmax(most, fabs(get(kernels, bias, j)));
    }
    ck_assert_double_le(most, bound * (1 + epsilon(kernels)));
    ck_assert_double_ge(most, 0.9 * bound);
    free(bias);
}

TEST(biases_are_drawn_within_the_bounds_that_the_inputs_of_a_layer_give)
{
    for_each_table(check_biases);
}

TEST(each_initializer_of_weights_names_one_of_biases)
{
    gml_call weights, bias;
    for (size_t i = 0; gml_initializer_entry(i) != NULL; i++) {
        ck_assert(gml_call_default(gml_initializer_entry, gml_initializer_entry(i)->name, &weights));
        ck_assert(gml_call_default(gml_bias_initializer_entry, gml_initializer_bias(&weights), &bias));
    }
    ck_assert(!gml_call_default(gml_bias_initializer_entry, "orthogonal", &bias));
    ck_assert(!gml_call_default(gml_bias_initializer_entry, "identity", &bias));
}

TEST(nguyen_widrow_weights_have_its_length_and_biases_spread_over_it)
{
    for_each_table(check_nguyen_widrow);
}
