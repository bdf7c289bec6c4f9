/* tests/tune/choices.c - choices among recipes: what they try, what their network is, what they do without samples or
 * time. */
#include <string.h>

#include "fixture.h"
#include "gemmule/ensemble.h"
#include "numbers.h"
#include "tune/space.h"

enum { ROWS = 60 };

static gml_assigned_recipe made;
static gml_space space;

static fixture set_up_rows(void)
{
    return set_up("3 -> 1", GML_F32, 1, ROWS);
}

TEST(a_choice_names_only_recipes_of_the_table)
{
    static const gml_data_facts many = {.task = GML_TASK_REGRESSION, .samples = 100000, .columns = 9, .judged = 20000};
    static const gml_data_facts few = {.task = GML_TASK_CLASSIFICATION, .samples = 20, .columns = 9, .judged = 20};
    fixture f = set_up_rows();
    for (size_t i = 0; gml_recipe_row_at(i) != NULL; i++) {
        const gml_recipe_row *row = gml_recipe_row_at(i);
        if (row->method != NULL) {
            gml_call call;
            assert_ok(f.context, gml_call_parse(f.context, "method", gml_search_method_entry, row->method,
                                                strlen(row->method), &call));
            assert_ok(f.context, gml_space_parse(f.context, row->entry.name, row->entry.formula, &many, &space));
            ck_assert_uint_gt(gml_space_find(&space, "recipe")->choice_count, 1);
            assert_ok(f.context, gml_space_parse(f.context, row->entry.name, row->entry.formula, &few, &space));
            ck_assert_ptr_nonnull(gml_space_find(&space, "recipe"));
        }
    }
    tear_down(&f);
}

TEST(a_choice_that_keeps_no_folds_is_the_winner_of_its_recipes_trained_on_all_rows)
{
    const gml_search_options options = {.choice = "auto", .keep_folds = GML_CHOICE_NO, .ensemble = 1};
    const gml_recipe base = {.fit.epochs = 2};
    gml_search_result result;
    gml_network *network = NULL, *again = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(result.judged, 2);
    assert_ok(f.context, gml_recipe_assign(f.context, &base, result.best.assignment, f.data, &made));
    ck_assert_str_eq(gml_network_fact(network, "recipe"), made.recipe.name);
    assert_ok(f.context, gml_recipe_network(&made.recipe, f.data, &again));
    assert_ok(f.context, gml_fit(again, f.data, NULL, &made.recipe.fit, NULL, NULL));
    ck_assert_str_eq(gml_network_fact(network, "train_loss"), gml_network_fact(again, "train_loss"));
    gml_network_destroy(network);
    gml_network_destroy(again);
    tear_down(&f);
}

TEST(a_choice_averages_the_networks_of_five_folds)
{
    const gml_search_options options = {.choice = "auto"};
    const gml_recipe base = {.fit.epochs = 2};
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(result.folds, 5);
    ck_assert_uint_eq(result.members, 5 * result.winner_count);
    ck_assert_uint_eq(gml_network_members(network), result.members);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_choice_tries_heavy_recipes_neither_on_small_tables_nor_on_wide_ones)
{
    static const struct {
        gml_data_facts facts;
        size_t choices;
    } cases[] = {{{GML_TASK_REGRESSION, 299, 9, 299}, 2},
                 {{GML_TASK_REGRESSION, 300, 9, 300}, 4},
                 {{GML_TASK_REGRESSION, 5000, 500, 5000}, 2},
                 {{GML_TASK_REGRESSION, 5000, 10000, 5000}, 1},
                 {{GML_TASK_REGRESSION, 200000, 9, 200000}, 2}};
    fixture f = set_up_rows();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const gml_recipe_row *row = NULL;
        assert_ok(f.context, gml_recipe_find(f.context, "recipe", "auto", &row));
        assert_ok(f.context, gml_space_parse(f.context, "auto", row->entry.formula, &cases[i].facts, &space));
        ck_assert_uint_eq(gml_space_find(&space, "recipe")->choice_count, cases[i].choices);
    }
    tear_down(&f);
}

