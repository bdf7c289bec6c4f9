/* engine/workspace.c - the layout of the memory of a batch. */
#include "engine/workspace.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "kernel/data/data.h"
#include "kernel/product/multiply.h"

/* Pads rows whose size is a multiple of a large power of two, which would map to the same few cache sets. The last
 * layer's rows are contiguous, as losses require, and those of members, which are rows of a product each. */
static size_t padded_stride(const gml_network *network, size_t layer)
{
    enum { BAD_MULTIPLE = 1024, LINE = 64 };
    size_t size = network->kernels->size, out = network->layers[layer].out;
    bool last = layer + 1 == network->spec.layer_count;
    bool pad = out * size % BAD_MULTIPLE == 0 && !last && network->layers[layer].members == 1;
    return pad ? out + LINE / size : out;
}

static const gml_activation_kernel *activation_of(const gml_network *network, size_t index, bool linear_output)
{
    bool fused = linear_output && index == gml_spec_output_layer(&network->spec);
    return fused ? gml_kernels_activation(network->kernels, "identity") : network->layers[index].activation;
}

static bool uses_statistics(const gml_workspace *workspace, size_t layer)
{
    return workspace->training && workspace->network->layers[layer].kind->batch_statistics;
}

static gml_tile_size tile_of(const gml_workspace *workspace, size_t index, const gml_activation_kernel *activation)
{
    const gml_network *network = workspace->network;
    const gml_layer *layer = &network->layers[index];
    if (!workspace->tiled) {
        return (gml_tile_size){.rows = workspace->panel, .cols = layer->out};
    }
    bool next_whole = index + 1 < network->spec.layer_count && network->layers[index + 1].kind->whole_rows;
    bool whole = next_whole || gml_layer_takes_whole_rows(layer, activation);
    return gml_plan_tile(network, layer->out, whole, workspace->batch);
}

/* The weights' half of a step reads the inputs of layers with weights, and the gradients of their outputs. The loss
 * reads those of its layer at the batch's rows, and later layers keep a gradient of 0. */
static void find_local(const gml_workspace *workspace, size_t index, gml_layer_memory *memory)
{
    const gml_layer *layer = &workspace->network->layers[index];
    const bool before_loss = index < workspace->loss_layer;
    memory->local_y = before_loss && layer[1].weight == NULL;
    memory->local_gradient = before_loss && layer->weight == NULL;
}

static void lay_out_layer(gml_workspace *workspace, size_t index, const gml_workspace_options *options,
                          gml_layout *layout, char *arena)
{
    const gml_network *network = workspace->network;
    const gml_layer *layer = &network->layers[index];
    size_t size = network->kernels->size, batch = workspace->batch;
    gml_layer_memory memory = {.activation = activation_of(network, index, options->linear_output)};
    memory.stride = padded_stride(network, index);
    memory.tile = tile_of(workspace, index, memory.activation);
    find_local(workspace, index, &memory);
    memory.y = gml_layout_take(layout, arena, batch, memory.stride, size);
    if (options->backward) {
        size_t panels = (batch + memory.tile.rows - 1) / memory.tile.rows;
        size_t saved = gml_layer_saved_cols(layer, memory.activation);
        memory.saved_stride = saved == layer->out ? memory.stride : saved;
        void *place = gml_layout_take(layout, arena, saved > 0 ? batch : 0, memory.saved_stride, size);
        memory.saved = saved > 0 ? place : NULL;
        memory.gradient = gml_layout_take(layout, arena, batch, memory.stride, size);
        memory.partial = gml_layout_take(layout, arena, panels, layer->vector_entries, size);
        if (uses_statistics(workspace, index)) {
            workspace->batch_statistics = true;
            memory.statistics = gml_layout_take(layout, arena, GML_STATISTICS, layer->out, size);
            memory.moments = gml_layout_take(layout, arena, panels, 2 * layer->in, sizeof(double));
        }
        if (arena != NULL) {
            memset(memory.partial, 0, panels * layer->vector_entries * size);
            memset(memory.gradient, 0, index > workspace->loss_layer ? batch * memory.stride * size : 0);
        }
    }
    if (arena != NULL) {
        workspace->layers[index] = memory;
    }
}

static void link_residuals(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        if (network->layers[i].kind->reads_earlier) {
            size_t source = network->layers[i].earlier;
            size_t *first = source > 0 ? &workspace->layers[source - 1].reader : &workspace->input_reader;
            workspace->layers[i].next_reader = *first;
            *first = i;
        }
    }
}

/* The arena, each array aligned to 64 bytes. Arrays in brackets exist with backward only:
 *
 *     layer memories | inputs | y0 y1 ... [ saved gradient partial ] of each layer | loss memory |
 *     [ gradients of parameters, or scratch of each thread | tasks ]
 */
static gml_layout lay_out(gml_workspace *workspace, const gml_workspace_options *options, char *arena)
{
    const gml_network *network = workspace->network;
    size_t count = network->spec.layer_count;
    gml_layout layout = {0};
    workspace->layers = gml_layout_take(&layout, arena, count, 1, sizeof(gml_layer_memory));
    workspace->gathered =
        gml_layout_take(&layout, arena, workspace->batch, network->spec.inputs, network->kernels->size);
    for (size_t i = 0; i < count; i++) {
        lay_out_layer(workspace, i, options, &layout, arena);
    }
    workspace->loss_memory = gml_layout_take(&layout, arena, workspace->panels, options->loss_memory, sizeof(double));
    if (!options->backward) {
        return layout;
    }
    if (options->keep_gradients) {
        workspace->gradients = gml_layout_take(&layout, arena, network->parameter_bytes, 1, 1);
    } else {
        workspace->scratch = gml_layout_take(&layout, arena, network->context->threads, workspace->scratch_size, 1);
    }
    workspace->tasks = gml_layout_take(&layout, arena, workspace->task_count, 1, sizeof(gml_weight_task));
    return layout;
}

