/* tests/network/data_init.c - initialisation by data: units of deviation 1 whose zeros lie among the samples. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "network/data_init.h"
#include "numbers.h"

enum { SAMPLES = 300, INPUTS = 6, UNITS = 40 };

static gml_network *network_of(gml_context *context, const char *net, gml_dtype dtype)
{
    gml_network *made = NULL;
    assert_ok(context, gml_network_create(context, net, &(gml_network_options){.dtype = dtype, .seed = 9}, &made));
    return made;
}

static double *parameters_of(const gml_network *network, size_t index)
{
    gml_block block;
    ck_assert_int_eq(gml_network_block(network, index, &block), GML_OK);
    return block.values.data;
}

/* Naive outputs z = x W of one unit. */
static void multiply(const double *x, const double *w, size_t in, size_t out, size_t unit, double *z)
{
    for (size_t r = 0; r < SAMPLES; r++) {
        z[r] = 0;
        for (size_t i = 0; i < in; i++) {
            z[r] += x[r * in + i] * w[i * out + unit];
        }
    }
}

static void assert_unit(const double *z, double bias)
{
    double mean = 0, square = 0, least = z[0], greatest = z[0];
    for (size_t r = 0; r < SAMPLES; r++) {
        mean += z[r] / SAMPLES;
        least = fmin(least, z[r]);
        greatest = fmax(greatest, z[r]);
    }
    for (size_t r = 0; r < SAMPLES; r++) {
        square += (z[r] - mean) * (z[r] - mean) / SAMPLES;
    }
    ck_assert_double_eq_tol(sqrt(square), 1, 1e-10);
    ck_assert_double_ge(-bias, least);
    ck_assert_double_le(-bias, greatest);
}

/* Inputs far from mean 0 and deviation 1, so that the promises are none of the drawing. */
static double *make_inputs(void)
{
    double *x = random_doubles((size_t)SAMPLES * INPUTS, 3);
    for (size_t i = 0; i < (size_t)SAMPLES * INPUTS; i++) {
        x[i] = 20 + (double)(1 + i % INPUTS) * x[i];
    }
    return x;
}

TEST(per_unit_gives_every_unit_of_every_layer_deviation_1_and_a_zero_among_the_samples)
{
    gml_context *context = test_context();
    gml_network *network = network_of(context, "6 -> 40 tanh -> 40 relu -> 3", GML_F64);
    double *x = make_inputs(), *hidden = malloc(sizeof *hidden * SAMPLES * UNITS), z[SAMPLES];
    double *next = malloc(sizeof *next * SAMPLES * UNITS);
    assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, SAMPLES, INPUTS), "per_unit", 4));
    const double *values = x;
    for (size_t layer = 0; layer < 3; layer++) {
        const size_t in = layer == 0 ? INPUTS : UNITS, out = layer == 2 ? 3 : UNITS;
        const double *w = parameters_of(network, 2 * layer), *b = parameters_of(network, 2 * layer + 1);
        for (size_t j = 0; j < out; j++) {
            multiply(values, w, in, out, j, z);
            assert_unit(z, b[j]);
            for (size_t r = 0; r < SAMPLES; r++) {
                next[r * out + j] = layer == 0 ? tanh(z[r] + b[j]) : fmax(z[r] + b[j], 0);
            }
        }
        memcpy(hidden, next, sizeof *next * SAMPLES * out);
        values = hidden;
    }
    free(x), free(hidden), free(next);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(biases_are_mixtures_of_as_many_samples_as_are_asked_for)
{
    gml_context *context = test_context();
    double *x = make_inputs(), z[SAMPLES], spread[2] = {0};
    static const char *const calls[] = {"per_unit(points=1)", "per_unit(points=50)"};
    for (size_t i = 0; i < 2; i++) {
        gml_network *network = network_of(context, "6 -> 40", GML_F64);
        assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, SAMPLES, INPUTS), calls[i], 4));
        const double *w = parameters_of(network, 0), *b = parameters_of(network, 1);
        for (size_t j = 0; j < UNITS; j++) {
            double mean = 0, nearest = INFINITY;
            multiply(x, w, INPUTS, UNITS, j, z);
            for (size_t r = 0; r < SAMPLES; r++) {
                mean += z[r] / SAMPLES;
                nearest = fmin(nearest, fabs(z[r] + b[j]));
            }
            spread[i] += (b[j] + mean) * (b[j] + mean) / UNITS;
            ck_assert(i > 0 || nearest < 1e-10); /* one sample is the zero */
        }
        gml_network_destroy(network);
    }
    ck_assert_double_gt(spread[0], 0.4);  /* about the variance of the samples, 1 */
    ck_assert_double_lt(spread[1], 0.12); /* sum of c_i^2 is about 2 / 51 */
    ck_assert_double_gt(spread[1], 0.01);
    free(x);
    gml_context_destroy(context);
}

