/* train/create.c - what a fit needs before its first step: trainer, schedule, validation, memory. */
#include "train/fit.h"

/* Binds the schedule of a factor, which must be a function of the step. */
static gml_status bind_factor(gml_fit_run *run, const char *name, const char *call, size_t steps, size_t per_epoch,
                              gml_schedule *schedule)
{
    gml_status status = gml_schedule_bind(run->network->context, call, 1, steps, per_epoch, schedule);
    if (status == GML_OK && schedule->row->follows_scores) {
        return gml_fail(run->network->context, GML_ERROR_ARGUMENT,
                        "%s: %s follows the scores of epochs, which is for the learning rate alone; a function of the "
                        "step is needed",
                        name, schedule->row->entry.name);
    }
    return status;
}

/* Binds what depends on the total number of updates: schedules and start of the average. */
static gml_status bind_horizon(gml_fit_run *run)
{
    size_t per_epoch = (gml_fit_batches(run) - 1) / run->settings.options.accumulate + 1, steps;
    if (__builtin_mul_overflow(per_epoch, run->settings.options.epochs, &steps)) {
        steps = SIZE_MAX;
    }
    if (run->trainer->settings.average.row != NULL) {
        run->trainer->settings.average.start = gml_average_start(&run->trainer->settings.average.call, steps);
    }
    const gml_train_options *options = &run->settings.options;
    gml_status status = gml_schedule_bind(run->network->context, options->schedule, run->trainer->state.rate, steps,
                                          per_epoch, &run->settings.schedule);
    if (status == GML_OK) {
        status = bind_factor(run, "noise_schedule", options->noise_schedule, steps, per_epoch, &run->settings.noise);
    }
    if (status == GML_OK) {
        status = bind_factor(run, "decay_schedule", options->decay_schedule, steps, per_epoch, &run->settings.decay);
    }
    return status;
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

gml_status gml_fit_create_run(gml_fit_run *run)
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
    if (status == GML_OK) {
        status = gml_fit_judge_create(run);
    }
    if (status != GML_OK) {
        return status;
    }
    if (!gml_fit_is_full_batch(run)) {
        status = gml_epoch_create(context, run->settings.dataset, run->settings.options.batch + run->settings.joined,
                                  &run->scratch.order);
    }
    if (status == GML_OK) {
        status = gml_fit_snapshots_create(run);
    }
    if (status == GML_OK) {
        status = gml_fit_saver_create(run);
    }
    if (status == GML_OK) {
        status = start_network(run);
    }
    if (status == GML_OK) {
        gml_network_set_intervals(run->network, NULL);
    }
    if (status == GML_OK && run->settings.options.resume == NULL) {
        run->network->fresh = false;
        gml_fit_take_snapshot(run, run->state.good);
    }
    return status;
}

void gml_fit_destroy_run(gml_fit_run *run)
{
    gml_fit_saver_destroy(run);
    gml_epoch_destroy(&run->scratch.order);
    gml_fit_snapshots_destroy(run);
    gml_fit_judge_destroy(run);
    gml_evaluator_destroy(&run->scratch.evaluator);
    gml_method_destroy(&run->method);
    gml_trainer_destroy(run->trainer);
}
