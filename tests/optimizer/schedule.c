/* tests/optimizer/schedule.c - schedules: the rate of every step against a naive loop, and fits that follow it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "harness.h"
#include "optimizer/schedule.h"
#include "reference/functions.h"

/* ---- the rate of a step ---- */

/* Lengths are in steps, as the reference wants them; every row has a call, and every argument is set somewhere. */
static const char *const calls[] = {
    "constant(warmup=4)",
    "step(every=7, factor=0.5)",
    "step(every=1, factor=0.9, warmup=3)",
    "multi_step(first=5, second=0, third=12, fourth=30, factor=0.3)",
    "exponential(decay=0.7, length=1)",
    "exponential(decay=0.01, warmup=5)",
    "polynomial(power=3, end=0.1, length=30)",
    "polynomial(power=0.5, length=6, restarts=yes, growth=1.5, warmup=2)",
    "linear(end=0.2)",
    "linear(length=10, restarts=yes)",
    "cosine(end=0.01, warmup=6)",
    "cosine(length=5, restarts=yes, growth=2, warmup=3)",
    "cosine(length=100)",
    "one_cycle(rise=20)",
    "one_cycle(rise=1, start_divisor=10, end_divisor=1000, shape=linear)",
    "one_cycle(rise=50)",
    "inverse_sqrt(length=12, warmup=4)",
    "inverse_sqrt(length=1)",
};
enum { CALLS = sizeof calls / sizeof calls[0], STEPS = 50 };

static double expected_rate(const gml_schedule *schedule, double t)
{
    const double *p = schedule->call.values;
    double warmup = gml_call_value(&schedule->call, "warmup", 0);
    return gml_reference_schedule(schedule->call.entry->name, p, warmup, t, STEPS);
}

TEST(every_row_gives_each_step_the_rate_of_the_reference)
{
    gml_context *context = test_context();
    for (size_t i = 0; i < CALLS; i++) {
        gml_schedule schedule;
        assert_ok(context, gml_schedule_bind(context, calls[i], 0.3, STEPS, 1, &schedule));
        for (size_t step = 0; step < STEPS + 20; step++) {
            double rate, right = 0.3 * expected_rate(&schedule, (double)step);
            assert_ok(context, gml_schedule_rate(context, calls[i], 0.3, step, STEPS, 1, &rate));
            ck_assert_msg(fabs(rate - right) <= 1e-13 * 0.3, "%s, step %zu: %.17g, not %.17g", calls[i], step, rate,
                          right);
        }
    }
    gml_context_destroy(context);
}

TEST(every_row_but_the_one_that_follows_losses_has_such_a_call)
{
    for (size_t row = 0; gml_schedule_entry(row) != NULL; row++) {
        const char *name = gml_schedule_entry(row)->name;
        bool found = strcmp(name, "reduce_on_plateau") == 0;
        for (size_t i = 0; i < CALLS && !found; i++) {
            size_t length = strcspn(calls[i], "(");
            found = strlen(name) == length && strncmp(calls[i], name, length) == 0;
        }
        ck_assert_msg(found, "no call of %s", name);
    }
}

static double rate_of(const char *call, size_t step, size_t steps, size_t steps_per_epoch)
{
    gml_context *context = test_context();
    double rate;
    assert_ok(context, gml_schedule_rate(context, call, 1, step, steps, steps_per_epoch, &rate));
    gml_context_destroy(context);
    return rate;
}

TEST(lengths_below_1_are_shares_of_what_the_warm_up_leaves)
{
    for (size_t step = 0; step < 220; step += 3) {
        ck_assert_double_eq(rate_of("cosine(length=0.25, warmup=0.1)", step, 200, 1),
                            rate_of("cosine(length=45, warmup=20)", step, 200, 1));
        ck_assert_double_eq(rate_of("step(every=0.5)", step, 200, 1), rate_of("step(every=100)", step, 200, 1));
        ck_assert_double_eq(rate_of("one_cycle", step, 200, 1), rate_of("one_cycle(rise=60)", step, 200, 1));
    }
    ck_assert_double_eq(rate_of("multi_step", 99, 200, 1), 1);
    ck_assert_double_eq_tol(rate_of("multi_step", 100, 200, 1), 0.1, 1e-15);
}

