/* tests/train/halve.c - after divergence a fit goes on from the last good state with half the learning rate. */
#include <stdio.h>

#include "faults.h"
#include "keep_case.h"

static size_t warnings;
static char warning[1024];

static void note_warning(void *user, gml_log_level level, const char *message)
{
    (void)user;
    if (level == GML_LOG_WARNING && warnings++ == 0) {
        snprintf(warning, sizeof warning, "%s", message);
    }
}

static void assert_same_weights(const keep_case *a, const keep_case *b)
{
    ck_assert_mem_eq(a->network->parameters, b->network->parameters, a->network->parameter_bytes);
}

/* Makes the weights infinite after a batch of the third epoch, the first time. */
static int spoil(void *user, const gml_progress *progress)
{
    diary *notes = user;
    if (progress->epoch == 3 && progress->batch == 2 && notes->batches++ == 0) {
        ((float *)notes->network->parameters)[0] = INFINITY;
    }
    return 0;
}

static gml_status fit_spoiled(keep_case *t, gml_train_options options)
{
    const gml_fit_callbacks callbacks = {&t->diary, spoil, note_epoch};
    t->diary.network = t->network;
    return gml_fit(t->network, t->data, t->validation, &options, &callbacks, &t->report);
}

/* The same fit with a schedule that halves the rate after the second epoch. */
TEST(training_goes_back_to_the_state_at_the_beginning_of_the_epoch_with_half_the_rate)
{
    static const struct {
        const char *optimizer, *average;
        size_t accumulate;
    } cases[] = {{"adam(lr=0.03125)", "ema(decay=0.8)", 1},
                 {"momentum(lr=0.03125)", NULL, 2},
                 {"amsgrad(lr=0.03125)", "swa(start=0.3)", 2},
                 {"muon(lr=0.03125)", NULL, 1},
                 {"schedule_free_adamw(lr=0.03125)", NULL, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        keep_case t, expected;
        gml_train_options options = {.optimizer = cases[i].optimizer,
                                     .average = cases[i].average,
                                     .accumulate = cases[i].accumulate,
                                     .epochs = 4,
                                     .batch = 5,
                                     .keep_best = GML_CHOICE_NO,
                                     .schedule = "step(every=2, factor=0.5, by=epoch)"};
        set_up_keep(&expected, "3 -> 4 tanh -> batchnorm -> dropout(rate=0.3) -> 1");
        assert_ok(expected.context, fit_case(&expected, &options));
        options.schedule = NULL;
        options.halvings = 1;
        set_up_keep(&t, "3 -> 4 tanh -> batchnorm -> dropout(rate=0.3) -> 1");
        t.context->hooks.log = note_warning;
        warnings = 0;
        assert_ok(t.context, fit_spoiled(&t, options));
        assert_same_weights(&t, &expected);
        ck_assert_uint_eq(t.report.halvings, 1);
        ck_assert_uint_eq(t.report.epochs, 4);
        ck_assert_uint_eq(t.report.steps, expected.report.steps);
        ck_assert_uint_eq(warnings, 1);
        ck_assert_ptr_nonnull(strstr(warning, "divergence: "));
        ck_assert_ptr_nonnull(strstr(warning, "end of epoch 2, with half the learning rate (halving 1 of 1)"));
        tear_down_keep(&expected);
        tear_down_keep(&t);
    }
}

TEST(a_rate_that_is_too_large_is_halved_until_training_goes_well)
{
    keep_case t, expected;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    gml_train_options options = {.optimizer = "sgd(lr=1e5)", .epochs = 1, .batch = 4, .halvings = 60};
    assert_ok(t.context, fit_case(&t, &options));
    ck_assert_uint_ge(t.report.halvings, 3);
    ck_assert(isfinite(t.report.validation.loss) && isfinite(t.report.train_loss));
    char optimizer[64];
    options.halvings = 0;
    options.optimizer = optimizer;
    snprintf(optimizer, sizeof optimizer, "sgd(lr=%.17g)", 1e5 * pow(0.5, (double)t.report.halvings));
    set_up_keep(&expected, "3 -> 4 relu -> 1");
    assert_ok(expected.context, fit_case(&expected, &options));
    assert_same_weights(&t, &expected);
    tear_down_keep(&expected);
    tear_down_keep(&t);
}

TEST(a_fit_that_has_used_up_its_halvings_diverges)
{
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    const gml_train_options options = {.optimizer = "sgd(lr=1e6)", .epochs = 6, .batch = 4, .halvings = 2};
    ck_assert_int_eq(fit_case(&t, &options), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(t.report.halvings, 2);
    for (size_t i = 0; i < t.network->parameter_bytes / sizeof(float); i++) {
        ck_assert(isfinite(((float *)t.network->parameters)[i]));
    }
    tear_down_keep(&t);
}

TEST(the_best_weights_survive_a_divergence)
{
    static const double scores[] = {1, 9, 2, 3, 4};
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    memcpy(t.script.scores, scores, sizeof scores);
    const gml_train_options options = {.epochs = 4, .batch = 5, .halvings = 1, .metric = "rising"};
    assert_ok(t.context, fit_spoiled(&t, options));
    ck_assert_uint_eq(t.report.halvings, 1);
    assert_kept(&t, 2);
    tear_down_keep(&t);
}

/* Makes the weights infinite after the epoch `stop_at_epoch`, the first time. */
static int spoil_after_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    if (progress->epoch == notes->stop_at_epoch && notes->batches++ == 0) {
        ((float *)notes->network->parameters)[0] = INFINITY;
    }
    notes->progress[progress->epoch - 1] = *progress;
    return 0;
}

/* The fourth epoch begins with a bad loss, so the third one is run again; it counts once. */
TEST(an_epoch_that_is_run_again_counts_once_for_patience_and_for_a_plateau)
{
    static const double scores[] = {9, 1, 1, 1, 1, 1};
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    memcpy(t.script.scores, scores, sizeof scores);
    const gml_fit_callbacks callbacks = {&t.diary, NULL, spoil_after_epoch};
    const gml_train_options options = {.optimizer = "adam(lr=0.001)",
                                       .schedule = "reduce_on_plateau(patience=1, factor=0.5)",
                                       .epochs = 6,
                                       .batch = 5,
                                       .halvings = 1,
                                       .metric = "rising",
                                       .patience = 3};
    t.diary.network = t.network;
    t.diary.stop_at_epoch = 3;
    assert_ok(t.context, gml_fit(t.network, t.data, t.validation, &options, &callbacks, &t.report));
    ck_assert_uint_eq(t.report.halvings, 1);
    ck_assert_int_ne(t.report.out_of_patience, 0);
    ck_assert_uint_eq(t.report.epochs, 4);
    ck_assert_double_eq(t.diary.progress[2].rate, 0.001 / 2); /* of the halving alone */
    ck_assert_double_eq(t.diary.progress[3].rate, 0.001 / 4);
    tear_down_keep(&t);
}

/* Makes the weights very large after the second epoch, the first time. */
static int enlarge_after_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    float *parameters = notes->network->parameters;
    for (size_t i = 0;
         progress->epoch == 2 && notes->batches == 0 && i < notes->network->parameter_bytes / sizeof(float); i++) {
        parameters[i] *= 1e4F;
    }
    return 0;
}

