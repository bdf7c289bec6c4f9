/* tests/tune/choices.c - choices among recipes: what they try, what their network is, what they do without samples or
 * time. */
#include <string.h>

#include "fixture.h"
#include "gemmule/ensemble.h"
#include "numbers.h"
#include "tune/space.h"

enum { ROWS = 60 };

static gml_assigned_recipe assigned;
static gml_space space;

static fixture set_up_rows(void)
{
    return set_up("3 -> 1", GML_F32, 1, ROWS);
}

/* A search on some rows, and what it found. */
typedef struct search_case {
    fixture f;
    gml_network *network;
    gml_search_result result;
} search_case;

static search_case search(gml_search_options options, size_t epochs, size_t rows, size_t threads)
{
    const gml_recipe base = {.fit.epochs = epochs};
    search_case made = {.f = set_up("3 -> 1", GML_F32, threads, rows)};
    assert_ok(made.f.context,
              gml_find_recipe(made.f.context, made.f.data, NULL, &base, &options, &made.network, &made.result));
    ck_assert_ptr_nonnull(made.network);
    return made;
}

static void end(search_case *made)
{
    gml_network_destroy(made->network);
    tear_down(&made->f);
}

/* No trial has won: the network is that of the recipe for data too few to choose by. */
static void assert_strong_alone(const search_case *made)
{
    ck_assert_uint_eq(made->result.best.number, 0);
    ck_assert_str_eq(made->result.best.assignment, "recipe=mlp_strong");
    ck_assert_str_eq(gml_network_fact(made->network, "recipe"), "mlp_strong");
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
    const gml_recipe base = {.fit.epochs = 2};
    gml_network *again = NULL;
    search_case made =
        search((gml_search_options){.choice = "auto", .keep_folds = GML_CHOICE_NO, .ensemble = 1}, 2, ROWS, 1);
    gml_context *context = made.f.context;
    ck_assert_uint_eq(made.result.judged, 2);
    assert_ok(context, gml_recipe_assign(context, &base, made.result.best.assignment, made.f.data, &assigned));
    ck_assert_str_eq(gml_network_fact(made.network, "recipe"), assigned.recipe.name);
    assert_ok(context, gml_recipe_network(&assigned.recipe, made.f.data, &again));
    assert_ok(context, gml_fit(again, made.f.data, NULL, &assigned.recipe.fit, NULL, NULL));
    ck_assert_str_eq(gml_network_fact(made.network, "train_loss"), gml_network_fact(again, "train_loss"));
    gml_network_destroy(again);
    end(&made);
}

TEST(a_choice_averages_the_networks_of_five_folds)
{
    search_case made = search((gml_search_options){.choice = "auto"}, 2, ROWS, 1);
    ck_assert_uint_eq(made.result.folds, 5);
    ck_assert_uint_eq(made.result.members, 5 * made.result.winner_count);
    ck_assert_uint_eq(gml_network_members(made.network), made.result.members);
    end(&made);
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
    search_case made = search((gml_search_options){.choice = "auto"}, 1, 30, 1);
    ck_assert_uint_eq(made.result.trials, 0);
    assert_strong_alone(&made);
    end(&made);
}

TEST(the_best_trials_are_averaged_and_the_first_is_the_winner_alone)
{
    gml_search_options options = {.space = "lr=log(0.001, 0.1); hidden=choice(4, 8)", .trials = 6, .folds = 2};
    search_case alone = search(options, 2, ROWS, 1);
    ck_assert_uint_eq(alone.result.members, 1);
    ck_assert_uint_eq(gml_network_members(alone.network), 0);
    options.ensemble = 3;
    for (size_t threads = 1; threads <= 2; threads++) {
        search_case made = search(options, 2, ROWS, threads);
        ck_assert_uint_eq(made.result.members, 3);
        ck_assert_uint_eq(gml_network_members(made.network), 3);
        ck_assert_uint_eq(hash_weights(gml_network_member(made.network, 0)), hash_weights(alone.network));
        ck_assert_uint_ne(hash_weights(gml_network_member(made.network, 1)), hash_weights(alone.network));
        end(&made);
    }
    end(&alone);
}

TEST(more_winners_than_trials_are_as_many_as_there_are)
{
    const gml_search_options options = {.space = "lr=choice(0.001, 0.01)", .method = "grid", .ensemble = 16};
    search_case made = search(options, 1, ROWS, 1);
    ck_assert_uint_eq(gml_network_members(made.network), 2);
    end(&made);
}

TEST(a_choice_without_time_trains_its_first_recipe)
{
    search_case made = search((gml_search_options){.choice = "best", .seconds = 1e-6}, 1, ROWS, 1);
    ck_assert_int_eq(made.result.end, GML_SEARCH_TIME);
    assert_strong_alone(&made);
    end(&made);
}

TEST(the_fit_in_place_of_trials_is_cut_after_as_long_again_and_one_epoch)
{
    search_case made = search((gml_search_options){.choice = "best", .seconds = 0.02}, 1000000000, ROWS, 1);
    ck_assert_int_eq(made.result.end, GML_SEARCH_TIME);
    ck_assert_uint_ge(made.result.epochs, 1);
    ck_assert_uint_lt(made.result.epochs, 1000000000);
    end(&made);
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
