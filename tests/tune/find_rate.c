/* tests/tune/find_rate.c - the search for a learning rate: a network that is not changed, the same bits at any number
 * of threads, suggestions that train, and honest answers where there is none. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "network/network.h"
#include "numbers.h"

enum { ROWS = 120, POINTS = 200 };

static const char net[] = "2 -> 24 tanh -> dropout 0.1 -> batchnorm -> 1";
static const gml_train_options fit = {.batch = 16, .epochs = 60, .seed = 3};

static fixture set_up_adapted(size_t threads)
{
    fixture f = set_up_waves(net, GML_F32, threads, ROWS);
    assert_ok(f.context, gml_network_adapt(f.network, f.data, GML_SCALING_AUTO));
    assert_ok(f.context, gml_network_set_fact(f.network, "note", "kept"));
    return f;
}

TEST(the_search_changes_neither_parameters_nor_statistics_nor_facts)
{
    fixture f = set_up_adapted(2);
    gml_rate_result result;
    const uint64_t before = hash_weights(f.network);
    const size_t facts = f.network->fact_count;
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, NULL, NULL, &result));
    ck_assert_double_gt(result.rate, 0);
    ck_assert_uint_eq(hash_weights(f.network), before);
    ck_assert_uint_eq(f.network->fact_count, facts);
    ck_assert_str_eq(gml_network_fact(f.network, "note"), "kept");
    ck_assert(gml_network_is_fresh(f.network));
    tear_down(&f);
}

static void assert_same(const gml_rate_result *a, const gml_rate_result *b)
{
    ck_assert_double_eq(a->rate, b->rate);
    ck_assert_double_eq(a->curve_rate, b->curve_rate);
    ck_assert_double_eq(a->limit, b->limit);
    ck_assert_str_eq(a->reason, b->reason);
    ck_assert_uint_eq(a->points, b->points);
    ck_assert_uint_eq(a->trials, b->trials);
    ck_assert_uint_eq(a->steps, b->steps);
    for (size_t i = 0; i < a->trials; i++) {
        ck_assert_double_eq(a->trial[i].rate, b->trial[i].rate);
        ck_assert(a->trial[i].loss == b->trial[i].loss);
        ck_assert_uint_eq(a->trial[i].steps, b->trial[i].steps);
    }
}

TEST(curve_and_trials_have_the_same_bits_at_any_number_of_threads)
{
    static const size_t threads[] = {2, 3, 8};
    gml_rate_point expected[POINTS], points[POINTS];
    gml_rate_result first, result;
    fixture f = set_up_adapted(1);
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, NULL, expected, &first));
    ck_assert_uint_ge(first.points, 10);
    tear_down(&f);
    for (size_t t = 0; t < sizeof threads / sizeof threads[0]; t++) {
        f = set_up_adapted(threads[t]);
        assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, NULL, points, &result));
        assert_same(&result, &first);
        ck_assert_mem_eq(points, expected, first.points * sizeof *points);
        tear_down(&f);
    }
}

TEST(the_rates_of_the_curve_grow_by_a_constant_factor_between_the_two_given)
{
    fixture f = set_up_adapted(1);
    gml_rate_point points[40];
    gml_rate_result result;
    const gml_rate_options options = {.least = 1e-5, .most = 1e-3, .steps = 40, .trials = GML_CHOICE_NO};
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, &options, points, &result));
    ck_assert_uint_eq(result.points, 40);
    ck_assert_uint_eq(result.steps, 40);
    ck_assert_uint_eq(result.trials, 0);
    ck_assert_double_eq(points[0].rate, 1e-5);
    ck_assert_double_eq_tol(points[39].rate, 1e-3, 1e-15);
    for (size_t i = 1; i < 40; i++) {
        ck_assert_double_eq_tol(points[i].rate / points[i - 1].rate, pow(100, 1.0 / 39), 1e-9);
    }
    tear_down(&f);
}

/* The losses that single steps of a trainer report, on the same batches and rates. */
TEST(the_losses_of_the_curve_are_those_of_training_steps)
{
    fixture f = set_up("3 -> 5 tanh -> 2", GML_F64, 1, 12);
    gml_rate_point points[30];
    gml_rate_result result;
    gml_trainer *trainer = NULL;
    const gml_train_options whole = {.batch = 12, .optimizer = "momentum"};
    const gml_rate_options options = {.least = 1e-4, .most = 1e-1, .steps = 30, .trials = GML_CHOICE_NO};
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &whole, &options, points, &result));
    ck_assert_uint_eq(result.points, 30);
    assert_ok(f.context, gml_trainer_create(f.network, &whole, &trainer));
    for (size_t i = 0; i < 30; i++) {
        double loss;
        assert_ok(f.context, gml_trainer_set_learning_rate(trainer, points[i].rate));
        assert_ok(f.context, gml_trainer_step(trainer, gml_matrix_f64(f.x, 12, 3), gml_matrix_f64(f.y, 12, 2), &loss));
        ck_assert_double_eq_tol(points[i].loss, loss, 1e-9);
    }
    gml_trainer_destroy(trainer);
    tear_down(&f);
}

