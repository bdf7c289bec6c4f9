/* tests/optimizer/schedule.c - every schedule gives each step the rate of the reference. */
#include <math.h>
#include <string.h>

#include "harness.h"
#include "optimizer/schedule.h"
#include "reference/functions.h"

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
    "coslog",
    "coslog(cycles=2.5, warmup=5)",
    "coslog(cycles=1)",
    "flat_cosine(flat=25)",
    "flat_cosine(flat=10, end=0.2, warmup=4)",
    "flat_cosine(flat=0)",
    "flat_cosine(flat=80)",
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

TEST(coslog_is_0_at_the_bounds_of_its_cycles_and_at_its_peak_between_them)
{
    for (size_t cycle = 0; cycle < 4; cycle++) {
        size_t begin = (1U << cycle) - 1; /* of 15 parts of the fit */
        ck_assert_double_eq_tol(rate_of("coslog", 1000 * begin, 15000, 1), 0, 1e-5);
        double peak = (double)(1U << cycle) * 1000 * (sqrt(2) - 1) + 1000 * (double)begin;
        ck_assert_double_eq_tol(rate_of("coslog", (size_t)round(peak), 15000, 1), 1, 1e-5);
    }
    ck_assert_double_eq_tol(rate_of("coslog", 15000, 15000, 1), 0, 1e-12);
}

TEST(flat_cosine_is_flat_up_to_the_middle_and_falls_to_0)
{
    ck_assert_double_eq(rate_of("flat_cosine", 49, 100, 1), 1);
    ck_assert_double_eq(rate_of("flat_cosine", 50, 100, 1), 1);
    ck_assert_double_lt(rate_of("flat_cosine", 51, 100, 1), 1);
    ck_assert_double_eq_tol(rate_of("flat_cosine", 75, 100, 1), 0.5, 1e-15);
    ck_assert_double_eq_tol(rate_of("flat_cosine", 100, 100, 1), 0, 1e-15);
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

TEST(a_plateau_of_a_rising_score_is_that_of_its_negative)
{
    gml_context *context = test_context();
    gml_schedule schedule;
    gml_schedule_state state = gml_schedule_begin();
    assert_ok(context, gml_schedule_bind(context, "reduce_on_plateau(factor=0.5, patience=1, threshold=0.05)", 2, 1, 1,
                                         &schedule));
    schedule.rises = true;
    double negated[120];
    for (size_t t = 0; t < 120; t++) {
        double score = sin((double)t / 20) + 0.3 * cos((double)(t * t)) - 0.5;
        negated[t] = -score;
        gml_schedule_observe(&schedule, &state, score);
        double right = 2 * gml_reference_plateau(schedule.call.values, negated, t + 1);
        ck_assert_double_eq_tol(gml_schedule_at(&schedule, &state, t), right, 1e-13);
    }
    ck_assert_double_lt(gml_schedule_at(&schedule, &state, 120), 2);
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

int main(void)
{
    return run_tests("schedule", 60);
}
