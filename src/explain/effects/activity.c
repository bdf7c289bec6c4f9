/* explain/effects/activity.c - forward passes that keep the outputs of all layers. */
#include "explain/effects/activity.h"

#include "kernel/data/data.h"

gml_status gml_activity_create(const gml_network *network, size_t most, size_t layers, gml_activity *activity)
{
    *activity = (gml_activity){.layers = layers};
    return gml_workspace_create(network, &(gml_workspace_options){.batch = most}, &activity->workspace);
}

void gml_activity_destroy(gml_activity *activity)
{
    gml_workspace_destroy(&activity->workspace);
    *activity = (gml_activity){0};
}

static void run_panel(void *argument, gml_share share)
{
    const gml_activity *activity = argument;
    const gml_rows rows = gml_workspace_rows(&activity->workspace, activity->rows, share.first);
    gml_panel_gather(&activity->workspace, &activity->input, rows);
    gml_panel_forward(&activity->workspace, rows, 0, activity->layers);
}

void gml_activity_run(gml_activity *activity, const gml_batch *batch)
{
    gml_workspace *workspace = &activity->workspace;
    activity->rows = batch->rows;
    gml_workspace_input(workspace, batch->x, batch->order, &activity->input);
    const gml_phase phase = {.count = gml_workspace_panels(workspace, batch->rows), .task = run_panel};
    gml_plan_run(workspace->network->context, &activity->pace,
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = activity,
                                   .flops = workspace->row_flops * (double)batch->rows,
                                   .calls_blas = workspace->calls_blas,
                                   .usual = batch->rows == workspace->batch});
}

size_t gml_activity_copy(const gml_activity *activity, size_t stage, double *values)
{
    const gml_network *network = activity->workspace.network;
    const size_t cols = stage > 0 ? network->layers[stage - 1].out : network->spec.inputs;
    size_t stride;
    const void *source = stage > 0 ? activity->workspace.layers[stage - 1].y
                                   : gml_workspace_layer_input(&activity->workspace, 0, &stride);
    stride = stage > 0 ? activity->workspace.layers[stage - 1].stride : activity->workspace.input_stride;
    network->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = activity->rows,
                                                                        .cols = cols,
                                                                        .source = source,
                                                                        .source_dtype = network->kernels->dtype,
                                                                        .source_stride = stride,
                                                                        .target = values,
                                                                        .target_stride = cols});
    return cols;
}