/* The loss of a trial is what the fit itself shows after as many epochs. */
TEST(a_trial_begins_as_the_fit_does)
{
    fixture f = set_up_adapted(2);
    gml_rate_result result;
    const gml_rate_options options = {.trial_steps = 8, .final_steps = 8}; /* an epoch */
    assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &fit, &options, NULL, &result));
    ck_assert_uint_ge(result.trials, 4);
    gml_train_options one = fit;
    gml_fit_report report;
    one.epochs = 1;
    one.learning_rate = result.trial[2].rate;
    ck_assert_uint_eq(result.trial[2].steps, 8);
    assert_ok(f.context, gml_fit(f.network, f.data, f.data, &one, NULL, &report));
    ck_assert_double_eq(result.trial[2].loss, report.validation.loss);
    tear_down(&f);
}

TEST(a_trial_is_scored_as_the_weights_that_the_fit_keeps)
{
    static const gml_choice keeps[] = {GML_CHOICE_AUTO, GML_CHOICE_NO};
    fixture f = set_up_adapted(2);
    const gml_rate_options options = {.trial_steps = 40, .final_steps = 40}; /* five epochs */
    for (size_t i = 0; i < 2; i++) {
        gml_rate_result result;
        gml_fit_report report;
        gml_metric_value score;
        const char *metric = "median_ae";
        gml_train_options five = fit;
        five.epochs = 5;
        five.metric = metric;
        five.keep_best = keeps[i];
        assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &five, &options, NULL, &result));
        gml_network *copy = NULL;
        assert_ok(f.context, gml_network_copy(f.network, GML_F32, &copy));
        five.learning_rate = result.trial[2].rate;
        assert_ok(f.context, gml_fit(copy, f.data, f.data, &five, NULL, &report));
        assert_ok(f.context, gml_score_network(copy, f.data, &metric, 1, &score, gml_matrix_none()));
        ck_assert_double_eq(result.trial[2].score, score.value);
        ck_assert_double_eq(result.trial[2].loss, report.validation.loss);
        gml_network_destroy(copy);
    }
    tear_down(&f);
}

TEST(a_metric_that_rises_chooses_the_greatest_score_and_trials_have_no_patience)
{
    fixture f = set_up_adapted(2);
    gml_rate_result result, patient;
    gml_train_options rising = fit;
    rising.metric = "r2";
    assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &rising, NULL, NULL, &result));
    rising.patience = rising.halvings = 1;
    assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &rising, NULL, NULL, &patient));
    assert_same(&result, &patient);
    ck_assert_ptr_nonnull(strstr(result.reason, "a validation r2 of "));
    double best = -INFINITY, chosen = -INFINITY;
    size_t longest = 0;
    for (size_t i = 0; i < result.trials; i++) {
        longest = result.trial[i].steps > longest ? result.trial[i].steps : longest;
    }
    for (size_t i = 0; i < result.trials; i++) {
        const gml_rate_trial *trial = &result.trial[i];
        best = trial->steps == longest ? fmax(best, trial->score) : best;
        chosen = trial->rate == result.rate ? trial->score : chosen;
    }
    ck_assert_double_eq(chosen, best);
    ck_assert_double_gt(chosen, result.start_score);
    tear_down(&f);
}

