/* explain/attribution/jacobian.c - the Jacobian of a batch: one forward pass, and one backward pass per output. */
#include <limits.h>
#include <string.h>

#include "base/least.h"
#include "base/view.h"
#include "data/transform/transform.h"
#include "explain/attribution/attribution.h"
#include "kernel/explain/explain.h"
#include "kernel/matrix/matrix.h"

/* A block of samples. */
typedef struct jacobian_block {
    const gml_network *network;
    gml_matrix x, jacobian; /* of the block */
    size_t *columns;        /* [rows of a block]: the output of the current backward pass, for each row */
    gml_matrix slopes;      /* [rows of a block x inputs], of a network with a preparation */
} jacobian_block;

static void read_rows(void *argument, size_t first, size_t count, void *inputs)
{
    const jacobian_block *block = argument;
    const gml_matrix x = gml_matrix_rows(block->x, first, count);
    gml_network_read_inputs(block->network, x, inputs);
    if (block->slopes.data != NULL) {
        gml_preparation_slope_rows(block->network->preparation, x, gml_matrix_rows(block->slopes, first, count));
    }
}

/* Rows k, k + outputs, ... of the Jacobian as a matrix [samples x inputs]. */
static gml_matrix rows_of_output(const jacobian_block *block, size_t output)
{
    gml_matrix rows = gml_matrix_rows(block->jacobian, output, block->x.rows);
    rows.stride *= gml_network_outputs(block->network);
    return rows;
}

/* Writes the derivatives with respect to the caller's inputs after a backward pass. */
static void differentiate_inputs(const gml_probe_run *run, gml_rows rows, gml_matrix to)
{
    const jacobian_block *block = run->argument;
    const gml_workspace *workspace = &run->probe->workspace;
    if (block->slopes.data == NULL) {
        gml_panel_input_gradient(workspace, rows, to);
        return;
    }
    const gml_matrix inner =
        gml_matrix_view(run->probe->gradients, block->network->kernels->dtype, workspace->batch, run->probe->inputs);
    gml_panel_read_gradient(workspace, rows, inner);
    gml_preparation_fold(block->network->preparation, gml_matrix_rows(inner, rows.first, rows.count),
                         gml_matrix_rows(block->slopes, rows.first, rows.count),
                         gml_matrix_rows(to, rows.first, rows.count));
}

/* Differentiates every output of a panel. Backward passes change only the layers' gradients. */
static void go_back(const gml_probe_run *run, gml_rows rows)
{
    const jacobian_block *block = run->argument;
    const gml_network *network = block->network;
    const gml_workspace *workspace = &run->probe->workspace;
    const size_t layers = network->spec.layer_count, outputs = run->probe->outputs, size = network->kernels->size;
    size_t *columns = block->columns + rows.first;
    void *seeds = (char *)workspace->layers[layers - 1].gradient + rows.first * outputs * size;
    for (size_t k = 0; k < outputs; k++) {
        const gml_matrix to = rows_of_output(block, k);
        for (size_t i = 0; i < rows.count; i++) {
            columns[i] = k;
        }
        network->kernels->explain->select_columns(rows.count, outputs, columns, seeds);
        gml_probe_follow_slopes(run->probe, rows, seeds);
        if (!run->probe->predicts && network->output.scale != NULL) {
            network->kernels->matrix->scale_columns(rows.count, outputs, outputs, network->output.scale, seeds);
        }
        gml_panel_backward(workspace, rows, 0, layers);
        differentiate_inputs(run, rows, to);
    }
}

static gml_status check(const gml_network *network, gml_matrix x, gml_matrix jacobian)
{
    gml_status status = gml_check_inputs(network, x);
    size_t rows, stride;
    if (status == GML_OK &&
        (__builtin_mul_overflow(x.rows, gml_network_outputs(network), &rows) ||
         __builtin_mul_overflow(jacobian.stride, gml_network_outputs(network), &stride) || stride > INT_MAX)) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "a Jacobian of %zu outputs with a stride of %zu is more than can be counted",
                        gml_network_outputs(network), jacobian.stride);
    }
    return status == GML_OK ? gml_view_check(network->context, "Jacobian", jacobian, network->kernels->dtype, rows,
                                             gml_network_columns(network))
                            : status;
}

gml_status gml_network_jacobian(const gml_network *network, gml_matrix x, gml_matrix jacobian)
{
    gml_status status =
        gml_refuse_null(gml_network_context(network), __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = check(network, x, jacobian);
    }
    if (status != GML_OK || network->ensemble != NULL) {
        return status == GML_OK ? gml_jacobian_ensemble(network, x, jacobian) : status;
    }
    gml_probe probe;
    const bool prepared = network->preparation != NULL;
    const gml_probe_options options = {
        .rows = x.rows, .predictions = true, .goes_back = true, .keeps_gradients = prepared};
    status = gml_probe_create(network, &options, &probe);
    if (status != GML_OK) {
        return status;
    }
    const size_t block = gml_probe_block(&probe), outputs = probe.outputs, inputs = probe.inputs;
    const size_t size = network->kernels->size;
    jacobian_block of = {.network = network};
    of.columns = gml_allocate(network->context, block, sizeof(size_t), "the outputs of a Jacobian");
    status = of.columns != NULL ? GML_OK : GML_ERROR_MEMORY;
    if (status == GML_OK && prepared) {
        void *slopes = gml_allocate(network->context, block * inputs, size, "the slopes of a preparation");
        of.slopes = gml_matrix_view(slopes, network->kernels->dtype, block, inputs);
        status = slopes != NULL ? GML_OK : GML_ERROR_MEMORY;
    }
    for (size_t first = 0; status == GML_OK && first < x.rows; first += block) {
        const size_t count = gml_least(block, x.rows - first);
        of.x = gml_matrix_rows(x, first, count);
        of.jacobian = gml_matrix_rows(jacobian, first * outputs, count * outputs);
        gml_probe_run run = {.probe = &probe, .rows = count, .argument = &of, .fill = read_rows, .back = go_back};
        gml_probe_send(&run);
    }
    gml_release(network->context, of.slopes.data, block * inputs, size);
    gml_release(network->context, of.columns, block, sizeof(size_t));
    gml_probe_destroy(&probe);
    return status;
}
