/* tests/train/judge.c - the metric of a fit: patience and plateaus follow it, and one that cannot score is refused or
 * named. */
#include <stdio.h>

#include "keep_case.h"

static const char plain[] = "3 -> 4 tanh -> 1";

/* ---- patience ---- */

TEST(patience_ends_a_fit_after_so_many_epochs_without_a_better_score)
{
    static const double scores[] = {1, 3, 2, 2, 2.5, 9, 9, 9};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising", .patience = 3}, scores, 8);
    ck_assert_uint_eq(t.report.epochs, 5);
    ck_assert_int_eq(t.report.out_of_patience, 1);
    ck_assert_int_eq(t.report.stopped, 0);
    assert_kept(&t, 2);
    tear_down_keep(&t);
}

TEST(growing_patience_adds_a_multiple_of_the_best_epoch)
{
    static const double scores[] = {1, 2, 3, 1, 1, 1, 1, 1, 9, 9};
    keep_case t;
    set_up_keep(&t, plain);
    /* ends at the first epoch above 2 * 3 + 1 */
    fit_scores(&t, (gml_train_options){.metric = "rising", .patience = 2, .patience_growth = 1}, scores, 10);
    ck_assert_uint_eq(t.report.epochs, 8);
    ck_assert_int_eq(t.report.out_of_patience, 1);
    assert_kept(&t, 3);
    tear_down_keep(&t);
}

TEST(growth_without_patience_is_refused)
{
    keep_case t;
    set_up_keep(&t, plain);
    const gml_train_options none = {.patience_growth = 1}, bad = {.patience = 1, .patience_growth = -1};
    assert_refused(t.context, fit_case(&t, &none), GML_ERROR_ARGUMENT, "patience_growth", NULL);
    assert_refused(t.context, fit_case(&t, &bad), GML_ERROR_ARGUMENT, "patience_growth", NULL);
    tear_down_keep(&t);
}

TEST(an_equal_score_is_no_better_one)
{
    static const double scores[] = {1, 3, 3, 3, 9};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising", .patience = 2}, scores, 5);
    ck_assert_uint_eq(t.report.epochs, 4);
    assert_kept(&t, 4);
    tear_down_keep(&t);
}

TEST(patience_goes_with_the_last_weights_and_with_the_validation_loss)
{
    keep_case t;
    set_up_keep(&t, plain);
    const gml_train_options options = {
        .epochs = 15, .batch = 8, .optimizer = "sgd(lr=0.8)", .patience = 1, .keep_best = GML_CHOICE_NO};
    assert_ok(t.context, fit_case(&t, &options));
    const size_t epochs = t.report.epochs;
    ck_assert(epochs >= 2 && epochs < 15 && t.report.out_of_patience);
    assert_kept(&t, epochs);
    ck_assert_double_ge(t.diary.validation[epochs - 1].loss, t.diary.validation[epochs - 2].loss);
    tear_down_keep(&t);
}

TEST(a_fit_whose_epochs_are_over_did_not_run_out_of_patience)
{
    static const double scores[] = {3, 2, 1};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising", .patience = 2}, scores, 3);
    ck_assert_int_eq(t.report.out_of_patience, 0);
    tear_down_keep(&t);
}

TEST(a_plateau_is_one_of_the_metric_in_its_direction)
{
    static const double scores[] = {1, 2, 3, 3, 2, 4, 4};
    static const double rates[] = {1, 1, 1, 1, 0.5, 0.25, 0.25}; /* of each epoch: a plateau shows in the next */
    keep_case t;
    set_up_keep(&t, plain);
    const gml_train_options options = {
        .metric = "rising", .optimizer = "sgd(lr=1)", .schedule = "reduce_on_plateau(patience=0, factor=0.5)"};
    fit_scores(&t, options, scores, 7);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_double_eq(t.diary.progress[i].rate, rates[i]);
    }
    tear_down_keep(&t);
}

/* ---- metrics that cannot score ---- */

static size_t warnings;
static char warning[512];

static void note_warning(void *user, gml_log_level level, const char *message)
{
    (void)user;
    if (level == GML_LOG_WARNING) {
        warnings++;
        snprintf(warning, sizeof warning, "%s", message);
    }
}

TEST(an_epoch_without_a_score_is_named_and_is_not_the_best)
{
    static const double scores[] = {NAN, 1, NAN, 0.5};
    keep_case t;
    set_up_keep(&t, plain);
    t.context->hooks.log = note_warning;
    warnings = 0;
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 4);
    ck_assert_uint_eq(warnings, 2);
    ck_assert_ptr_nonnull(strstr(warning, "epoch 3: metric rising has no value: it is not defined"));
    assert_kept(&t, 2);
    tear_down_keep(&t);
}

TEST(without_any_score_the_last_weights_stay)
{
    static const double scores[] = {NAN, NAN, NAN};
    keep_case t;
    set_up_keep(&t, plain);
    fit_scores(&t, (gml_train_options){.metric = "rising"}, scores, 3);
    assert_kept(&t, 3);
    ck_assert_uint_eq(t.report.best_epoch, 0);
    ck_assert(isnan(t.report.best_score));
    tear_down_keep(&t);
}

