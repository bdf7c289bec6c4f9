/* train/fit.c - epochs: an order drawn anew for each, steps over it, validation, callbacks. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel/product/gemm.h"
#include "train/fit.h"

static void take_snapshot(gml_fit_run *run, size_t index)
{
    memcpy(run->snapshots[index], run->network->parameters, run->network->parameter_bytes);
    run->snapshot_epochs[index] = run->report.epochs;
}

/* What depends on how long the fit is. */
static gml_status bind_horizon(gml_fit_run *run)
{
    size_t per_epoch = (gml_fit_batches(run) - 1) / run->options.accumulate + 1, steps;
    if (__builtin_mul_overflow(per_epoch, run->options.epochs, &steps)) {
        steps = SIZE_MAX;
    }
    if (run->trainer->settings.average.row != NULL) {
        run->trainer->settings.average.start = gml_average_start(&run->trainer->settings.average.call, steps);
    }
    return gml_schedule_bind(run->network->context, run->options.schedule, run->trainer->state.rate, steps, per_epoch,
                             &run->schedule);
}

static gml_status create_trainer(gml_fit_run *run)
{
    bool full_batch = gml_method_is_full_batch(run->network->context, run->options.optimizer);
    gml_fit_bind_batches(run, full_batch ? GML_METHOD_BATCH : run->options.batch);
    gml_train_options options = run->options;
    options.batch += run->joined;
    gml_status status = gml_trainer_create_for(run->network, &options, run->dataset, &run->trainer);
    if (status == GML_OK) {
        run->trainer->settings.batch = run->options.batch;
        status = gml_trainer_check_rows(run->trainer, run->options.batch);
    }
    if (status == GML_OK) {
        status = gml_check_dataset(run->network, run->dataset, run->trainer->settings.objective.row);
    }
    if (status == GML_OK && full_batch) {
        run->options.batch = run->dataset->size;
        status = gml_method_create(run->trainer, run->dataset, &run->method);
    }
    if (status == GML_OK) {
        status = gml_check_targets(run->network, &run->trainer->scratch.targets, run->dataset,
                                   run->trainer->scratch.workspace.batch);
    }
    return status;
}

static bool is_full_batch(const gml_fit_run *run)
{
    return run->method.trainer != NULL;
}

/* Facts are set before the first step, numbers to be replaced at the end without memory: so a fit never lacks memory
 * once its weights are trained. Where it does here, the network stays as it was. */
static gml_status start_network(gml_fit_run *run)
{
    gml_facts before;
    gml_status status = gml_facts_copy(run->network, &before);
    if (status != GML_OK) {
        return status;
    }
    status = gml_fit_set_facts(run);
    if (status == GML_OK) {
        status = gml_fit_start_outputs(run);
    }
    if (status != GML_OK) {
        gml_facts_restore(run->network, &before);
    }
    gml_facts_clear(run->network->context, &before);
    return status;
}

static gml_status create_run(gml_fit_run *run, const gml_dataset *validation)
{
    gml_context *context = run->network->context;
    gml_status status = gml_train_options_complete(context, &run->options);
    if (status == GML_OK) {
        status = create_trainer(run);
    }
    if (status == GML_OK) {
        status = bind_horizon(run);
    }
    if (status == GML_OK && validation != NULL) {
        status = gml_evaluator_create(run->network, validation, "validation", run->options.loss, &run->evaluator);
    }
    if (status != GML_OK) {
        return status;
    }
    if (!is_full_batch(run)) {
        status = gml_epoch_create(context, run->dataset, run->options.batch + run->joined, &run->epoch);
    }
    for (size_t i = 0; i < 2; i++) {
        run->snapshots[i] = gml_allocate(context, run->network->parameter_bytes, 1, "a copy of the weights");
    }
    if (status != GML_OK || run->snapshots[0] == NULL || run->snapshots[1] == NULL) {
        return GML_ERROR_MEMORY;
    }
    status = start_network(run);
    if (status == GML_OK) {
        run->network->fresh = false;
        take_snapshot(run, run->good);
    }
    return status;
}

static void destroy_run(gml_fit_run *run)
{
    gml_context *context = run->network->context;
    gml_epoch_destroy(&run->epoch);
    for (size_t i = 0; i < 2; i++) {
        gml_release(context, run->snapshots[i], run->network->parameter_bytes, 1);
    }
    gml_evaluator_destroy(&run->evaluator);
    gml_method_destroy(&run->method);
    gml_trainer_destroy(run->trainer);
}

static double seconds_since(const gml_fit_run *run)
{
    return (double)(gml_now(run->network->context) - run->start) * 1e-9;
}

static void tell(gml_fit_run *run, int (*callback)(void *, const gml_progress *), const gml_progress *progress)
{
    if (callback != NULL && run->report.stopped == 0) {
        run->report.stopped = callback(run->callbacks->user, progress);
    }
}

/* `share` is what the loss counts in the mean over the epoch. */
static gml_status take_step(gml_fit_run *run, size_t first, size_t rows, double *loss, double *share)
{
    *share = (double)rows;
    if (is_full_batch(run)) {
        return gml_method_step(&run->method, loss);
    }
    const gml_batch batch = gml_epoch_batch(&run->epoch, first, rows);
    gml_status status = gml_trainer_run(run->trainer, &batch, loss);
    *share = run->trainer->scratch.step.target.weights != NULL ? run->trainer->scratch.step.divisor : *share;
    return status;
}

