/* engine/panel.c - one task of the forward or the backward pass: on a panel of rows or a tile. */
#include <limits.h>

#include "data/transform/transform.h"
#include "engine/workspace.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "kernel/entry/entry.h"
#include "kernel/matrix/matrix.h"

static const void *row_of(const void *matrix, size_t row, size_t stride, size_t size)
{
    return (const char *)matrix + row * stride * size;
}

static void *row_to(void *matrix, size_t row, size_t stride, size_t size)
{
    return (char *)matrix + row * stride * size;
}

/* Returns the row of a panel's first value in an array that is local or not. */
static size_t first_row(gml_rows rows, bool local)
{
    return local ? rows.local : rows.first;
}

/* Returns the panel's inputs of a layer. */
static const void *input_of(const gml_workspace *workspace, size_t layer, gml_rows rows, size_t *stride)
{
    const void *x = gml_workspace_layer_input(workspace, layer, stride);
    bool local = layer > 0 && workspace->layers[layer - 1].local_y;
    return row_of(x, first_row(rows, local), *stride, workspace->network->kernels->size);
}

/* Returns the panel's gradient of a layer's outputs. */
static void *gradient_of(const gml_workspace *workspace, size_t layer, gml_rows rows)
{
    const gml_layer_memory *memory = &workspace->layers[layer];
    return row_to(memory->gradient, first_row(rows, memory->local_gradient), memory->stride,
                  workspace->network->kernels->size);
}

/* ---- inputs ---- */

void gml_workspace_input(gml_workspace *workspace, gml_matrix x, const size_t *order, gml_input *input)
{
    const gml_network *network = workspace->network;
    bool readable = gml_network_reads_in_place(network, x.dtype) && x.stride <= INT_MAX;
    input->in_place = order == NULL && readable;
    workspace->input = input->in_place ? x.data : workspace->gathered;
    workspace->input_stride = input->in_place ? x.stride : network->spec.inputs;
    input->call = (gml_gather_call){
        .cols = network->spec.inputs,
        .source = x.data,
        .source_dtype = x.dtype,
        .source_stride = x.stride,
        .order = order,
        .shift = network->input.shift,
        .scale = network->input.scale,
        .target_stride = network->spec.inputs,
    };
}

void *gml_rows_gather(const gml_kernels *kernels, gml_gather_call call, gml_rows rows, void *target)
{
    call.rows = rows.count;
    if (call.order != NULL) {
        call.order += rows.first;
    } else {
        call.source = row_of(call.source, rows.first, call.source_stride, gml_dtype_size(call.source_dtype));
    }
    call.target = row_to(target, rows.first, call.target_stride, kernels->size);
    kernels->data->gather(&call);
    return call.target;
}

gml_matrix gml_input_columns(const gml_workspace *workspace, const gml_input *input)
{
    gml_matrix x = {.data = (void *)(uintptr_t)input->call.source, .dtype = input->call.source_dtype};
    x.cols = gml_network_columns(workspace->network);
    x.rows = workspace->batch;
    x.stride = input->call.source_stride;
    return x;
}

static void prepare_rows(const gml_workspace *workspace, const gml_input *input, gml_rows rows)
{
    const gml_network *network = workspace->network;
    const size_t *order = input->call.order;
    const gml_matrix whole = gml_input_columns(workspace, input);
    const gml_matrix x = order != NULL ? whole : gml_matrix_rows(whole, rows.first, rows.count);
    const gml_matrix inputs =
        gml_matrix_view(workspace->gathered, network->kernels->dtype, workspace->batch, network->spec.inputs);
    gml_preparation_rows(network->preparation, x, order != NULL ? order + rows.first : NULL, rows.count,
                         gml_matrix_rows(inputs, rows.first, rows.count));
}

void gml_panel_gather(const gml_workspace *workspace, const gml_input *input, gml_rows rows)
{
    if (input->in_place) {
        return;
    }
    if (workspace->network->preparation != NULL) {
        prepare_rows(workspace, input, rows);
    } else {
        gml_rows_gather(workspace->network->kernels, input->call, rows, workspace->gathered);
    }
}

/* ---- the call of a layer ---- */

static gml_tile whole_rows(const gml_workspace *workspace, size_t layer, gml_rows rows)
{
    return (gml_tile){.rows = rows, .cols = workspace->network->layers[layer].out};
}

