/* network/panel.c - the work of one task: a panel of rows or a tile forward and backward, a panel of weights. */
#include <limits.h>

#include "base/context.h"
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
    *stride = workspace->layers[layer - 1].stride;
    return workspace->layers[layer - 1].y;
}

/* Where a tile begins in one of a layer's matrices. */
static void *tile_of(const gml_workspace *workspace, size_t layer, void *matrix, const gml_tile *tile)
{
    size_t size = workspace->network->kernels->size;
    return (char *)matrix + (tile->rows.first * workspace->layers[layer].stride + tile->col) * size;
}

void gml_tile_forward(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer_memory *memory = &workspace->layers[layer];
    size_t stride;
    const void *x = layer_input(workspace, layer, &stride);
    gml_dense_forward_call call = {.layer = &workspace->network->layers[layer], .activation = memory->activation};
    call.own = memory->own_forward;
    call.rows = tile->rows.count;
    call.col = tile->col;
    call.cols = tile->cols;
    call.x = row_of(x, tile->rows.first, stride, workspace->network->kernels->size);
    call.x_stride = stride;
    call.y = tile_of(workspace, layer, memory->y, tile);
    call.slope = memory->slope != NULL ? tile_of(workspace, layer, memory->slope, tile) : NULL;
    call.y_stride = memory->stride;
    gml_dense_forward(workspace->network, &call);
}

static gml_tile whole_rows(const gml_workspace *workspace, size_t layer, gml_rows rows)
{
    return (gml_tile){.rows = rows, .cols = workspace->network->layers[layer].out};
}

void gml_panel_forward(const gml_workspace *workspace, gml_rows rows)
{
    for (size_t i = 0; i < workspace->network->spec.layer_count; i++) {
        gml_tile tile = whole_rows(workspace, i, rows);
        gml_tile_forward(workspace, i, &tile);
    }
}

/* ---- backward ---- */

/* dX [rows x cols] = dZ [rows x out] W[col .., :]^T [out x cols], for columns from `col` on of what the layer read */
static void propagate(const gml_workspace *workspace, size_t layer, const gml_tile *tile, void *dx, size_t dx_stride)
{
    const gml_layer *dense = &workspace->network->layers[layer];
    const gml_layer_memory *memory = &workspace->layers[layer];
    size_t size = workspace->network->kernels->size;
    gml_gemm product = {.m = tile->rows.count, .n = tile->cols, .k = dense->out, .b_transposed = true};
    product.a = row_of(memory->gradient, tile->rows.first, memory->stride, size);
    product.a_stride = memory->stride;
    product.b = row_of(dense->weight, tile->col, dense->out, size);
    product.b_stride = dense->out;
    product.c = dx;
    product.c_stride = dx_stride;
    gml_dense_multiply(workspace->network, &product, memory->own_backward);
}

/* dZ = dY f'(Z), and the panel's part of db = sum of dZ over the rows */
static void derive(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer *dense = &workspace->network->layers[layer];
    const gml_layer_memory *memory = &workspace->layers[layer];
    gml_backward_call call = {.rows = tile->rows.count, .cols = tile->cols, .stride = memory->stride};
    call.gradient = tile_of(workspace, layer, memory->gradient, tile);
    call.saved = tile_of(workspace, layer, memory->slope != NULL ? memory->slope : memory->y, tile);
    if (dense->bias != NULL) {
        size_t start = tile->rows.panel * dense->out + tile->col;
        call.bias_gradient = (char *)memory->bias_partial + start * workspace->network->kernels->size;
    }
    call.parameters = dense->spec->activation.values;
    memory->activation->backward(&call);
}

void gml_tile_backward(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer_memory *memory = &workspace->layers[layer];
    if (layer + 1 < workspace->network->spec.layer_count) {
        propagate(workspace, layer + 1, tile, tile_of(workspace, layer, memory->gradient, tile), memory->stride);
    }
    derive(workspace, layer, tile);
}

void gml_panel_backward(const gml_workspace *workspace, gml_rows rows)
{
    for (size_t i = workspace->network->spec.layer_count; i-- > 0;) {
        gml_tile tile = whole_rows(workspace, i, rows);
        gml_tile_backward(workspace, i, &tile);
    }
}

