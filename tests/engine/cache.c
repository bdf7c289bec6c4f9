/* tests/engine/cache.c - no bit of a result follows from the size of the machine's caches (base/cache.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cache.h"
#include "harness.h"
#include "network/network.h"

static const size_t CACHES[] = {256 << 10, 512 << 10, 1 << 20, 2 << 20};
enum { CACHE_COUNT = sizeof CACHES / sizeof CACHES[0], STEPS = 2 };

static void fake_cache(size_t bytes)
{
    char text[32];
    snprintf(text, sizeof text, "%zu", bytes);
    setenv("GEMMULE_CACHE", text, 1);
    ck_assert_uint_eq(gml_cache_bytes(), bytes);
}

/* A network whose weights fill several panels in each of the caches, in small steps and in one of a GFLOP or more. */
typedef struct shape {
    const char *net;
    size_t inputs, outputs, batch;
    size_t every; /* of the options: all, or each second, for the larger */
} shape;

static const shape SHAPES[] = {
    {"301 -> 203 relu -> 157 bias=no -> batchnorm -> tanh -> 5", 301, 5, 37, 1},
    {"200 -> 300 bias=no -> weight_norm -> relu -> 256 prelu -> 3", 200, 3, 16, 1},
    {"700 -> 501 relu -> 300 tanh -> 7", 700, 7, 340, 2},
};

static const gml_train_options OPTIONS[] = {
    {.optimizer = "sgd"},
    {.optimizer = "adam", .clip_norm = 0.01},
    {.optimizer = "momentum", .clip_norm = 0.01, .accumulate = 2},
    {.optimizer = "adam", .accumulate = 2, .average = "ema(decay=0.9)"},
    {.optimizer = "muon", .clip_norm = 0.01},
    {.optimizer = "sgd", .max_norm = 0.5, .gradient_noise = 1e-4, .l1 = 1e-4, .groups = "weights(last=1, rate=0.5)"},
};

/* ---- what a machine with some cache makes of it ---- */

static double number(size_t row, size_t col)
{
    size_t x = (row * 7919 + col * 104729 + 13) * 2654435761U % 1000003;
    return (double)x / 500001.5 - 1;
}

static void *train(gml_context *context, const shape *of, const gml_train_options *options, gml_dtype dtype,
                   size_t *bytes)
{
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    const gml_network_options made = {.dtype = dtype, .seed = 2};
    gml_train_options complete = *options;
    complete.batch = of->batch;
    assert_ok(context, gml_network_create(context, of->net, &made, &network));
    assert_ok(context, gml_trainer_create(network, &complete, &trainer));
    double *x = malloc(of->batch * of->inputs * sizeof *x), *y = malloc(of->batch * of->outputs * sizeof *y);
    for (size_t step = 0; step < STEPS; step++) {
        for (size_t i = 0; i < of->batch * of->inputs; i++) {
            x[i] = number(step, i);
        }
        for (size_t i = 0; i < of->batch * of->outputs; i++) {
            y[i] = number(step + 100, i);
        }
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f64(x, of->batch, of->inputs),
                                            gml_matrix_f64(y, of->batch, of->outputs), NULL));
    }
    void *result = malloc(network->parameter_bytes);
    memcpy(result, network->parameters, network->parameter_bytes);
    *bytes = network->parameter_bytes;
    free(x);
    free(y);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    return result;
}

static void assert_same_for_all_caches(const char *products)
{
    gml_context *context = context_with((gml_context_options){.threads = 2, .products = products});
    for (size_t s = 0; s < sizeof SHAPES / sizeof SHAPES[0]; s++) {
        for (size_t o = SHAPES[s].every - 1; o < sizeof OPTIONS / sizeof OPTIONS[0]; o += SHAPES[s].every) {
            for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
                size_t bytes;
                fake_cache(CACHES[0]);
                void *first = train(context, &SHAPES[s], &OPTIONS[o], dtype, &bytes);
                for (size_t c = 1; c < CACHE_COUNT; c++) {
                    fake_cache(CACHES[c]);
                    void *other = train(context, &SHAPES[s], &OPTIONS[o], dtype, &bytes);
                    ck_assert_msg(memcmp(first, other, bytes) == 0, "%s, options %zu, %s: %zu KiB of cache",
                                  SHAPES[s].net, o, gml_dtype_name(dtype), CACHES[c] >> 10);
                    free(other);
                }
                free(first);
            }
        }
    }
    gml_context_destroy(context);
}

LARGE_TEST(the_librarys_own_products_give_the_same_bits_for_any_cache)
{
    assert_same_for_all_caches("auto");
}

LARGE_TEST(openblas_gives_the_same_bits_for_any_cache)
{
    assert_same_for_all_caches("blas");
}

TEST(a_cache_that_is_not_known_or_is_far_out_is_taken_for_a_usual_one)
{
    setenv("GEMMULE_CACHE", "1", 1);
    ck_assert_uint_eq(gml_cache_bytes(), 256 << 10);
    setenv("GEMMULE_CACHE", "1000000000", 1);
    ck_assert_uint_eq(gml_cache_bytes(), 2 << 20);
    setenv("GEMMULE_CACHE", "1.5 MiB", 1);
    size_t from_system = gml_cache_bytes();
    unsetenv("GEMMULE_CACHE");
    ck_assert_uint_eq(gml_cache_bytes(), from_system);
}

int main(void)
{
    return run_tests("cache", 120);
}
