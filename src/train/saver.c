/* train/saver.c - the checkpoints that a fit writes by itself. The state is copied between two steps; checksum and file
 * follow on another thread while training goes on. */
#include <math.h>
#include <string.h>

#include "train/fit.h"

static const double minute = 60e9; /* nanoseconds */

static const char *path_of(const gml_fit_run *run)
{
    return run->settings.options.checkpoint;
}

gml_status gml_fit_saver_create(gml_fit_run *run)
{
    json_t *conditions = NULL;
    double minutes = run->settings.options.checkpoint_minutes;
    if (!(minutes >= 0) || !isfinite(minutes)) {
        return gml_fail(run->network->context, GML_ERROR_ARGUMENT,
                        "checkpoint_minutes is %g; a finite number not below 0 is needed", minutes);
    }
    run->scratch.saver.taken = run->scratch.start;
    return path_of(run) != NULL ? gml_fit_conditions_of(run, &conditions) : GML_OK;
}

/* ---- writing beside the training ---- */

static void write_beside(void *argument)
{
    gml_fit_run *run = argument;
    gml_fit_saver *saver = &run->scratch.saver;
    gml_context *context = run->network->context;
    gml_message_scope scope;
    gml_message_open(context, &scope, saver->message);
    saver->status = gml_copy_write(&saver->copy, path_of(run));
    gml_message_close(context, &scope);
}

static void report(gml_fit_run *run, gml_status status, const char *message)
{
    gml_fit_report *report = &run->state.report;
    report->checkpoint = status;
    report->checkpoints += status == GML_OK;
    if (status != GML_OK) {
        gml_log(run->network->context, GML_LOG_WARNING, "%s", message);
    }
}

/* Waits for the checkpoint that is being written, and reports it. */
static void wait(gml_fit_run *run)
{
    gml_fit_saver *saver = &run->scratch.saver;
    gml_beside_wait(&saver->beside);
    if (saver->pending) {
        gml_copy_release(&saver->copy);
        saver->pending = false;
        report(run, saver->status, saver->message);
    }
}

void gml_fit_saver_destroy(gml_fit_run *run)
{
    wait(run);
    json_decref(run->scratch.saver.conditions);
}

static gml_status take(gml_fit_run *run)
{
    gml_fit_saver *saver = &run->scratch.saver;
    gml_context *context = run->network->context;
    gml_message_scope scope;
    wait(run);
    saver->taken = gml_now(context);
    saver->steps = run->trainer->state.steps;
    saver->epochs = run->state.report.epochs;
    saver->batches = run->state.batches;
    saver->halvings = run->state.report.halvings;
    gml_message_open(context, &scope, saver->message);
    gml_status status = gml_fit_copy(run, path_of(run), &saver->copy);
    gml_message_close(context, &scope);
    if (status != GML_OK) {
        report(run, status, saver->message);
    }
    return status;
}

static void save(gml_fit_run *run)
{
    const uint64_t began = gml_now(run->network->context);
    if (take(run) == GML_OK) {
        run->scratch.saver.pending = true;
        gml_beside_start(&run->scratch.saver.beside, write_beside, run);
    }
    gml_fit_count_seconds(run, began, &run->state.report.checkpoint_seconds);
}

/* ---- when ---- */

void gml_fit_save_after_batch(gml_fit_run *run)
{
    double minutes = run->settings.options.checkpoint_minutes;
    if (path_of(run) != NULL && minutes > 0 &&
        (double)(gml_now(run->network->context) - run->scratch.saver.taken) >= minutes * minute) {
        save(run);
    }
}

void gml_fit_save_after_epoch(gml_fit_run *run)
{
    const gml_train_options *options = &run->settings.options;
    size_t every = options->checkpoint_epochs;
    if (every == 0 && !(options->checkpoint_minutes > 0)) {
        every = 1;
    }
    if (path_of(run) != NULL && every > 0 && run->state.report.epochs % every == 0) {
        save(run);
    }
}

/* True if the last checkpoint has this very state. */
static bool is_saved(const gml_fit_run *run)
{
    const gml_fit_saver *saver = &run->scratch.saver;
    const gml_fit_report *report = &run->state.report;
    return report->checkpoints > 0 && report->checkpoint == GML_OK && saver->steps == run->trainer->state.steps &&
           saver->epochs == report->epochs && saver->batches == run->state.batches &&
           saver->halvings == report->halvings;
}

static gml_status save_at_end(gml_fit_run *run)
{
    gml_fit_saver *saver = &run->scratch.saver;
    wait(run);
    if (is_saved(run)) {
        return GML_OK;
    }
    gml_status status = take(run);
    if (status == GML_OK) {
        saver->pending = true;
        write_beside(run);
        status = saver->status;
        wait(run);
    }
    return status == GML_OK ? GML_OK : gml_fail(run->network->context, status, "%s", saver->message);
}

gml_status gml_fit_save_at_end(gml_fit_run *run)
{
    if (path_of(run) == NULL) {
        return GML_OK;
    }
    const uint64_t began = gml_now(run->network->context);
    gml_status status = save_at_end(run);
    gml_fit_count_seconds(run, began, &run->state.report.checkpoint_seconds);
    return status;
}