static void assert_fit_refused(keep_case *t, gml_train_options options, gml_status status, const char *words)
{
    void *before = malloc(t->network->parameter_bytes);
    memcpy(before, t->network->parameters, t->network->parameter_bytes);
    assert_refused(t->context, fit_case(t, &options), status, words, NULL);
    ck_assert_uint_eq(t->report.steps, 0);
    ck_assert_mem_eq(before, t->network->parameters, t->network->parameter_bytes);
    free(before);
}

TEST(a_metric_that_does_not_exist_or_is_for_another_task_is_refused_before_the_first_step)
{
    keep_case t;
    set_up_keep(&t, plain);
    assert_fit_refused(&t, (gml_train_options){.metric = "rmsse"}, GML_ERROR_NAME, "rmse");
    assert_fit_refused(&t, (gml_train_options){.metric = "accuracy"}, GML_ERROR_ARGUMENT,
                       "metric accuracy is for classes, and the targets are values");
    assert_fit_refused(&t, (gml_train_options){.keep_best = (gml_choice)3}, GML_ERROR_ARGUMENT, "keep_best is 3");
    tear_down_keep(&t);
}

TEST(a_metric_that_no_prediction_gives_a_value_is_refused_before_the_first_step)
{
    keep_case t;
    set_up_keep(&t, plain);
    assert_fit_refused(&t, (gml_train_options){.metric = "gamma_deviance"}, GML_ERROR_DATA,
                       "metric gamma_deviance has no value on the validation data");
    tear_down_keep(&t);
}

TEST(options_that_need_scores_are_refused_without_validation_data)
{
    keep_case t;
    set_up_keep(&t, plain);
    gml_dataset_destroy(t.validation);
    t.validation = NULL;
    assert_fit_refused(&t, (gml_train_options){.metric = "rmse"}, GML_ERROR_ARGUMENT, "metric is given");
    assert_fit_refused(&t, (gml_train_options){.metric = "loss"}, GML_ERROR_ARGUMENT, "no validation data");
    assert_fit_refused(&t, (gml_train_options){.keep_best = GML_CHOICE_YES}, GML_ERROR_ARGUMENT, "keep_best is given");
    assert_fit_refused(&t, (gml_train_options){.patience = 1}, GML_ERROR_ARGUMENT, "patience is given");
    tear_down_keep(&t);
}

/* ---- odd targets ---- */

/* Three classes by which of two inputs is greater; the targets of both parts are given. */
static void fit_classes(const double *train, const double *validation, const char *metric, gml_status expected,
                        const char *words)
{
    double *x = random_doubles(12 * 2, 3);
    gml_context *context = test_context();
    gml_network *network = new_network(context, "2 -> 5 relu -> 3 softmax", GML_F32, 1);
    gml_dataset *data = NULL, *part = NULL;
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 12, 2),
                                                 gml_matrix_f64((double *)(uintptr_t)train, 12, 1),
                                                 GML_TASK_CLASSIFICATION, &data));
    assert_ok(context, gml_dataset_from_matrices(context, gml_matrix_f64(x, 6, 2),
                                                 gml_matrix_f64((double *)(uintptr_t)validation, 6, 1),
                                                 GML_TASK_CLASSIFICATION, &part));
    const gml_train_options options = {.epochs = 3, .metric = metric};
    gml_fit_report report;
    const gml_status status = gml_fit(network, data, part, &options, NULL, &report);
    ck_assert_msg(status == expected, "%s: %s", metric, gml_context_message(context));
    if (expected == GML_OK) {
        ck_assert_uint_ge(report.best_epoch, 1);
        ck_assert(isfinite(report.best_score));
    } else {
        ck_assert_ptr_nonnull(strstr(gml_context_message(context), words));
        ck_assert_uint_eq(report.steps, 0);
    }
    gml_dataset_destroy(part);
    gml_dataset_destroy(data);
    gml_network_destroy(network);
    gml_context_destroy(context);
    free(x);
}

TEST(a_class_that_training_never_saw_and_a_single_class_are_scored_where_the_metric_is_defined)
{
    static const double two[12] = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, third[6] = {0, 2, 2, 1, 0, 1}, zeros[12] = {0};
    static const char *const metrics[] = {NULL, "accuracy", "balanced_accuracy", "f1", "log_loss"};
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        fit_classes(two, third, metrics[i], GML_OK, NULL);
        fit_classes(zeros, zeros, metrics[i], GML_OK, NULL);
    }
    fit_classes(two, third, "roc_auc", GML_OK, NULL);
    fit_classes(zeros, zeros, "roc_auc", GML_ERROR_DATA, "metric roc_auc has no value on the validation data: ");
    fit_classes(two, two, "recall(average=class, class=2)", GML_ERROR_DATA, "has no value on the validation data: ");
}

TEST(equal_targets_are_scored)
{
    static const char *const metrics[] = {NULL, "r2", "rmse", "explained_variance"};
    for (size_t i = 0; i < sizeof metrics / sizeof metrics[0]; i++) {
        keep_case t;
        set_up_keep(&t, plain);
        for (size_t k = 0; k < ROWS; k++) {
            t.y[k] = 7;
        }
        assert_ok(t.context, gml_network_adapt(t.network, t.data, GML_SCALING_AUTO));
        const gml_train_options options = {.epochs = 3, .metric = metrics[i]};
        assert_ok(t.context, fit_case(&t, &options));
        ck_assert(t.report.best_epoch >= 1 && isfinite(t.report.best_score));
        tear_down_keep(&t);
    }
}

int main(void)
{
    return run_tests("judge", 60);
}
