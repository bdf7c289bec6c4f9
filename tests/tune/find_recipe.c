/* tests/tune/find_recipe.c - the search for a recipe: the same at any number of threads, resumed as if it had not
 * stopped, the winner trained on all data, an end within its time. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "network/network.h"
#include "numbers.h"

enum { ROWS = 60, MOST = 64 };

static const char space[] = "lr=log(1e-3, 0.1); hidden=choice(8, 6x2); batch=choice(8, 16); epochs=int(2, 6); "
                            "dropout=choice(0, 0.2)";

/* The trials that a search has reported. */
typedef struct trial_list {
    gml_trial trials[MOST];
    size_t count;
    size_t stop_after; /* 0: never */
} trial_list;

static int keep(void *user, const gml_trial *trial)
{
    trial_list *list = user;
    ck_assert_uint_lt(list->count, MOST);
    list->trials[list->count++] = *trial;
    return list->count == list->stop_after ? 7 : 0;
}

static gml_search_options options_of(trial_list *list)
{
    return (gml_search_options){.space = space, .trials = 9, .folds = 3, .seed = 5, .user = list, .on_trial = keep};
}

static int by_number(const void *a, const void *b)
{
    const gml_trial *x = a, *y = b;
    return x->horizon != y->horizon ? (x->horizon > y->horizon) - (x->horizon < y->horizon)
                                    : (x->number > y->number) - (x->number < y->number);
}

static void assert_same_trial(const gml_trial *a, const gml_trial *b)
{
    ck_assert_uint_eq(a->number, b->number);
    ck_assert_str_eq(a->assignment, b->assignment);
    ck_assert_int_eq(a->status, b->status);
    ck_assert_mem_eq(&a->score, &b->score, sizeof a->score);
    ck_assert_mem_eq(&a->deviation, &b->deviation, sizeof a->deviation);
    ck_assert_mem_eq(&a->second, &b->second, sizeof a->second);
    ck_assert_str_eq(a->message, b->message);
}

static void assert_same_lists(trial_list *a, trial_list *b)
{
    ck_assert_uint_eq(a->count, b->count);
    qsort(a->trials, a->count, sizeof *a->trials, by_number);
    qsort(b->trials, b->count, sizeof *b->trials, by_number);
    for (size_t i = 0; i < a->count; i++) {
        assert_same_trial(&a->trials[i], &b->trials[i]);
    }
}

/* Searches with so many threads; returns a hash of the network's weights. */
static uint64_t search_with(size_t threads, const gml_search_options *options, gml_search_result *result)
{
    fixture f = set_up_waves("2 -> 1", GML_F32, threads, ROWS);
    gml_network *network = NULL;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, NULL, options, &network, result));
    const uint64_t hash = network != NULL ? hash_weights(network) : 0;
    gml_network_destroy(network);
    tear_down(&f);
    return hash;
}

TEST(any_number_of_threads_gives_the_same_trials_and_the_same_network)
{
    static const char *const methods[] = {"random", "halving(bracket=9)", "grid(points=2)"};
    static trial_list one, many;
    for (size_t m = 0; m < 3; m++) {
        gml_search_result first, result;
        one = (trial_list){.count = 0};
        gml_search_options options = options_of(&one);
        options.method = methods[m];
        const uint64_t hash = search_with(1, &options, &first);
        for (size_t threads = 2; threads <= 3; threads++) {
            many = (trial_list){.count = 0};
            options.user = &many;
            ck_assert_uint_eq(search_with(threads, &options, &result), hash);
            assert_same_trial(&result.best, &first.best);
            assert_same_lists(&one, &many);
        }
    }
}

TEST(a_search_goes_on_from_any_of_its_trials_as_if_it_had_not_stopped)
{
    static const char *const methods[] = {"random", "halving(bracket=9)"};
    static trial_list whole, rest;
    for (size_t m = 0; m < 2; m++) {
        gml_search_result expected, result;
        whole = (trial_list){.count = 0};
        gml_search_options options = options_of(&whole);
        options.method = methods[m];
        const uint64_t hash = search_with(2, &options, &expected);
        for (size_t kept = 0; kept <= whole.count; kept += 4) {
            rest = (trial_list){.count = 0};
            options.user = &rest;
            options.finished = whole.trials;
            options.finished_count = kept;
            ck_assert_uint_eq(search_with(2, &options, &result), hash);
            ck_assert_uint_eq(result.reused, kept);
            assert_same_trial(&result.best, &expected.best);
            assert_same_lists(&rest, &whole);
        }
    }
}

