/* tests/explain/hostile_alarms.c - alarms at the edges of their rules: outputs, layers in two parts, units that fire
 * once, gradients of 0, thresholds, alarms that end and come again. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain/health/spike.h"
#include "health_case.h"
#include "numbers.h"

static const gml_health_options every_batch = {.every = 1};

/* ---- alarms ---- */

/* Outputs of a million, and probabilities near 0 and 1, are what a regression and a sure classifier have. */
TEST(great_or_flat_outputs_raise_no_alarm)
{
    health_case c = set_up_health("8 -> 16 tanh -> 12", GML_F64, 1, 1);
    gml_dataset *values = NULL;
    double *y = random_doubles((size_t)CASE_ROWS * 12, 9);
    for (size_t unit = 0; unit < 12; unit++) {
        set_bias(c.network, 1, unit, 1e6);
    }
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CASE_ROWS, 8),
                                                   gml_matrix_f64(y, CASE_ROWS, 12), GML_TASK_REGRESSION, &values));
    assert_ok(c.context, gml_health_measure(c.health, values));
    assert_silent(c.health, "outputs of a million");
    gml_dataset_destroy(values);
    tear_down_health(&c);
    free(y);
    c = set_up_health("8 -> 16 tanh -> 3 sigmoid", GML_F64, 1, 1);
    for (size_t unit = 0; unit < 3; unit++) {
        set_bias(c.network, 1, unit, 30);
    }
    gml_dataset *bare = NULL;
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, CASE_ROWS, 8), gml_matrix_none(),
                                                   GML_TASK_AUTO, &bare));
    assert_ok(c.context, gml_health_measure(c.health, bare));
    assert_silent(c.health, "sure probabilities");
    gml_dataset_destroy(bare);
    tear_down_health(&c);
}

/* Where dense layer and activation are two layers, the second has the alarm. */
TEST(a_unit_in_two_layers_is_named_once)
{
    health_case c = set_up_health("8 -> 16 -> relu -> 3 softmax", GML_F64, 1, 1);
    set_bias(c.network, 0, 5, 2e4);
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    ck_assert_ptr_nonnull(find_alarm(c.health, "exploding", 2));
    ck_assert_ptr_null(find_alarm(c.health, "exploding", 1));
    tear_down_health(&c);
}

/* Two units that fire for the same one sample have a correlation of 1, and nothing else in common. */
TEST(units_that_fire_for_one_sample_alone_are_no_duplicates)
{
    health_case c = set_up_health("8 -> 4 relu -> 3 softmax", GML_F64, 1, 1);
    for (size_t unit = 0; unit < 2; unit++) {
        for (size_t i = 0; i < 8; i++) {
            set_weight(c.network, 0, i, unit, i == 0 ? 1 : i == 1 + unit ? 0.1 : 0);
        }
        set_bias(c.network, 0, unit, -3);
    }
    c.x[(size_t)70 * 8] = 5;
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    ck_assert_double_gt(unit_health(c.health, 0, 0).mean, 0);
    ck_assert_double_gt(unit_health(c.health, 0, 1).mean, 0);
    ck_assert_uint_eq(unit_health(c.health, 0, 1).twin, SIZE_MAX);
    tear_down_health(&c);
}

typedef struct broken {
    gml_network *network;
    double greatest; /* loss of a batch */
} broken;

/* Breaks the weights after a batch. */
static int break_weights(void *user, const gml_progress *progress)
{
    broken *of = user;
    for (size_t i = 0; i < 32 && progress->epoch == 12 && progress->batch == 1; i++) {
        set_weight(of->network, 1, i, 0, 60 * (i % 2 == 0 ? 1 : -1));
    }
    of->greatest = progress->epoch >= 12 ? fmax(of->greatest, progress->batch_loss) : of->greatest;
    return 0;
}

