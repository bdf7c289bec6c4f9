/* tests/library/results.c - known results of dense networks, found again; docs/results.md has the figures that this
 * program prints. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"

/* A sum of uniform numbers, close to normal, with variance 1. */
static float draw_normal(uint64_t *state)
{
    double sum = -6;
    for (int i = 0; i < 12; i++) {
        *state = *state * 6364136223846793005u + 1442695040888963407u;
        sum += (double)(*state >> 11) * 0x1p-53;
    }
    return (float)sum;
}

/* `text`, then `layer` as many times as `times` says, then `end`. */
static const char *stack(char *buffer, size_t size, const char *text, const char *layer, size_t times, const char *end)
{
    size_t used = (size_t)snprintf(buffer, size, "%s", text);
    for (size_t i = 0; i < times; i++) {
        used += (size_t)snprintf(buffer + used, size - used, "%s", layer);
    }
    snprintf(buffer + used, size - used, "%s", end);
    ck_assert_uint_lt(strlen(buffer) + 1, size);
    return buffer;
}

static void find_moments(const float *values, size_t count, double *mean, double *variance)
{
    double sum = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (double)values[i];
        squares += (double)values[i] * (double)values[i];
    }
    *mean = sum / (double)count;
    *variance = squares / (double)count - *mean * *mean;
}

TEST(selu_keeps_mean_0_and_variance_1_through_32_layers)
{
    enum { WIDTH = 256, SAMPLES = 256, DEEPEST = 32 };
    gml_context *context = test_context();
    float *x = malloc(sizeof *x * SAMPLES * WIDTH), *y = malloc(sizeof *y * SAMPLES * WIDTH);
    ck_assert(x != NULL && y != NULL);
    uint64_t state = 1;
    for (size_t i = 0; i < SAMPLES * WIDTH; i++) {
        x[i] = draw_normal(&state);
    }
    for (size_t depth = 1; depth <= DEEPEST; depth++) {
        char text[1024];
        gml_network *network = NULL;
        stack(text, sizeof text, "256", " -> 256 selu", depth, "");
        assert_ok(context, gml_network_create(context, text, &(gml_network_options){.seed = 1}, &network));
        assert_ok(context,
                  gml_network_predict(network, gml_matrix_f32(x, SAMPLES, WIDTH), gml_matrix_f32(y, SAMPLES, WIDTH)));
        double mean, variance;
        find_moments(y, SAMPLES * WIDTH, &mean, &variance);
        if ((depth & (depth - 1)) == 0) {
            printf("selu, layer %2zu: mean %6.3f, variance %.3f\n", depth, mean, variance);
        }
        ck_assert_double_le(fabs(mean), 0.1);
        ck_assert_double_le(fabs(variance - 1), 0.1);
        gml_network_destroy(network);
    }
    free(x);
    free(y);
    gml_context_destroy(context);
}

/* The share of the digits' train part that a network has right after 20 epochs. */
static double learn_digits(const char *description, uint64_t seed)
{
    const char *root = getenv("GEMMULE_SOURCE_ROOT");
    ck_assert_msg(root != NULL, "GEMMULE_SOURCE_ROOT is not set");
    char path[2048];
    snprintf(path, sizeof path, "%s/data/digits", root);
    gml_context *context = test_context();
    gml_dataset *digits = NULL;
    gml_network *network = NULL;
    gml_metrics metrics;
    assert_ok(context, gml_dataset_open(context, path, NULL, &digits));
    assert_ok(context, gml_network_create(context, description, &(gml_network_options){.seed = seed}, &network));
    assert_ok(context, gml_network_adapt(network, digits, GML_SCALING_AUTO));
    gml_train_options options = {.optimizer = "sgd(lr=0.01)", .epochs = 20, .seed = seed};
    assert_ok(context, gml_fit(network, digits, NULL, &options, NULL, NULL));
    assert_ok(context, gml_evaluate(network, digits, NULL, &metrics));
    gml_network_destroy(network);
    gml_dataset_destroy(digits);
    gml_context_destroy(context);
    return metrics.accuracy;
}

/* Each has 30 dense layers; a block of the residual one starts as the identity. */
TEST(thirty_layers_train_with_residual_connections_and_not_without)
{
    char plain[2048], residual[2048];
    stack(plain, sizeof plain, "64", " -> 16 relu bias_init=zeros", 29, " -> 10 softmax");
    stack(residual, sizeof residual, "64 -> 16 relu",
          " -> 16 relu bias_init=zeros -> 16 init=zeros -> residual(over=2)", 14, " -> 10 softmax");
    for (uint64_t seed = 1; seed <= 3; seed++) {
        double without = learn_digits(plain, seed), with = learn_digits(residual, seed);
        printf("30 layers, seed %d: accuracy %.3f plain, %.3f with residual connections\n", (int)seed, without, with);
        ck_assert_double_ge(with, 0.9);
        ck_assert_double_le(without, 0.5);
    }
}

enum { DEAD_SAMPLES = 256, DEAD_BIAS = -4 };

/* What is left of the targets' variance after training a network all of whose units start with a negative input for
 * every sample. */
static double recover(const char *activation)
{
    float x[2 * DEAD_SAMPLES], y[DEAD_SAMPLES];
    uint64_t state = 1;
    for (size_t i = 0; i < DEAD_SAMPLES; i++) {
        x[2 * i] = tanhf(draw_normal(&state));
        x[2 * i + 1] = tanhf(draw_normal(&state));
        y[i] = sinf(3 * x[2 * i]) + x[2 * i + 1];
    }
    double mean, variance, loss;
    find_moments(y, DEAD_SAMPLES, &mean, &variance);
    gml_context *context = test_context();
    char text[64];
    snprintf(text, sizeof text, "2 -> 16 %s -> 1", activation);
    gml_network *network = NULL;
    assert_ok(context, gml_network_create(context, text, &(gml_network_options){.seed = 1}, &network));
    gml_block bias;
    assert_ok(context, gml_network_block(network, 1, &bias));
    for (size_t j = 0; j < bias.values.cols; j++) {
        ((float *)bias.values.data)[j] = DEAD_BIAS; /* he_uniform: weights below sqrt(3), so that |w x| < 4 */
    }
    gml_trainer *trainer = NULL;
    gml_train_options options = {.optimizer = "adam(lr=0.01)", .batch = DEAD_SAMPLES};
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    for (size_t step = 0; step < 2000; step++) {
        assert_ok(context, gml_trainer_step(trainer, gml_matrix_f32(x, DEAD_SAMPLES, 2),
                                            gml_matrix_f32(y, DEAD_SAMPLES, 1), &loss));
    }
    printf("dead units, %-16s %.4f of the variance is left\n", activation, loss / variance);
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
    return loss / variance;
}

TEST(dead_units_recover_with_leaky_relu_prelu_and_elu_but_not_with_relu)
{
    ck_assert_double_ge(recover("relu"), 0.99);
    ck_assert_double_le(recover("leaky_relu"), 0.2);
    ck_assert_double_le(recover("prelu"), 0.2);
    ck_assert_double_le(recover("elu"), 0.2);
}

int main(void)
{
    return run_tests("results", 60);
}
