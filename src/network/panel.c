/* network/panel.c - the work of one task: a panel of rows forward and backward, a panel of weights. */
#include <limits.h>

#include "network/dense.h"
#include "network/workspace.h"

static const void *row_of(const void *matrix, size_t row, size_t stride, size_t size)
{
    return (const char *)matrix + row * stride * size;
}

static void *row_to(void *matrix, size_t row, size_t stride, size_t size)
{
    return (char *)matrix + row * stride * size;
}

/* ---- inputs ---- */

gml_input gml_workspace_input(gml_workspace *workspace, gml_matrix x, const size_t *order)
{
    const gml_network *network = workspace->network;
    bool as_it_is = x.dtype == network->kernels->dtype && network->input.shift == NULL && x.stride <= INT_MAX;
    gml_input input = {.in_place = order == NULL && as_it_is};
    workspace->input = input.in_place ? x.data : workspace->gathered;
    workspace->input_stride = input.in_place ? x.stride : network->spec.inputs;
    input.call = (gml_gather_call){
        .cols = network->spec.inputs,
        .source = x.data,
        .source_dtype = x.dtype,
        .source_stride = x.stride,
        .order = order,
        .shift = network->input.shift,
        .scale = network->input.scale,
        .target_stride = network->spec.inputs,
    };
    return input;
}

void gml_panel_gather(const gml_workspace *workspace, const gml_input *input, gml_rows rows)
{
    if (input->in_place) {
        return;
    }
    const gml_kernels *kernels = workspace->network->kernels;
    gml_gather_call call = input->call;
    call.rows = rows.count;
    if (call.order != NULL) {
        call.order += rows.first;
    } else {
        call.source = row_of(call.source, rows.first, call.source_stride, gml_dtype_size(call.source_dtype));
    }
    call.target = row_to(workspace->gathered, rows.first, call.target_stride, kernels->size);
    kernels->gather(&call);
}

/* ---- forward ---- */

/* What layer `layer` reads: the output of the one before, or the inputs. */
static const void *layer_input(const gml_workspace *workspace, size_t layer, size_t *stride)
{
    if (layer == 0) {
        *stride = workspace->input_stride;
        return workspace->input;
    }
    *stride = workspace->network->layers[layer].in;
    return workspace->layers[layer - 1].y;
}

void gml_panel_forward(const gml_workspace *workspace, gml_rows rows)
{
    size_t size = workspace->network->kernels->size;
    for (size_t i = 0; i < workspace->network->spec.layer_count; i++) {
        const gml_dense *layer = &workspace->network->layers[i];
        const gml_layer_memory *memory = &workspace->layers[i];
        size_t stride;
        const void *x = layer_input(workspace, i, &stride);

        gml_dense_forward_call call = {.layer = layer, .activation = memory->activation, .rows = rows.count};
        call.x = row_of(x, rows.first, stride, size);
        call.x_stride = stride;
        call.y = row_to(memory->y, rows.first, layer->out, size);
        call.slope = memory->slope != NULL ? row_to(memory->slope, rows.first, layer->out, size) : NULL;
        call.y_stride = layer->out;
        gml_dense_forward(workspace->network, &call);
    }
}

/* ---- backward ---- */

/* dX [rows x in] = dZ [rows x out] W^T [out x in] */
static void propagate(const gml_workspace *workspace, size_t layer_index, gml_rows rows, void *dx, size_t dx_stride)
{
    const gml_dense *layer = &workspace->network->layers[layer_index];
    const gml_kernels *kernels = workspace->network->kernels;
    gml_gemm product = {.m = rows.count, .n = layer->in, .k = layer->out, .b_transposed = true};
    product.a = row_of(workspace->layers[layer_index].gradient, rows.first, layer->out, kernels->size);
    product.a_stride = layer->out;
    product.b = layer->weight;
    product.b_stride = layer->out;
    product.c = dx;
    product.c_stride = dx_stride;
    gml_dense_multiply(workspace->network, &product);
}

void gml_panel_backward(const gml_workspace *workspace, gml_rows rows)
{
    size_t size = workspace->network->kernels->size;
    for (size_t i = workspace->network->spec.layer_count; i-- > 0;) {
        const gml_dense *layer = &workspace->network->layers[i];
        const gml_layer_memory *memory = &workspace->layers[i];

        /* dZ = dY f'(Z), and the panel's part of db = sum of dZ over the rows */
        gml_backward_call call = {.rows = rows.count, .cols = layer->out, .stride = layer->out};
        call.gradient = row_to(memory->gradient, rows.first, layer->out, size);
        call.saved = row_of(memory->slope != NULL ? memory->slope : memory->y, rows.first, layer->out, size);
        call.bias_gradient = layer->bias != NULL ? row_to(memory->bias_partial, rows.panel, layer->out, size) : NULL;
        call.parameters = layer->spec->activation.values;
        memory->activation->backward(&call);

        if (i > 0) {
            propagate(workspace, i, rows, row_to(workspace->layers[i - 1].gradient, rows.first, layer->in, size),
                      layer->in);
        }
    }
}

void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx)
{
    const gml_network *network = workspace->network;
    void *panel = row_to(dx.data, rows.first, dx.stride, network->kernels->size);
    propagate(workspace, 0, rows, panel, dx.stride);
    if (network->input.scale != NULL) {
        /* x' = (x - shift) scale, so d/dx = d/dx' scale */
        network->kernels->scale_columns(rows.count, dx.cols, dx.stride, network->input.scale, panel);
    }
}

/* dW [count x out] = X[:, first .. first + count)^T [count x rows] dZ [rows x out] */
void gml_weight_gradient(const gml_workspace *workspace, const gml_weight_task *task, size_t rows)
{
    const gml_dense *layer = &workspace->network->layers[task->layer];
    const gml_layer_memory *memory = &workspace->layers[task->layer];
    const gml_kernels *kernels = workspace->network->kernels;
    size_t stride;
    const void *x = layer_input(workspace, task->layer, &stride);

    gml_gemm product = {.m = task->count, .n = layer->out, .k = rows, .a_transposed = true};
    product.a = row_of(x, 1, task->first, kernels->size);
    product.a_stride = stride;
    product.b = memory->gradient;
    product.b_stride = layer->out;
    product.c = row_to(memory->weight_gradient, task->first, layer->out, kernels->size);
    product.c_stride = layer->out;
    gml_dense_multiply(workspace->network, &product);

    if (task->first == 0 && layer->bias != NULL) {
        size_t panels = gml_workspace_panels(workspace, rows);
        kernels->sum_rows(panels, layer->out, memory->bias_partial, memory->bias_gradient);
    }
}