/* The same by the functions that a caller has. */
TEST(the_score_of_a_trial_is_that_of_its_recipe_over_the_folds)
{
    static trial_list list;
    static gml_assigned_recipe assigned;
    static const char *const metrics[] = {"rmse", "r2"};
    gml_search_result result;
    fixture f = set_up_waves("2 -> 1", GML_F32, 2, ROWS);
    list = (trial_list){.count = 0};
    const gml_search_options options = options_of(&list);
    const gml_split_options split_options = {.folds = 3, .seed = 5};
    gml_split *split = NULL;
    double sum = 0, second = 0;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, NULL, &options, NULL, &result));
    assert_ok(f.context, gml_recipe_assign(f.context, NULL, list.trials[3].assignment, f.data, &assigned));
    assert_ok(f.context, gml_split_create(f.data, &split_options, &split));
    for (size_t fold = 0; fold < 3; fold++) {
        gml_dataset *train = NULL, *held = NULL;
        gml_network *network = NULL;
        gml_metric_value values[2];
        assert_ok(f.context, gml_split_fold(split, 0, fold, &train, &held));
        assert_ok(f.context, gml_recipe_network(&assigned.recipe, train, &network));
        assert_ok(f.context, gml_fit(network, train, NULL, &assigned.recipe.fit, NULL, NULL));
        assert_ok(f.context, gml_score_network(network, held, metrics, 2, values, gml_matrix_none()));
        sum += values[0].value;
        second += values[1].value;
        gml_network_destroy(network);
        gml_dataset_destroy(train);
        gml_dataset_destroy(held);
    }
    ck_assert_double_eq(list.trials[3].score, sum / 3);
    ck_assert_double_eq(list.trials[3].second, second / 3);
    ck_assert_str_eq(result.metric, "rmse");
    ck_assert_str_eq(result.second, "r2");
    ck_assert_uint_eq(result.folds, 3);
    gml_split_destroy(split);
    tear_down(&f);
}

TEST(the_network_is_the_winner_trained_on_all_data)
{
    static trial_list list;
    static gml_assigned_recipe assigned;
    gml_search_result result;
    fixture f = set_up_waves("2 -> 1", GML_F32, 2, ROWS);
    gml_network *found = NULL, *again = NULL;
    list = (trial_list){.count = 0};
    const gml_search_options options = options_of(&list);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, NULL, &options, &found, &result));
    for (size_t i = 0; i < list.count; i++) {
        ck_assert_double_ge(list.trials[i].score, result.best.score);
    }
    assert_ok(f.context, gml_recipe_assign(f.context, NULL, result.best.assignment, f.data, &assigned));
    assert_ok(f.context, gml_recipe_network(&assigned.recipe, f.data, &again));
    assert_ok(f.context, gml_fit(again, f.data, NULL, &assigned.recipe.fit, NULL, NULL));
    ck_assert_uint_eq(hash_weights(found), hash_weights(again));
    ck_assert_uint_eq(result.epochs, assigned.recipe.fit.epochs);
    gml_network_destroy(found);
    gml_network_destroy(again);
    tear_down(&f);
}

/* An observer is of one network; a search trains others. */
TEST(an_observer_in_the_recipe_is_ignored)
{
    gml_search_result result;
    fixture f = set_up_waves("2 -> 1", GML_F32, 2, ROWS);
    gml_network *plain = NULL, *observed = NULL;
    gml_health *health = NULL;
    gml_layer_health view;
    assert_ok(f.context, gml_health_create(f.network, NULL, &health));
    gml_recipe recipe = {.fit = {.seed = 2}};
    const gml_search_options options = {.space = space, .trials = 3, .folds = 3, .seed = 5};
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &recipe, &options, &plain, &result));
    recipe.fit.observer = gml_health_observer(health);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &recipe, &options, &observed, &result));
    ck_assert_uint_eq(hash_weights(observed), hash_weights(plain));
    ck_assert_int_eq(gml_health_layer(health, 0, &view), GML_ERROR_ARGUMENT); /* it has seen nothing */
    gml_network_destroy(plain);
    gml_network_destroy(observed);
    gml_health_destroy(health);
    tear_down(&f);
}

