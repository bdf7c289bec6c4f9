/* explain/attribution/probe.c - sends blocks of rows through a network. */
#include "explain/attribution/probe.h"

#include "base/layout.h"
#include "base/least.h"
#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "kernel/explain/explain.h"

/* Rows of a block: enough panels for many threads, in limited memory. */
enum { MOST_ROWS = 2048, LEAST_ROWS = 256, BLOCK_BYTES = 64 << 20 };

static double row_bytes(const gml_network *network)
{
    double columns = 2 * (double)network->spec.inputs;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        columns += 3 * (double)network->layers[i].out;
    }
    return columns * (double)network->kernels->size;
}

static size_t block_rows(const gml_network *network, size_t wanted)
{
    double fitting = BLOCK_BYTES / row_bytes(network);
    size_t most = fitting >= MOST_ROWS ? MOST_ROWS : fitting <= LEAST_ROWS ? LEAST_ROWS : (size_t)fitting;
    return gml_least(wanted, most);
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_probe *made = owner;
    const size_t batch = made->workspace.batch, size = made->workspace.network->kernels->size;
    if (made->keeps_gradients) {
        made->gradients = gml_layout_take(layout, made->arena, batch, made->inputs, size);
    }
    if (made->predicts) {
        made->mapped = gml_layout_take(layout, made->arena, batch, made->outputs, size);
        made->slopes = gml_layout_take(layout, made->arena, batch, made->outputs, size);
    }
}

gml_status gml_probe_create(const gml_network *network, const gml_probe_options *options, gml_probe *probe)
{
    gml_probe made = {.inputs = network->spec.inputs,
                      .outputs = gml_network_outputs(network),
                      .keeps_gradients = options->keeps_gradients,
                      .predicts = options->predictions && gml_network_maps_targets(network)};
    const gml_workspace_options workspace = {
        .batch = block_rows(network, options->rows), .linear_output = options->score, .backward = options->goes_back};
    gml_status status = gml_workspace_create(network, &workspace, &made.workspace);
    if (status == GML_OK && (made.keeps_gradients || made.predicts)) {
        status = gml_layout_make(network->context, lay_out, &made, "an explanation", network->description, &made.arena,
                                 &made.arena_size);
    }
    if (status != GML_OK) {
        gml_probe_destroy(&made);
        return status;
    }
    *probe = made;
    return GML_OK;
}

void gml_probe_destroy(gml_probe *probe)
{
    if (probe->workspace.network != NULL) {
        gml_release(probe->workspace.network->context, probe->arena, probe->arena_size, 1);
    }
    gml_workspace_destroy(&probe->workspace);
    *probe = (gml_probe){0};
}

static void *rows_of(const gml_probe *probe, void *matrix, size_t row, size_t stride)
{
    return (char *)matrix + row * stride * probe->workspace.network->kernels->size;
}

/* Goes on from the outputs of a panel to predictions, and keeps their slopes. */
static void predict_panel(const gml_probe *probe, gml_rows rows)
{
    const gml_workspace *workspace = &probe->workspace;
    const gml_network *network = workspace->network;
    const gml_layer_memory *last = &workspace->layers[network->spec.layer_count - 1];
    const gml_dtype dtype = network->kernels->dtype;
    const gml_target_map map = gml_network_target_map(network);
    gml_matrix outputs = gml_matrix_view(last->y, dtype, workspace->batch, probe->outputs);
    outputs.stride = last->stride;
    const gml_matrix all = gml_matrix_view(probe->mapped, dtype, workspace->batch, probe->outputs);
    gml_matrix slopes = all;
    slopes.data = probe->slopes;
    const gml_matrix y = gml_matrix_rows(outputs, rows.first, rows.count);
    const gml_matrix predictions = gml_matrix_rows(all, rows.first, rows.count);
    network->kernels->data->gather(&(gml_gather_call){.rows = rows.count,
                                                      .cols = probe->outputs,
                                                      .source = y.data,
                                                      .source_dtype = dtype,
                                                      .source_stride = y.stride,
                                                      .target = predictions.data,
                                                      .target_stride = predictions.stride});
    gml_targets_predicted(&map, predictions);
    gml_targets_slopes(&map, y, gml_matrix_rows(slopes, rows.first, rows.count));
}

void gml_probe_follow_slopes(const gml_probe *probe, gml_rows rows, void *seeds)
{
    const size_t outputs = probe->outputs;
    if (probe->predicts) {
        probe->workspace.network->kernels->entry->multiply(
            &(gml_pair_call){.rows = rows.count,
                             .cols = outputs,
                             .a = seeds,
                             .b = rows_of(probe, probe->slopes, rows.first, outputs),
                             .out = seeds,
                             .a_stride = outputs,
                             .b_stride = outputs,
                             .out_stride = outputs});
    }
}

void gml_probe_differentiate(const gml_probe_run *run, gml_rows rows)
{
    const gml_probe *probe = run->probe;
    const gml_workspace *workspace = &probe->workspace;
    const gml_network *network = workspace->network;
    const gml_layer_memory *last = &workspace->layers[network->spec.layer_count - 1];
    void *seeds = rows_of(probe, last->gradient, rows.first, last->stride);
    network->kernels->explain->select_columns(rows.count, probe->outputs, run->columns + rows.first, seeds);
    gml_probe_follow_slopes(probe, rows, seeds);
    gml_panel_backward(workspace, rows, 0, network->spec.layer_count);
    gml_panel_read_gradient(
        workspace, rows, gml_matrix_view(probe->gradients, network->kernels->dtype, workspace->batch, probe->inputs));
}

static void panel_task(void *argument, gml_share share)
{
    const gml_probe_run *run = argument;
    const gml_workspace *workspace = &run->probe->workspace;
    gml_rows rows = gml_workspace_rows(workspace, run->rows, share.first);
    run->fill(run->argument, rows.first, rows.count,
              rows_of(run->probe, workspace->gathered, rows.first, run->probe->inputs));
    gml_panel_forward(workspace, rows, 0, workspace->network->spec.layer_count);
    if (run->probe->predicts) {
        predict_panel(run->probe, rows);
    }
    if (run->back != NULL) {
        run->back(run, rows);
    }
}

static void reduce_task(void *argument, gml_share share)
{
    const gml_probe_run *run = argument;
    run->reduce(run->argument, share.first);
}

void gml_probe_send(gml_probe_run *run)
{
    gml_probe *probe = run->probe;
    gml_workspace *workspace = &probe->workspace;
    const bool goes_back = run->back != NULL;
    workspace->input = workspace->gathered;
    workspace->input_stride = probe->inputs;
    const gml_phase phases[] = {{.count = gml_workspace_panels(workspace, run->rows), .task = panel_task},
                                {.count = run->reductions, .task = reduce_task}};
    gml_plan_run(workspace->network->context, &probe->paces[goes_back],
                 &(gml_batch_work){.phases = phases,
                                   .phase_count = run->reductions > 0 ? 2 : 1,
                                   .argument = run,
                                   .flops = (goes_back ? 2 : 1) * (double)run->rows * workspace->row_flops,
                                   .calls_blas = workspace->calls_blas,
                                   .usual = run->rows == workspace->batch});
}