TEST(a_choice_on_too_few_rows_makes_no_trial_and_takes_the_row_that_it_falls_back_on)
{
    const gml_search_options options = {.choice = "auto"};
    const gml_recipe base = {.fit.epochs = 1};
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up("3 -> 1", GML_F32, 1, 30);
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(result.trials, 0);
    ck_assert_uint_eq(result.best.number, 0);
    ck_assert_str_eq(result.best.assignment, "recipe=mlp_strong");
    ck_assert_str_eq(gml_network_fact(network, "recipe"), "mlp_strong");
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(the_best_trials_are_averaged_and_the_first_is_the_winner_alone)
{
    gml_search_options options = {.space = "lr=log(0.001, 0.1); hidden=choice(4, 8)", .trials = 6, .folds = 2};
    const gml_recipe base = {.fit.epochs = 2};
    gml_search_result result;
    gml_network *alone = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &alone, &result));
    ck_assert_uint_eq(result.members, 1);
    ck_assert_uint_eq(gml_network_members(alone), 0);
    options.ensemble = 3;
    for (size_t threads = 1; threads <= 2; threads++) {
        fixture again = set_up("3 -> 1", GML_F32, threads, ROWS);
        gml_network *network = NULL;
        assert_ok(again.context, gml_find_recipe(again.context, again.data, NULL, &base, &options, &network, &result));
        ck_assert_uint_eq(result.members, 3);
        ck_assert_uint_eq(gml_network_members(network), 3);
        ck_assert_uint_eq(hash_weights(gml_network_member(network, 0)), hash_weights(alone));
        ck_assert_uint_ne(hash_weights(gml_network_member(network, 1)), hash_weights(alone));
        gml_network_destroy(network);
        tear_down(&again);
    }
    gml_network_destroy(alone);
    tear_down(&f);
}

TEST(more_winners_than_trials_are_as_many_as_there_are)
{
    const gml_search_options options = {.space = "lr=choice(0.001, 0.01)", .method = "grid", .ensemble = 16};
    const gml_recipe base = {.fit.epochs = 1};
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_uint_eq(gml_network_members(network), 2);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_choice_without_time_trains_its_first_recipe)
{
    const gml_search_options options = {.choice = "best", .seconds = 1e-6};
    const gml_recipe base = {.fit.epochs = 1};
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_int_eq(result.end, GML_SEARCH_TIME);
    ck_assert_uint_eq(result.best.number, 0);
    ck_assert_str_eq(result.best.assignment, "recipe=mlp_strong");
    ck_assert_str_eq(gml_network_fact(network, "recipe"), "mlp_strong");
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(the_fit_in_place_of_trials_is_cut_after_as_long_again_and_one_epoch)
{
    const gml_search_options options = {.choice = "best", .seconds = 0.02};
    const gml_recipe base = {.fit.epochs = 1000000000};
    gml_search_result result;
    gml_network *network = NULL;
    fixture f = set_up_rows();
    assert_ok(f.context, gml_find_recipe(f.context, f.data, NULL, &base, &options, &network, &result));
    ck_assert_int_eq(result.end, GML_SEARCH_TIME);
    ck_assert_uint_ge(result.epochs, 1);
    ck_assert_uint_lt(result.epochs, 1000000000);
    ck_assert_ptr_nonnull(network);
    gml_network_destroy(network);
    tear_down(&f);
}

TEST(a_choice_that_is_none_is_refused)
{
    static const struct {
        gml_search_options options;
        gml_status status;
        const char *words;
    } cases[] = {
        {{.choice = "snn"}, GML_ERROR_ARGUMENT, "is one recipe"},
        {{.choice = "autp"}, GML_ERROR_NAME, "did you mean \"auto\""},
        {{.choice = "auto", .space = "lr=1"}, GML_ERROR_ARGUMENT, "its own space"},
        {{.choice = "auto", .method = "grid"}, GML_ERROR_ARGUMENT, "its own method"},
        {{.ensemble = 17}, GML_ERROR_ARGUMENT, "at most 16"},
    };
    fixture f = set_up_rows();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_search_result result;
        assert_refused(f.context, gml_find_recipe(f.context, f.data, NULL, NULL, &cases[i].options, NULL, &result),
                       cases[i].status, cases[i].words, NULL);
    }
    tear_down(&f);
}

int main(void)
{
    return run_tests("choices", 60);
}
