/* tests/step/accumulate.c - several batches that make one step: the same as one large batch of them all. */
#include <math.h>
#include <string.h>

#include "fixture.h"
#include "numbers.h"

enum { SAMPLES = 60, MOST = 64 };

static const char NET[] = "2 -> 7 tanh -> layernorm -> 3 prelu -> 1";

static void assert_same(const gml_network *network, const double expected[MOST], double tolerance)
{
    double values[MOST];
    size_t count = read_parameters(network, MOST, values, NULL);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(fabs(values[i] - expected[i]) <= tolerance, "%zu: %.17g, not %.17g", i, values[i], expected[i]);
    }
}

static const gml_train_options WAYS[] = {
    {.optimizer = "momentum(lr=0.05)"},
    {.optimizer = "adam(lr=0.01, eps=1e-3)", .l2 = 0.1, .clip_value = 0.05},
    {.optimizer = "nesterov(lr=0.05)", .clip_norm = 0.2},
    {.optimizer = "sgd(lr=0.05)", .l1 = 0.1, .max_norm = 0.5, .average = "ema(decay=0.8)"},
    {.optimizer = "schedule_free_adamw(lr=0.01, eps=1e-3)"},
    {.optimizer = "muon(steps=2)", .l1 = 0.1, .clip_norm = 0.2, .average = "ema(decay=0.8)"},
    {.optimizer = "sgd(lr=0.05)", .schedule = "linear(end=0.1, warmup=3)", .gradient_noise = 0.01},
};
enum { WAY_COUNT = sizeof WAYS / sizeof WAYS[0] };

TEST(a_fit_in_parts_is_the_fit_with_the_large_batches)
{
    fixture f = set_up_waves(NET, GML_F64, 2, SAMPLES);
    for (size_t way = 0; way < WAY_COUNT; way++) {
        double whole[MOST];
        gml_train_options options = WAYS[way];
        options.epochs = 4;
        options.batch = 24; /* 24, 24, 12 */
        gml_network_initialize(f.network, 3);
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        read_parameters(f.network, MOST, whole, NULL);
        options.batch = 8; /* three of 8, twice; 8 and 4 */
        options.accumulate = 3;
        gml_network_initialize(f.network, 3);
        gml_fit_report report;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, &report));
        assert_same(f.network, whole, 1e-12);
        ck_assert_uint_eq(report.steps, 4 * 3);
        ck_assert_str_eq(gml_network_fact(f.network, "steps"), "12");
        ck_assert_str_eq(gml_network_fact(f.network, "accumulate"), "3");
    }
    tear_down(&f);
}

static gml_status take_batch(const fixture *f, gml_trainer *trainer, size_t first, size_t count)
{
    return gml_trainer_step(trainer, gml_matrix_f64(f->x + 2 * first, count, 2), gml_matrix_f64(f->y + first, count, 1),
                            NULL);
}

TEST(batches_of_different_sizes_count_by_their_samples)
{
    fixture f = set_up_waves(NET, GML_F64, 2, SAMPLES);
    gml_train_options options = {.optimizer = "sgd(lr=0.1)", .batch = SAMPLES};
    double whole[MOST], before[MOST];
    gml_trainer *trainer = NULL;
    read_parameters(f.network, MOST, before, NULL);
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    assert_ok(f.context, take_batch(&f, trainer, 0, 40));
    assert_ok(f.context, take_batch(&f, trainer, 40, 20));
    read_parameters(f.network, MOST, whole, NULL);
    gml_trainer_destroy(trainer);

    gml_network_initialize(f.network, 3);
    options.accumulate = 2;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    assert_ok(f.context, take_batch(&f, trainer, 0, 7));
    assert_same(f.network, before, 0);
    assert_ok(f.context, take_batch(&f, trainer, 7, 33));
    assert_ok(f.context, take_batch(&f, trainer, 40, 1));
    assert_ok(f.context, take_batch(&f, trainer, 41, 19));
    assert_same(f.network, whole, 1e-13);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(a_batch_that_fails_leaves_what_was_collected)
{
    fixture f = set_up_waves(NET, GML_F64, 1, SAMPLES);
    gml_train_options options = {.optimizer = "sgd(lr=0.1)", .batch = SAMPLES, .accumulate = 2};
    double right[MOST], kept = f.y[0];
    gml_trainer *trainer = NULL;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    assert_ok(f.context, take_batch(&f, trainer, 10, 10));
    f.y[0] = NAN;
    ck_assert_int_eq(take_batch(&f, trainer, 0, 10), GML_ERROR_DATA);
    f.y[0] = kept;
    assert_ok(f.context, take_batch(&f, trainer, 20, 10));
    read_parameters(f.network, MOST, right, NULL);
    gml_trainer_destroy(trainer);
    gml_network_initialize(f.network, 3);
    options.accumulate = 1;
    assert_ok(f.context, gml_trainer_create(f.network, &options, &trainer));
    assert_ok(f.context, take_batch(&f, trainer, 10, 20));
    assert_same(f.network, right, 1e-14);
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

TEST(accumulating_gives_the_same_bits_for_any_number_of_threads)
{
    for (size_t way = 0; way < WAY_COUNT; way++) {
        double right[MOST];
        for (size_t threads = 1; threads <= 3; threads++) {
            fixture f = set_up_waves(NET, GML_F32, threads, SAMPLES);
            gml_train_options options = WAYS[way];
            options.batch = 7;
            options.accumulate = 2;
            options.epochs = 3;
            assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
            if (threads == 1) {
                read_parameters(f.network, MOST, right, NULL);
            }
            assert_same(f.network, right, 0);
            tear_down(&f);
        }
    }
}

int main(void)
{
    return run_tests("accumulate", 60);
}
