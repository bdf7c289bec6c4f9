/* tests/tune/winners.c - which trials of a choice are kept, whatever the order in which they end. */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "tune/search.h"

enum { TRIALS = 6, MOST = 4 };

/* Three of each recipe at most, and of those the best four: 1, 2, 3, 5. */
static const char *const assignments[TRIALS] = {"recipe=a; lr=1", "recipe=a; lr=2", "recipe=a; lr=3",
                                                "recipe=a; lr=4", "recipe=b",       "recipe=c"};

/* Enters the trials in this order; each has its number as its score. */
static void assert_winners(gml_context *context, const size_t order[TRIALS])
{
    static const size_t expected[MOST] = {1, 2, 3, 5};
    static gml_search search;
    static const gml_recipe_row choice = {.winners = MOST};
    search = (gml_search){.context = context, .choice = &choice, .options.ensemble = MOST};
    for (size_t i = 0; i < TRIALS; i++) {
        gml_winner added = {.trial = {.number = order[i], .horizon = 1, .score = (double)order[i]}};
        snprintf(added.trial.assignment, sizeof added.trial.assignment, "%s", assignments[order[i] - 1]);
        gml_winners_add(&search, &added);
    }
    ck_assert_uint_eq(search.winner_count, MOST);
    for (size_t i = 0; i < MOST; i++) {
        ck_assert_uint_eq(search.winners[i].trial.number, expected[i]);
    }
}

/* All orders of the numbers from `at` on. */
static void permute(gml_context *context, size_t order[TRIALS], size_t at)
{
    if (at == TRIALS) {
        assert_winners(context, order);
    }
    for (size_t i = at; i < TRIALS; i++) {
        const size_t number = order[i];
        order[i] = order[at], order[at] = number;
        permute(context, order, at + 1);
        order[at] = order[i], order[i] = number;
    }
}

TEST(the_winners_do_not_depend_on_the_order_in_which_trials_end)
{
    size_t order[TRIALS] = {1, 2, 3, 4, 5, 6};
    gml_context *context = test_context();
    permute(context, order, 0);
    gml_context_destroy(context);
}
