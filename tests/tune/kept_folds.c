/* tests/tune/kept_folds.c - searches that keep the networks of folds: their best epochs, their mean, who owns them. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "fixture.h"
#include "gemmule/ensemble.h"
#include "numbers.h"
#include "tune/search.h"

enum { ROWS = 60, FOLDS = 3 };

static const gml_recipe base = {.options = {.dtype = GML_F64}, .fit = {.epochs = 12, .batch = 8}};

static gml_search_options options_of(size_t ensemble)
{
    return (gml_search_options){.space = "lr=choice(0.3, 0.03, 0.01); hidden=choice(4, 8)",
                                .method = "grid",
                                .folds = FOLDS,
                                .keep_folds = GML_CHOICE_YES,
                                .ensemble = ensemble,
                                .seed = 3};
}

static fixture set_up_rows(size_t threads)
{
    return set_up("3 -> 1", GML_F32, threads, ROWS);
}

/* The root mean square error over the folds of the mean of members first, first + FOLDS, ... of each. */
static double score_folds(const fixture *f, const gml_network *network, size_t trials)
{
    const gml_split_options split_options = {.folds = FOLDS, .seed = 3};
    gml_split *split = NULL;
    double sum = 0;
    assert_ok(f->context, gml_split_create(f->data, &split_options, &split));
    for (size_t fold = 0; fold < FOLDS; fold++) {
        gml_dataset *train = NULL, *held = NULL;
        double y[ROWS], mean[ROWS] = {0}, one[ROWS], squares = 0;
        assert_ok(f->context, gml_split_fold(split, 0, fold, &train, &held));
        const size_t rows = gml_dataset_size(held);
        for (size_t i = 0; i < rows; i++) {
            assert_ok(f->context, gml_dataset_gather(held, &i, 1, gml_matrix_none(), gml_matrix_f64(&y[i], 1, 1)));
        }
        for (size_t t = 0; t < trials; t++) {
            const gml_network *member = gml_network_member(network, t * FOLDS + fold);
            assert_ok(f->context, gml_network_predict_dataset(member, held, gml_matrix_f64(one, rows, 1)));
            for (size_t i = 0; i < rows; i++) {
                mean[i] += one[i] / (double)trials;
            }
        }
        for (size_t i = 0; i < rows; i++) {
            squares += (mean[i] - y[i]) * (mean[i] - y[i]);
        }
        sum += sqrt(squares / (double)rows) / FOLDS;
        gml_dataset_destroy(train);
        gml_dataset_destroy(held);
    }
    gml_split_destroy(split);
    return sum;
}

TEST(the_network_is_that_of_the_winners_folds_and_has_its_score)
{
    const gml_search_options options = options_of(1);
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows(1);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(result.members, FOLDS);
    ck_assert_uint_eq(gml_network_members(network), FOLDS);
    ck_assert_double_eq_tol(result.mean_score, result.best.score, 1e-12);
    ck_assert_double_eq_tol(score_folds(&f, network, 1), result.mean_score, 1e-6);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(trials_join_the_winner_as_far_as_their_mean_predicts_the_folds_better)
{
    const gml_search_options options = options_of(6);
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows(1);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    const size_t trials = gml_network_members(network) / FOLDS;
    ck_assert_uint_ge(trials, 2);
    ck_assert_uint_lt(trials, 6); /* those at the largest rate do harm */
    ck_assert_uint_eq(trials, result.winner_count);
    ck_assert_uint_eq(result.winners[0].number, result.best.number);
    ck_assert_double_lt(result.mean_score, result.best.score);
    ck_assert_double_eq_tol(score_folds(&f, network, trials), result.mean_score, 1e-6);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_trial_has_the_weights_of_its_best_epoch_on_each_fold)
{
    gml_search_options options = options_of(1);
    gml_search_result kept, last;
    fixture f = set_up_rows(1);
    options.space = "lr=0.3"; /* it overshoots */
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, NULL, &kept));
    options.keep_folds = GML_CHOICE_NO;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, NULL, &last));
    ck_assert_double_lt(kept.best.score, last.best.score);
    tear_down(&f);
}

TEST(the_network_has_the_same_bits_with_any_number_of_threads)
{
    const gml_search_options options = options_of(6);
    uint64_t weights[2][2];
    for (size_t i = 0; i < 2; i++) {
        gml_search_result result;
        gml_network *network = NULL;
        fixture f = set_up_rows(i + 1);
        assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
        weights[i][0] = hash_weights(gml_network_member(network, 0));
        weights[i][1] = hash_weights(gml_network_member(network, gml_network_members(network) - 1));
        ck_assert_uint_ne(weights[i][0], weights[i][1]);
        gml_network_destroy(network);
        tear_down(&f);
    }
    ck_assert_mem_eq(weights[0], weights[1], sizeof weights[0]);
}