TEST(another_seed_draws_other_biases_and_the_same_seed_the_same_bits_in_both_types)
{
    gml_context *context = test_context();
    double *x = make_inputs();
    const gml_matrix in = gml_matrix_f64(x, SAMPLES, INPUTS);
    for (int dtype = 0; dtype < 2; dtype++) {
        const size_t bytes = UNITS * gml_dtype_size((gml_dtype)dtype);
        gml_network *networks[3];
        for (size_t i = 0; i < 3; i++) {
            networks[i] = network_of(context, "6 -> 40 -> 2", (gml_dtype)dtype);
            assert_ok(context, gml_network_initialize_to_data(networks[i], in, "per_unit", i / 2));
        }
        ck_assert_mem_eq(parameters_of(networks[0], 1), parameters_of(networks[1], 1), bytes);
        ck_assert_mem_ne(parameters_of(networks[0], 1), parameters_of(networks[2], 1), bytes);
        ck_assert_mem_eq(parameters_of(networks[0], 0), parameters_of(networks[2], 0), bytes * INPUTS);
        for (size_t i = 0; i < 3; i++) {
            gml_network_destroy(networks[i]);
        }
    }
    free(x);
    gml_context_destroy(context);
}

TEST(units_with_constant_outputs_keep_their_weights_and_zeros_stay_zeros)
{
    gml_context *context = test_context();
    gml_network *network = network_of(context, "6 -> 40 relu -> 3 init=zeros", GML_F64);
    gml_network *same = network_of(context, "6 -> 40 relu -> 3 init=zeros", GML_F64);
    double *x = make_inputs();
    for (size_t i = INPUTS; i < (size_t)SAMPLES * INPUTS; i++) {
        x[i] = x[i - INPUTS]; /* all samples are equal */
    }
    assert_ok(context, gml_network_initialize_to_data(network, gml_matrix_f64(x, SAMPLES, INPUTS), "per_unit", 4));
    ck_assert_mem_eq(parameters_of(network, 0), parameters_of(same, 0), INPUTS * UNITS * sizeof(double));
    for (size_t j = 0; j < 3; j++) {
        ck_assert_double_eq(parameters_of(network, 2)[j], 0);
        ck_assert_double_eq(parameters_of(network, 3)[j], 0);
    }
    free(x);
    gml_network_destroy(same);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(norms_residuals_and_layers_without_biases_are_passed_through)
{
    static const char *const nets[] = {
        "6 -> 40 bias=no -> weight_norm -> relu -> 40 selu -> residual -> layernorm -> 3 softmax",
        "6 -> batchnorm -> 40 -> glu -> dropout 0.5 -> 8 mix(f=mish) -> 2",
    };
    gml_context *context = test_context();
    double *x = make_inputs(), y[3 * SAMPLES];
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++) {
        gml_network *network = network_of(context, nets[i], GML_F64);
        const gml_matrix in = gml_matrix_f64(x, SAMPLES, INPUTS);
        const gml_matrix out = gml_matrix_f64(y, SAMPLES, gml_network_outputs(network));
        assert_ok(context, gml_network_initialize_to_data(network, in, "per_unit", 4));
        assert_ok(context, gml_network_predict(network, in, out));
        ck_assert(isfinite(y[0]) && isfinite(y[SAMPLES]));
        gml_network_destroy(network);
    }
    free(x);
    gml_context_destroy(context);
}

TEST(a_network_that_was_fresh_still_is)
{
    gml_context *context = test_context();
    gml_network *network = network_of(context, "6 -> 4 tanh -> 1", GML_F32);
    double *x = make_inputs();
    const gml_matrix in = gml_matrix_f64(x, SAMPLES, INPUTS);
    assert_ok(context, gml_network_initialize_to_data(network, in, "per_unit", 4));
    ck_assert(gml_network_is_fresh(network));
    network->fresh = false;
    assert_ok(context, gml_network_initialize_to_data(network, in, "per_unit", 4));
    ck_assert(!gml_network_is_fresh(network));
    free(x);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

TEST(bad_calls_and_bad_data_are_refused_in_words)
{
    gml_context *context = test_context();
    gml_network *network = network_of(context, "2 -> 3 relu -> 1", GML_F32);
    const float good[] = {1, 2, 3, 5}, infinite[] = {1, 2, INFINITY, 4};
    const gml_matrix x = gml_matrix_f32((float *)(uintptr_t)good, 2, 2);
    assert_refused(context, gml_network_initialize_to_data(network, x, "per_units", 0), GML_ERROR_NAME, "per_unit",
                   "lsuv", NULL);
    assert_refused(context, gml_network_initialize_to_data(network, x, "per_unit(points=0)", 0), GML_ERROR_ARGUMENT,
                   "points", NULL);
    assert_refused(
        context,
        gml_network_initialize_to_data(network, gml_matrix_f32((float *)(uintptr_t)infinite, 2, 2), "per_unit", 0),
        GML_ERROR_DATA, "layer 1", "sample 2", NULL);
    assert_ok(context, gml_network_initialize_to_data(network, x, NULL, 0));
    gml_network_destroy(network);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("data_init", 60);
}
