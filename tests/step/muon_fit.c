/* tests/step/muon_fit.c - schedules, groups, bounds and averages reach steps of Muon, and its fits learn. */
#include <math.h>
#include <string.h>

#include "kernel_tables.h"
#include "muon_case.h"
#include "numbers.h"

TEST(weights_are_the_same_bits_for_any_number_of_threads)
{
    uint64_t first = 0;
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up("7 -> 300 tanh -> 290 relu -> 3", GML_F32, threads, ROWS);
        gml_trainer *trainer = NULL;
        gml_train_options options = {.optimizer = "muon", .batch = ROWS};
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        for (size_t i = 0; i < 6; i++) {
            step_once(&f, trainer, ROWS - i);
        }
        gml_trainer_destroy(trainer);
        uint64_t hash = hash_weights(f.network);
        first = threads == 1 ? hash : first;
        ck_assert_uint_eq(hash, first);
        tear_down(&f);
    }
}

TEST(schedules_groups_and_the_given_rate_reach_matrices_and_vectors)
{
    const struct {
        double rate;
        const char *groups;
        double moved;
    } ways[] = {{0, "", 1}, {0.04, "", 2}, {0, "all(rate=0.5)", 0.5}, {0, "all(rate=0)", 0}};
    double first[2] = {0, 0};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        fixture f = set_up("7 -> 5 tanh -> 3", GML_F64, 1, ROWS);
        gml_train_options options = {.optimizer = "muon", .batch = ROWS, .learning_rate = ways[i].rate};
        options.groups = ways[i].groups;
        gml_trainer *trainer = NULL;
        assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
        if (i == 3) {
            gml_trainer_set_learning_rate(trainer, 7);
        }
        gml_block blocks[2];
        double before[2];
        for (size_t b = 0; b < 2; b++) {
            gml_network_block(f.network, b, &blocks[b]);
            before[b] = entry(&blocks[b].values, 1);
        }
        step_once(&f, trainer, ROWS);
        for (size_t b = 0; b < 2; b++) {
            double moved = entry(&blocks[b].values, 1) - before[b];
            first[b] = i == 0 ? moved : first[b];
            /* the rate that is given is that of matrices */
            ck_assert_double_eq_tol(moved, first[b] * (b == 1 && i == 1 ? 1 : ways[i].moved), 1e-12);
        }
        gml_trainer_destroy(trainer);
        tear_down(&f);
    }
}

TEST(a_schedule_scales_both_rates)
{
    for (size_t b = 0; b < 2; b++) {
        double moved[2];
        for (size_t way = 0; way < 2; way++) {
            fixture f = set_up("7 -> 5 tanh -> 3", GML_F64, 1, ROWS);
            gml_train_options options = {.optimizer = "muon", .batch = ROWS};
            gml_trainer *trainer = NULL;
            gml_block block;
            assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
            gml_trainer_set_learning_rate(trainer, way == 0 ? 0.02 : 0.005);
            gml_network_block(f.network, b, &block);
            double before = entry(&block.values, 2);
            step_once(&f, trainer, ROWS);
            moved[way] = entry(&block.values, 2) - before;
            gml_trainer_destroy(trainer);
            tear_down(&f);
        }
        ck_assert_double_eq_tol(moved[1], moved[0] / 4, 1e-12);
    }
}

/* The first step is the same whatever comes after it. */
TEST(l1_and_bounded_norms_follow_the_step)
{
    const gml_train_options ways[] = {
        {.optimizer = "muon"}, {.optimizer = "muon", .l1 = 5}, {.optimizer = "muon", .max_norm = 0.3}};
    double w[3][35];
    for (size_t way = 0; way < 3; way++) {
        fixture f = set_up("7 -> 5 tanh -> 3", GML_F64, 1, ROWS);
        gml_trainer *trainer = NULL;
        gml_block block;
        assert_ok(f.context, gml_trainer_create(f.network, &ways[way], &trainer));
        step_once(&f, trainer, 32);
        gml_network_block(f.network, 0, &block);
        memcpy(w[way], block.values.data, sizeof w[way]);
        gml_trainer_destroy(trainer);
        tear_down(&f);
    }
    for (size_t i = 0; i < 35; i++) {
        double drawn = fmax(0, fabs(w[0][i]) - 0.02 * 5), length = 0;
        for (size_t row = 0; row < 7; row++) {
            length += pow(w[0][row * 5 + i % 5], 2);
        }
        ck_assert_double_eq_tol(w[1][i], copysign(drawn, w[0][i]), 1e-15);
        ck_assert_double_eq_tol(w[2][i], w[0][i] * fmin(1, 0.3 / sqrt(length)), 1e-14);
    }
}

TEST(the_average_is_that_of_the_weights_after_each_step)
{
    fixture f = set_up("7 -> 5 tanh -> 3", GML_F64, 1, ROWS);
    gml_trainer *trainer = NULL;
    gml_block block;
    gml_train_options options = {.optimizer = "muon", .average = "ema(decay=0.75, ramp=no)"};
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    gml_network_block(f.network, 0, &block);
    const double *w = block.values.data;
    double mean = 0;
    for (size_t step = 0; step < 8; step++) {
        step_once(&f, trainer, 32);
        mean = step == 0 ? w[3] : 0.75 * mean + 0.25 * w[3];
    }
    assert_ok(f.context, gml_trainer_use_average(trainer, 1));
    ck_assert_double_eq_tol(w[3], mean, 1e-14);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(a_product_of_two_inputs_is_learned)
{
    fixture f = set_up("2 -> 32 tanh -> 32 tanh -> 1", GML_F32, 2, ROWS);
    for (size_t i = 0; i < ROWS; i++) {
        f.y[i] = f.x[2 * i] * f.x[2 * i + 1];
    }
    gml_dataset *data = NULL;
    gml_metrics metrics;
    gml_train_options options = {
        .optimizer = "muon", .schedule = "linear(end=0)", .batch = 16, .epochs = 200, .seed = 1};
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f64(f.x, ROWS, 2),
                                                   gml_matrix_f64(f.y, ROWS, 1), GML_TASK_REGRESSION, &data));
    assert_ok(f.context, gml_fit(f.network, data, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_evaluate(f.network, data, NULL, &metrics));
    ck_assert_double_lt(metrics.loss, 1e-4);
    gml_dataset_destroy(data);
    tear_down(&f);
}
