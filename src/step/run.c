/* step/run.c - runs a batch through the phases of a step, and counts the batches of an update. */
#include <string.h>

#include "step/compact.h"
#include "step/update.h"

/* Only equal steps are timed against each other: batches of the usual size that complete an update. */
static void run_step(gml_trainer *trainer)
{
    const gml_step *step = &trainer->scratch.step;
    if (!step->observed && gml_compact_run(trainer)) {
        return;
    }
    size_t phases = gml_trainer_phases(trainer, step->updates, trainer->scratch.phases);
    bool alike = step->last || trainer->settings.optimizer_row->full_batch;
    bool usual = step->updates && alike && step->rows == trainer->settings.batch && !step->observed;
    gml_plan_run(trainer->network->context, &trainer->scratch.pace,
                 &(gml_batch_work){.phases = trainer->scratch.phases,
                                   .phase_count = phases,
                                   .argument = trainer,
                                   .flops = gml_trainer_flops(trainer, step->rows),
                                   .calls_blas = trainer->scratch.workspace.calls_blas,
                                   .usual = usual});
}

gml_status gml_trainer_check_rows(const gml_trainer *trainer, size_t rows)
{
    const gml_network *network = trainer->network;
    size_t layer = 0, layers = network->spec.layer_count;
    if (rows != 1 || !trainer->scratch.workspace.batch_statistics) {
        return GML_OK;
    }
    while (!gml_workspace_has_statistics(&trainer->scratch.workspace, layer)) {
        layer++;
    }
    return gml_fail(network->context, GML_ERROR_SHAPE,
                    "a batch of 1 sample: layer %zu of %zu (%zu %s) computes statistics of a batch; "
                    "at least 2 samples are needed",
                    layer + 1, layers, network->layers[layer].out, network->layers[layer].kind->entry.name);
}

/* Leaves trainer->state's counters and the statistics alone: gml_trainer_run advances them once the step is accepted.
 * The update's phases, which change weights and states, come after everything that may refuse the step; orthogonal.c
 * undoes an update that it refuses. */
static gml_status run(gml_trainer *trainer, const gml_batch *batch, bool update)
{
    gml_step *step = &trainer->scratch.step;
    step->rows = batch->rows;
    step->updates = update;
    step->observed = update && trainer->observer != NULL && trainer->observer->wants(trainer->observer->user);
    step->local = !step->observed && !trainer->scratch.workspace.tiled && !trainer->scratch.workspace.batch_statistics;
    step->status = GML_OK;
    step->loss = 0;
    step->last = trainer->scratch.flush || trainer->state.collected + 1 >= trainer->settings.accumulate;
    trainer->scratch.workspace.noise.step = trainer->state.batches;
    trainer->scratch.workspace.noise_factor = trainer->state.noise_factor;
    gml_update_begin(trainer);
    gml_status status = gml_trainer_check_rows(trainer, batch->rows);
    if (status == GML_OK) {
        status = gml_target_begin_batch(trainer->network, &trainer->scratch.targets, batch, &step->target);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_workspace_input(&trainer->scratch.workspace, batch->x, batch->order, &step->input);
    run_step(trainer);
    return step->status;
}

static void count_batch(gml_trainer *trainer)
{
    trainer->network->fresh = false;
    trainer->state.batches++;
    trainer->state.collected++;
    trainer->state.collected_divisor += trainer->scratch.step.divisor;
    if (trainer->scratch.step.last) {
        trainer->state.steps++;
        trainer->state.memory = trainer->scratch.step.optimizer.memory;
        gml_groups_end(trainer);
        trainer->state.collected = 0;
        trainer->state.collected_divisor = 0;
    }
}

void gml_trainer_drop_collected(gml_trainer *trainer)
{
    if (trainer->state.mean != NULL) {
        memset(trainer->state.mean, 0, trainer->network->parameter_bytes);
    }
    trainer->state.collected = 0;
    trainer->state.collected_divisor = 0;
}

gml_status gml_trainer_run(gml_trainer *trainer, const gml_batch *batch, double *loss)
{
    gml_status status = run(trainer, batch, true);
    if (loss != NULL) {
        *loss = trainer->scratch.step.loss;
    }
    if (status == GML_OK) {
        gml_workspace_learn(&trainer->scratch.workspace);
        count_batch(trainer);
        if (trainer->observer != NULL) {
            trainer->observer->batch(trainer->observer->user, trainer);
        }
    }
    return status;
}

void gml_trainer_begin_epoch(const gml_trainer *trainer, size_t epoch)
{
    if (trainer->observer != NULL) {
        trainer->observer->begin_epoch(trainer->observer->user, epoch);
    }
}

void gml_trainer_end_epoch(const gml_trainer *trainer, size_t epoch)
{
    if (trainer->observer != NULL) {
        trainer->observer->epoch(trainer->observer->user, epoch);
    }
}

gml_status gml_trainer_probe(gml_trainer *trainer, const gml_batch *batch)
{
    return run(trainer, batch, false);
}

static gml_status check_batch(const gml_trainer *trainer, gml_matrix x, gml_matrix y)
{
    gml_context *context = trainer->network->context;
    gml_status status = gml_check_inputs(trainer->network, x);
    if (status != GML_OK) {
        return status;
    }
    if (x.rows > trainer->scratch.workspace.batch) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples for a trainer made for at most %zu", x.rows,
                        trainer->scratch.workspace.batch);
    }
    if (trainer->state.average_used) {
        return gml_fail(
            context, GML_ERROR_ARGUMENT,
            "the network holds its averaged weights; restore the trained ones with gml_trainer_use_average");
    }
    if (trainer->settings.optimizer_row->full_batch) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s is a full-batch optimizer: train with gml_fit",
                        trainer->settings.optimizer.entry->name);
    }
    if (y.rows != x.rows) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu samples and %zu targets", x.rows, y.rows);
    }
    return GML_OK;
}

static gml_status take_step(gml_trainer *trainer, const char *function, gml_matrix x, gml_matrix y,
                            const gml_matrix *weights, double *loss)
{
    gml_status status = gml_refuse_null(NULL, function, (gml_argument[]){{"trainer", trainer}, {0}});
    if (status == GML_OK) {
        status = check_batch(trainer, x, y);
    }
    if (status == GML_OK && weights != NULL) {
        status = gml_weights_check(trainer->network->context, NULL, *weights, x.rows);
    }
    const gml_batch batch = {.x = x, .y = y, .weights = weights != NULL ? weights->data : NULL, .rows = x.rows};
    return status == GML_OK ? gml_trainer_run(trainer, &batch, loss) : status;
}

gml_status gml_trainer_step(gml_trainer *trainer, gml_matrix x, gml_matrix y, double *loss)
{
    return take_step(trainer, __func__, x, y, NULL, loss);
}

gml_status gml_trainer_step_weighted(gml_trainer *trainer, gml_matrix x, gml_matrix y, gml_matrix weights, double *loss)
{
    return take_step(trainer, __func__, x, y, &weights, loss);
}
