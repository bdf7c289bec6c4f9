/* tests/tune/cv_refused.c - cross-validations that are refused, and networks that diverge. */
#include <math.h>
#include <string.h>

#include "cv_case.h"

static const gml_recipe recipe = {.hidden = "4 tanh", .fit = {.batch = 8, .epochs = 2}};

TEST(options_recipes_and_metrics_that_do_not_fit_are_refused)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
    const struct {
        gml_recipe recipe;
        gml_cv_options options;
        const char *metric;
        gml_status status;
        const char *text;
    } cases[] = {
        {{0}, {.confidence = 1}, "accuracy", GML_ERROR_ARGUMENT, "confidence of 1"},
        {{0}, {.confidence = -0.5}, "accuracy", GML_ERROR_ARGUMENT, "confidence of -0.5"},
        {{0}, {.confidence = NAN}, "accuracy", GML_ERROR_ARGUMENT, "confidence of nan"},
        {{0}, {.validation = 1}, "accuracy", GML_ERROR_ARGUMENT, "validation share of 1"},
        {{0}, {.validation = -0.1}, "accuracy", GML_ERROR_ARGUMENT, "validation share of -0.1"},
        {{.fit = {.checkpoint = "x"}}, {.user = NULL}, "accuracy", GML_ERROR_ARGUMENT, "write checkpoints to"},
        {{.fit = {.resume = "x"}}, {.user = NULL}, "accuracy", GML_ERROR_ARGUMENT, "resume from"},
        {{0}, {.user = NULL}, "rmse", GML_ERROR_ARGUMENT, "rmse is for values"},
        {{0}, {.user = NULL}, "acuracy", GML_ERROR_NAME, "accuracy"},
        {{0}, {.user = NULL}, NULL, GML_ERROR_ARGUMENT, "metric 1 of 1 is a null pointer"},
        {{.network = "4 -> 3 softmax"}, {.user = NULL}, "accuracy", GML_ERROR_SHAPE, "4"},
        {{.hidden = "8 rilu"}, {.user = NULL}, "accuracy", GML_ERROR_NAME, "relu"},
        {{.fit = {.optimizer = "adan"}}, {.user = NULL}, "accuracy", GML_ERROR_NAME, "fold 1 of 5: "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gml_cv_result *result = NULL;
        assert_refused(
            c.context,
            gml_cross_validate(&cases[i].recipe, c.data, NULL, &cases[i].metric, 1, &cases[i].options, &result),
            cases[i].status, cases[i].text, NULL);
        ck_assert_ptr_null(result);
    }
    cv_tear_down(&c);
}

TEST(a_split_of_another_dataset_and_too_few_samples_are_refused)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION), other = cv_set_up(2, GML_TASK_REGRESSION);
    gml_cv_result *result = NULL;
    gml_dataset *few = NULL;
    cv_split(&other, (gml_split_options){.folds = 3});
    assert_refused(c.context, gml_cross_validate(&recipe, c.data, other.split, c.metrics, 1, NULL, &result),
                   GML_ERROR_ARGUMENT, "another dataset", NULL);
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, 4, CV_INPUTS),
                                                   gml_matrix_f64(c.y, 4, 1), GML_TASK_REGRESSION, &few));
    assert_refused(c.context, gml_cross_validate(&recipe, few, NULL, c.metrics, 1, NULL, &result), GML_ERROR_ARGUMENT,
                   "5 folds of 4 samples", NULL);
    ck_assert_ptr_null(result);
    gml_dataset_destroy(few);
    cv_tear_down(&other);
    cv_tear_down(&c);
}

/* Two samples and two folds: each network has one sample to train on. */
TEST(two_samples_are_enough_unless_some_are_to_be_held_back)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    gml_cv_result *result = NULL;
    gml_dataset *two = NULL;
    gml_split *split = NULL;
    const gml_cv_options options = {.validation = 0.2};
    const gml_split_options folds = {.folds = 2};
    assert_ok(c.context, gml_dataset_from_matrices(c.context, gml_matrix_f64(c.x, 2, CV_INPUTS),
                                                   gml_matrix_f64(c.y, 2, 1), GML_TASK_REGRESSION, &two));
    assert_ok(c.context, gml_split_create(two, &folds, &split));
    assert_ok(c.context, gml_cross_validate(&recipe, two, split, c.metrics, 2, NULL, &result));
    ck_assert_uint_eq(result->finished, 2);
    gml_cv_destroy(result);
    result = NULL;
    assert_refused(c.context, gml_cross_validate(&recipe, two, split, c.metrics, 2, &options, &result),
                   GML_ERROR_ARGUMENT, "fold 1 of 2: 1 sample cannot be cut in two", NULL);
    ck_assert_ptr_null(result);
    gml_split_destroy(split);
    gml_dataset_destroy(two);
    cv_tear_down(&c);
}

/* The first sample has a target that the loss refuses. It is in the validation part of the first fold, so the second
 * network is the first that trains on it. */
TEST(the_first_network_that_fails_is_named_at_any_number_of_threads)
{
    for (size_t threads = 1; threads <= 8; threads *= 2) {
        cv_case c = cv_set_up(threads, GML_TASK_REGRESSION);
        const gml_recipe counts = {.hidden = "4 tanh", .fit = {.epochs = 2, .loss = "poisson"}};
        gml_cv_result *result = NULL;
        c.y[0] = -1;
        cv_split(&c, (gml_split_options){.kind = "order", .folds = 4});
        ck_assert_uint_eq(gml_split_fold_of(c.split, 0, 0), 0);
        assert_refused(c.context, gml_cross_validate(&counts, c.data, c.split, c.metrics, 2, NULL, &result),
                       GML_ERROR_DATA, "fold 2 of 4: ", "-1", NULL);
        ck_assert_ptr_null(result);
        cv_tear_down(&c);
    }
}

TEST(inputs_that_are_not_finite_are_refused_before_the_first_fit)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    gml_cv_result *result = NULL;
    c.x[10] = NAN;
    assert_refused(c.context, gml_cross_validate(&recipe, c.data, NULL, c.metrics, 2, NULL, &result), GML_ERROR_DATA,
                   "row 4", NULL);
    ck_assert_ptr_null(result);
    cv_tear_down(&c);
}

/* One sample is far away. The networks that train on it diverge; that of its fold does not see it. */
TEST(networks_that_diverge_are_named_and_the_others_are_kept)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    const gml_recipe steep = {.hidden = "4 tanh",
                              .scaling = GML_SCALING_NONE,
                              .options = {.dtype = GML_F64},
                              .fit = {.batch = 8, .epochs = 20, .optimizer = "sgd", .learning_rate = 1e-3}};
    gml_cv_result *result = NULL;
    c.y[20] = 1e200;
    cv_split(&c, (gml_split_options){.kind = "order", .folds = 4, .repeats = 1});
    const size_t fold = gml_split_fold_of(c.split, 0, 20);
    assert_refused(c.context, gml_cross_validate(&steep, c.data, c.split, c.metrics, 2, NULL, &result),
                   GML_ERROR_DIVERGED, fold == 0 ? "fold 2 of 4: " : "fold 1 of 4: ", NULL);
    ck_assert_ptr_nonnull(result);
    ck_assert_uint_eq(result->diverged, 3);
    ck_assert_uint_eq(result->finished, 1);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_int_eq(result->fold[i].finished, i == fold);
        ck_assert_int_eq(result->fold[i].status, i == fold ? GML_OK : GML_ERROR_DIVERGED);
    }
    ck_assert_uint_eq(result->metric[1].folds, 1);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}