/* Sets each field by itself: clearing the whole struct first takes a large part of a tiny step. */
static void set_call(const gml_workspace *workspace, size_t layer, const gml_tile *tile, gml_layer_call *call)
{
    gml_rows rows = tile->rows;
    const gml_layer_memory *memory = &workspace->layers[layer];
    size_t size = workspace->network->kernels->size;
    call->layer = &workspace->network->layers[layer];
    call->activation = memory->activation;
    call->native = false;
    call->rows = rows.count;
    call->first_row = rows.first;
    call->batch = rows.all;
    call->col = tile->col;
    call->cols = tile->cols;
    call->x = input_of(workspace, layer, rows, &call->x_stride);
    call->earlier = NULL;
    call->y = row_to(memory->y, first_row(rows, memory->local_y), memory->stride, size);
    call->y_stride = memory->stride;
    call->saved = memory->saved != NULL ? row_to(memory->saved, rows.local, memory->saved_stride, size) : NULL;
    call->saved_stride = memory->saved_stride;
    call->gradient = memory->gradient != NULL ? gradient_of(workspace, layer, rows) : NULL;
    call->dx = NULL;
    call->partial = NULL;
    call->statistics = memory->statistics;
    call->noise = NULL;
}

static void set_noise(const gml_workspace *workspace, size_t layer, gml_layer_call *call, gml_stream *noise)
{
    if (call->layer->kind->trains_only && workspace->training) {
        *noise = workspace->noise;
        noise->layer = (uint32_t)layer;
        call->noise = noise;
        call->noise_factor = workspace->noise_factor;
    }
}

/* ---- forward ---- */

void gml_tile_forward(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer_kind *kind = workspace->network->layers[layer].kind;
    gml_layer_call call;
    gml_stream noise;
    set_call(workspace, layer, tile, &call);
    set_noise(workspace, layer, &call, &noise);
    call.native = workspace->layers[layer].native_forward;
    if (kind->reads_earlier) {
        call.earlier = input_of(workspace, call.layer->earlier, tile->rows, &call.earlier_stride);
    }
    kind->forward(&call);
}

void gml_panel_forward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        gml_tile tile = whole_rows(workspace, i, rows);
        gml_tile_forward(workspace, i, &tile);
    }
}

/* ---- backward ---- */

/* Computes dX of a layer in the tile's columns. dx begins at the tile's first row and at column 0. */
static void propagate(const gml_workspace *workspace, size_t layer, const gml_tile *tile, void *dx, size_t dx_stride)
{
    gml_layer_call call;
    gml_stream noise;
    set_call(workspace, layer, tile, &call);
    set_noise(workspace, layer, &call, &noise);
    call.native = workspace->layers[layer].native_backward;
    call.dx = dx;
    call.dx_stride = dx_stride;
    call.layer->kind->propagate(&call);
}

/* dX += dY of `reader`, and of every other residual layer that adds the same values. */
static void add_residuals(const gml_workspace *workspace, size_t reader, const gml_tile *tile, void *dx,
                          size_t dx_stride)
{
    const gml_kernels *kernels = workspace->network->kernels;
    for (; reader != 0; reader = workspace->layers[reader].next_reader) {
        const gml_layer_memory *memory = &workspace->layers[reader];
        gml_pair_call sum = {.rows = tile->rows.count, .cols = tile->cols};
        sum.a = sum.out = row_to(dx, 1, tile->col, kernels->size);
        sum.a_stride = sum.out_stride = dx_stride;
        sum.b = row_of(gradient_of(workspace, reader, tile->rows), 1, tile->col, kernels->size);
        sum.b_stride = memory->stride;
        kernels->entry->add(&sum);
    }
}

void gml_tile_propagate(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer_memory *memory = &workspace->layers[layer];
    if (layer < workspace->loss_layer) {
        void *dx = gradient_of(workspace, layer, tile->rows);
        propagate(workspace, layer + 1, tile, dx, memory->stride);
        add_residuals(workspace, memory->reader, tile, dx, memory->stride);
    }
}

void gml_tile_derive(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    const gml_layer *here = &workspace->network->layers[layer];
    if (here->kind->derive == NULL) {
        return;
    }
    gml_layer_call call;
    set_call(workspace, layer, tile, &call);
    call.partial = row_to(workspace->layers[layer].partial, tile->rows.panel, here->vector_entries,
                          workspace->network->kernels->size);
    here->kind->derive(&call);
}

void gml_tile_backward(const gml_workspace *workspace, size_t layer, const gml_tile *tile)
{
    gml_tile_propagate(workspace, layer, tile);
    gml_tile_derive(workspace, layer, tile);
}

void gml_panel_backward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to)
{
    for (size_t i = to; i-- > from;) {
        gml_tile tile = whole_rows(workspace, i, rows);
        gml_tile_backward(workspace, i, &tile);
    }
}

