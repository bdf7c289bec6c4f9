/* tests/train/keep.c - a fit with validation leaves the weights of the best epoch. */
#include "keep_case.h"

static const char plain[] = "3 -> 4 tanh -> 1";

TEST(the_network_gets_the_weights_of_the_epoch_with_the_least_validation_loss)
{
    keep_case t;
    set_up_keep(&t, plain);
    /* A rate at which the loss goes up and down. */
    const gml_train_options options = {.epochs = 12, .batch = 8, .optimizer = "sgd(lr=0.5)"};
    assert_ok(t.context, fit_case(&t, &options));
    size_t best = 0;
    for (size_t i = 1; i < 12; i++) {
        best = t.diary.validation[i].loss <= t.diary.validation[best].loss ? i : best;
    }
    ck_assert_uint_lt(best, 11);
    assert_kept(&t, best + 1);
    ck_assert_uint_eq(t.report.epochs, 12);
    ck_assert_uint_eq(t.report.best_epoch, best + 1);
    ck_assert_double_eq(t.report.best_score, t.diary.validation[best].loss);
    tear_down_keep(&t);
}

TEST(a_metric_that_rises_keeps_its_greatest_score_and_one_that_falls_its_least)
{
    static const double scores[] = {1, 3, 5, 2, 0.5, 4};
    static const char *const metrics[] = {"rising", "falling"};
    static const size_t best[] = {3, 5};
    for (size_t i = 0; i < 2; i++) {
        keep_case t;
        set_up_keep(&t, plain);
        fit_scores(&t, (gml_train_options){.metric = metrics[i]}, scores, 6);
        assert_kept(&t, best[i]);
        ck_assert_double_eq(t.report.best_score, scores[best[i] - 1]);
        tear_down_keep(&t);
    }
}

TEST(of_equal_scores_the_later_epoch_is_kept)
{
    static const double scores[] = {1, 3, 2, 3, 2.5};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 5);
    assert_kept(&t, 4);
    tear_down_keep(&t);
}

TEST(on_request_the_last_weights_stay_and_the_report_still_names_the_best_epoch)
{
    static const double scores[] = {1, 3, 2};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising", .keep_best = GML_CHOICE_NO}, scores, 3);
    assert_kept(&t, 3);
    ck_assert_uint_eq(t.report.best_epoch, 2);
    ck_assert_double_eq(t.report.best_score, 3);
    tear_down_keep(&t);
}

TEST(averaged_weights_and_statistics_of_batchnorm_belong_to_the_weights_that_are_kept)
{
    static const double scores[] = {1, 3, 2, 2};
    static const char *const averages[] = {NULL, "ema(decay=0.8)"};
    for (size_t i = 0; i < 2; i++) {
        keep_case t;
        set_up_keep(&t, "3 -> 4 tanh -> batchnorm -> 1");
        fit_scores(&t, (gml_train_options){.metric = "rising", .average = averages[i]}, scores, 4);
        assert_kept(&t, 2);
        gml_metrics metrics;
        assert_ok(t.context, gml_evaluate(t.network, t.validation, NULL, &metrics));
        ck_assert_double_eq(metrics.loss, t.report.validation.loss);
        tear_down_keep(&t);
    }
}

TEST(full_batch_optimizers_keep_the_best_weights_too)
{
    static const double scores[] = {1, 3, 2, 2};
    static const char *const optimizers[] = {"lbfgs", "levenberg_marquardt"};
    for (size_t i = 0; i < 2; i++) {
        keep_case t;
        set_up_keep(&t, plain);
        fit_scores(&t, (gml_train_options){.metric = "rising", .optimizer = optimizers[i]}, scores, 4);
        assert_kept(&t, 2);
        tear_down_keep(&t);
    }
}

TEST(a_callback_that_stops_the_fit_leaves_the_best_weights_so_far)
{
    static const double scores[] = {1, 3, 2, 4};
    for (size_t at_batch = 0; at_batch < 2; at_batch++) {
        keep_case t;
        set_up_keep(&t, plain);
        t.diary.stop_at_batch = at_batch ? 3 * 3 + 2 : 0;
        t.diary.stop_at_epoch = at_batch ? 0 : 3;
        fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 4);
        ck_assert_int_eq(t.report.stopped, 1);
        ck_assert_uint_eq(t.report.epochs, 3);
        assert_kept(&t, 2);
        tear_down_keep(&t);
    }
}

TEST(a_fit_that_is_stopped_in_its_first_epoch_leaves_the_running_weights)
{
    static const double scores[] = {1, 2};
    keep_case t;
    set_up_keep(&t, plain);
    void *before = malloc(t.network->parameter_bytes);
    memcpy(before, t.network->parameters, t.network->parameter_bytes);
    t.diary.stop_at_batch = 2;
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 2);
    ck_assert_uint_eq(t.report.kept_epochs, 0);
    ck_assert_uint_eq(t.report.best_epoch, 0);
    ck_assert(isnan(t.report.best_score));
    ck_assert_mem_ne(before, t.network->parameters, t.network->parameter_bytes);
    free(before);
    tear_down_keep(&t);
}

TEST(the_fact_epochs_is_the_number_of_the_epoch_that_is_kept)
{
    static const double scores[] = {1, 3, 2};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 3);
    ck_assert_str_eq(gml_network_fact(t.network, "epochs"), "2");
    tear_down_keep(&t);
}

TEST(progress_has_the_score_of_the_epoch_and_the_best_one_so_far)
{
    static const double scores[] = {1, 3, NAN, 3, 2};
    static const double best[] = {1, 3, 3, 3, 3};
    static const size_t epochs[] = {1, 2, 2, 4, 4};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_mem_eq(&t.diary.progress[i].score, &scores[i], isnan(scores[i]) ? 0 : sizeof scores[i]);
        ck_assert_int_eq(isnan(t.diary.progress[i].score), isnan(scores[i]));
        ck_assert_double_eq(t.diary.progress[i].best_score, best[i]);
        ck_assert_uint_eq(t.diary.progress[i].best_epoch, epochs[i]);
    }
    tear_down_keep(&t);
}

TEST(without_validation_there_is_no_score_and_the_last_weights_stay)
{
    keep_case t;
    set_up_keep(&t, plain);
    gml_dataset_destroy(t.validation);
    t.validation = NULL;
    const gml_train_options options = {.epochs = 3, .batch = 8};
    assert_ok(t.context, fit_case(&t, &options));
    assert_kept(&t, 3);
    ck_assert_uint_eq(t.report.best_epoch, 0);
    ck_assert(isnan(t.report.best_score) && isnan(t.diary.progress[2].score) && isnan(t.diary.progress[2].best_score));
    tear_down_keep(&t);
}

int main(void)
{
    return run_tests("keep", 60);
}
