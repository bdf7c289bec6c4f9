/* tests/tune/find_recipe_refused.c - searches that are refused, and keys that tell searches apart. */
#include <math.h>
#include <string.h>

#include "fixture.h"

static gml_search_result result;

TEST(options_that_make_no_search_are_refused)
{
    static const gml_trial trial = {.number = 1, .horizon = 1, .assignment = "lr=3"};
    static const struct {
        gml_search_options options;
        gml_recipe recipe;
        gml_status status;
        const char *words;
    } cases[] = {
        {{.space = "lr=log(1, 0.1)"}, {.network = NULL}, GML_ERROR_ARGUMENT, "space, character 8"},
        {{.space = "width=3"}, {.network = "3 -> 2"}, GML_ERROR_ARGUMENT, "width cannot vary"},
        {{.method = "bayes"}, {.network = NULL}, GML_ERROR_NAME, "no method \"bayes\""},
        {{.method = "halving(eta=1)"}, {.network = NULL}, GML_ERROR_ARGUMENT, "eta is 1"},
        {{.seconds = -1}, {.network = NULL}, GML_ERROR_ARGUMENT, "-1 seconds"},
        {{.seconds = NAN}, {.network = NULL}, GML_ERROR_ARGUMENT, "nan seconds"},
        {{.finished_count = 2}, {.network = NULL}, GML_ERROR_ARGUMENT, "2 finished trials"},
        {{.finished_count = 1, .finished = &trial}, {.network = NULL}, GML_ERROR_ARGUMENT, "of another search"},
        {{.metric = "accuracy"}, {.network = NULL}, GML_ERROR_ARGUMENT, "accuracy is for classes"},
        {{.metric = "acuracy"}, {.network = NULL}, GML_ERROR_NAME, "acuracy"},
        {{.folds = 21}, {.network = NULL}, GML_ERROR_ARGUMENT, "21"},
        {{.split = "sorted"}, {.network = NULL}, GML_ERROR_NAME, "sorted"},
        {{.fraction = 1, .folds = 1}, {.network = NULL}, GML_ERROR_ARGUMENT, "1"},
        {{.space = "lr=0.1", .trials = 1}, {.hidden = "4 rulu"}, GML_ERROR_NAME, "rulu"},
        {{.space = "lr=0.1", .trials = 1}, {.fit.l2 = -1}, GML_ERROR_ARGUMENT, "l2"},
        {{.space = "lr=uniform(0.1, 1); l2=uniform(0, 1); l1=uniform(0, 1); clip_norm=uniform(0, 1)",
          .method = "grid(points=1000)"},
         {.network = NULL},
         GML_ERROR_ARGUMENT,
         "more than 1000000 points"},
    };
    fixture f = set_up("3 -> 2", GML_F32, 1, 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_network *network = NULL;
        result.trials = 77;
        assert_refused(f.context,
                       gml_find_recipe(f.context, f.data, NULL, &cases[i].recipe, &cases[i].options, &network, &result),
                       cases[i].status, cases[i].words, NULL);
        ck_assert_uint_eq(result.trials, 77);
        ck_assert_ptr_null(network);
    }
    tear_down(&f);
}

TEST(a_key_tells_searches_apart_that_have_other_trials)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 20);
    const gml_search_options plain = {.trials = 4};
    const gml_search_options same = {.trials = 9, .seconds = 4};
    const gml_search_options space = {.space = "lr=1"}, seed = {.seed = 1}, metric = {.metric = "mae"},
                             folds = {.folds = 2}, method = {.method = "halving"};
    const gml_recipe wide = {.hidden = "200 relu"}, drawn = {.options.seed = 3};
    gml_search_key key, changed;
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, NULL, &plain, &key));
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, NULL, &same, &changed));
    ck_assert_mem_eq(&key, &changed, sizeof key);
    const gml_search_options *const spaces[] = {&space, &seed, &method};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, NULL, spaces[i], &changed));
        ck_assert(key.space != changed.space && key.data == changed.data && key.recipe == changed.recipe);
    }
    const gml_search_options *const judgements[] = {&metric, &folds};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, NULL, judgements[i], &changed));
        ck_assert(key.judgement != changed.judgement && key.space == changed.space);
    }
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &wide, &plain, &changed));
    ck_assert_uint_ne(key.recipe, changed.recipe);
    assert_ok(f.context, gml_search_key_of(f.context, f.data, NULL, &drawn, &plain, &changed));
    ck_assert_uint_ne(key.recipe, changed.recipe);
    assert_ok(f.context, gml_search_key_of(f.context, f.data, f.data, NULL, &plain, &changed));
    ck_assert_uint_ne(key.data, changed.data);
    tear_down(&f);
}
