/* tests/train/checkpoint.c - trainers and fits go on from their checkpoints. */
#include <math.h>

#include "checkpoint_case.h"

/* ---- trainers ---- */

static void step(gml_trainer *trainer, size_t number)
{
    size_t first = number * 7 % (ROWS - 10);
    double weights[10];
    for (size_t i = 0; i < 10; i++) {
        weights[i] = (double)(1 + (i + number) % 3);
    }
    assert_ok(context, gml_trainer_step_weighted(trainer, gml_matrix_f64(x + first * INPUTS, 10, INPUTS),
                                                 gml_matrix_f64(y + first * OUTPUTS, 10, OUTPUTS),
                                                 gml_matrix_f64(weights, 10, 1), NULL));
}

static void check_trainer(const char *optimizer)
{
    gml_train_options options = {.optimizer = optimizer,
                                 .accumulate = 3,
                                 .clip_norm = 1,
                                 .gradient_noise = 0.01,
                                 .l2 = 0.01,
                                 .groups = "weights(last=1, rate=0.5); biases(rate=2)",
                                 .average = strstr(optimizer, "schedule_free") == NULL ? "ema(decay=0.7)" : NULL};
    gml_network *whole = network_of(net), *other = network_of(net);
    gml_trainer *first = NULL, *second = NULL;
    assert_ok(context, gml_trainer_create(whole, &options, &first));
    assert_ok(context, gml_trainer_create(other, &options, &second));
    for (size_t i = 0; i < 7; i++) {
        step(first, i);
    }
    assert_ok(context, gml_trainer_set_learning_rate(first, 0.003));
    assert_ok(context, gml_trainer_set_factors(first, 0.5, 3));
    assert_ok(context, gml_checkpoint_save(first, in_folder("run")));
    step(second, 5);
    assert_ok(context, gml_checkpoint_load(second, in_folder("run"), 0));
    for (size_t i = 7; i < 15; i++) {
        step(first, i);
        step(second, i);
    }
    assert_same_parameters(whole, other);
    assert_ok(context, gml_trainer_use_average(first, 1));
    assert_ok(context, gml_trainer_use_average(second, 1));
    assert_same_parameters(whole, other);
    gml_trainer_destroy(second);
    gml_trainer_destroy(first);
    gml_network_destroy(other);
    gml_network_destroy(whole);
}

TEST(a_trainer_of_any_optimizer_goes_on_bit_for_bit_between_accumulated_batches_too)
{
    make_data();
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        const char *name = gml_optimizer_entry(i)->name;
        if (strcmp(name, "lbfgs") != 0 && strcmp(name, "levenberg_marquardt") != 0) {
            check_trainer(name);
        }
    }
    free_data();
}

TEST(a_checkpoint_with_averaged_weights_in_use_restores_both_copies)
{
    make_data();
    const gml_train_options options = {.average = "swa(start=0)"};
    gml_network *whole = network_of(net), *other = network_of(net);
    gml_trainer *first = NULL, *second = NULL;
    assert_ok(context, gml_trainer_create(whole, &options, &first));
    assert_ok(context, gml_trainer_create(other, &options, &second));
    for (size_t i = 0; i < 4; i++) {
        step(first, i);
    }
    assert_ok(context, gml_trainer_use_average(first, 1));
    assert_ok(context, gml_checkpoint_save(first, in_folder("run")));
    assert_ok(context, gml_checkpoint_load(second, in_folder("run"), 0));
    assert_same_parameters(whole, other);
    assert_ok(context, gml_trainer_use_average(first, 0));
    assert_ok(context, gml_trainer_use_average(second, 0));
    step(first, 4);
    step(second, 4);
    assert_same_parameters(whole, other);
    gml_trainer_destroy(second);
    gml_trainer_destroy(first);
    gml_network_destroy(other);
    gml_network_destroy(whole);
    free_data();
}

/* ---- fits ---- */

TEST(a_fit_may_be_stopped_again_and_again)
{
    make_data();
    gml_train_options options = {.epochs = 4, .batch = 9, .average = "ema(decay=0.9)"};
    gml_network *whole = fitted(&options, NULL, NULL), *parts = fitted(&(gml_train_options){.epochs = 1}, NULL, NULL);
    gml_fit_report report = {.epochs = 0};
    options.checkpoint = in_folder("run");
    gml_network_destroy(fitted(&options, &stopping, &report));
    ck_assert_uint_eq(report.epochs, 1);
    size_t steps = report.steps, fits = 0;
    options.resume = options.checkpoint;
    const gml_fit_callbacks often = {.on_batch = stop_in_the_second_epoch, .on_epoch = stop_in_the_second_epoch};
    gml_fit_callbacks callbacks = often;
    while (report.epochs < 4 && fits++ < 10) {
        gml_network_destroy(parts);
        parts = loaded();
        assert_ok(context, gml_fit(parts, data, NULL, &options, &callbacks, &report));
        ck_assert_uint_ge(report.steps, steps);
        steps = report.steps;
    }
    ck_assert_uint_eq(steps, 20);
    assert_same_parameters(whole, parts);
    gml_network_destroy(parts);
    gml_network_destroy(whole);
    free_data();
}