void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx)
{
    const gml_network *network = workspace->network;
    gml_tile tile = {.rows = rows, .cols = dx.cols};
    void *panel = row_to(dx.data, rows.first, dx.stride, network->kernels->size);
    propagate(workspace, 0, &tile, panel, dx.stride);
    if (network->input.scale != NULL) {
        /* x' = (x - shift) scale, so d/dx = d/dx' scale */
        network->kernels->scale_columns(rows.count, dx.cols, dx.stride, network->input.scale, panel);
    }
}

/* ---- weights ---- */

/* Do two tasks make one panel? As with tiles, it depends on their products, of depth `k`; 0: there is none. */
static bool continues(const gml_weight_task *task, const gml_weight_task *next, size_t k)
{
    bool adjoins = next->layer == task->layer && next->first == task->first + task->count && next->col == task->col &&
                   next->cols == task->cols;
    return adjoins &&
           (k == 0 || (gml_gemm_may_join(task->count, task->cols, k) && gml_gemm_may_join(next->count, next->cols, k)));
}

static gml_weight_panel merge_tasks(const gml_workspace *workspace, gml_share *share, size_t k)
{
    const gml_weight_task *task = &workspace->tasks[share->first];
    gml_weight_panel panel = {.layer = task->layer, .first = task->first, .col = task->col, .cols = task->cols};
    do {
        panel.count += task->count;
        share->first++;
        share->count--;
        task++;
    } while (share->count > 0 && continues(task - 1, task, k));
    return panel;
}

/* Where its gradients go: as far into the block of all gradients as the parameters lie in theirs, or to the scratch. */
static void place_gradients(const gml_workspace *workspace, size_t worker, gml_weight_panel *panel)
{
    const gml_network *network = workspace->network;
    const gml_layer *dense = &network->layers[panel->layer];
    size_t size = network->kernels->size;
    bool has_bias = panel->first == 0 && panel->col == 0 && dense->bias != NULL;
    if (workspace->gradients != NULL) {
        char *gradients = workspace->gradients;
        const char *parameters = network->parameters;
        size_t start = (panel->first * dense->out + panel->col) * size;
        panel->gradient = gradients + ((const char *)dense->weight - parameters) + start;
        panel->gradient_stride = dense->out;
        panel->bias_gradient = has_bias ? gradients + ((const char *)dense->bias - parameters) : NULL;
        return;
    }
    char *scratch = (char *)workspace->scratch + worker * workspace->scratch_size;
    size_t end = (panel->count * panel->cols * size + GML_ALIGNMENT - 1) / GML_ALIGNMENT;
    panel->gradient = scratch;
    panel->gradient_stride = panel->cols;
    panel->bias_gradient = has_bias ? scratch + end * GML_ALIGNMENT : NULL;
}

gml_weight_panel gml_weight_panel_next(const gml_workspace *workspace, gml_share *share)
{
    gml_weight_panel panel = merge_tasks(workspace, share, 0);
    place_gradients(workspace, share->worker, &panel);
    return panel;
}

gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows)
{
    gml_weight_panel panel = merge_tasks(workspace, share, rows);
    place_gradients(workspace, share->worker, &panel);
    const gml_layer *dense = &workspace->network->layers[panel.layer];
    const gml_layer_memory *memory = &workspace->layers[panel.layer];
    const gml_kernels *kernels = workspace->network->kernels;
    size_t stride;
    const void *x = layer_input(workspace, panel.layer, &stride);

    /* dW [count x cols] = X[:, first .. first + count)^T [count x rows] dZ[:, col .. col + cols) [rows x cols] */
    gml_gemm product = {.m = panel.count, .n = panel.cols, .k = rows, .a_transposed = true};
    product.a = row_of(x, 1, panel.first, kernels->size);
    product.a_stride = stride;
    product.b = row_of(memory->gradient, 1, panel.col, kernels->size);
    product.b_stride = memory->stride;
    product.c = panel.gradient;
    product.c_stride = panel.gradient_stride;
    gml_dense_multiply(workspace->network, &product, memory->own_weights);

    size_t panels = (rows + memory->tile.rows - 1) / memory->tile.rows;
    if (panel.bias_gradient != NULL && panels == 1 && workspace->gradients == NULL) {
        panel.bias_gradient = memory->bias_partial;
    } else if (panel.bias_gradient != NULL) {
        kernels->sum_rows(panels, dense->out, memory->bias_partial, panel.bias_gradient);
    }
    return panel;
}
