/* train/epoch.c - one epoch: a new order of samples, a step per batch, validation, callbacks. */
#include <math.h>
#include <stdio.h>

#include "train/fit.h"

static void call_back(gml_fit_run *run, int (*callback)(void *, const gml_progress *), const gml_progress *progress)
{
    if (callback != NULL && run->state.report.stopped == 0) {
        run->state.report.stopped = callback(run->settings.callbacks->user, progress);
    }
}

/* Trains on one batch, or with a full-batch optimizer on the data set. `share` is the weight of the loss in the mean
 * over the epoch. */
static gml_status take_batch(gml_fit_run *run, double *loss, double *share)
{
    size_t first = run->state.batches * run->settings.options.batch, rows = gml_fit_rows(run, first);
    gml_trainer *trainer = run->trainer;
    gml_status status;
    *share = (double)rows;
    if (gml_fit_is_full_batch(run)) {
        status = gml_method_step(&run->method, loss);
    } else {
        const gml_batch batch = gml_epoch_batch(&run->scratch.order, first, rows);
        trainer->scratch.flush = run->state.batches + 1 == gml_fit_batches(run);
        status = gml_trainer_run(trainer, &batch, loss);
        *share = trainer->scratch.step.target.weights != NULL ? trainer->scratch.step.divisor : *share;
    }
    run->state.report.samples += status == GML_OK ? rows : 0;
    run->state.report.steps = trainer->state.steps;
    return status;
}

static void count_batch(gml_fit_run *run, double loss, double share)
{
    gml_fit_state *state = &run->state;
    if (state->batches == 0) {
        gml_fit_judge_snapshot(run, loss);
    }
    state->batches++;
    state->loss_sum += loss * share;
    state->loss_weight += share;
    state->report.train_loss = state->loss_weight > 0 ? state->loss_sum / state->loss_weight : 0;
}

static void describe_batch(const gml_fit_run *run, gml_progress *progress)
{
    progress->best_score = run->state.report.best_score;
    progress->best_epoch = run->state.report.best_epoch;
    progress->rate = run->trainer->state.rate;
    progress->batch = run->state.batches;
    progress->samples = run->state.report.samples;
    progress->steps = run->state.report.steps;
    progress->loss = run->state.report.train_loss;
}

static void report_batch(gml_fit_run *run, gml_progress *progress)
{
    describe_batch(run, progress);
    if (run->settings.callbacks != NULL && run->settings.callbacks->on_batch != NULL) {
        progress->seconds = gml_fit_seconds(run);
        call_back(run, run->settings.callbacks->on_batch, progress);
    }
}

/* The rate of the schedule, halved after each divergence. */
static double rate_of_step(const gml_fit_run *run)
{
    const gml_fit_state *state = &run->state;
    return gml_schedule_at(&run->settings.schedule, &state->schedule, run->trainer->state.steps) *
           pow(0.5, (double)state->report.halvings);
}

/* Sets what the schedules give for the next step. */
static void follow_schedules(gml_fit_run *run)
{
    gml_step_state *state = &run->trainer->state;
    const gml_schedule_state unused = gml_schedule_begin();
    state->rate = rate_of_step(run);
    state->noise_factor = gml_schedule_at(&run->settings.noise, &unused, state->steps);
    state->decay_factor = gml_schedule_at(&run->settings.decay, &unused, state->steps);
}

static gml_status run_batches(gml_fit_run *run, gml_progress *progress)
{
    gml_fit_state *state = &run->state;
    while (state->batches < progress->batches && state->report.stopped == 0) {
        double loss, share;
        follow_schedules(run);
        gml_status status = take_batch(run, &loss, &share);
        if (status != GML_OK) {
            return status;
        }
        count_batch(run, loss, share);
        progress->batch_loss = loss;
        report_batch(run, progress);
        gml_fit_save_after_batch(run);
    }
    return state->loss_weight > 0 || state->report.stopped != 0
               ? GML_OK
               : gml_fail(run->network->context, GML_ERROR_DATA,
                          "no sample of the data counts: all weights are 0, or no target is known");
}

/* A step computes the loss before its update, so only this pass sees the effect of the last update. A full-batch step
 * evaluates its final weights itself. */
gml_status gml_fit_probe(gml_fit_run *run)
{
    if (gml_fit_is_full_batch(run)) {
        return GML_OK;
    }
    size_t last = (gml_fit_batches(run) - 1) * run->settings.options.batch;
    const gml_batch batch = gml_epoch_batch(&run->scratch.order, last, gml_fit_rows(run, last));
    return gml_trainer_probe(run->trainer, &batch);
}