/* ---- creation ---- */

/* Chooses by the size of one tile or panel, so that the choice does not depend on merging. */
static void choose_products(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        gml_layer_memory *memory = &workspace->layers[i];
        if (network->layers[i].weight == NULL) {
            continue;
        }
        size_t above = workspace->tiled && i > 0 ? workspace->layers[i - 1].tile.rows : workspace->panel;
        size_t rows = workspace->tiled ? memory->tile.rows : workspace->panel;
        memory->native_forward = gml_plan_native_forward(network, i, rows);
        memory->native_backward = gml_plan_native_backward(network, i, above);
        memory->native_weights = gml_plan_native_weights(network, i, workspace->batch);
        bool native = memory->native_forward && memory->native_weights && (memory->native_backward || i == 0);
        workspace->calls_blas = workspace->calls_blas || !native;
    }
}

/* The number of threads of a pass or a step over a full batch. */
static size_t count_threads(const gml_workspace *workspace, double step_flops)
{
    double flops = isfinite(step_flops) ? step_flops : 2 * workspace->row_flops * (double)workspace->batch;
    return gml_plan_threads(flops, workspace->network->context->threads);
}

gml_status gml_workspace_create(const gml_network *network, const gml_workspace_options *options,
                                gml_workspace *workspace)
{
    size_t batch = options->batch;
    const size_t members = gml_spec_members(&network->spec);
    if (batch == 0 || batch > INT_MAX / members) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "a batch has from 1 to %zu samples, not %zu",
                        INT_MAX / members, batch);
    }
    gml_workspace made = {.network = network, .batch = batch, .training = options->training};
    made.noise = (gml_stream){.purpose = GML_RANDOM_NOISE};
    made.noise_factor = 1;
    made.loss_layer = options->member_losses ? gml_spec_output_layer(&network->spec) : network->spec.layer_count - 1;
    made.losses = network->layers[made.loss_layer].out / gml_network_outputs(network);
    made.large = options->steps && gml_plan_large(network, batch);
    made.tiled = made.large && gml_plan_tiled(network, batch);
    double flops = options->steps ? gml_plan_step_flops(network, batch) : INFINITY;
    made.panel = made.tiled ? gml_plan_low_panel(batch) : gml_plan_panel(batch, members, flops);
    made.panels = gml_workspace_panels(&made, batch);
    made.row_flops = gml_plan_row_flops(network);
    gml_weight_tasks_measure(&made);

    gml_layout layout = lay_out(&made, options, NULL);
    if (layout.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "the memory of a batch of %zu samples for %s exceeds the address space", batch,
                        network->description);
    }
    made.arena_size = layout.size;
    made.arena = gml_allocate(network->context, made.arena_size, 1, "a batch's working memory");
    if (made.arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    lay_out(&made, options, made.arena);
    choose_products(&made);
    link_residuals(&made);
    if (options->backward) {
        gml_weight_tasks_list(&made);
    }
    if (made.gradients != NULL) {
        memset(made.gradients, 0, network->parameter_bytes);
    }
    *workspace = made;
    gml_multiply_reserve(network->context, count_threads(&made, flops), network->widest);
    return GML_OK;
}

void gml_workspace_destroy(gml_workspace *workspace)
{
    if (workspace->network != NULL) {
        gml_release(workspace->network->context, workspace->arena, workspace->arena_size, 1);
    }
    *workspace = (gml_workspace){0};
}

bool gml_workspace_has_statistics(const gml_workspace *workspace, size_t layer)
{
    return workspace->layers[layer].statistics != NULL;
}

gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient)
{
    const gml_network *network = workspace->network;
    if (workspace->gradients == NULL) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "gradients are not kept; set keep_gradients");
    }
    gml_status status = gml_network_block(network, index, gradient);
    if (status == GML_OK) {
        size_t offset = (size_t)((char *)gradient->values.data - (char *)network->parameters);
        gradient->values.data = (char *)workspace->gradients + offset;
    }
    return status;
}

/* Finds the first entry of values [rows x cols] that is not finite; false if all are finite. */
static bool find_nonfinite(const gml_kernels *kernels, const void *values, size_t rows, size_t cols, size_t stride,
                           gml_nonfinite *at)
{
    for (at->row = 0; at->row < rows; at->row++) {
        at->col = kernels->data->first_nonfinite(cols, (const char *)values + at->row * stride * kernels->size);
        if (at->col < cols) {
            return true;
        }
    }
    return false;
}

gml_nonfinite gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows, size_t layers)
{
    const gml_network *network = workspace->network;
    gml_nonfinite at = {0};
    for (; at.layer < layers; at.layer++) {
        const gml_layer_memory *memory = &workspace->layers[at.layer];
        if (find_nonfinite(network->kernels, memory->y, rows, network->layers[at.layer].out, memory->stride, &at)) {
            break;
        }
    }
    return at;
}

bool gml_workspace_bad_input(const gml_workspace *workspace, size_t rows, gml_nonfinite *at)
{
    const gml_network *network = workspace->network;
    return find_nonfinite(network->kernels, workspace->input, rows, network->spec.inputs, workspace->input_stride, at);
}