static gml_status run_steps(gml_fit_run *run, gml_progress *progress)
{
    double sum = 0, counted = 0;
    for (size_t first = 0, rows; first < run->dataset->size && run->report.stopped == 0; first += rows) {
        rows = gml_fit_rows(run, first);
        double loss, share;
        progress->rate = run->trainer->state.rate = gml_schedule_at(&run->schedule, run->trainer->state.steps);
        run->trainer->scratch.flush = !is_full_batch(run) && progress->step + 1 == progress->steps;
        gml_status status = take_step(run, first, rows, &loss, &share);
        if (status != GML_OK) {
            return status;
        }
        if (first == 0) {
            run->good = 1 - run->good;
        }
        sum += loss * share;
        counted += share;
        run->report.steps++;
        run->report.samples += rows;
        progress->step++;
        progress->samples = run->report.samples;
        progress->loss = run->report.train_loss = counted > 0 ? sum / counted : 0;
        if (run->callbacks != NULL && run->callbacks->on_step != NULL) {
            progress->seconds = seconds_since(run);
            tell(run, run->callbacks->on_step, progress);
        }
    }
    return counted > 0 || run->report.stopped != 0
               ? GML_OK
               : gml_fail(run->network->context, GML_ERROR_DATA,
                          "no sample of the data counts: all weights are 0, or no target is known");
}

/* A step looks at the loss before its update, so what the last update did shows only here. A full-batch step
 * has seen it. */
static gml_status probe(gml_fit_run *run)
{
    size_t last = (gml_fit_batches(run) - 1) * run->options.batch;
    const gml_batch batch = gml_epoch_batch(&run->epoch, last, gml_fit_rows(run, last));
    return gml_trainer_probe(run->trainer, &batch);
}

/* Puts the averaged weights into the network, if there are any, or those being trained. */
static gml_status use_average(gml_fit_run *run, bool use)
{
    return gml_trainer_averages(run->trainer) ? gml_trainer_use_average(run->trainer, use) : GML_OK;
}

static gml_status validate(gml_fit_run *run, gml_progress *progress)
{
    gml_metrics *metrics = &run->report.validation;
    progress->validation = metrics;
    gml_evaluator_follow(&run->evaluator, &run->trainer->scratch.pace,
                         gml_trainer_flops(run->trainer, run->trainer->settings.batch));
    gml_status status = gml_evaluator_run(&run->evaluator, metrics);
    if (status == GML_OK && !isfinite(metrics->loss)) {
        char what[64];
        snprintf(what, sizeof what, "epoch %zu: the validation loss", progress->epoch);
        status = gml_evaluator_fail(&run->evaluator, what, metrics->loss);
    }
    return status;
}

static gml_status finish_epoch(gml_fit_run *run, gml_progress *progress)
{
    gml_context *context = run->network->context;
    run->report.kept_epochs = ++run->report.epochs;
    gml_log(context, GML_LOG_INFO, "epoch %zu of %zu: loss %g", progress->epoch, progress->epochs, progress->loss);
    gml_status status = use_average(run, true);
    if (status == GML_OK && run->evaluator.network != NULL) {
        status = validate(run, progress);
    }
    gml_schedule_observe(&run->schedule, progress->validation != NULL ? progress->validation->loss : progress->loss);
    if (status == GML_OK && run->callbacks != NULL) {
        progress->seconds = seconds_since(run);
        tell(run, run->callbacks->on_epoch, progress);
    }
    return status == GML_OK ? use_average(run, false) : status;
}

/* After a divergence: back to the last weights that are known to be good. The validation of a later epoch is not
 * theirs.
 */
static void go_back(gml_fit_run *run)
{
    memcpy(run->network->parameters, run->snapshots[run->good], run->network->parameter_bytes);
    run->report.kept_epochs = run->snapshot_epochs[run->good];
    if (run->report.kept_epochs < run->report.epochs) {
        run->report.validation = (gml_metrics){.samples = 0};
    }
}

static gml_status run_epoch(gml_fit_run *run, size_t epoch)
{
    gml_progress progress = {
        .epoch = epoch,
        .epochs = run->options.epochs,
        .steps = gml_fit_batches(run),
    };
    if (!is_full_batch(run)) {
        gml_epoch_draw(&run->epoch, run->options.seed, epoch);
    }
    take_snapshot(run, 1 - run->good);
    gml_status status = run_steps(run, &progress);
    if (status == GML_OK && !is_full_batch(run)) {
        status = probe(run);
    }
    if (status == GML_OK && progress.step == progress.steps) {
        status = finish_epoch(run, &progress);
    }
    if (status == GML_ERROR_DIVERGED) {
        gml_log(run->network->context, GML_LOG_WARNING, "%s", gml_context_message(run->network->context));
        go_back(run);
    }
    return status;
}

static bool is_over(const gml_fit_run *run)
{
    return run->report.stopped != 0 || run->method.converged;
}

static gml_status run_epochs(gml_fit_run *run)
{
    gml_status status = GML_OK;
    gml_gemm_open();
    for (size_t epoch = 1; epoch <= run->options.epochs && status == GML_OK && !is_over(run); epoch++) {
        status = run_epoch(run, epoch);
    }
    if (status == GML_OK) {
        status = use_average(run, true);
    }
    gml_gemm_close();
    run->report.seconds = seconds_since(run);
    gml_status facts = gml_fit_set_facts(run);
    return status == GML_OK ? facts : status;
}

gml_status gml_fit(gml_network *network, const gml_dataset *dataset, const gml_dataset *validation,
                   const gml_train_options *options, const gml_fit_callbacks *callbacks, gml_fit_report *report)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_fit_run run = {.network = network, .dataset = dataset, .callbacks = callbacks};
    run.options = options != NULL ? *options : (gml_train_options){0};
    run.report.train_loss = NAN;
    run.start = gml_now(network->context);
    status = create_run(&run, validation);
    if (status == GML_OK) {
        status = run_epochs(&run);
    }
    destroy_run(&run);
    if (report != NULL) {
        *report = run.report;
    }
    return status;
}