TEST(training_does_not_go_back_to_weights_whose_loss_is_finite_but_far_above_the_first)
{
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    t.context->hooks.log = note_warning;
    warnings = 0;
    const gml_fit_callbacks callbacks = {&t.diary, spoil, enlarge_after_epoch};
    const gml_train_options options = {.epochs = 4, .batch = 5, .halvings = 1};
    t.diary.network = t.network;
    assert_ok(t.context, gml_fit(t.network, t.data, t.validation, &options, &callbacks, &t.report));
    ck_assert_uint_eq(t.report.halvings, 1);
    ck_assert_ptr_nonnull(strstr(warning, "goes back to the end of epoch 1, with half"));
    tear_down_keep(&t);
}

/* Without halvings the fit fails, and the best weights are left if they are from before the epoch that diverged. */
TEST(a_fit_that_diverges_leaves_the_best_weights)
{
    static const double scores[] = {9, 1, 2, 3};
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    memcpy(t.script.scores, scores, sizeof scores);
    const gml_train_options options = {.epochs = 4, .batch = 5, .metric = "rising"};
    ck_assert_int_eq(fit_spoiled(&t, options), GML_ERROR_DIVERGED);
    assert_kept(&t, 1);
    ck_assert_str_eq(gml_network_fact(t.network, "epochs"), "1");
    tear_down_keep(&t);
}

