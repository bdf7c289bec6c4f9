/* train/fit.c - runs epochs: a new order of samples, a step per batch, validation, callbacks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel/product/gemm.h"
#include "train/fit.h"

static void take_snapshot(gml_fit_run *run, size_t index)
{
    memcpy(run->state.snapshots[index], run->network->parameters, run->network->parameter_bytes);
    run->state.snapshot_epochs[index] = run->state.report.epochs;
}

/* Binds what depends on the total number of updates: schedule and start of the average. */
static gml_status bind_horizon(gml_fit_run *run)
{
    size_t per_epoch = (gml_fit_batches(run) - 1) / run->settings.options.accumulate + 1, steps;
    if (__builtin_mul_overflow(per_epoch, run->settings.options.epochs, &steps)) {
        steps = SIZE_MAX;
    }
    if (run->trainer->settings.average.row != NULL) {
        run->trainer->settings.average.start = gml_average_start(&run->trainer->settings.average.call, steps);
    }
    return gml_schedule_bind(run->network->context, run->settings.options.schedule, run->trainer->state.rate, steps,
                             per_epoch, &run->settings.schedule);
}

gml_status gml_fit_create_trainer(gml_fit_run *run)
{
    bool full_batch = gml_method_is_full_batch(run->network->context, run->settings.options.optimizer);
    gml_fit_bind_batches(run, full_batch ? GML_METHOD_BATCH : run->settings.options.batch);
    gml_train_options options = run->settings.options;
    options.batch += run->settings.joined;
    gml_status status = gml_trainer_create_for(run->network, &options, run->settings.dataset, &run->trainer);
    if (status == GML_OK) {
        run->trainer->settings.batch = run->settings.options.batch;
        status = gml_trainer_check_rows(run->trainer, run->settings.options.batch);
    }
    if (status == GML_OK) {
        status = gml_check_dataset(run->network, run->settings.dataset, run->trainer->settings.objective.row);
    }
    if (status == GML_OK && full_batch) {
        run->settings.options.batch = run->settings.dataset->size;
        status = gml_method_create(run->trainer, run->settings.dataset, &run->method);
    }
    if (status == GML_OK) {
        status = gml_check_targets(run->network, &run->trainer->scratch.targets, run->settings.dataset,
                                   run->trainer->scratch.workspace.batch);
    }
    return status;
}

static bool is_full_batch(const gml_fit_run *run)
{
    return run->method.trainer != NULL;
}

/* Facts are set before the first step; replacing their numbers at the end allocates nothing. A fit therefore never
 * fails for lack of memory once its weights are trained. On failure here the network is unchanged. */
static gml_status start_network(gml_fit_run *run)
{
    gml_facts before;
    gml_status status = gml_facts_copy(run->network, &before);
    if (status != GML_OK) {
        return status;
    }
    status = gml_fit_set_facts(run);
    if (status == GML_OK) {
        status = run->settings.options.resume != NULL ? gml_fit_resume(run) : gml_fit_start_outputs(run);
    }
    if (status != GML_OK) {
        gml_facts_restore(run->network, &before);
    }
    gml_facts_clear(run->network->context, &before);
    return status;
}

static gml_status create_run(gml_fit_run *run)
{
    const gml_dataset *validation = run->settings.validation;
    gml_context *context = run->network->context;
    gml_status status = gml_train_options_complete(context, &run->settings.options);
    if (status == GML_OK) {
        status = gml_fit_create_trainer(run);
    }
    if (status == GML_OK) {
        status = bind_horizon(run);
    }
    if (status == GML_OK && validation != NULL) {
        status = gml_evaluator_create(run->network, validation, "validation", run->settings.options.loss,
                                      &run->scratch.evaluator);
    }
    if (status != GML_OK) {
        return status;
    }
    if (!is_full_batch(run)) {
        status = gml_epoch_create(context, run->settings.dataset, run->settings.options.batch + run->settings.joined,
                                  &run->scratch.order);
    }
    for (size_t i = 0; i < 2; i++) {
        run->state.snapshots[i] = gml_allocate(context, run->network->parameter_bytes, 1, "a copy of the weights");
    }
    if (status != GML_OK || run->state.snapshots[0] == NULL || run->state.snapshots[1] == NULL) {
        return GML_ERROR_MEMORY;
    }
    status = gml_fit_saver_create(run);
    if (status == GML_OK) {
        status = start_network(run);
    }
    if (status == GML_OK && run->settings.options.resume == NULL) {
        run->network->fresh = false;
        take_snapshot(run, run->state.good);
    }
    return status;
}

