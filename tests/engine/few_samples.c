/* tests/engine/few_samples.c - predictions of few samples, in which threads share the columns of large layers. */
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/parallel.h"
#include "gemmule/custom.h"
#include "harness.h"
#include "numbers.h"

enum { MOST_ROWS = 17, MOST_INPUTS = 500, MOST_OUTPUTS = 400, CALLS = 40 };

static const size_t THREADS[] = {1, 2, 3, 8};
static const size_t ROWS[] = {1, 3, 16, MOST_ROWS};

/* Layers of whole rows and small ones lie between large ones. */
static const char *const NETS[] = {
    "300 -> 330 relu -> 310 tanh -> dropout -> layernorm -> 310 gelu -> residual -> 300 softmax",
    "500 -> 200 prelu(per=unit) -> 400 -> swiglu -> batchnorm -> 301 sigmoid -> 1",
    "400 -> 400",
};

/* Each trial of one thread against several lasts equally long. */
static uint64_t steady_clock(void *user)
{
    return *(uint64_t *)user += 1000;
}

/* Gives every parameter another value; those of activations begin equal. */
static void vary_parameters(gml_network *network)
{
    for (size_t b = 0; b < gml_network_block_count(network); b++) {
        gml_block block;
        ck_assert_int_eq(gml_network_block(network, b, &block), GML_OK);
        for (size_t i = 0; i < block.values.rows * block.values.cols; i++) {
            const double factor = 1 + (double)(i % 13) / 16;
            if (block.values.dtype == GML_F64) {
                ((double *)block.values.data)[i] *= factor;
            } else {
                ((float *)block.values.data)[i] *= (float)factor;
            }
        }
    }
}

/* Predicts often enough that both one thread and several are used. Compares each call with `expected`, or with the
 * first call, which writes it, on one thread. */
static void predict(const char *description, gml_dtype dtype, size_t threads, size_t rows, double *x, double *expected)
{
    double *y = calloc(MOST_ROWS * MOST_OUTPUTS, sizeof *y);
    uint64_t now = 0;
    gml_context *context =
        context_with((gml_context_options){.threads = threads, .clock = steady_clock, .clock_user = &now});
    gml_network *network = new_network(context, description, dtype, 12);
    size_t inputs = gml_network_inputs(network), outputs = gml_network_outputs(network);
    vary_parameters(network);
    for (size_t call = 0; call < CALLS; call++) {
        void *to = threads == 1 && call == 0 ? expected : y;
        assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, rows, inputs),
                                               gml_matrix_view(to, dtype, rows, outputs)));
        ck_assert_msg(to == expected || memcmp(expected, y, MOST_ROWS * MOST_OUTPUTS * sizeof *y) == 0,
                      "%s, %zu rows, %zu threads, call %zu", description, rows, threads, call);
    }
    free(y);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

static void compare_threads(const char *description, gml_dtype dtype, size_t rows)
{
    double *x = random_doubles(MOST_ROWS * MOST_INPUTS, 1);
    double *expected = calloc(MOST_ROWS * MOST_OUTPUTS, sizeof *expected);
    for (size_t t = 0; t < sizeof THREADS / sizeof THREADS[0]; t++) {
        predict(description, dtype, THREADS[t], rows, x, expected);
    }
    free(x);
    free(expected);
}

TEST(predictions_of_few_samples_have_the_same_bits_for_any_number_of_threads)
{
    for (size_t i = 0; i < sizeof NETS / sizeof NETS[0]; i++) {
        for (size_t r = 0; r < sizeof ROWS / sizeof ROWS[0]; r++) {
            compare_threads(NETS[i], GML_F32, ROWS[r]);
            compare_threads(NETS[i], GML_F64, ROWS[r]);
        }
    }
}

/* ---- sharing ---- */

/* An activation that notes the widest piece of a row that it is given. */
static void note_width(void *user, const double *arguments, size_t count, const double *x, double *y, double *slope)
{
    (void)arguments, (void)slope;
    atomic_size_t *widest = user;
    for (size_t seen = atomic_load(widest); seen < count && !atomic_compare_exchange_weak(widest, &seen, count);) {
    }
    memcpy(y, x, count * sizeof *y);
}

/* Returns the widest piece of a row of 400 outputs. */
static size_t widest_piece(size_t threads)
{
    atomic_size_t widest = 0;
    const gml_custom_activation activation = {.entry = {.name = "noting", .summary = "notes", .formula = "f(x) = x"},
                                              .user = &widest,
                                              .function = note_width};
    gml_context *context = context_with((gml_context_options){.threads = threads});
    assert_ok(context, gml_register_activation(context, &activation));
    gml_network *network = new_network(context, "3000 -> 400 noting", GML_F64, 1);
    double *x = random_doubles(3000, 1), *y = calloc(400, sizeof *y);
    assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, 1, 3000), gml_matrix_f64(y, 1, 400)));
    free(x);
    free(y);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return atomic_load(&widest);
}

TEST(several_threads_share_the_columns_of_a_large_layer)
{
    if (!gml_parallel_has_openmp()) {
        return;
    }
    size_t alone = widest_piece(1);
    ck_assert_uint_gt(alone, 0);
    ck_assert_uint_lt(widest_piece(4), alone);
}

int main(void)
{
    return run_tests("few_samples", 120);
}
