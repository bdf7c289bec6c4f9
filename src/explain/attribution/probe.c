/* explain/attribution/probe.c - sends blocks of rows through a network. */
#include "explain/attribution/probe.h"

#include "base/layout.h"
#include "base/least.h"
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
    made->gradients = gml_layout_take(layout, made->arena, made->workspace.batch, made->inputs,
                                      made->workspace.network->kernels->size);
}

gml_status gml_probe_create(const gml_network *network, const gml_probe_options *options, gml_probe *probe)
{
    gml_probe made = {.inputs = network->spec.inputs, .outputs = gml_network_outputs(network)};
    const gml_workspace_options workspace = {
        .batch = block_rows(network, options->rows), .linear_output = options->score, .backward = options->goes_back};
    gml_status status = gml_workspace_create(network, &workspace, &made.workspace);
    if (status == GML_OK && options->keeps_gradients) {
        status = gml_layout_make(network->context, lay_out, &made, "gradients of the inputs", network->description,
                                 &made.arena, &made.arena_size);
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

void gml_probe_differentiate(const gml_probe_run *run, gml_rows rows)
{
    const gml_probe *probe = run->probe;
    const gml_workspace *workspace = &probe->workspace;
    const gml_network *network = workspace->network;
    const gml_layer_memory *last = &workspace->layers[network->spec.layer_count - 1];
    network->kernels->explain->select_columns(rows.count, probe->outputs, run->columns + rows.first,
                                              rows_of(probe, last->gradient, rows.first, last->stride));
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
