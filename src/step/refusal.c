/* step/refusal.c - messages that name the target, input or layer at which a step's values stop being finite. */
#include "step/refusal.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "engine/refusal.h"
#include "kernel/data/data.h"

/* Returns the index of the first non-finite target of the batch; rows * width if all are finite. */
static size_t first_bad_target(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_target *target = &trainer->scratch.step.target;
    void *values = target->setup.values;
    if (target->weighing.masked) {
        network->kernels->data->fill_unknown(trainer->scratch.step.rows, target->width, 0, NULL, values);
    }
    return network->kernels->data->first_nonfinite(trainer->scratch.step.rows * target->width, values);
}

static gml_status fail_for_target(const gml_trainer *trainer, size_t entry)
{
    const gml_target *target = &trainer->scratch.step.target;
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&target->names, entry / target->width, place);
    return gml_fail(trainer->network->context, GML_ERROR_DATA, "step %zu: %s: target %zu is not finite",
                    trainer->state.steps + 1, place, entry % target->width + 1);
}

/* Returns the first sample with a non-finite loss; the number of rows if only the sum is not finite. */
static size_t first_bad_loss(const gml_trainer *trainer)
{
    gml_rows sample = {.count = 1, .all = trainer->scratch.step.rows};
    while (sample.first < sample.all &&
           isfinite(gml_panel_loss(&trainer->scratch.workspace, &trainer->settings.objective,
                                   &trainer->scratch.step.target, sample, GML_PANEL_GRADIENT)
                        .loss)) {
        sample.first++;
    }
    return sample.first;
}

/* Runs the forward pass again: a step whose panels share rows (gml_rows) has overwritten values. The parameters are
 * those of the step. */
static void compute_values(const gml_trainer *trainer)
{
    const gml_workspace *workspace = &trainer->scratch.workspace;
    const size_t rows = trainer->scratch.step.rows, panels = gml_workspace_panels(workspace, rows);
    for (size_t i = 0; trainer->scratch.step.local && i < panels; i++) {
        gml_panel_forward(workspace, gml_workspace_rows(workspace, rows, i), 0, trainer->network->spec.layer_count);
    }
}

gml_status gml_trainer_fail_diverged(gml_trainer *trainer, const char *what, double value)
{
    size_t rows = trainer->scratch.step.rows, entry = first_bad_target(trainer);
    if (entry < rows * trainer->scratch.step.target.width) {
        return fail_for_target(trainer, entry);
    }
    const gml_network *network = trainer->network;
    char named[GML_WRONG_SIZE / 2], wrong[GML_WRONG_SIZE];
    snprintf(named, sizeof named, "step %zu: %s", trainer->state.steps + 1, what);
    gml_refusal_begin(named, value, wrong);
    compute_values(trainer);
    gml_status status = gml_refuse_values(&trainer->scratch.workspace, &trainer->scratch.step.target.names, rows,
                                          network->spec.layer_count, wrong, GML_ERROR_DIVERGED);
    if (status != GML_OK) {
        return status;
    }
    char place[GML_ORIGIN_SIZE] = "";
    size_t row = first_bad_loss(trainer);
    if (row < rows) {
        gml_batch_name(&trainer->scratch.step.target.names, row, place);
    }
    return gml_fail(network->context, GML_ERROR_DIVERGED, "%s%s%s, though the values of all layers are finite; %s",
                    wrong, row < rows ? " for " : "", place, gml_remedies);
}

/* Targets are not gathered yet, and this and later layers hold values of the previous batch. */
gml_status gml_trainer_fail_statistics(const gml_trainer *trainer, size_t layer)
{
    static const char *const names[] = {[GML_BATCH_MEAN] = "mean over the batch",
                                        [GML_BATCH_VARIANCE] = "variance over the batch",
                                        [GML_RUNNING_MEAN] = "running mean",
                                        [GML_RUNNING_VARIANCE] = "running variance"};
    const gml_network *network = trainer->network;
    gml_bad_statistic bad = gml_workspace_bad_statistic(&trainer->scratch.workspace, layer);
    char named[GML_WRONG_SIZE - 2 * GML_NUMBER_SIZE], wrong[GML_WRONG_SIZE];
    snprintf(named, sizeof named, "step %zu: the %s of column %zu of layer %zu of %zu (%zu %s)",
             trainer->state.steps + 1, names[bad.which], bad.col + 1, layer + 1, network->spec.layer_count,
             network->layers[layer].out, network->layers[layer].kind->entry.name);
    gml_refusal_begin(named, bad.value, wrong);
    gml_status status = gml_refuse_values(&trainer->scratch.workspace, &trainer->scratch.step.target.names,
                                          trainer->scratch.step.rows, layer, wrong, GML_ERROR_DIVERGED);
    return status != GML_OK ? status : gml_fail(network->context, GML_ERROR_DIVERGED, "%s; %s", wrong, gml_remedies);
}