TEST(a_network_made_in_the_same_way_serves_as_well_as_the_loaded_one)
{
    gml_train_options options = stopped_run();
    gml_network *a = loaded(), *b = network_of(net);
    assert_ok(context, gml_fit(a, data, NULL, &options, NULL, NULL));
    assert_ok(context, gml_network_adapt(b, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(b, data, NULL, &options, NULL, NULL));
    assert_same_parameters(a, b);
    gml_network_destroy(b);
    gml_network_destroy(a);
    free_data();
}

/* In the second epoch, puts an infinite weight into the network that `user` points to. */
static int poison(void *user, const gml_progress *progress)
{
    gml_block weights;
    assert_ok(context, gml_network_block(*(gml_network **)user, 0, &weights));
    if (progress->epoch == 2 && progress->batch == 4) {
        *(float *)weights.values.data = INFINITY;
    }
    return 0;
}

TEST(a_fit_that_diverges_after_it_went_on_goes_back_to_the_weights_before_the_stop)
{
    gml_train_options options = stopped_run();
    gml_network *whole = network_of(net), *again = loaded(), *poisoned = whole;
    const gml_fit_callbacks callbacks = {.user = &poisoned, .on_batch = poison};
    gml_fit_report reports[2];
    assert_ok(context, gml_network_adapt(whole, data, GML_SCALING_AUTO));
    const char *resume = options.resume;
    options.resume = NULL;
    ck_assert_int_eq(gml_fit(whole, data, NULL, &options, &callbacks, &reports[0]), GML_ERROR_DIVERGED);
    options.resume = resume;
    poisoned = again;
    ck_assert_int_eq(gml_fit(again, data, NULL, &options, &callbacks, &reports[1]), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(reports[0].kept_epochs, 1);
    ck_assert_uint_eq(reports[1].kept_epochs, 1);
    assert_same_parameters(whole, again);
    gml_network_destroy(again);
    gml_network_destroy(whole);
    free_data();
}

/* A clock that advances by `tick` each time it is read. */
static uint64_t ticks, tick;

static uint64_t count_seconds(void *user)
{
    (void)user;
    ticks += tick;
    return ticks;
}

/* The loss rises from the second epoch on. */
TEST(a_checkpoint_loaded_as_a_model_gives_the_best_weights_so_far)
{
    make_data();
    gml_train_options options = {.epochs = 6, .batch = 9, .optimizer = "sgd(lr=0.3)", .seed = 1};
    gml_fit_report report;
    options.checkpoint = in_folder("run");
    gml_network *network = validated(&options, &report), *model = loaded();
    ck_assert_uint_lt(report.best_epoch, 6);
    assert_same_parameters(network, model);
    ck_assert_str_eq(gml_network_fact(model, "epochs"), gml_network_fact(network, "epochs"));
    gml_network_destroy(model);
    gml_network_destroy(network);
    free_data();
}

TEST(a_finished_fit_returns_at_once_with_its_report_and_goes_on_with_more_epochs_by_an_override)
{
    make_data();
    gml_train_options options = {.epochs = 2, .batch = 9, .checkpoint = in_folder("run"), .keep_best = GML_CHOICE_NO};
    gml_fit_report report, again;
    gml_network *network = network_of(net);
    context->hooks.clock = count_seconds;
    tick = 1000000000;
    assert_ok(context, gml_network_adapt(network, data, GML_SCALING_AUTO));
    assert_ok(context, gml_fit(network, data, data, &options, NULL, &report));
    gml_network *other = loaded();
    options.resume = options.checkpoint;
    tick = 0;
    assert_ok(context, gml_fit(other, data, data, &options, NULL, &again));
    assert_same_parameters(network, other);
    ck_assert_uint_eq(again.steps, report.steps);
    ck_assert_uint_eq(again.samples, report.samples);
    ck_assert_uint_eq(again.kept_epochs, 2);
    ck_assert_double_eq(again.train_loss, report.train_loss);
    ck_assert_mem_eq(&again.validation, &report.validation, sizeof report.validation);
    ck_assert_double_ge(again.seconds, report.seconds - 4.5); /* the clock is read four times after the copy */
    ck_assert_double_gt(report.seconds, 3);
    options.epochs = 5;
    assert_refused(context, gml_fit(other, data, data, &options, NULL, &again), GML_ERROR_ARGUMENT, "run",
                   "epochs was 2, is 5", "An override allows", NULL);
    options.resume_override = 1;
    assert_ok(context, gml_fit(other, data, data, &options, NULL, &again));
    ck_assert_uint_eq(again.epochs, 5);
    options = (gml_train_options){.epochs = 5, .batch = 9}; /* constant rate: the same as five epochs at once */
    gml_network *whole = fitted(&options, NULL, NULL);
    assert_same_parameters(whole, other);
    gml_network_destroy(whole);
    gml_network_destroy(other);
    gml_network_destroy(network);
    free_data();
}

/* Training takes far longer than anything else. */
static int train_long(void *user, const gml_progress *progress)
{
    (void)user;
    (void)progress;
    ticks += (uint64_t)1e12;
    return 0;
}

TEST(the_report_has_the_seconds_of_validation_and_of_checkpoints_by_the_clock_of_the_context)
{
    make_data();
    const gml_fit_callbacks callbacks = {.on_batch = train_long};
    gml_train_options options = {.epochs = 3, .batch = 9};
    gml_fit_report with, without;
    context->hooks.clock = count_seconds;
    tick = 1000000000;
    gml_network *network = network_of(net);
    assert_ok(context, gml_fit(network, data, NULL, &options, &callbacks, &without));
    ck_assert_double_eq(without.validation_seconds, 0);
    ck_assert_double_eq(without.checkpoint_seconds, 0);
    options.checkpoint = in_folder("run");
    assert_ok(context, gml_fit(network, data, data, &options, &callbacks, &with));
    ck_assert_double_ge(with.validation_seconds, 3);
    ck_assert_double_ge(with.checkpoint_seconds, 3);
    ck_assert_double_lt(with.validation_seconds, 1000);
    ck_assert_double_lt(with.checkpoint_seconds, 1000);
    ck_assert_double_gt(with.seconds, 3000);
    options.resume = options.checkpoint;
    assert_ok(context, gml_fit(network, data, data, &options, &callbacks, &with));
    ck_assert_double_eq(with.validation_seconds, 0); /* of this call */
    gml_network_destroy(network);
    free_data();
}

static size_t last_epoch; /* of a fit that is to be stopped */

static int stop_after_last_epoch(void *user, const gml_progress *progress)
{
    (void)user;
    return progress->epoch == last_epoch;
}

static void check_convergence(const char *optimizer)
{
    gml_train_options options = {.optimizer = optimizer, .epochs = 400};
    const gml_fit_callbacks callbacks = {.on_epoch = stop_after_last_epoch};
    gml_fit_report report, again;
    gml_network *whole = network_of("3 -> 2");
    last_epoch = 0;
    assert_ok(context, gml_fit(whole, data, NULL, &options, NULL, &report));
    ck_assert_uint_lt(report.epochs, 400);
    for (last_epoch = 1; last_epoch <= report.epochs; last_epoch++) {
        gml_network *part = network_of("3 -> 2");
        options.checkpoint = in_folder("run");
        options.checkpoint_epochs = 1000;
        options.resume = NULL;
        assert_ok(context, gml_fit(part, data, NULL, &options, &callbacks, NULL));
        gml_network_destroy(part);
        part = loaded();
        options.resume = options.checkpoint;
        assert_ok(context, gml_fit(part, data, NULL, &options, NULL, &again));
        ck_assert_uint_eq(again.epochs, report.epochs);
        ck_assert_double_eq(again.train_loss, report.train_loss);
        assert_same_parameters(whole, part);
        gml_network_destroy(part);
    }
    gml_network_destroy(whole);
}

TEST(a_full_batch_optimizer_goes_on_to_the_same_end_from_each_of_its_steps)
{
    make_data();
    check_convergence("lbfgs");
    check_convergence("levenberg_marquardt");
    free_data();
}

TEST(a_checkpoint_is_a_model_that_predicts_and_can_be_saved_as_one)
{
    stopped_run();
    gml_network *network = loaded(), *again = NULL;
    assert_ok(context, gml_model_save(network, in_folder("model")));
    assert_ok(context, gml_model_load(context, in_folder("model"), &again));
    assert_same_network(network, again);
    gml_network_destroy(again);
    gml_network_destroy(network);
    free_data();
}

int main(void)
{
    return run_file_tests("checkpoint", 120);
}