TEST(a_spike_is_told_with_the_loss_of_its_samples)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F64, 1, 1);
    broken of = {.network = c.network};
    const gml_fit_callbacks callbacks = {.user = &of, .on_batch = break_weights};
    const gml_train_options options = {.epochs = 14, .batch = 250, .observer = gml_health_observer(c.health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    assert_ok(c.context, gml_health_finish(c.health));
    const gml_alarm *alarm = find_alarm(c.health, "loss_spike", 0);
    ck_assert_ptr_nonnull(alarm);
    double loss = 0;
    size_t epoch = 0;
    ck_assert_int_eq(sscanf(alarm->text, "epoch %zu: the loss rose to %lf", &epoch, &loss), 2);
    ck_assert_uint_eq(alarm->since, 12);
    ck_assert_double_eq_tol(loss, of.greatest, 0.01 * of.greatest);
    tear_down_health(&c);
}

/* ---- thresholds ---- */

/* A unit with a gradient 100 times that of the outputs is usual, one with 3000 times explodes. */
TEST(a_gradient_explodes_above_1000_times_that_of_the_outputs)
{
    static const double ratios[] = {100, 3000};
    for (size_t k = 0; k < 2; k++) {
        health_case c = set_up_health("8 -> 16 tanh -> 3 softmax", GML_F64, 1, 1);
        gml_unit_health unit;
        for (size_t i = 0; i < 8; i++) {
            set_weight(c.network, 0, i, 5, 1e-6 * weight_at(c.network, 0, i, 5));
        }
        assert_ok(c.context, gml_health_measure(c.health, c.data));
        unit = unit_health(c.health, 0, 5);
        const double factor = ratios[k] * layer_health(c.health, 1).delta / unit.delta;
        for (size_t j = 0; j < 3; j++) {
            set_weight(c.network, 1, 5, j, factor * weight_at(c.network, 1, 5, j));
        }
        assert_ok(c.context, gml_health_measure(c.health, c.data));
        ck_assert_int_eq(unit_health(c.health, 0, 5).exploding, k == 1);
        ck_assert_uint_eq(layer_health(c.health, 0).exploding, k);
        tear_down_health(&c);
    }
}

/* All units of the second layer are dead, so that no gradient passes. The first layer is not at fault. */
TEST(no_gradient_behind_dead_units_is_no_vanishing_gradient)
{
    health_case c = set_up_health("8 -> 16 tanh -> 12 relu -> 3 softmax", GML_F64, 1, 1);
    for (size_t unit = 0; unit < 12; unit++) {
        set_bias(c.network, 1, unit, -1000);
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    ck_assert_ptr_nonnull(find_alarm(c.health, "dead", 2));
    ck_assert_ptr_null(find_alarm(c.health, "vanishing", 1));
    ck_assert_ptr_null(find_alarm(c.health, "vanishing", 2));
    tear_down_health(&c);
}

/* The slope of gelu at -7 is 1e-10: the gradient vanishes because the unit is dead, and is named as that alone. */
TEST(a_dead_unit_with_a_small_gradient_is_named_as_dead_alone)
{
    health_case c = set_up_health("8 -> 16 gelu -> 3 softmax", GML_F64, 1, 1);
    for (size_t unit = 0; unit < 4; unit++) {
        for (size_t i = 0; i < 8; i++) {
            set_weight(c.network, 0, i, unit, 0.01 * weight_at(c.network, 0, i, unit));
        }
        set_bias(c.network, 0, unit, -7);
    }
    assert_ok(c.context, gml_health_measure(c.health, c.data));
    ck_assert_double_gt(unit_health(c.health, 0, 0).delta, 0);
    ck_assert_uint_eq(find_alarm(c.health, "dead", 1)->unit_count, 4);
    ck_assert_ptr_null(find_alarm(c.health, "vanishing", 1));
    tear_down_health(&c);
}

TEST(the_condition_is_the_greatest_over_the_least_singular_value)
{
    health_case c = set_up_health("3 -> 3 tanh -> 3 softmax", GML_F64, 1, 1);
    static const double diagonal[] = {8, 2, 0.5};
    for (size_t i = 0; i < 9; i++) {
        set_weight(c.network, 0, i / 3, i % 3, i / 3 == i % 3 ? diagonal[i / 3] : 0);
    }
    assert_ok(c.context, gml_health_finish(c.health));
    ck_assert_double_eq_tol(layer_health(c.health, 0).condition, 16, 1e-12);
    tear_down_health(&c);
}

/* ---- time ---- */

TEST(three_updates_are_too_few_to_call_a_rate_unstable)
{
    for (size_t steps = 3; steps <= 4; steps++) {
        health_case c = set_up_health("8 -> 32 tanh -> 3 softmax", GML_F64, 1, 1);
        gml_health *health = NULL;
        gml_trainer *trainer = NULL;
        assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
        const gml_train_options options = {
            .batch = 100, .optimizer = "adam(lr=3)", .observer = gml_health_observer(health)};
        assert_ok(c.context, gml_trainer_create(c.network, &options, &trainer));
        for (size_t i = 0; i < steps; i++) {
            assert_ok(c.context, gml_trainer_step(trainer, gml_matrix_f64(c.x + i * 100 * 8, 100, 8),
                                                  gml_matrix_f64(c.y + i * 100, 100, 1), NULL));
        }
        assert_ok(c.context, gml_health_finish(health));
        ck_assert((find_alarm(health, "unstable", 1) != NULL) == (steps == 4));
        gml_trainer_destroy(trainer);
        gml_health_destroy(health);
        tear_down_health(&c);
    }
}

/* Kills eight units after epochs 2 and 5, and revives them after epoch 3. */
static int kill_and_revive(void *user, const gml_progress *progress)
{
    gml_network *network = user;
    for (size_t unit = 0; unit < 8 && progress->epoch != 4; unit++) {
        if (progress->epoch == 2 || progress->epoch == 3 || progress->epoch == 5) {
            set_bias(network, 0, unit, progress->epoch == 3 ? 0 : -1000);
        }
    }
    return 0;
}

TEST(an_alarm_that_ended_and_holds_again_tells_the_later_epoch)
{
    health_case c = set_up_health("8 -> 32 relu -> 3 softmax", GML_F64, 1, 1);
    gml_health *health = NULL;
    assert_ok(c.context, gml_health_create(c.network, &every_batch, &health));
    const gml_fit_callbacks callbacks = {.user = c.network, .on_epoch = kill_and_revive};
    const gml_train_options options = {.epochs = 7, .observer = gml_health_observer(health)};
    assert_ok(c.context, gml_fit(c.network, c.data, NULL, &options, &callbacks, NULL));
    assert_ok(c.context, gml_health_finish(health));
    const gml_alarm *alarm = find_alarm(health, "dead", 1);
    ck_assert_ptr_nonnull(alarm);
    ck_assert_uint_eq(alarm->unit_count, 8);
    ck_assert_uint_eq(alarm->since, 6);
    gml_dataset *few = NULL; /* too few samples for a verdict: the epoch is kept */
    assert_ok(c.context,
              gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, 10, 8), gml_matrix_none(), GML_TASK_AUTO, &few));
    assert_ok(c.context, gml_health_measure(health, few));
    ck_assert_ptr_null(find_alarm(health, "dead", 1));
    assert_ok(c.context, gml_health_measure(health, c.data));
    ck_assert_uint_eq(find_alarm(health, "dead", 1)->since, 6);
    gml_dataset_destroy(few);
    gml_health_destroy(health);
    tear_down_health(&c);
}

/* Equal losses have no deviation; a hundredth of their median counts as one. */
TEST(a_small_rise_after_equal_losses_is_no_spike)
{
    gml_spike spike;
    gml_spike_begin(&spike);
    for (size_t i = 0; i < 64; i++) {
        gml_spike_add(&spike, 2, 10, 0.5, 1);
    }
    gml_spike_add(&spike, 2.1, 10, 0.5, 2);
    ck_assert_uint_eq(spike.spikes, 0);
    gml_spike_add(&spike, 2.5, 10, 0.5, 3);
    ck_assert_uint_eq(spike.spikes, 1);
    ck_assert_uint_eq(spike.first, 3);
    ck_assert_double_eq_tol(spike.worst, 25, 1e-12);
}