TEST(a_length_of_0_is_the_whole_fit)
{
    for (size_t step = 0; step < 60; step++) {
        ck_assert_double_eq(rate_of("linear", step, 60, 1), rate_of("linear(length=60)", step, 60, 1));
        ck_assert_double_eq(rate_of("cosine(warmup=10)", step, 60, 1),
                            rate_of("cosine(warmup=10, length=50)", step, 60, 1));
    }
    ck_assert_double_eq_tol(rate_of("exponential(decay=0.25)", 60, 60, 1), 0.25, 1e-15);
}

TEST(the_warm_up_rises_in_equal_steps_to_the_full_rate)
{
    for (size_t step = 0; step < 9; step++) {
        ck_assert_double_eq(rate_of("inverse_sqrt(warmup=9)", step, 100, 1), (double)(step + 1) / 10);
    }
    ck_assert_double_eq(rate_of("inverse_sqrt(warmup=9)", 9, 100, 1), 1);
    ck_assert_double_lt(rate_of("inverse_sqrt(warmup=9)", 10, 100, 1), 1);
}

TEST(by_epoch_counts_epochs_and_changes_between_them)
{
    for (size_t step = 0; step < 70; step++) {
        ck_assert_double_eq(rate_of("cosine(warmup=2, by=epoch)", step, 70, 7),
                            rate_of("cosine(warmup=2)", step / 7, 10, 1));
    }
}

TEST(no_fit_is_too_short_for_a_finite_rate_from_0_to_the_base)
{
    for (size_t i = 0; i < CALLS; i++) {
        for (size_t step = 0; step < 4; step++) {
            double rate = rate_of(calls[i], step, 1, 1);
            ck_assert_msg(rate >= 0 && rate <= 1, "%s: %g", calls[i], rate);
        }
    }
    ck_assert_double_eq_tol(rate_of("cosine(warmup=1e15)", SIZE_MAX, SIZE_MAX, 1), 0, 1e-15);
}

/* ---- plateaus ---- */

TEST(a_plateau_is_found_as_the_reference_finds_it)
{
    static const char *const plateaus[] = {
        "reduce_on_plateau",
        "reduce_on_plateau(factor=0.5, patience=2, threshold=0.1)",
        "reduce_on_plateau(factor=0.3, patience=0, cooldown=3, end=0.05)",
        "reduce_on_plateau(factor=0.9, patience=1, threshold=0)",
    };
    gml_context *context = test_context();
    for (size_t i = 0; i < 4; i++) {
        gml_schedule schedule;
        gml_schedule_state state = gml_schedule_begin();
        assert_ok(context, gml_schedule_bind(context, plateaus[i], 2, 1, 1, &schedule));
        double losses[120];
        for (size_t t = 0; t < 120; t++) {
            losses[t] = exp(-(double)t / 30) * (1.2 + cos((double)(t * t))) + 0.1;
            gml_schedule_observe(&schedule, &state, losses[t]);
            double right = 2 * gml_reference_plateau(schedule.call.values, losses, t + 1);
            ck_assert_double_eq_tol(gml_schedule_at(&schedule, &state, t), right, 1e-13);
        }
        ck_assert_double_lt(gml_schedule_at(&schedule, &state, 120), 2);
    }
    gml_context_destroy(context);
}

TEST(a_loss_that_is_not_a_number_is_no_better)
{
    gml_context *context = test_context();
    gml_schedule schedule;
    gml_schedule_state state = gml_schedule_begin();
    assert_ok(context, gml_schedule_bind(context, "reduce_on_plateau(patience=1)", 1, 1, 1, &schedule));
    gml_schedule_observe(&schedule, &state, NAN);
    ck_assert_double_eq(gml_schedule_at(&schedule, &state, 1), 1);
    gml_schedule_observe(&schedule, &state, NAN);
    ck_assert_double_eq(gml_schedule_at(&schedule, &state, 2), 0.1);
    gml_context_destroy(context);
}

/* ---- fits ---- */

enum { SAMPLES = 60, BATCH = 8, PER_EPOCH = 8, EPOCHS = 12 };

typedef struct fixture {
    gml_context *context;
    gml_network *network;
    gml_dataset *data, *other;
} fixture;