TEST(the_suggestion_has_the_least_loss_of_the_longest_trials)
{
    fixture f = set_up_adapted(2);
    gml_rate_result result;
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, NULL, NULL, &result));
    size_t longest = 0;
    for (size_t i = 0; i < result.trials; i++) {
        longest = result.trial[i].steps > longest ? result.trial[i].steps : longest;
        ck_assert(result.limit == 0 || result.trial[i].rate < 3.2 * result.limit);
    }
    const gml_rate_trial *best = NULL;
    for (size_t i = 0; i < result.trials; i++) {
        const gml_rate_trial *trial = &result.trial[i];
        best = trial->steps == longest && (best == NULL || trial->loss < best->loss) ? trial : best;
    }
    ck_assert_double_eq(result.rate, best->rate);
    ck_assert_double_lt(best->loss, 0.5 * result.start_loss);
    tear_down(&f);
}

/* Every optimizer with steps of batches finds a rate that lowers the loss of this fit to less than half. */
TEST(every_optimizer_of_batches_finds_a_rate_that_trains)
{
    for (size_t i = 0; gml_optimizer_entry(i) != NULL; i++) {
        const char *name = gml_optimizer_entry(i)->name;
        if (strcmp(name, "lbfgs") == 0 || strcmp(name, "levenberg_marquardt") == 0) {
            continue;
        }
        fixture f = set_up_waves("2 -> 24 tanh -> 1", GML_F32, 2, ROWS);
        gml_train_options options = fit;
        gml_rate_result result;
        gml_metrics after;
        options.optimizer = name;
        assert_ok(f.context, gml_network_adapt(f.network, f.data, GML_SCALING_AUTO));
        assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &options, NULL, NULL, &result));
        ck_assert_msg(result.rate > 0, "%s: %s", name, result.reason);
        options.learning_rate = result.rate;
        assert_ok(f.context, gml_fit(f.network, f.data, NULL, &options, NULL, NULL));
        assert_ok(f.context, gml_evaluate(f.network, f.data, NULL, &after));
        ck_assert_msg(after.loss < 0.5 * result.start_loss, "%s: from %g to %g", name, result.start_loss, after.loss);
        tear_down(&f);
    }
}

/* ---- no clear answer, and small data ---- */

TEST(a_network_whose_parameters_are_frozen_has_no_clear_answer)
{
    fixture f = set_up_waves("2 -> 8 tanh -> 1", GML_F32, 2, ROWS);
    gml_train_options options = fit;
    gml_rate_result result;
    options.groups = "all(rate=0)";
    assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &options, NULL, NULL, &result));
    ck_assert_double_eq(result.rate, 0);
    ck_assert_double_eq(result.curve_rate, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "no rate lowers the validation loss"));
    tear_down(&f);
}

TEST(a_range_without_a_candidate_has_no_clear_answer)
{
    fixture f = set_up_adapted(1);
    gml_rate_result result;
    const gml_rate_options options = {.least = 1.2e-3, .most = 2e-3};
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, &options, NULL, &result));
    ck_assert_double_eq(result.rate, 0);
    ck_assert_uint_eq(result.trials, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "from 0.0012 to 0.002"));
    tear_down(&f);
}