void gml_panel_read_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx)
{
    gml_tile tile = {.rows = rows, .cols = dx.cols};
    void *panel = row_to(dx.data, rows.first, dx.stride, workspace->network->kernels->size);
    propagate(workspace, 0, &tile, panel, dx.stride);
    add_residuals(workspace, workspace->input_reader, &tile, panel, dx.stride);
}

void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx)
{
    const gml_network *network = workspace->network;
    void *panel = row_to(dx.data, rows.first, dx.stride, network->kernels->size);
    gml_panel_read_gradient(workspace, rows, dx);
    if (network->input.scale != NULL) {
        /* x' = (x - shift) scale, so d/dx = d/dx' scale */
        network->kernels->matrix->scale_columns(rows.count, dx.cols, dx.stride, network->input.scale, panel);
    }
}

/* ---- other ways back ---- */

void gml_panel_sums(const gml_workspace *workspace, gml_rows rows, size_t layer, gml_matrix z)
{
    const gml_kernels *kernels = workspace->network->kernels;
    gml_tile tile = whole_rows(workspace, layer, rows);
    gml_layer_call call;
    set_call(workspace, layer, &tile, &call);
    call.activation = gml_kernels_activation(kernels, "identity");
    call.native = workspace->layers[layer].native_forward;
    call.saved = NULL;
    call.y = row_to(z.data, rows.first, z.stride, kernels->size);
    call.y_stride = z.stride;
    call.layer->kind->forward(&call);
}

void gml_panel_propagate(const gml_workspace *workspace, gml_rows rows, size_t layer, gml_matrix dx)
{
    gml_tile tile = {.rows = rows, .cols = workspace->network->layers[layer].in};
    void *panel = row_to(dx.data, rows.first, dx.stride, workspace->network->kernels->size);
    propagate(workspace, layer, &tile, panel, dx.stride);
}

/* ---- batch statistics ---- */

/* Sets the call of a layer for all columns of some rows. */
static void set_whole_call(const gml_workspace *workspace, size_t layer, gml_rows rows, gml_layer_call *call)
{
    gml_tile tile = whole_rows(workspace, layer, rows);
    set_call(workspace, layer, &tile, call);
}

void gml_panel_measure(const gml_workspace *workspace, size_t layer, gml_rows rows)
{
    gml_layer_call call;
    set_whole_call(workspace, layer, rows, &call);
    double *moments = workspace->layers[layer].moments + rows.panel * 2 * call.layer->in;
    call.layer->kind->measure(&call, moments);
}

static size_t first_bad_statistic(const gml_workspace *workspace, size_t layer)
{
    const gml_network *network = workspace->network;
    size_t count = GML_GAIN_SUM * network->layers[layer].out; /* those of the forward pass */
    return network->kernels->data->first_nonfinite(count, workspace->layers[layer].statistics);
}

bool gml_workspace_settle(const gml_workspace *workspace, size_t layer, size_t rows)
{
    gml_layer_call call;
    set_whole_call(workspace, layer, (gml_rows){.count = rows, .all = rows}, &call);
    call.layer->kind->settle(&call, workspace->layers[layer].moments, workspace->layers[layer].tile.rows);
    return first_bad_statistic(workspace, layer) == GML_GAIN_SUM * call.layer->out;
}

gml_bad_statistic gml_workspace_bad_statistic(const gml_workspace *workspace, size_t layer)
{
    const gml_network *network = workspace->network;
    size_t entry = first_bad_statistic(workspace, layer), out = network->layers[layer].out;
    gml_bad_statistic bad = {.which = (gml_statistic)(entry / out), .col = entry % out};
    bad.value = gml_entry_at(network->kernels->dtype, workspace->layers[layer].statistics, entry);
    return bad;
}

void gml_workspace_learn(const gml_workspace *workspace)
{
    for (size_t i = 0; workspace->batch_statistics && i < workspace->network->spec.layer_count; i++) {
        if (gml_workspace_has_statistics(workspace, i)) {
            gml_layer_call call;
            set_whole_call(workspace, i, (gml_rows){0}, &call);
            call.layer->kind->learn(&call);
        }
    }
}

void gml_workspace_settle_back(const gml_workspace *workspace, size_t layer, size_t rows)
{
    const gml_layer_memory *memory = &workspace->layers[layer];
    gml_layer_call call;
    set_whole_call(workspace, layer, (gml_rows){.count = rows, .all = rows}, &call);
    call.layer->kind->settle_back(&call, memory->partial, gml_workspace_tile_panels(workspace, layer, rows));
}
