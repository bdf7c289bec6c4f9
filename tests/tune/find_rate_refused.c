/* tests/tune/find_rate_refused.c - searches that are refused: options, full-batch optimizers, data. */
#include <math.h>

#include "fixture.h"

TEST(options_out_of_their_range_are_refused)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 20);
    const struct {
        gml_rate_options options;
        const char *text;
    } cases[] = {
        {{.least = -1}, "range test"},         {{.least = NAN}, "range test"}, {{.least = 20}, "range test"},
        {{.most = INFINITY}, "range test"},    {{.steps = 9}, "9 steps"},      {{.least = 1, .most = 1}, "ascending"},
        {{.trials = (gml_choice)7}, "trials"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_rate_result result = {.steps = 77};
        assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, NULL, &cases[i].options, NULL, &result),
                       GML_ERROR_ARGUMENT, cases[i].text, NULL);
        ck_assert_uint_eq(result.steps, 77);
    }
    tear_down(&f);
}

TEST(full_batch_optimizers_have_no_rate_to_find)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 20);
    const char *names[] = {"lbfgs", "levenberg_marquardt"};
    for (size_t i = 0; i < 2; i++) {
        gml_rate_result result;
        const gml_train_options options = {.optimizer = names[i]};
        assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, &options, NULL, NULL, &result),
                       GML_ERROR_ARGUMENT, names[i], "no learning rate", NULL);
    }
    tear_down(&f);
}

TEST(what_a_fit_refuses_is_refused)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 20), wide = set_up("4 -> 2", GML_F32, 1, 20);
    gml_rate_result result;
    gml_train_options options = {.optimizer = "adan"};
    assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, &options, NULL, NULL, &result), GML_ERROR_NAME,
                   "adam", NULL);
    options = (gml_train_options){.l2 = -1};
    assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, &options, NULL, NULL, &result), GML_ERROR_ARGUMENT,
                   "l2", NULL);
    assert_refused(f.context, gml_find_rate(f.network, wide.data, NULL, NULL, NULL, NULL, &result), GML_ERROR_SHAPE,
                   "4", NULL);
    assert_refused(f.context, gml_find_rate(f.network, f.data, wide.data, NULL, NULL, NULL, &result), GML_ERROR_SHAPE,
                   "4", NULL);
    tear_down(&wide);
    tear_down(&f);
}

TEST(inputs_and_targets_that_are_not_finite_are_refused)
{
    fixture f = set_up("3 -> 2", GML_F32, 1, 20);
    gml_rate_result result;
    f.y[3] = INFINITY;
    assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, NULL, NULL, NULL, &result), GML_ERROR_DATA,
                   "row 2", "inf", NULL);
    f.y[3] = 0;
    f.x[0] = NAN;
    const gml_train_options whole = {.batch = 20};
    assert_refused(f.context, gml_find_rate(f.network, f.data, NULL, &whole, NULL, NULL, &result), GML_ERROR_DATA,
                   "row 1", "input 1", NULL);
    tear_down(&f);
}
