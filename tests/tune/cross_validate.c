/* tests/tune/cross_validate.c - cross-validation: its networks, what they may see, and what callbacks do. */
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cv_case.h"

static const gml_recipe recipe = {
    .hidden = "8 tanh -> dropout 0.2 -> 5 relu", .options = {.seed = 5}, .fit = {.batch = 8, .epochs = 3, .seed = 7}};

static gml_cv_result *run(const cv_case *c, const gml_recipe *by, const gml_cv_options *options)
{
    gml_cv_result *result = NULL;
    assert_ok(c->context, gml_cross_validate(by, c->data, c->split, c->metrics, CV_METRICS, options, &result));
    return result;
}

/* ---- the networks ---- */

TEST(scores_predictions_and_reports_are_those_of_fits_one_after_another)
{
    for (gml_task task = GML_TASK_REGRESSION; task <= GML_TASK_CLASSIFICATION; task++) {
        for (gml_dtype dtype = GML_F32; dtype <= GML_F64; dtype++) {
            cv_case c = cv_set_up(2, task);
            gml_recipe by = recipe;
            by.options.dtype = dtype;
            cv_split(&c, (gml_split_options){.folds = 4, .repeats = 2, .seed = 3});
            gml_cv_result *result = run(&c, &by, NULL);
            cv_assert_by_hand(&c, &by, 0, result);
            ck_assert_int_eq(result->probabilities, task == GML_TASK_CLASSIFICATION);
            gml_cv_destroy(result);
            cv_tear_down(&c);
        }
    }
}

TEST(each_network_has_seeds_of_its_own)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    const gml_recipe untrained = {.fit = {.epochs = 1, .groups = "all(rate=0)"}, .scaling = GML_SCALING_NONE};
    cv_split(&c, (gml_split_options){.kind = "order", .folds = 3});
    gml_cv_result *result = run(&c, &untrained, NULL);
    ck_assert_double_ne(result->fold[0].report.train_loss, result->fold[1].report.train_loss);
    cv_assert_by_hand(&c, &untrained, 0, result);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

/* An observer is of one network; each fold has another. */
TEST(an_observer_in_the_recipe_is_ignored)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    gml_network *network = NULL;
    gml_health *health = NULL;
    gml_layer_health view;
    gml_recipe observed = recipe;
    assert_ok(c.context, gml_recipe_network(&recipe, c.data, &network));
    assert_ok(c.context, gml_health_create(network, NULL, &health));
    observed.fit.observer = gml_health_observer(health);
    cv_split(&c, (gml_split_options){.folds = 3});
    gml_cv_result *result = run(&c, &observed, NULL);
    cv_assert_by_hand(&c, &recipe, 0, result);
    ck_assert_int_eq(gml_health_layer(health, 0, &view), GML_ERROR_ARGUMENT); /* it has seen nothing */
    gml_cv_destroy(result);
    gml_health_destroy(health);
    gml_network_destroy(network);
    cv_tear_down(&c);
}

TEST(any_number_of_threads_gives_the_same_bits)
{
    static const size_t threads[] = {1, 2, 3, 8};
    gml_cv_result *first = NULL;
    cv_case cases[4];
    for (size_t t = 0; t < 4; t++) {
        cases[t] = cv_set_up(threads[t], GML_TASK_CLASSIFICATION);
        cv_split(&cases[t], (gml_split_options){.folds = 3, .repeats = 3});
        gml_cv_result *result = run(&cases[t], &recipe, NULL);
        first = first != NULL ? first : result;
        ck_assert_mem_eq(result->predictions.data, first->predictions.data, CV_SAMPLES * 3 * sizeof(double));
        ck_assert_mem_eq(result->repeat_predictions.data, first->repeat_predictions.data,
                         (size_t)3 * CV_SAMPLES * 3 * sizeof(double));
        for (size_t i = 0; i < CV_METRICS; i++) {
            const gml_cv_metric *got = &result->metric[i], *expected = &first->metric[i];
            ck_assert(got->mean == expected->mean && got->deviation == expected->deviation);
            ck_assert(got->low == expected->low && got->high == expected->high);
            ck_assert(got->pooled.value == expected->pooled.value);
        }
        if (t > 0) {
            gml_cv_destroy(result);
        }
    }
    gml_cv_destroy(first);
    for (size_t t = 0; t < 4; t++) {
        cv_tear_down(&cases[t]);
    }
}

TEST(without_a_split_there_are_five_folds_with_the_seed_of_the_fit)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
    gml_cv_result *result = run(&c, &recipe, NULL);
    cv_split(&c, (gml_split_options){.folds = 5, .seed = recipe.fit.seed});
    cv_assert_by_hand(&c, &recipe, 0, result);
    ck_assert_double_eq(result->confidence, 0.95);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

