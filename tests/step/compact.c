/* tests/step/compact.c - tiny steps, whose calls are made ready once: the same bits as step by step through the phases.
 * A trainer that keeps its gradients takes the phases. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"
#include "step/trainer.h"

enum { STEPS = 50, BATCH = 13 };

static gml_trainer *trainer_of(const char *description, gml_dtype dtype, gml_train_options options, int keep)
{
    gml_network *network = NULL;
    gml_trainer *trainer = NULL;
    gml_context *context = NULL;
    const gml_context_options own = {.products = "auto"};
    context = context_with(own);
    gml_network_options kind = {.dtype = dtype, .seed = 3};
    options.batch = BATCH;
    options.keep_gradients = keep;
    assert_ok(context, gml_network_create(context, description, &kind, &network));
    assert_ok(context, gml_trainer_create(network, &options, &trainer));
    return trainer;
}

static void destroy(gml_trainer *trainer)
{
    gml_network *network = trainer->network;
    gml_context *context = network->context;
    gml_trainer_destroy(trainer);
    gml_network_destroy(network);
    gml_context_destroy(context);
}

/* Batches of several lengths, in memory of another type than the network's and of the same. */
static uint64_t train(gml_trainer *trainer)
{
    gml_network *network = trainer->network;
    size_t inputs = gml_network_inputs(network);
    double *x = random_doubles(BATCH * inputs, 1);
    double *y = random_classes(BATCH, gml_network_outputs(network), 2);
    for (size_t step = 0; step < STEPS; step++) {
        size_t rows = step % 5 == 4 ? 1 + step % BATCH : BATCH;
        double loss;
        assert_ok(network->context,
                  gml_trainer_step(trainer, gml_matrix_f64(x, rows, inputs), gml_matrix_f64(y, rows, 1), &loss));
    }
    free(x);
    free(y);
    return hash_weights(network);
}

static void assert_same_bits(const char *description, gml_dtype dtype, gml_train_options options)
{
    gml_trainer *compact = trainer_of(description, dtype, options, 0);
    gml_trainer *phases = trainer_of(description, dtype, options, 1);
    bool own = strcmp(compact->network->kernels->isa, "baseline") != 0; /* whose products are seldom worth it */
    ck_assert_msg(!own || compact->scratch.compact != NULL, "%s with %s is not taken as one list of calls", description,
                  options.optimizer);
    ck_assert_ptr_null(phases->scratch.compact);
    ck_assert_msg(train(compact) == train(phases), "%s with %s: other weights", description, options.optimizer);
    destroy(compact);
    destroy(phases);
}

TEST(every_flat_optimizer_gives_the_bits_of_the_phases)
{
    size_t flat = 0;
    for (size_t i = 0; gml_optimizer_row_at(i) != NULL; i++) {
        const gml_optimizer_row *row = gml_optimizer_row_at(i);
        if (row->full_batch || row->iterations != 0 || row->average != 0) {
            continue;
        }
        flat++;
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            gml_train_options options = {.optimizer = row->entry.name};
            assert_same_bits("3 -> 5 tanh -> 4 gelu -> 3 softmax", (gml_dtype)dtype, options);
            options.l2 = 0.01;
            options.clip_value = 0.5;
            assert_same_bits("3 -> 5 relu bias=no -> 3 softmax", (gml_dtype)dtype, options);
        }
    }
    ck_assert_uint_ge(flat, 13);
}

TEST(every_activation_gives_the_bits_of_the_phases)
{
    for (size_t i = 0; gml_activation_entry(i) != NULL; i++) {
        char description[128];
        snprintf(description, sizeof description, "4 -> 6 %s -> 3 softmax", gml_activation_entry(i)->name);
        assert_same_bits(description, GML_F32, (gml_train_options){.optimizer = "adam", .clip_value = 1});
    }
}

TEST(decay_of_weights_gives_the_bits_of_the_phases_at_every_rate)
{
    gml_train_options options = {.optimizer = "adamw(weight_decay=0.1)"};
    gml_trainer *trainers[] = {trainer_of("3 -> 5 silu -> 3 softmax", GML_F32, options, 0),
                               trainer_of("3 -> 5 silu -> 3 softmax", GML_F32, options, 1)};
    uint64_t hashes[2];
    for (size_t i = 0; i < 2; i++) {
        train(trainers[i]);
        ck_assert_int_eq(gml_trainer_set_learning_rate(trainers[i], 0.05), GML_OK);
        hashes[i] = train(trainers[i]);
        destroy(trainers[i]);
    }
    ck_assert_uint_eq(hashes[0], hashes[1]);
}

TEST(a_step_with_more_to_it_goes_through_the_phases)
{
    const gml_train_options more[] = {{.clip_norm = 1},
                                      {.max_norm = 1},
                                      {.l1 = 0.1},
                                      {.accumulate = 2},
                                      {.average = "ema"},
                                      {.gradient_noise = 0.1},
                                      {.groups = "all(first=1, last=1, rate=0)"}};
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        gml_trainer *trainer = trainer_of("3 -> 5 relu -> 3 softmax", GML_F32, more[i], 0);
        ck_assert_ptr_null(trainer->scratch.compact);
        destroy(trainer);
    }
    const char *const networks[] = {"3 -> 5 prelu -> 3 softmax", "3 -> 5 -> batchnorm -> relu -> 3 softmax",
                                    "784 -> 512 relu -> 10 softmax"};
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
        gml_trainer *trainer = trainer_of(networks[i], GML_F32, (gml_train_options){0}, 0);
        ck_assert_ptr_null(trainer->scratch.compact);
        destroy(trainer);
    }
}

TEST(a_bad_target_and_a_loss_that_is_not_finite_leave_the_weights_alone)
{
    gml_trainer *trainer = trainer_of("2 -> 4 relu -> 2 softmax", GML_F32, (gml_train_options){0}, 0);
    const float x[] = {1, 2}, huge[] = {INFINITY, 1}, good[] = {1}, bad[] = {7};
    uint64_t before = hash_weights(trainer->network);
    ck_assert_int_eq(gml_trainer_step(trainer, gml_matrix_f32(x, 1, 2), gml_matrix_f32(bad, 1, 1), NULL),
                     GML_ERROR_DATA);
    ck_assert_int_eq(gml_trainer_step(trainer, gml_matrix_f32(huge, 1, 2), gml_matrix_f32(good, 1, 1), NULL),
                     GML_ERROR_DIVERGED);
    ck_assert_uint_eq(hash_weights(trainer->network), before);
    destroy(trainer);
}

int main(void)
{
    return run_tests("compact", 60);
}