TEST(the_metric_of_the_recipe_decides_and_its_patience_has_no_part)
{
    static trial_list list;
    gml_search_result result;
    fixture f = set_up_waves("2 -> 1", GML_F32, 2, ROWS);
    const gml_recipe recipe = {.fit = {.metric = "r2", .patience = 1, .keep_best = GML_CHOICE_YES}};
    list = (trial_list){.count = 0};
    const gml_search_options options = options_of(&list);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &recipe, &options, NULL, &result));
    ck_assert_str_eq(result.metric, "r2");
    ck_assert_str_eq(result.second, "");
    ck_assert_int_eq(result.higher_is_better, 1);
    for (size_t i = 0; i < list.count; i++) {
        ck_assert_double_le(list.trials[i].score, result.best.score);
    }
    tear_down(&f);
}

TEST(validation_data_take_the_place_of_folds)
{
    static trial_list list;
    gml_search_result result;
    fixture f = set_up_waves("2 -> 1", GML_F32, 2, ROWS), other = set_up_waves("2 -> 1", GML_F32, 2, 20);
    gml_dataset *held = NULL;
    assert_ok(f.context, gml_dataset_from_matrices(f.context, gml_matrix_f64(other.x, 20, 2),
                                                   gml_matrix_f64(other.y, 20, 1), GML_TASK_REGRESSION, &held));
    list = (trial_list){.count = 0};
    gml_search_options options = options_of(&list);
    options.folds = 0;
    assert_ok(f.context, gml_find_recipe(f.context, f.data, held, NULL, &options, NULL, &result));
    ck_assert_uint_eq(result.folds, 1);
    ck_assert(isnan(list.trials[0].deviation));
    gml_dataset_destroy(held);
    tear_down(&other);
    tear_down(&f);
}

/* ---- ends ---- */

TEST(a_callback_stops_the_search_and_leaves_no_network)
{
    static trial_list list;
    gml_search_result result;
    list = (trial_list){.stop_after = 3};
    const gml_search_options options = options_of(&list);
    ck_assert_uint_eq(search_with(2, &options, &result), 0);
    ck_assert_int_eq(result.end, GML_SEARCH_STOPPED);
    ck_assert_int_eq(result.stopped, 7);
    ck_assert_uint_eq(list.count, 3);
}

static int stop_at_once(void *user)
{
    (void)user;
    return 9;
}

TEST(a_callback_of_batches_stops_the_search)
{
    gml_search_result result;
    const gml_search_options options = {.trials = 4, .on_batch = stop_at_once};
    ck_assert_uint_eq(search_with(2, &options, &result), 0);
    ck_assert_int_eq(result.stopped, 9);
    ck_assert_uint_eq(result.trials, 0);
}

/* A clock that goes on by a second with each look at it. */
static uint64_t run_clock(void *user)
{
    return (uint64_t)(1 + atomic_fetch_add((atomic_int *)user, 1)) * 1000000000u;
}

static void end_by_time(double seconds, gml_search_result *result)
{
    atomic_int ticks = 0;
    gml_context *context = context_with((gml_context_options){.threads = 1, .clock = run_clock, .clock_user = &ticks});
    fixture f = set_up_waves("2 -> 1", GML_F32, 1, ROWS);
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(f.x, ROWS, 2), gml_matrix_f64(f.y, ROWS, 1),
                                                 GML_TASK_REGRESSION, &data));
    const gml_search_options options = {.space = space, .seconds = seconds, .folds = 3};
    assert_ok(context, gml_find_recipe(context, data, NULL, NULL, &options, &network, result));
    ck_assert_ptr_nonnull(network);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    tear_down(&f);
    gml_context_destroy(context);
}