TEST(a_split_without_folds_has_one_validation_part_for_each_repeat)
{
    cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
    cv_split(&c, (gml_split_options){.fraction = 0.3, .repeats = 3});
    gml_cv_result *result = run(&c, &recipe, NULL);
    cv_assert_by_hand(&c, &recipe, 0, result);
    const double *mean = result->predictions.data, *each = result->repeat_predictions.data;
    size_t never = 0;
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        double sum = 0, count = 0;
        for (size_t r = 0; r < 3; r++) {
            const bool validates = gml_split_fold_of(c.split, r, i) == 0;
            ck_assert(validates == !isnan(each[r * CV_SAMPLES + i]));
            sum += validates ? each[r * CV_SAMPLES + i] : 0;
            count += validates ? 1 : 0;
        }
        ck_assert(count > 0 ? fabs(mean[i] - sum / count) < 1e-14 * fabs(sum) : isnan(mean[i]));
        never += count > 0 ? 0 : 1;
    }
    ck_assert_uint_gt(never, 0);
    ck_assert(isnan(result->metric[0].pooled.value));
    ck_assert_str_eq(result->metric[0].pooled.reason, "not every sample has a prediction");
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

/* ---- what a network may see ---- */

/* Changes a sample of a fold beyond all others. The other samples of its fold are predicted by a network that has not
 * seen it, so their predictions keep their bits; most of those of other folds do not. */
static void assert_unseen(const gml_recipe *by, const gml_cv_options *options)
{
    enum { CHANGED = 17 };
    cv_case before = cv_set_up(2, GML_TASK_REGRESSION), after = cv_set_up(2, GML_TASK_REGRESSION);
    after.x[(size_t)CHANGED * CV_INPUTS] = 1000;
    after.y[CHANGED] = -500;
    cv_split(&before, (gml_split_options){.kind = "random", .folds = 4});
    cv_split(&after, (gml_split_options){.kind = "random", .folds = 4});
    gml_cv_result *a = run(&before, by, options), *b = run(&after, by, options);
    const double *was = a->predictions.data, *is = b->predictions.data;
    const size_t fold = gml_split_fold_of(before.split, 0, CHANGED);
    size_t same = 0, changed = 0;
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        if (i != CHANGED && gml_split_fold_of(before.split, 0, i) == fold) {
            ck_assert(was[i] == is[i]);
            same++;
        }
        changed += was[i] != is[i] ? 1 : 0;
    }
    ck_assert_uint_ge(same, 10);
    ck_assert_uint_ge(changed, CV_SAMPLES / 4);
    gml_cv_destroy(a);
    gml_cv_destroy(b);
    cv_tear_down(&before);
    cv_tear_down(&after);
}

TEST(a_network_is_made_and_trained_without_the_validation_part_of_its_fold)
{
    const gml_cv_options held_back = {.validation = 0.2};
    gml_recipe by = recipe;
    by.scaling = GML_SCALING_STANDARD;
    by.data_init = "lsuv";
    by.fit.output_bias = GML_CHOICE_YES;
    assert_unseen(&by, NULL);
    assert_unseen(&by, &held_back);
    by.fit.keep_best = GML_CHOICE_YES;
    by.fit.patience = 1;
    assert_unseen(&by, NULL);
}

TEST(fits_have_no_validation_data_unless_it_is_asked_for)
{
    cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
    cv_split(&c, (gml_split_options){.folds = 4});
    gml_cv_result *result = run(&c, &recipe, NULL);
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(result->fold[i].inner, 0);
        ck_assert_uint_eq(result->fold[i].report.validation.samples, 0);
    }
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

TEST(a_share_of_the_training_part_is_held_back_by_the_kind_of_the_split)
{
    const gml_cv_options options = {.validation = 0.25};
    for (size_t kind = 0; kind < 2; kind++) {
        cv_case c = cv_set_up(2, GML_TASK_CLASSIFICATION);
        gml_split_options by = {.folds = 4, .seed = 2};
        if (kind == 1) {
            by.groups = gml_matrix_f64(c.groups, CV_SAMPLES, 1);
        }
        cv_split(&c, by);
        ck_assert_str_eq(gml_split_kind(c.split), kind == 1 ? "group" : "stratified");
        gml_cv_result *result = run(&c, &recipe, &options);
        cv_assert_by_hand(&c, &recipe, 0.25, result);
        ck_assert_uint_gt(result->fold[0].inner, 5);
        ck_assert_uint_eq(result->fold[0].report.validation.samples, result->fold[0].inner);
        gml_cv_destroy(result);
        cv_tear_down(&c);
    }
}

