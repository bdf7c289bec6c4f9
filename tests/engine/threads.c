/* tests/engine/threads.c - the same bits for any number of threads: weights after 200 steps, and predictions, at 1, 2,
 * 3, 4 and 8 threads. Meson runs this test once for each flavour of OpenBLAS it finds. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"

enum { STEPS = 200 };

static const size_t THREADS[] = {1, 2, 3, 4, 8};

/* A clock by which now steps on one thread are faster, now steps on several. */
static uint64_t fickle_clock(void *user)
{
    uint64_t *calls = user;
    *calls += 1;
    return *calls * 1000 + *calls % 97 * 500;
}

static uint64_t train(const char *description, gml_dtype dtype, size_t batch, size_t threads, double clip_norm)
{
    uint64_t calls = 0;
    gml_network_options network_options = {.dtype = dtype};
    gml_train_options options = {.optimizer = "adam", .batch = batch, .clip_norm = clip_norm};
    gml_context *context = NULL;
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    context = context_with((gml_context_options){.threads = threads, .clock = fickle_clock, .clock_user = &calls});
    assert_ok(context, gml_network_create(context, description, &network_options, &network));
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    size_t inputs = gml_network_inputs(network);
    double *x = random_doubles(batch * inputs, 1);
    double *y = random_classes(batch, gml_network_outputs(network), 2);
    for (size_t step = 0; step < STEPS; step++) {
        /* Batches of different lengths, as the last one of an epoch is. */
        size_t rows = step % 7 == 6 ? batch / 2 + 3 : batch;
        assert_ok(context,
                  gml_trainer_step(trainer, gml_matrix_f64(x, rows, inputs), gml_matrix_f64(y, rows, 1), NULL));
    }
    uint64_t hash = hash_weights(network);
    free(x);
    free(y);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return hash;
}

static void assert_same_bits(const char *description, gml_dtype dtype, size_t batch, double clip_norm)
{
    uint64_t first = train(description, dtype, batch, THREADS[0], clip_norm);
    for (size_t i = 1; i < sizeof THREADS / sizeof THREADS[0]; i++) {
        uint64_t hash = train(description, dtype, batch, THREADS[i], clip_norm);
        ck_assert_msg(hash == first, "%s: other weights with %zu threads", description, THREADS[i]);
    }
}

TEST(a_narrow_net_has_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits("20 -> 30 relu -> 5 softmax", GML_F32, 33, 0);
    assert_same_bits("20 -> 30 tanh -> 5 softmax", GML_F64, 33, 0);
}

LARGE_TEST(a_wide_net_has_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits("200 -> 400 relu -> 10 softmax", GML_F32, 96, 0);
}

LARGE_TEST(a_deep_net_has_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits("40 -> 64 relu -> 64 tanh -> 64 sigmoid -> 64 leaky_relu -> 64 relu -> 64 relu -> 64 relu -> "
                     "7 softmax",
                     GML_F32, 150, 0);
}

TEST(clipping_by_norm_keeps_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits("100 -> 300 relu -> 10 softmax", GML_F32, 96, 0.01);
}

/* Few threads use the same rows for each of their panels; for many threads there are too few panels. */
TEST(layers_without_weights_have_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits(
        "12 -> scale -> 24 bias=no -> affine -> gelu -> 24 silu -> layernorm -> residual 3 -> dropout 0.1 -> "
        "prelu -> residual -> 5 softmax",
        GML_F32, 600, 0);
    assert_same_bits("6 -> members 8 -> scale(signs=yes) -> 12 bias=no -> affine -> relu -> scale -> 12 selu -> "
                     "4 softmax heads -> average",
                     GML_F64, 120, 0.01);
}

/* The vectors of this many members are cut into several tasks. */
LARGE_TEST(many_members_have_the_same_bits_for_any_number_of_threads)
{
    assert_same_bits("6 -> members 40 -> scale(signs=yes) -> 130 -> affine -> relu -> 3 softmax heads -> average",
                     GML_F32, 64, 0);
}

TEST(predictions_have_the_same_bits_for_any_number_of_threads)
{
    enum { ROWS = 777, INPUTS = 100, OUTPUTS = 10 };
    double *x = random_doubles(ROWS * INPUTS, 1);
    float *first = calloc(ROWS * OUTPUTS, sizeof *first), *y = calloc(ROWS * OUTPUTS, sizeof *y);
    for (size_t i = 0; i < sizeof THREADS / sizeof THREADS[0]; i++) {
        gml_context *context = NULL;
        gml_network *network = NULL;
        context = context_with((gml_context_options){.threads = THREADS[i]});
        assert_ok(context, gml_network_create(context, "100 -> 300 relu -> 10 softmax", NULL, &network));
        assert_ok(context, gml_network_predict(network, gml_matrix_f64(x, ROWS, INPUTS),
                                               gml_matrix_f32(i == 0 ? first : y, ROWS, OUTPUTS)));
        ck_assert(i == 0 || memcmp(first, y, ROWS * OUTPUTS * sizeof *y) == 0);
        gml_network_destroy(network);
        gml_context_destroy(context);
    }
    free(x);
    free(y);
    free(first);
}

TEST(this_run_is_with_the_flavour_of_openblas_it_is_meant_for)
{
    const char *flavour = getenv("GEMMULE_TEST_FLAVOUR");
    bool found = flavour == NULL;
    for (size_t i = 0; !found && gml_build_feature(i) != NULL; i++) {
        found = strstr(gml_build_feature(i), flavour) != NULL;
    }
    ck_assert_msg(found, "%s is not what is loaded", flavour);
}

int main(void)
{
    return run_tests("threads", 240);
}
