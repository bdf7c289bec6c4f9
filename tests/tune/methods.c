/* tests/tune/methods.c - which trials the methods choose, on an objective that is known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "tune/search.h"

enum { MOST = 400 };

/* What the stub was asked for. */
static gml_trial seen[MOST];
static size_t seen_count;

/* The score of a trial is how far its rate is from 0.01, in decades; number 5 fails. */
static gml_status score_by_rate(gml_search *search, gml_trial *trials, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gml_trial *trial = &trials[i];
        trial->score = fabs(log10(strtod(strstr(trial->assignment, "lr=") + 3, NULL)) + 2);
        trial->deviation = trial->second = (double)NAN;
        trial->seconds = 1;
        trial->status = trial->number == 5 ? GML_ERROR_DIVERGED : GML_OK;
        trial->score = trial->number == 5 ? (double)NAN : trial->score;
        seen[seen_count++] = *trial;
        gml_search_record(search, &(gml_winner){.trial = *trial});
    }
    return GML_OK;
}

static gml_search_result run(const gml_search_options *options)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 12);
    gml_search *search = NULL;
    seen_count = 0;
    assert_ok(f.context, gml_search_create(f.context, f.data, NULL, NULL, options, &search));
    search->run = score_by_rate;
    assert_ok(f.context, gml_search_run_all(search));
    const gml_search_result result = search->result;
    gml_search_destroy(search);
    tear_down(&f);
    return result;
}

static int compare_scores(const void *a, const void *b)
{
    const gml_trial *x = a, *y = b;
    return (x->score > y->score) - (x->score < y->score);
}

TEST(halving_trains_the_best_third_three_times_as_long)
{
    const gml_search_options options = {
        .space = "lr=log(1e-5, 10)", .method = "halving(bracket=18)", .trials = 18, .seed = 4};
    const gml_search_result result = run(&options);
    gml_trial first[18];
    ck_assert_uint_eq(seen_count, 18 + 6 + 2);
    for (size_t i = 0; i < seen_count; i++) {
        ck_assert_double_eq_tol(seen[i].horizon, i < 18 ? 1.0 / 9 : i < 24 ? 1.0 / 3 : 1, 1e-12);
    }
    memcpy(first, seen, sizeof first);
    for (size_t i = 0; i < 18; i++) {
        first[i].score = isnan(first[i].score) ? (double)INFINITY : first[i].score;
    }
    qsort(first, 18, sizeof *first, compare_scores);
    for (size_t i = 0; i < 6; i++) { /* in the order of their numbers: the promoted are among the six best */
        ck_assert_double_le(seen[18 + i].score, first[5].score);
        ck_assert(i == 0 || seen[18 + i].number > seen[17 + i].number);
    }
    ck_assert_double_le(seen[24].score, first[1].score);
    ck_assert_double_le(seen[25].score, first[1].score);
    ck_assert_double_eq(result.best.score, first[0].score);
    ck_assert_double_eq(result.best.horizon, 1);
    ck_assert_uint_eq(result.judged, 25);
}

TEST(brackets_follow_each_other_and_the_last_may_be_smaller)
{
    const gml_search_options options = {
        .space = "lr=log(1e-5, 10)", .method = "halving(bracket=9, eta=3)", .trials = 13};
    run(&options);
    ck_assert_uint_eq(seen_count, 9 + 3 + 1 + 4 + 2 + 1);
    ck_assert_uint_eq(seen[13].number, 10);
    ck_assert_uint_eq(seen[16].number, 13);
}

TEST(a_bracket_of_failures_ends)
{
    const gml_search_options options = {.space = "lr=log(1e-5, 10)", .method = "halving(bracket=1)", .trials = 6};
    const gml_search_result result = run(&options);
    ck_assert_uint_eq(result.judged, 5 * 3);
    ck_assert_uint_eq(seen_count, 5 * 3 + 1);
}

TEST(a_grid_is_tried_in_order_and_may_be_cut)
{
    gml_search_options options = {.space = "lr=choice(1, 0.1, 0.01); l2=choice(0, 1)", .method = "grid"};
    gml_search_result result = run(&options);
    ck_assert_uint_eq(seen_count, 6);
    ck_assert_str_eq(seen[1].assignment, "lr=1; l2=1");
    ck_assert_str_eq(result.best.assignment, "lr=0.01; l2=1"); /* number 5 fails */
    options.trials = 4;
    run(&options);
    ck_assert_uint_eq(seen_count, 4);
}

TEST(of_equal_trials_the_first_wins)
{
    const gml_search_options options = {.space = "lr=choice(0.1, 0.001); l2=choice(0, 1)", .method = "grid"};
    ck_assert_uint_eq(run(&options).best.number, 1);
}

TEST(many_random_trials_are_numbered_through)
{
    const gml_search_options options = {.space = "lr=log(1e-5, 10)", .trials = 150};
    run(&options);
    ck_assert_uint_eq(seen_count, 150);
    for (size_t i = 0; i < 150; i++) {
        ck_assert_uint_eq(seen[i].number, i + 1);
    }
}

TEST(the_default_space_begins_with_the_default_recipe)
{
    const gml_search_options options = {.trials = 8};
    run(&options);
    ck_assert_ptr_nonnull(strstr(seen[0].assignment, "optimizer=adam; lr=0.001; decay=0"));
    ck_assert_ptr_nonnull(strstr(seen[1].assignment, "dropout=0.1; lr=0.001; decay=0.1"));
    ck_assert_ptr_nonnull(strstr(seen[7].assignment, "lr="));
}