static fixture set_up(size_t threads)
{
    fixture made = {.network = NULL};
    made.context = context_with((gml_context_options){.threads = threads});
    static float x[SAMPLES * 2], y[SAMPLES]; /* the datasets look at them */
    for (size_t i = 0; i < SAMPLES; i++) {
        x[2 * i] = (float)sin((double)i);
        x[2 * i + 1] = (float)cos(3.0 * (double)i);
        y[i] = x[2 * i] * x[2 * i + 1] + 0.3f * (float)sin(50.0 * (double)i);
    }
    assert_ok(made.context, gml_network_create(made.context, "2 -> 9 tanh -> 1", NULL, &made.network));
    assert_ok(made.context, gml_dataset_from_matrices(made.context, gml_matrix_f32(x, SAMPLES, 2),
                                                      gml_matrix_f32(y, SAMPLES, 1), GML_TASK_REGRESSION, &made.data));
    assert_ok(made.context, gml_dataset_from_matrices(made.context, gml_matrix_f32(x, 20, 2), gml_matrix_f32(y, 20, 1),
                                                      GML_TASK_REGRESSION, &made.other));
    return made;
}

static void tear_down(fixture *made)
{
    gml_dataset_destroy(made->other);
    gml_dataset_destroy(made->data);
    gml_network_destroy(made->network);
    gml_context_destroy(made->context);
}

/* What a fit tells: the rate of each step, and the loss that a plateau is judged by at the end of each epoch. */
typedef struct diary {
    double rates[PER_EPOCH * EPOCHS], losses[EPOCHS];
    size_t steps, epochs;
} diary;

static int note_step(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->rates[notes->steps++] = progress->rate;
    return 0;
}

static int note_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    notes->losses[notes->epochs++] = progress->validation != NULL ? progress->validation->loss : progress->loss;
    return 0;
}

static void fit(fixture *f, const gml_dataset *validation, const char *schedule, diary *notes)
{
    gml_train_options options = {
        .optimizer = "momentum(lr=0.05)", .schedule = schedule, .batch = BATCH, .epochs = EPOCHS};
    gml_fit_callbacks callbacks = {notes, note_step, note_epoch};
    *notes = (diary){.steps = 0};
    gml_network_initialize(f->network, 3);
    assert_ok(f->context, gml_fit(f->network, f->data, validation, &options, &callbacks, NULL));
    ck_assert_uint_eq(notes->steps, PER_EPOCH * EPOCHS);
}

TEST(a_fit_takes_each_step_at_its_rate)
{
    fixture f = set_up(1);
    static const char *const schedules[] = {"cosine(warmup=10)", "one_cycle", "step(every=4, by=epoch)", NULL};
    for (size_t i = 0; i < 4; i++) {
        diary notes;
        fit(&f, NULL, schedules[i], &notes);
        for (size_t step = 0; step < notes.steps; step++) {
            double rate;
            assert_ok(f.context,
                      gml_schedule_rate(f.context, schedules[i], 0.05, step, PER_EPOCH * EPOCHS, PER_EPOCH, &rate));
            ck_assert_double_eq(notes.rates[step], rate);
        }
    }
    tear_down(&f);
}

TEST(the_rate_reaches_the_weights)
{
    fixture f = set_up(1);
    gml_block before, after;
    float kept[18];
    gml_network_initialize(f.network, 3);
    assert_ok(f.context, gml_network_block(f.network, 0, &before));
    memcpy(kept, before.values.data, sizeof kept);
    gml_train_options options = {.optimizer = "sgd", .schedule = "polynomial(end=0, length=1)", .epochs = 5};
    gml_train_options one = {.optimizer = "sgd", .batch = 32, .epochs = 1};
    assert_ok(f.context, gml_fit(f.network, f.other, NULL, &options, NULL, NULL));
    assert_ok(f.context, gml_network_block(f.network, 0, &after));
    float scheduled[18];
    memcpy(scheduled, after.values.data, sizeof scheduled);
    ck_assert_mem_ne(scheduled, kept, sizeof kept);
    gml_network_initialize(f.network, 3);
    assert_ok(f.context, gml_fit(f.network, f.other, NULL, &one, NULL, NULL));
    ck_assert_mem_eq(scheduled, after.values.data, sizeof scheduled);
    tear_down(&f);
}