gml_status gml_fit_use_average(gml_fit_run *run, bool use)
{
    return gml_trainer_averages(run->trainer) ? gml_trainer_use_average(run->trainer, use) : GML_OK;
}

static gml_status validate(gml_fit_run *run, gml_progress *progress)
{
    gml_metrics *metrics = &run->scratch.validation;
    progress->validation = metrics;
    gml_evaluator_follow(&run->scratch.evaluator, &run->trainer->scratch.pace,
                         gml_trainer_flops(run->trainer, run->trainer->settings.batch));
    gml_status status = gml_evaluator_run(&run->scratch.evaluator, metrics);
    if (status == GML_OK && !isfinite(metrics->loss)) {
        char what[64];
        snprintf(what, sizeof what, "epoch %zu: the validation loss", progress->epoch);
        status = gml_evaluator_fail(&run->scratch.evaluator, what, metrics->loss);
    }
    return status;
}

/* Validates and scores an epoch, and keeps its weights if it is the best. */
static gml_status validate_and_judge(gml_fit_run *run, gml_progress *progress)
{
    const uint64_t began = gml_now(run->network->context);
    gml_status status = validate(run, progress);
    if (status == GML_OK) {
        status = gml_fit_judge(run, progress);
    }
    gml_fit_count_seconds(run, began, &run->state.report.validation_seconds);
    return status;
}

static gml_status finish_epoch(gml_fit_run *run, gml_progress *progress)
{
    gml_context *context = run->network->context;
    run->state.report.kept_epochs = ++run->state.report.epochs;
    gml_log(context, GML_LOG_INFO, "epoch %zu of %zu: loss %g", progress->epoch, progress->epochs, progress->loss);
    gml_status status = gml_fit_use_average(run, true);
    if (status == GML_OK && run->scratch.evaluator.network != NULL) {
        status = validate_and_judge(run, progress);
    }
    gml_trainer_end_epoch(run->trainer, progress->epoch);
    gml_schedule_observe(&run->settings.schedule, &run->state.schedule,
                         progress->validation != NULL ? progress->score : progress->loss);
    if (status == GML_OK && run->settings.callbacks != NULL) {
        progress->seconds = gml_fit_seconds(run);
        call_back(run, run->settings.callbacks->on_epoch, progress);
    }
    return status == GML_OK ? gml_fit_use_average(run, false) : status;
}

/* Begins the next epoch, or goes on with the one in which a checkpoint was taken. */
static void begin_epoch(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    if (state->epoch == state->report.epochs) {
        state->epoch++;
        state->batches = 0;
        state->loss_sum = state->loss_weight = 0;
        gml_fit_take_snapshot(run, 1 - state->good);
    }
    gml_trainer_begin_epoch(run->trainer, state->epoch);
    if (!gml_fit_is_full_batch(run)) {
        gml_epoch_draw(&run->scratch.order, run->settings.options.seed, state->epoch);
    }
}

/* After divergence: training goes on with half the rate, or the fit ends with good weights. */
static gml_status go_back(gml_fit_run *run)
{
    gml_context *context = run->network->context;
    const gml_fit_report *report = &run->state.report;
    if (gml_fit_halve(run)) {
        char place[48] = "its start";
        if (report->epochs > 0) {
            snprintf(place, sizeof place, "the end of epoch %zu", report->epochs);
        }
        gml_log(context, GML_LOG_WARNING,
                "divergence: %s. Training goes back to %s, with half the learning rate (halving %zu of %zu)",
                gml_context_message(context), place, report->halvings, run->settings.options.halvings);
        return GML_OK;
    }
    gml_log(context, GML_LOG_WARNING, "%s", gml_context_message(context));
    gml_fit_restore_snapshot(run);
    return GML_ERROR_DIVERGED;
}

gml_status gml_fit_run_epoch(gml_fit_run *run)
{
    begin_epoch(run);
    gml_progress progress = {.epoch = run->state.epoch,
                             .epochs = run->settings.options.epochs,
                             .batches = gml_fit_batches(run),
                             .fit = run,
                             .score = NAN,
                             .batch_loss = NAN};
    describe_batch(run, &progress);
    gml_status status = run_batches(run, &progress);
    if (status == GML_OK && !gml_fit_may_halve_later(run)) {
        status = gml_fit_probe(run);
    }
    if (status == GML_OK && progress.batch == progress.batches) {
        status = finish_epoch(run, &progress);
    }
    if (status == GML_OK && run->state.report.epochs == run->state.epoch) {
        gml_fit_save_after_epoch(run);
    }
    return status == GML_ERROR_DIVERGED ? go_back(run) : status;
}
