/* train/resume.c - a fit goes on from a checkpoint. */
#include "train/conditions.h"

static const double most_seconds = 1e9; /* 30 years */

/* Fails for a checkpoint of a trainer alone. */
static gml_status check_kind(const gml_file *file)
{
    bool fit = json_object_get(gml_checkpoint_conditions(file), "data") != NULL;
    return fit ? GML_OK
               : gml_fail(file->context, GML_ERROR_DATA,
                          "%s: is a checkpoint of a trainer, for gml_checkpoint_load; one of a fit was expected",
                          file->path);
}

/* A schedule that follows scores has lowered the rate by a factor, which means nothing to another schedule; a score
 * means nothing to another metric. */
static void go_on(gml_fit_run *run, bool same_schedule, bool same_metric)
{
    gml_fit_state *state = &run->state;
    bool possible = state->seconds >= 0 && state->seconds < most_seconds; /* else the file lies about it */
    state->seconds = possible ? state->seconds : 0;
    run->scratch.start = gml_now(run->network->context) - (uint64_t)(state->seconds * 1e9);
    state->report.seconds = state->seconds;
    if (!same_schedule) {
        state->schedule = gml_schedule_begin();
    }
    gml_fit_exchange_best(run);
    if (!same_metric) {
        gml_fit_forget_best(run);
    }
    if (gml_trainer_averages(run->trainer)) {
        gml_trainer_use_average(run->trainer, 0); /* a checkpoint from on_epoch holds the averaged weights */
    }
}

static gml_status restore(gml_fit_run *run, gml_file *file)
{
    gml_saved saved = {.full = false};
    json_t *there = gml_checkpoint_conditions(file), *here = NULL;
    gml_status status = gml_checkpoint_check_network(file, run->network);
    if (status == GML_OK) {
        status = check_kind(file);
    }
    if (status == GML_OK) {
        status = gml_fit_conditions_of(run, &here);
    }
    if (status == GML_OK) {
        bool override = run->settings.options.resume_override != 0;
        status = gml_conditions_compare(file->context, file->path, there, here, override);
    }
    if (status == GML_OK) {
        gml_fit_list(run, &saved);
        status = gml_checkpoint_restore(file, run->network, &saved);
    }
    if (status == GML_OK) {
        go_on(run, gml_conditions_keep(there, here, "schedule"), gml_conditions_keep(there, here, "metric"));
    }
    return status;
}

gml_status gml_fit_resume(gml_fit_run *run)
{
    gml_file file;
    gml_status status = gml_file_open(run->network->context, run->settings.options.resume, &file);
    if (status == GML_OK) {
        status = restore(run, &file);
        gml_file_close(&file);
    }
    return status;
}