TEST(a_recipe_that_chooses_epochs_by_validation_gets_a_fifth_of_the_training_part)
{
    const gml_train_options fits[] = {
        {.epochs = 3, .patience = 2}, {.epochs = 3, .keep_best = GML_CHOICE_YES}, {.epochs = 3, .metric = "rmse"}};
    for (size_t i = 0; i < 3; i++) {
        cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
        const gml_recipe by = {.hidden = "4 tanh", .fit = fits[i]};
        cv_split(&c, (gml_split_options){.folds = 3});
        gml_cv_result *result = run(&c, &by, NULL);
        cv_assert_by_hand(&c, &by, 0.2, result);
        ck_assert_uint_eq(result->fold[1].inner, 8);
        gml_cv_destroy(result);
        cv_tear_down(&c);
    }
}

/* ---- callbacks ---- */

typedef struct watcher {
    atomic_size_t batches;
    size_t stop_at_batch, stop_at_fold; /* 0: never */
    size_t folds, seen[64];
    int inside;
} watcher;

static int watch_batch(void *user, size_t index, const gml_progress *progress)
{
    watcher *w = user;
    ck_assert_uint_lt(index, 64);
    ck_assert_uint_ge(progress->epoch, 1);
    return w->stop_at_batch > 0 && atomic_fetch_add(&w->batches, 1) + 1 >= w->stop_at_batch ? 3 : 0;
}

static int watch_fold(void *user, const gml_cv_result *so_far, size_t index)
{
    watcher *w = user;
    ck_assert_int_eq(w->inside++, 0);
    w->seen[index]++;
    w->folds++;
    ck_assert_uint_eq(so_far->finished, w->folds);
    ck_assert_int_eq(so_far->fold[index].finished, 1);
    ck_assert_uint_eq(so_far->metric[0].folds, w->folds);
    ck_assert(!isnan(so_far->metric[0].mean));
    ck_assert_ptr_null(so_far->predictions.data);
    w->inside--;
    return w->folds == w->stop_at_fold ? 9 : 0;
}

TEST(on_fold_sees_each_fold_once_and_the_figures_so_far)
{
    cv_case c = cv_set_up(3, GML_TASK_CLASSIFICATION);
    watcher w = {0};
    const gml_cv_options options = {.user = &w, .on_batch = watch_batch, .on_fold = watch_fold};
    cv_split(&c, (gml_split_options){.folds = 5, .repeats = 4});
    gml_cv_result *result = run(&c, &recipe, &options);
    for (size_t i = 0; i < 20; i++) {
        ck_assert_uint_eq(w.seen[i], 1);
    }
    ck_assert_int_eq(result->stopped, 0);
    gml_cv_destroy(result);
    cv_tear_down(&c);
}

/* Those that have finished have their values and predictions, and no other sample has one. */
static void assert_partial(const cv_case *c, const gml_cv_result *result)
{
    const double *predictions = result->predictions.data;
    size_t finished = 0;
    double sum = 0;
    for (size_t i = 0; i < result->folds; i++) {
        finished += result->fold[i].finished != 0;
        sum += result->fold[i].finished != 0 ? result->fold[i].values[0].value : 0;
    }
    ck_assert_uint_eq(result->finished, finished);
    ck_assert_uint_lt(finished, result->folds);
    for (size_t i = 0; i < CV_SAMPLES; i++) {
        const size_t fold = gml_split_fold_of(c->split, 0, i);
        ck_assert_int_eq(!isnan(predictions[i]), result->fold[fold].finished);
    }
    ck_assert(isnan(result->metric[0].pooled.value));
    ck_assert(finished == 0 ? isnan(result->metric[0].mean)
                            : fabs(result->metric[0].mean - sum / (double)finished) < 1e-12);
    ck_assert(finished > 1 || isnan(result->metric[0].low));
}

TEST(a_callback_stops_it_and_what_has_finished_is_kept)
{
    static const size_t batches[] = {1, 30, 90, 0, 0}, folds[] = {0, 0, 0, 1, 4};
    for (size_t i = 0; i < 5; i++) {
        cv_case c = cv_set_up(2, GML_TASK_REGRESSION);
        watcher w = {.stop_at_batch = batches[i], .stop_at_fold = folds[i]};
        const gml_cv_options options = {.user = &w, .on_batch = watch_batch, .on_fold = watch_fold};
        cv_split(&c, (gml_split_options){.folds = 12});
        gml_cv_result *result = run(&c, &recipe, &options);
        ck_assert_int_eq(result->stopped, folds[i] > 0 ? 9 : 3);
        ck_assert_uint_ge(result->finished, folds[i]);
        assert_partial(&c, result);
        gml_cv_destroy(result);
        cv_tear_down(&c);
    }
}

int main(void)
{
    return run_tests("cv", 60);
}