TEST(the_last_trials_are_of_the_best_rate_and_its_neighbours)
{
    fixture f = set_up_adapted(2);
    gml_rate_result result;
    const gml_rate_options options = {.trial_steps = 20, .final_steps = 300};
    assert_ok(f.context, gml_find_rate(f.network, f.data, f.data, &fit, &options, NULL, &result));
    size_t longest = 0, first = result.trials;
    for (size_t i = 0; i < result.trials; i++) {
        longest += result.trial[i].steps == 300;
        first = result.trial[i].steps == 300 && i < first ? i : first;
    }
    ck_assert_uint_ge(longest, 2);
    ck_assert_uint_le(longest, 3);
    for (size_t i = first; i < first + longest; i++) {
        ck_assert_uint_eq(result.trial[i].steps, 300);
    }
    tear_down(&f);
}

TEST(data_that_diverges_at_every_rate_has_no_clear_answer)
{
    fixture f = set_up("3 -> 400 -> 400 -> 1", GML_F32, 2, 40);
    for (size_t i = 0; i < 120; i++) {
        f.x[i] *= 1e12;
    }
    gml_rate_result result;
    const gml_train_options sgd = {.optimizer = "sgd", .batch = 8};
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &sgd, NULL, NULL, &result));
    ck_assert_double_eq(result.rate, 0);
    ck_assert_double_gt(result.limit, 0);
    ck_assert_ptr_nonnull(strstr(result.reason, "diverges"));
    tear_down(&f);
}

TEST(targets_that_are_all_equal_and_a_single_sample_end_well)
{
    for (size_t rows = 1; rows <= 40; rows += 39) {
        fixture f = set_up("3 -> 5 relu -> 1", GML_F32, 2, rows);
        for (size_t i = 0; i < rows; i++) {
            f.y[i] = 7;
        }
        gml_rate_result result;
        assert_ok(f.context, gml_network_adapt(f.network, f.data, GML_SCALING_AUTO));
        assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, NULL, NULL, &result));
        ck_assert_uint_gt(strlen(result.reason), 0);
        tear_down(&f);
    }
}

/* ---- callbacks ---- */

typedef struct counter {
    atomic_size_t calls;
    size_t stop_at;
} counter;

static int stop_with_five(void *user, double rate)
{
    counter *c = user;
    ck_assert_double_gt(rate, 0);
    return atomic_fetch_add(&c->calls, 1) + 1 >= c->stop_at ? 5 : 0;
}

TEST(a_callback_stops_the_range_test_and_the_trials)
{
    static const size_t stops[] = {1, 20, 250, 700};
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        fixture f = set_up_adapted(2);
        counter c = {.stop_at = stops[i]};
        gml_rate_result result;
        const gml_rate_options options = {.user = &c, .on_batch = stop_with_five};
        const uint64_t before = hash_weights(f.network);
        assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &fit, &options, NULL, &result));
        ck_assert_int_eq(result.stopped, 5);
        ck_assert_double_eq(result.rate, 0);
        ck_assert_ptr_nonnull(strstr(result.reason, "stopped"));
        ck_assert_uint_lt(atomic_load(&c.calls), stops[i] + 4);
        ck_assert_uint_eq(hash_weights(f.network), before);
        tear_down(&f);
    }
}

/* Of 3 batches two make a step, and the last one of the epoch another: 10 steps are 15 batches. */
TEST(with_accumulate_a_step_of_the_curve_has_several_batches)
{
    fixture f = set_up("3 -> 5 tanh -> 2", GML_F64, 1, 12);
    counter c = {.stop_at = SIZE_MAX};
    gml_rate_result result;
    const gml_train_options accumulated = {.batch = 4, .accumulate = 2};
    const gml_rate_options options = {.steps = 10, .trials = GML_CHOICE_NO, .user = &c, .on_batch = stop_with_five};
    assert_ok(f.context, gml_find_rate(f.network, f.data, NULL, &accumulated, &options, NULL, &result));
    ck_assert_uint_eq(result.points, 10);
    ck_assert_uint_eq(atomic_load(&c.calls), 15);
    tear_down(&f);
}

int main(void)
{
    return run_tests("rate", 60);
}
