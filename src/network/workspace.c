/* network/workspace.c - laying out the memory of a batch. */
#include "network/workspace.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/layout.h"

/* The arena, each array on a 64-byte line; what is in brackets is there with backward only:
 *
 *     layer memories | inputs | y0 y1 ... | [ slope gradient bias_partial of each layer | gradients of parameters |
 * tasks ]
 *
 * The function runs twice: with a null arena to add up the size, then to hand out the arrays. */
static void *take(gml_layout *layout, char *arena, size_t rows, size_t cols, size_t size)
{
    size_t offset = gml_layout_add(layout, rows, cols, size);
    return arena != NULL ? arena + offset : NULL;
}

static const gml_activation_kernel *layer_activation(const gml_workspace *workspace, size_t layer, bool linear_output)
{
    const gml_network *network = workspace->network;
    bool last = layer + 1 == network->spec.layer_count;
    return last && linear_output ? gml_kernels_activation(network->kernels, "identity")
                                 : network->layers[layer].activation;
}

static void lay_out_backward(gml_workspace *workspace, gml_layout *layout, char *arena)
{
    const gml_network *network = workspace->network;
    size_t size = network->kernels->size;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        size_t out = network->layers[i].out;
        gml_layer_memory unused = {.activation = network->layers[i].activation};
        gml_layer_memory *memory = arena != NULL ? &workspace->layers[i] : &unused;
        bool keep_slope = !memory->activation->slope_from_value;
        void *slope = take(layout, arena, keep_slope ? workspace->batch : 0, out, size);
        memory->slope = keep_slope ? slope : NULL;
        memory->gradient = take(layout, arena, workspace->batch, out, size);
        memory->bias_partial = take(layout, arena, workspace->panels, out, size);
    }
    workspace->gradients = take(layout, arena, network->parameter_bytes, 1, 1);
    workspace->tasks = take(layout, arena, workspace->task_count, 1, sizeof(gml_weight_task));
}

static gml_layout lay_out(gml_workspace *workspace, bool linear_output, bool backward, char *arena)
{
    const gml_network *network = workspace->network;
    size_t size = network->kernels->size;
    size_t count = network->spec.layer_count;
    gml_layout layout = {0};
    workspace->layers = take(&layout, arena, count, 1, sizeof(gml_layer_memory));
    workspace->gathered = take(&layout, arena, workspace->batch, network->spec.inputs, size);
    for (size_t i = 0; i < count; i++) {
        void *y = take(&layout, arena, workspace->batch, network->layers[i].out, size);
        if (arena != NULL) {
            workspace->layers[i] =
                (gml_layer_memory){.activation = layer_activation(workspace, i, linear_output), .y = y};
        }
    }
    if (backward) {
        lay_out_backward(workspace, &layout, arena);
    }
    return layout;
}

static size_t count_tasks(const gml_network *network)
{
    size_t count = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_dense *layer = &network->layers[i];
        size_t rows = gml_plan_weight_rows(layer->in, layer->out, network->kernels->size);
        count += (layer->in + rows - 1) / rows;
    }
    return count;
}

/* Gradients lie as far into their block of memory as the parameters do into theirs. */
static void *beside(const gml_workspace *workspace, const void *parameter)
{
    const char *base = workspace->network->parameters;
    return parameter != NULL ? (char *)workspace->gradients + ((const char *)parameter - base) : NULL;
}

/* Longest first, so that the last tasks to be handed out are short and the threads end together. */
static int compare_tasks(const void *a, const void *b)
{
    const gml_weight_task *x = a, *y = b;
    if (x->work != y->work) {
        return x->work < y->work ? 1 : -1;
    }
    if (x->layer != y->layer) {
        return x->layer > y->layer ? 1 : -1;
    }
    return (x->first > y->first) - (x->first < y->first);
}

static void place_gradients(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    gml_weight_task *task = workspace->tasks;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_dense *layer = &network->layers[i];
        workspace->layers[i].weight_gradient = beside(workspace, layer->weight);
        workspace->layers[i].bias_gradient = beside(workspace, layer->bias);
        size_t rows = gml_plan_weight_rows(layer->in, layer->out, network->kernels->size);
        for (size_t first = 0; first < layer->in; first += rows) {
            size_t left = layer->in - first;
            size_t count = left < rows ? left : rows;
            *task++ = (gml_weight_task){.layer = i, .first = first, .count = count, .work = count * layer->out};
        }
    }
    qsort(workspace->tasks, workspace->task_count, sizeof *workspace->tasks, compare_tasks);
}

static double flops_of_row(const gml_network *network)
{
    double flops = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        flops += 2.0 * (double)network->layers[i].in * (double)network->layers[i].out;
    }
    return flops;
}

gml_status gml_workspace_create(const gml_network *network, size_t batch, bool linear_output, bool backward,
                                gml_workspace *workspace)
{
    if (batch == 0 || batch > INT_MAX) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "a batch has from 1 to %d samples, not %zu", INT_MAX,
                        batch);
    }
    gml_workspace made = {.network = network, .batch = batch, .panel = gml_plan_panel(batch)};
    made.panels = gml_workspace_panels(&made, batch);
    made.task_count = count_tasks(network);
    made.row_flops = flops_of_row(network);

    gml_layout layout = lay_out(&made, linear_output, backward, NULL);
    if (layout.overflow) {
        return gml_fail(network->context, GML_ERROR_SHAPE, "a batch of %zu samples for %s is more than can be counted",
                        batch, network->description);
    }
    made.arena_size = layout.size;
    made.arena = gml_allocate(network->context, made.arena_size, 1, "a batch's working memory");
    if (made.arena == NULL) {
        return GML_ERROR_MEMORY;
    }
    lay_out(&made, linear_output, backward, made.arena);
    if (backward) {
        memset(made.gradients, 0, network->parameter_bytes);
        place_gradients(&made);
    }
    *workspace = made;
    return GML_OK;
}

void gml_workspace_destroy(gml_workspace *workspace)
{
    if (workspace->network != NULL) {
        gml_release(workspace->network->context, workspace->arena, workspace->arena_size, 1);
    }
    *workspace = (gml_workspace){0};
}

size_t gml_workspace_panels(const gml_workspace *workspace, size_t rows)
{
    return (rows + workspace->panel - 1) / workspace->panel;
}

gml_rows gml_workspace_rows(const gml_workspace *workspace, size_t rows, size_t panel)
{
    size_t first = panel * workspace->panel;
    size_t left = rows - first;
    return (gml_rows){.panel = panel, .first = first, .count = left < workspace->panel ? left : workspace->panel};
}

gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient)
{
    gml_status status = gml_network_block(workspace->network, index, gradient);
    if (status == GML_OK) {
        gradient->values.data = beside(workspace, gradient->values.data);
    }
    return status;
}

size_t gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows)
{
    const gml_network *network = workspace->network;
    size_t layer = 0;
    while (layer < network->spec.layer_count) {
        size_t count = rows * network->layers[layer].out;
        if (network->kernels->first_nonfinite(count, workspace->layers[layer].y) < count) {
            break;
        }
        layer++;
    }
    return layer;
}
