/* train/refusal.c - why a step is refused: the target, the input or the layer where numbers stop being finite. */
#include <stdio.h>

#include "base/text.h"
#include "train/trainer.h"

/* The first entry of a batch's targets that is not finite; as many as there are if all are. */
static size_t first_bad_target(const gml_trainer *trainer)
{
    const gml_network *network = trainer->network;
    const gml_target *target = &trainer->step.target;
    void *values = target->memory.values;
    if (target->weighing.masked) {
        network->kernels->fill_unknown(trainer->step.rows, target->width, 0, NULL, values);
    }
    return network->kernels->first_nonfinite(trainer->step.rows * target->width, values);
}

static gml_status fail_for_target(const gml_trainer *trainer, size_t entry)
{
    const gml_target *target = &trainer->step.target;
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&target->names, entry / target->width, place);
    return gml_fail(trainer->network->context, GML_ERROR_DATA, "step %zu: %s: target %zu is not finite",
                    trainer->steps + 1, place, entry % target->width + 1);
}

static const char remedies[] = "a smaller learning rate, clip_norm or scaled data may help";

/* `wrong` says what is not finite. */
static gml_status fail_for_input(const gml_trainer *trainer, const char *wrong, gml_nonfinite at)
{
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&trainer->step.target.names, at.row, place);
    return gml_fail(trainer->network->context, GML_ERROR_DIVERGED,
                    "step %zu: %s, because input %zu of %s is not finite", trainer->steps + 1, wrong, at.col + 1,
                    place);
}

static gml_status fail_for_layer(const gml_trainer *trainer, const char *wrong, gml_nonfinite at)
{
    const gml_network *network = trainer->network;
    size_t layers = network->spec.layer_count;
    if (at.layer == layers) {
        return gml_fail(network->context, GML_ERROR_DIVERGED,
                        "step %zu: %s, though the values of all layers are finite; %s", trainer->steps + 1, wrong,
                        remedies);
    }
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&trainer->step.target.names, at.row, place);
    return gml_fail(network->context, GML_ERROR_DIVERGED,
                    "step %zu: %s; the first values that are not finite come out of layer %zu of %zu (%zu %s) for %s; "
                    "%s",
                    trainer->steps + 1, wrong, at.layer + 1, layers, network->layers[at.layer].out,
                    network->layers[at.layer].spec->activation.entry->name, place, remedies);
}

/* Targets are not gathered yet, and layers from this one on hold values of the batch before. */
gml_status gml_trainer_fail_statistics(const gml_trainer *trainer, size_t layer)
{
    static const char *const names[] = {[GML_BATCH_MEAN] = "mean over the batch",
                                        [GML_BATCH_VARIANCE] = "variance over the batch",
                                        [GML_RUNNING_MEAN] = "running mean",
                                        [GML_RUNNING_VARIANCE] = "running variance"};
    const gml_network *network = trainer->network;
    size_t rows = trainer->step.rows;
    gml_bad_statistic bad = gml_workspace_bad_statistic(&trainer->workspace, layer);
    char wrong[160], number[GML_NUMBER_SIZE];
    gml_text_from_double(bad.value, number);
    snprintf(wrong, sizeof wrong, "the %s of column %zu of layer %zu of %zu (%zu %s) is %s", names[bad.which],
             bad.col + 1, layer + 1, network->spec.layer_count, network->layers[layer].out,
             network->layers[layer].kind->entry.name, number);
    gml_nonfinite at;
    if (gml_workspace_bad_input(&trainer->workspace, rows, &at)) {
        return fail_for_input(trainer, wrong, at);
    }
    at = gml_workspace_first_nonfinite(&trainer->workspace, rows, layer);
    return at.layer < layer ? fail_for_layer(trainer, wrong, at)
                            : gml_fail(network->context, GML_ERROR_DIVERGED, "step %zu: %s; %s", trainer->steps + 1,
                                       wrong, remedies);
}

gml_status gml_trainer_fail_diverged(gml_trainer *trainer, const char *what, double value)
{
    size_t rows = trainer->step.rows, entry = first_bad_target(trainer);
    if (entry < rows * trainer->step.target.width) {
        return fail_for_target(trainer, entry);
    }
    char wrong[64], number[GML_NUMBER_SIZE];
    gml_text_from_double(value, number);
    snprintf(wrong, sizeof wrong, "%s is %s", what, number);
    gml_nonfinite at;
    if (gml_workspace_bad_input(&trainer->workspace, rows, &at)) {
        return fail_for_input(trainer, wrong, at);
    }
    size_t layers = trainer->network->spec.layer_count;
    return fail_for_layer(trainer, wrong, gml_workspace_first_nonfinite(&trainer->workspace, rows, layers));
}
