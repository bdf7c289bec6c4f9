/* train/checkpoint.c - what a checkpoint of a fit holds; saving and loading at a moment of the caller's choice. */
#include "gemmule/checkpoint.h"

#include "step/saved.h"
#include "train/conditions.h"

/* ---- the state of a fit ---- */

double gml_fit_seconds(const gml_fit_run *run)
{
    return (double)(gml_now(run->network->context) - run->scratch.start) * 1e-9;
}

void gml_fit_count_seconds(const gml_fit_run *run, uint64_t began, double *sum)
{
    *sum += (double)(gml_now(run->network->context) - began) * 1e-9;
}

static void list_report(gml_fit_report *report, gml_saved *saved)
{
    gml_metrics *validation = &report->validation;
    gml_saved_count(saved, "report.epochs", &report->epochs, SIZE_MAX);
    gml_saved_count(saved, "report.steps", &report->steps, SIZE_MAX);
    gml_saved_count(saved, "report.samples", &report->samples, SIZE_MAX);
    gml_saved_number(saved, "report.train_loss", &report->train_loss);
    gml_saved_count(saved, "report.kept_epochs", &report->kept_epochs, SIZE_MAX);
    gml_saved_count(saved, "report.best_epoch", &report->best_epoch, SIZE_MAX);
    gml_saved_number(saved, "report.best_score", &report->best_score);
    gml_saved_count(saved, "report.halvings", &report->halvings, SIZE_MAX);
    gml_saved_count(saved, "validation.samples", &validation->samples, SIZE_MAX);
    gml_saved_number(saved, "validation.loss", &validation->loss);
    gml_saved_number(saved, "validation.accuracy", &validation->accuracy);
    gml_saved_number(saved, "validation.rmse", &validation->rmse);
    gml_saved_number(saved, "validation.r2", &validation->r2);
}

void gml_fit_list(gml_fit_run *run, gml_saved *saved)
{
    gml_fit_state *state = &run->state;
    const gml_kernels *kernels = run->network->kernels;
    gml_saved_count(saved, "fit.epoch", &state->epoch, SIZE_MAX);
    gml_saved_count(saved, "fit.batches", &state->batches, gml_fit_batches(run));
    gml_saved_number(saved, "fit.loss_sum", &state->loss_sum);
    gml_saved_number(saved, "fit.loss_weight", &state->loss_weight);
    gml_saved_number(saved, "fit.seconds", &state->seconds);
    gml_saved_number(saved, "fit.first_loss", &state->first_loss);
    gml_saved_count(saved, "fit.waited", &state->waited, SIZE_MAX);
    gml_saved_count(saved, "fit.validated", &state->validated, SIZE_MAX);
    gml_schedule_list(&state->schedule, saved);
    gml_fit_list_snapshot(run, saved);
    gml_saved_array_of(saved, "running", kernels->dtype, run->network->parameter_bytes / kernels->size, state->best);
    list_report(&state->report, saved);
    gml_trainer_list(run->trainer, saved);
    if (run->method.trainer != NULL) {
        gml_method_list(&run->method, saved);
    }
}

gml_status gml_fit_conditions_of(gml_fit_run *run, json_t **conditions)
{
    gml_fit_saver *saver = &run->scratch.saver;
    gml_status status = saver->conditions == NULL ? gml_fit_conditions(run, &saver->conditions) : GML_OK;
    *conditions = saver->conditions;
    return status;
}

gml_status gml_fit_copy(gml_fit_run *run, const char *path, gml_copy *copy)
{
    json_t *conditions = NULL;
    gml_saved saved = {.full = false};
    gml_status status = gml_fit_conditions_of(run, &conditions);
    if (status == GML_OK) {
        status = gml_fit_set_facts(run);
    }
    run->state.seconds = gml_fit_seconds(run);
    gml_fit_list(run, &saved);
    gml_fit_exchange_best(run);
    status = status == GML_OK ? gml_copy_take(run->network, &saved, conditions, path, copy) : status;
    gml_fit_exchange_best(run);
    return status;
}

/* ---- at a moment of the caller's choice ---- */

/* Writes a copy of the state and releases it; returns `status`, that of taking the copy, if it failed. */
static gml_status write_copy(gml_status status, gml_copy *copy, const char *path)
{
    if (status == GML_OK) {
        status = gml_copy_write(copy, path);
        gml_copy_release(copy);
    }
    return status;
}

gml_status gml_checkpoint_save_fit(const gml_progress *progress, const char *path)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"progress", progress}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"progress->fit", progress->fit}, {0}});
    }
    if (status == GML_OK) {
        status = gml_refuse_null(progress->fit->network->context, __func__, (gml_argument[]){{"path", path}, {0}});
    }
    if (status != GML_OK) {
        return status;
    }
    gml_copy copy;
    status = gml_fit_copy(progress->fit, path, &copy);
    return write_copy(status, &copy, path);
}

gml_status gml_checkpoint_save(gml_trainer *trainer, const char *path)
{
    gml_status status = gml_refuse_null(trainer != NULL ? trainer->network->context : NULL, __func__,
                                        (gml_argument[]){{"trainer", trainer}, {"path", path}, {0}});
    json_t *conditions = NULL;
    if (status == GML_OK) {
        status = gml_trainer_conditions(trainer, &conditions);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_saved saved = {.full = false};
    gml_copy copy;
    gml_trainer_list(trainer, &saved);
    status = gml_copy_take(trainer->network, &saved, conditions, path, &copy);
    json_decref(conditions);
    return write_copy(status, &copy, path);
}

/* Fails for a checkpoint of a fit: a trainer alone cannot go on from it. */
static gml_status check_kind(const gml_file *file)
{
    bool fit = json_object_get(gml_checkpoint_conditions(file), "data") != NULL;
    return !fit ? GML_OK
                : gml_fail(file->context, GML_ERROR_DATA,
                           "%s: is a checkpoint of a fit, which goes on by gml_fit with `resume`; one of a trainer was "
                           "expected",
                           file->path);
}

static gml_status restore_trainer(gml_trainer *trainer, gml_file *file, bool override)
{
    gml_context *context = file->context;
    json_t *here = NULL;
    gml_status status = gml_checkpoint_check_network(file, trainer->network);
    if (status == GML_OK) {
        status = check_kind(file);
    }
    if (status == GML_OK) {
        status = gml_trainer_conditions(trainer, &here);
    }
    if (status == GML_OK) {
        status = gml_conditions_compare(context, file->path, gml_checkpoint_conditions(file), here, override);
    }
    json_decref(here);
    if (status == GML_OK) {
        gml_saved saved = {.full = false};
        gml_trainer_list(trainer, &saved);
        status = gml_checkpoint_restore(file, trainer->network, &saved);
    }
    return status;
}

gml_status gml_checkpoint_load(gml_trainer *trainer, const char *path, int override)
{
    gml_status status = gml_refuse_null(trainer != NULL ? trainer->network->context : NULL, __func__,
                                        (gml_argument[]){{"trainer", trainer}, {"path", path}, {0}});
    gml_file file;
    if (status == GML_OK) {
        status = gml_file_open(trainer->network->context, path, &file);
    }
    if (status != GML_OK) {
        return status;
    }
    status = restore_trainer(trainer, &file, override != 0);
    gml_file_close(&file);
    return status;
}