TEST(when_the_time_is_over_trials_that_run_are_not_judged)
{
    gml_search_result result;
    end_by_time(1500, &result);
    ck_assert_int_eq(result.end, GML_SEARCH_TIME);
    ck_assert_uint_gt(result.judged, 0);
    ck_assert_uint_lt(result.judged, 100);
    ck_assert_uint_gt(result.cut, 0);
}

TEST(without_time_for_a_trial_the_first_recipe_is_trained)
{
    gml_search_result result;
    end_by_time(3, &result);
    ck_assert_int_eq(result.end, GML_SEARCH_TIME);
    ck_assert_uint_eq(result.judged, 0);
    ck_assert_uint_eq(result.best.number, 0);
    ck_assert_uint_gt(result.fit.epochs, 0);
}

/* ---- small and odd data ---- */

static void search_in(const double *x, const double *y, size_t rows, gml_task task, gml_search_result *result)
{
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    gml_network *network = NULL;
    const gml_search_options options = {.trials = 6, .seconds = 1};
    const gml_recipe recipe = {.fit.epochs = 20};
    assert_ok(context,
              gml_dataset_from_matrices(context, gml_matrix_f64(x, rows, 1), gml_matrix_f64(y, rows, 1), task, &data));
    assert_ok(context, gml_find_recipe(context, data, NULL, &recipe, &options, &network, result));
    ck_assert_ptr_nonnull(network);
    gml_network_destroy(network);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(few_rows_equal_targets_and_rare_classes_end_well)
{
    static const double x[] = {1, 2, 3, 4, 5}, values[] = {1, 3, 2, 5, 4}, same[] = {2, 2, 2, 2, 2};
    static const double rare[] = {0, 0, 0, 0, 1};
    for (size_t rows = 1; rows <= 5; rows++) {
        gml_search_result result;
        search_in(x, values, rows, GML_TASK_REGRESSION, &result);
        ck_assert_uint_eq(result.folds, rows == 1 ? 0 : rows);
        search_in(x, same, rows, GML_TASK_REGRESSION, &result);
        ck_assert_double_lt(result.best.score, 1);
    }
    gml_search_result result;
    search_in(x, rare, 5, GML_TASK_CLASSIFICATION, &result);
    ck_assert_str_eq(result.metric, "log_loss");
}

TEST(a_single_class_is_refused_in_words)
{
    static const double x[] = {1, 2, 3}, y[] = {0, 0, 0};
    gml_context *context = test_context();
    gml_dataset *data = NULL;
    gml_search_result result;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 3, 1), gml_matrix_f64(y, 3, 1),
                                                 GML_TASK_CLASSIFICATION, &data));
    assert_refused(context, gml_find_recipe(context, data, NULL, NULL, NULL, NULL, &result), GML_ERROR_DATA,
                   "the same class", NULL);
    gml_dataset_destroy(data);
    gml_context_destroy(context);
}

TEST(trials_that_diverge_or_cannot_be_are_not_judged_and_the_search_goes_on)
{
    static trial_list list;
    gml_search_result result;
    list = (trial_list){.count = 0};
    gml_search_options options = options_of(&list);
    options.space = "optimizer=choice(sgd(lr=0.01), sgd(lr=1e6), lbfgs); dropout=0.5; epochs=30; hidden=8x3";
    options.method = "grid";
    options.trials = 0;
    search_with(2, &options, &result);
    ck_assert_uint_eq(result.trials, 3);
    ck_assert_uint_eq(result.judged, 1);
    qsort(list.trials, 3, sizeof *list.trials, by_number);
    ck_assert_int_eq(list.trials[1].status, GML_ERROR_DIVERGED);
    ck_assert_int_eq(list.trials[2].status, GML_ERROR_ARGUMENT);
    ck_assert_ptr_nonnull(strstr(list.trials[2].message, "dropout"));
    ck_assert(isnan(list.trials[1].score) && isnan(list.trials[2].score));
    ck_assert_uint_eq(result.best.number, 1);
}

int main(void)
{
    return run_tests("search for a recipe", 120);
}