TEST(with_one_part_the_network_is_one)
{
    gml_search_options options = options_of(1);
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows(1);
    options.folds = 1;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(result.members, 1);
    ck_assert_uint_eq(gml_network_members(network), 0);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_trial_of_another_loss_does_not_join)
{
    gml_search_options options = options_of(4);
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows(1);
    options.space = "lr=choice(0.03, 0.01); loss=choice(mean_squared_error, mean_absolute_error)";
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    for (size_t i = 1; i < gml_network_members(network); i++) {
        ck_assert_str_eq(gml_network_fact(gml_network_member(network, i), "loss"),
                         gml_network_fact(gml_network_member(network, 0), "loss"));
    }
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_choice_keeps_three_trials_of_a_recipe_at_most)
{
    const gml_search_options options = {.choice = "best", .trials = 40, .seed = 3};
    const gml_recipe short_fits = {.fit = {.epochs = 1, .batch = 30}};
    gml_search *search = NULL;
    fixture f = set_up_rows(1);
    assert_ok(f.context, gml_search_create(f.context, f.data, NULL, &short_fits, &options, &search));
    assert_ok(f.context, gml_search_run_all(search));
    for (size_t i = 0; i < search->winner_count; i++) {
        const char *recipe = search->winners[i].trial.assignment;
        const size_t length = strcspn(recipe, ";");
        size_t alike = 0;
        for (size_t j = 0; j < search->winner_count; j++) {
            const char *other = search->winners[j].trial.assignment;
            alike += strcspn(other, ";") == length && strncmp(other, recipe, length) == 0;
        }
        ck_assert_uint_le(alike, 3);
    }
    gml_search_destroy(search);
    tear_down(&f);
}

static int stop_at_second(void *user, const gml_trial *trial)
{
    (void)trial;
    return ++*(int *)user == 2;
}

static int stop_at_once(void *user)
{
    (void)user;
    return 1;
}

TEST(a_stopped_search_gives_the_network_of_the_trials_that_had_ended)
{
    gml_search_options options = options_of(1);
    gml_search_result result;
    gml_network *network = NULL;
    int trials = 0;
    fixture f = set_up_rows(1);
    options.on_trial = stop_at_second;
    options.user = &trials;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_int_eq(result.end, GML_SEARCH_STOPPED);
    ck_assert_uint_eq(result.judged, 2);
    ck_assert_uint_eq(gml_network_members(network), FOLDS);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_search_that_is_stopped_before_a_trial_has_ended_gives_no_network)
{
    gml_search_options options = options_of(1);
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows(1);
    options.on_batch = stop_at_once;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_int_eq(result.end, GML_SEARCH_STOPPED);
    ck_assert_ptr_null(network);
    tear_down(&f);
}

TEST(classes_are_judged_by_the_brier_score_of_the_best_epochs)
{
    gml_search_options options = options_of(1);
    gml_search_result result;
    static double classes[ROWS];
    gml_dataset *data = NULL;
    fixture f = set_up_rows(1);
    for (size_t i = 0; i < ROWS; i++) {
        classes[i] = f.x[3 * i] > 0;
    }
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f64(f.x, ROWS, 3),
                                                   gml_matrix_f64(classes, ROWS, 1), GML_TASK_CLASSIFICATION, &data));
    assert_ok(f.context, gml_find_recipe(f.context, data, NULL, &base, &options, NULL, &result));
    ck_assert_str_eq(result.metric, "brier");
    const gml_trial by_brier = result.best;
    options.metric = "accuracy";
    assert_ok(f.context, gml_find_recipe(f.context, data, NULL, &base, &options, NULL, &result));
    ck_assert_str_eq(result.metric, "accuracy");
    ck_assert_double_ge(result.best.score, by_brier.second); /* it chooses the epochs too */
    gml_dataset_destroy(data);
    tear_down(&f);
}

TEST(finished_trials_which_have_no_networks_are_refused)
{
    static const gml_trial finished = {.number = 1};
    gml_search_options options = options_of(1);
    gml_search_result result;
    fixture f = set_up_rows(1);
    options.finished = &finished;
    options.finished_count = 1;
    assert_refused(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, NULL, &result),
                   GML_ERROR_ARGUMENT, "have no networks", NULL);
    options = (gml_search_options){.choice = "auto", .finished = &finished, .finished_count = 1};
    assert_refused(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, NULL, &result),
                   GML_ERROR_ARGUMENT, "have no networks", NULL);
    tear_down(&f);
}

TEST(searches_that_keep_folds_and_others_have_different_keys)
{
    gml_search_options options = options_of(1);
    gml_search_key kept, others;
    fixture f = set_up_rows(1);
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &base, &options, &kept));
    options.keep_folds = GML_CHOICE_AUTO;
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &base, &options, &others));
    ck_assert_uint_ne(kept.judgement, others.judgement);
    tear_down(&f);
}

int main(void)
{
    return run_tests("kept_folds", 60);
}