TEST(a_plateau_is_judged_by_the_validation_loss_or_else_by_that_of_training)
{
    fixture f = set_up(2);
    const gml_dataset *validations[] = {NULL, f.other};
    for (size_t i = 0; i < 2; i++) {
        diary notes;
        fit(&f, validations[i], "reduce_on_plateau(factor=0.5, patience=1, threshold=0.3)", &notes);
        const double p[] = {0.5, 1, 0.3, 0, 0};
        for (size_t step = 0; step < notes.steps; step++) {
            double factor = gml_reference_plateau(p, notes.losses, step / PER_EPOCH);
            ck_assert_double_eq_tol(notes.rates[step], 0.05 * factor, 1e-15);
        }
        ck_assert_double_lt(notes.rates[notes.steps - 1], 0.05);
    }
    tear_down(&f);
}

TEST(a_scheduled_fit_gives_the_same_bits_for_any_number_of_threads)
{
    float kept[18];
    for (size_t threads = 1; threads <= 4; threads++) {
        fixture f = set_up(threads);
        diary notes;
        gml_block block;
        fit(&f, f.other, "reduce_on_plateau(factor=0.5, patience=0, threshold=0.1, warmup=0.1)", &notes);
        assert_ok(f.context, gml_network_block(f.network, 0, &block));
        if (threads == 1) {
            memcpy(kept, block.values.data, sizeof kept);
        }
        ck_assert_mem_eq(kept, block.values.data, sizeof kept);
        tear_down(&f);
    }
}

TEST(a_network_says_by_which_schedule_and_optimizer_it_was_trained)
{
    fixture f = set_up(1);
    diary notes;
    fit(&f, NULL, "cosine(warmup=10, end=0)", &notes);
    ck_assert_str_eq(gml_network_fact(f.network, "schedule"), "cosine(warmup=10)");
    ck_assert_str_eq(gml_network_fact(f.network, "optimizer"), "momentum(lr=0.05)");
    fit(&f, NULL, NULL, &notes);
    ck_assert_str_eq(gml_network_fact(f.network, "schedule"), "constant");
    tear_down(&f);
}

/* ---- what is refused ---- */

TEST(schedules_that_are_none_are_refused)
{
    gml_context *context = test_context();
    static const struct {
        const char *call;
        gml_status status;
        const char *text;
    } cases[] = {{"cosin", GML_ERROR_NAME, "did you mean \"cosine\""},
                 {"cosine(warm=3)", GML_ERROR_NAME, "warmup"},
                 {"cosine(warmup=-1)", GML_ERROR_ARGUMENT, "warmup"},
                 {"cosine(end=2)", GML_ERROR_ARGUMENT, "end"},
                 {"cosine(by=week)", GML_ERROR_NAME, "epoch"},
                 {"cosine(restarts=yes, growth=0.5)", GML_ERROR_ARGUMENT, "growth"},
                 {"step(every=0)", GML_ERROR_ARGUMENT, "every"},
                 {"reduce_on_plateau(factor=1)", GML_ERROR_ARGUMENT, "factor"}};
    double rate = -1;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_refused(context, gml_schedule_rate(context, cases[i].call, 1, 0, 1, 1, &rate), cases[i].status,
                       cases[i].text, NULL);
    }
    assert_refused(context, gml_schedule_rate(context, NULL, 0, 0, 1, 1, &rate), GML_ERROR_ARGUMENT, "base", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, NAN, 0, 1, 1, &rate), GML_ERROR_ARGUMENT, "base", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, 1, 0, 0, 1, &rate), GML_ERROR_ARGUMENT, "steps", NULL);
    assert_refused(context, gml_schedule_rate(context, NULL, 1, 0, 1, 0, &rate), GML_ERROR_ARGUMENT, "epoch", NULL);
    ck_assert_double_eq(rate, -1);
    fixture f = set_up(1);
    gml_train_options options = {.schedule = "cosin"};
    assert_refused(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL), GML_ERROR_NAME, "cosine", NULL);
    tear_down(&f);
    gml_context_destroy(context);
}

int main(void)
{
    return run_tests("schedule", 60);
}