/* The third epoch begins with a bad loss, so the weights after the second one are in doubt. */
TEST(best_weights_that_the_next_step_could_not_go_on_from_are_not_left)
{
    static const double scores[] = {1, 9};
    keep_case t;
    set_up_keep(&t, "3 -> 4 relu -> 1");
    memcpy(t.script.scores, scores, sizeof scores);
    const gml_fit_callbacks callbacks = {&t.diary, NULL, spoil_after_epoch};
    const gml_train_options options = {.epochs = 4, .batch = 5, .metric = "rising"};
    t.diary.network = t.network;
    t.diary.stop_at_epoch = 2;
    ck_assert_int_eq(gml_fit(t.network, t.data, t.validation, &options, &callbacks, &t.report), GML_ERROR_DIVERGED);
    ck_assert_uint_eq(t.report.best_epoch, 2);
    ck_assert_uint_eq(t.report.kept_epochs, 1);
    ck_assert_uint_eq(t.report.validation.samples, 0);
    tear_down_keep(&t);
}

/* ---- after a stop ---- */

static void scale(const diary *notes, float factor)
{
    float *parameters = notes->network->parameters;
    for (size_t i = 0; i < notes->network->parameter_bytes / sizeof(float); i++) {
        parameters[i] *= factor;
    }
}

/* Losses of about 1e6 in the first epoch, 1 in the next two and 1e4 in the fourth. Stops once after the second. */
static int scale_after_epoch(void *user, const gml_progress *progress)
{
    diary *notes = user;
    scale(notes, progress->epoch == 1 ? 1e-3F : progress->epoch == 3 ? 1e2F : 1);
    return progress->epoch == 2 && notes->stop_at_epoch == 2;
}

static int spoil_fourth(void *user, const gml_progress *progress)
{
    diary *notes = user;
    if (progress->epoch == 4 && progress->batch == 2 && notes->batches++ == 0) {
        scale(notes, INFINITY);
    }
    return 0;
}

TEST(a_fit_that_goes_on_judges_losses_by_the_first_one_before_its_stop)
{
    keep_case t;
    make_folder();
    set_up_keep(&t, "3 -> 1");
    t.context->hooks.log = note_warning;
    gml_fit_callbacks callbacks = {&t.diary, spoil_fourth, scale_after_epoch};
    gml_train_options options = {
        .optimizer = "sgd(lr=1e-6)", .epochs = 5, .batch = 5, .halvings = 1, .checkpoint = in_folder("run")};
    t.diary.network = t.network;
    t.diary.stop_at_epoch = 2;
    scale(&t.diary, 1e3F);
    assert_ok(t.context, gml_fit(t.network, t.data, NULL, &options, &callbacks, &t.report));
    ck_assert_uint_eq(t.report.epochs, 2);
    warnings = 0;
    options.resume = options.checkpoint;
    t.diary.stop_at_epoch = 0;
    assert_ok(t.context, gml_fit(t.network, t.data, NULL, &options, &callbacks, &t.report));
    ck_assert_uint_eq(t.report.halvings, 1);
    ck_assert_ptr_nonnull(strstr(warning, "goes back to the end of epoch 3, with half"));
    tear_down_keep(&t);
    remove_folder();
}

TEST(a_fit_that_goes_on_and_diverges_reports_the_validation_before_its_stop)
{
    keep_case t;
    make_folder();
    set_up_keep(&t, "3 -> 4 relu -> 1");
    gml_train_options options = {.epochs = 4, .batch = 5, .keep_best = GML_CHOICE_NO, .checkpoint = in_folder("last")};
    t.diary.stop_at_epoch = 2;
    assert_ok(t.context, fit_case(&t, &options));
    options.resume = options.checkpoint;
    t.diary.batches = 0;
    ck_assert_int_eq(fit_spoiled(&t, options), GML_ERROR_DIVERGED);
    assert_kept(&t, 2);
    tear_down_keep(&t);
    remove_folder();
}

TEST(a_full_batch_optimizer_has_no_rate_to_halve)
{
    keep_case t;
    set_up_keep(&t, "3 -> 4 tanh -> 1");
    const gml_train_options options = {.optimizer = "lbfgs", .halvings = 1};
    assert_refused(t.context, fit_case(&t, &options), GML_ERROR_ARGUMENT, "does not support halvings", NULL);
    tear_down_keep(&t);
}

int main(void)
{
    return run_tests("halve", 60);
}