static void destroy_run(gml_fit_run *run)
{
    gml_context *context = run->network->context;
    gml_fit_saver_destroy(run);
    gml_epoch_destroy(&run->scratch.order);
    for (size_t i = 0; i < 2; i++) {
        gml_release(context, run->state.snapshots[i], run->network->parameter_bytes, 1);
    }
    gml_evaluator_destroy(&run->scratch.evaluator);
    gml_method_destroy(&run->method);
    gml_trainer_destroy(run->trainer);
}

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
    if (is_full_batch(run)) {
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

/* The first finite loss of an epoch validates the snapshot at its beginning. */
static void count_batch(gml_fit_state *state, double loss, double share)
{
    if (state->batches == 0) {
        state->good = 1 - state->good;
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

static gml_status run_batches(gml_fit_run *run, gml_progress *progress)
{
    gml_fit_state *state = &run->state;
    while (state->batches < progress->batches && state->report.stopped == 0) {
        double loss, share;
        run->trainer->state.rate =
            gml_schedule_at(&run->settings.schedule, &state->schedule, run->trainer->state.steps);
        gml_status status = take_batch(run, &loss, &share);
        if (status != GML_OK) {
            return status;
        }
        count_batch(state, loss, share);
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
static gml_status probe(gml_fit_run *run)
{
    size_t last = (gml_fit_batches(run) - 1) * run->settings.options.batch;
    const gml_batch batch = gml_epoch_batch(&run->scratch.order, last, gml_fit_rows(run, last));
    return gml_trainer_probe(run->trainer, &batch);
}

/* Gives the network the averaged weights, if there are any, or the trained ones. */
static gml_status use_average(gml_fit_run *run, bool use)
{
    return gml_trainer_averages(run->trainer) ? gml_trainer_use_average(run->trainer, use) : GML_OK;
}

static gml_status validate(gml_fit_run *run, gml_progress *progress)
{
    gml_metrics *metrics = &run->state.report.validation;
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

/* Scores the epoch by its validation loss; of equal scores the later is the best. */
static void score_epoch(gml_fit_report *report, gml_progress *progress)
{
    progress->score = progress->validation->loss;
    if (report->best_epoch == 0 || progress->score <= report->best_score) {
        report->best_score = progress->score;
        report->best_epoch = report->epochs;
    }
    progress->best_score = report->best_score;
    progress->best_epoch = report->best_epoch;
}

static gml_status finish_epoch(gml_fit_run *run, gml_progress *progress)
{
    gml_context *context = run->network->context;
    run->state.report.kept_epochs = ++run->state.report.epochs;
    gml_log(context, GML_LOG_INFO, "epoch %zu of %zu: loss %g", progress->epoch, progress->epochs, progress->loss);
    gml_status status = use_average(run, true);
    if (status == GML_OK && run->scratch.evaluator.network != NULL) {
        status = validate(run, progress);
    }
    if (status == GML_OK && progress->validation != NULL) {
        score_epoch(&run->state.report, progress);
    }
    gml_schedule_observe(&run->settings.schedule, &run->state.schedule,
                         progress->validation != NULL ? progress->validation->loss : progress->loss);
    if (status == GML_OK && run->settings.callbacks != NULL) {
        progress->seconds = gml_fit_seconds(run);
        call_back(run, run->settings.callbacks->on_epoch, progress);
    }
    return status == GML_OK ? use_average(run, false) : status;
}

/* After divergence: restores the last valid snapshot, and clears the validation metrics if they belong to a later
 * epoch. */
static void restore_snapshot(gml_fit_run *run)
{
    memcpy(run->network->parameters, run->state.snapshots[run->state.good], run->network->parameter_bytes);
    run->state.report.kept_epochs = run->state.snapshot_epochs[run->state.good];
    if (run->state.report.kept_epochs < run->state.report.epochs) {
        run->state.report.validation = (gml_metrics){.samples = 0};
    }
}

/* Begins the next epoch, or goes on with the one in which a checkpoint was taken. */
static void begin_epoch(gml_fit_run *run)
{
    gml_fit_state *state = &run->state;
    if (state->epoch == state->report.epochs) {
        state->epoch++;
        state->batches = 0;
        state->loss_sum = state->loss_weight = 0;
        take_snapshot(run, 1 - state->good);
    }
    if (!is_full_batch(run)) {
        gml_epoch_draw(&run->scratch.order, run->settings.options.seed, state->epoch);
    }
}

static gml_status run_epoch(gml_fit_run *run)
{
    begin_epoch(run);
    gml_progress progress = {.epoch = run->state.epoch,
                             .epochs = run->settings.options.epochs,
                             .batches = gml_fit_batches(run),
                             .fit = run,
                             .score = NAN};
    describe_batch(run, &progress);
    gml_status status = run_batches(run, &progress);
    if (status == GML_OK && !is_full_batch(run)) {
        status = probe(run);
    }
    if (status == GML_OK && progress.batch == progress.batches) {
        status = finish_epoch(run, &progress);
    }
    if (status == GML_OK && run->state.report.epochs == run->state.epoch) {
        gml_fit_save_after_epoch(run);
    }
    if (status == GML_ERROR_DIVERGED) {
        gml_log(run->network->context, GML_LOG_WARNING, "%s", gml_context_message(run->network->context));
        restore_snapshot(run);
    }
    return status;
}

static bool is_over(const gml_fit_run *run)
{
    return run->state.report.stopped != 0 || run->method.converged;
}

static gml_status run_epochs(gml_fit_run *run)
{
    gml_status status = GML_OK;
    gml_gemm_open();
    while (run->state.report.epochs < run->settings.options.epochs && status == GML_OK && !is_over(run)) {
        status = run_epoch(run);
    }
    gml_status saved = status == GML_OK ? gml_fit_save_at_end(run) : GML_OK;
    if (status == GML_OK) {
        status = use_average(run, true);
    }
    gml_gemm_close();
    run->state.report.seconds = gml_fit_seconds(run);
    gml_status facts = gml_fit_set_facts(run);
    status = status == GML_OK ? facts : status;
    return status == GML_OK ? saved : status;
}

gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                   const gml_train_options *options, const gml_fit_callbacks *callbacks, gml_fit_report *report)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_fit_run run = {.network = network, .settings = {.dataset = dataset, .validation = validation}};
    run.settings.callbacks = callbacks;
    run.settings.options = options != NULL ? *options : (gml_train_options){0};
    run.state.schedule = gml_schedule_begin();
    run.state.report.train_loss = run.state.report.best_score = NAN;
    run.scratch.start = gml_now(network->context);
    status = create_run(&run);
    if (status == GML_OK) {
        status = run_epochs(&run);
    }
    destroy_run(&run);
    if (report != NULL) {
        *report = run.state.report;
    }
    return status;
}
