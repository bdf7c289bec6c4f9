/* engine/weights.c - weight tasks, and the gradients of a panel of weights. */
#include <stdlib.h>

#include "base/context.h"
#include "base/least.h"
#include "engine/workspace.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/choose.h"

/* ---- the tasks ---- */

static gml_tile_size task_size(const gml_workspace *workspace, size_t layer)
{
    size_t bytes = gml_plan_weight_bytes(workspace->network, workspace->large);
    return gml_plan_weight_tile(workspace->network, layer, bytes);
}

void gml_weight_tasks_measure(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    size_t size = network->kernels->size;
    size_t largest = 1, widest = 1;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        widest = layer->vector_entries > widest ? layer->vector_entries : widest;
        if (layer->weight == NULL) {
            workspace->task_count += layer->vector_count > 0 ? 1 : 0;
            continue;
        }
        gml_tile_size tile = task_size(workspace, i);
        size_t bytes = tile.rows * tile.cols * size;
        workspace->task_count +=
            (layer->weight_rows + tile.rows - 1) / tile.rows * ((layer->weight_cols + tile.cols - 1) / tile.cols);
        largest = bytes > largest ? bytes : largest;
    }
    workspace->task_run = workspace->large ? gml_plan_weight_run(largest) : 1;
    enum { LINE = 64 };
    workspace->scratch_size = (workspace->task_run * largest + widest * size + (size_t)2 * LINE - 1) / LINE * LINE;
}

/* Longest first: the last tasks are short, so that all threads end together. */
static int compare_tasks(const void *a, const void *b)
{
    const gml_weight_task *x = a, *y = b;
    if (x->work != y->work) {
        return x->work < y->work ? 1 : -1;
    }
    if (x->layer != y->layer) {
        return x->layer > y->layer ? 1 : -1;
    }
    if (x->col != y->col) {
        return x->col > y->col ? 1 : -1;
    }
    return (x->first > y->first) - (x->first < y->first);
}

void gml_weight_tasks_list(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    gml_weight_task *task = workspace->tasks;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->weight == NULL && layer->vector_count > 0) {
            *task++ = (gml_weight_task){.layer = i};
        }
        if (layer->weight == NULL) {
            continue;
        }
        gml_tile_size tile = task_size(workspace, i);
        for (size_t first = 0; first < layer->weight_rows; first += tile.rows) {
            for (size_t col = 0; col < layer->weight_cols; col += tile.cols) {
                *task = (gml_weight_task){.layer = i, .first = first, .col = col};
                task->count = gml_least(tile.rows, layer->weight_rows - first);
                task->cols = gml_least(tile.cols, layer->weight_cols - col);
                task->work = task->count * task->cols;
                task++;
            }
        }
    }
    qsort(workspace->tasks, workspace->task_count, sizeof *workspace->tasks, compare_tasks);
}

/* ---- panels of merged tasks ---- */

/* True if two tasks are adjacent rows of the same columns and their products, of depth `k`, can be merged
 * bit-identically. */
static bool may_merge(const gml_context *context, const gml_weight_task *task, const gml_weight_task *next, size_t k)
{
    bool adjoins = next->layer == task->layer && next->first == task->first + task->count && next->col == task->col &&
                   next->cols == task->cols;
    return adjoins && gml_product_may_merge(context, task->count, task->cols, k) &&
           gml_product_may_merge(context, next->count, next->cols, k);
}

static gml_weight_panel merge_tasks(const gml_workspace *workspace, gml_share *share, size_t k)
{
    const gml_weight_task *task = &workspace->tasks[share->first];
    gml_weight_panel panel = {.layer = task->layer, .first = task->first, .col = task->col, .cols = task->cols};
    k = workspace->layers[task->layer].native_weights ? 0 : k * workspace->network->layers[task->layer].shares;
    do {
        panel.count += task->count;
        share->first++;
        share->count--;
        task++;
    } while (share->count > 0 && may_merge(workspace->network->context, task - 1, task, k));
    return panel;
}

/* Points the panel at memory for its gradients: where the parameters' layout has them in workspace->gradients, or the
 * worker's scratch. */
static void place_gradients(const gml_workspace *workspace, size_t worker, gml_weight_panel *panel)
{
    const gml_network *network = workspace->network;
    const gml_layer *layer = &network->layers[panel->layer];
    size_t size = network->kernels->size;
    bool vectors = panel->first == 0 && panel->col == 0 && layer->vector_count > 0;
    if (workspace->gradients != NULL) {
        char *gradients = workspace->gradients;
        const char *parameters = network->parameters;
        size_t start = (panel->first * layer->weight_cols + panel->col) * size;
        panel->gradient = layer->weight != NULL ? gradients + ((const char *)layer->weight - parameters) + start : NULL;
        panel->gradient_stride = layer->weight_cols;
        panel->vector_gradient = vectors ? gradients + ((const char *)layer->vectors[0].values - parameters) : NULL;
        return;
    }
    char *scratch = (char *)workspace->scratch + worker * workspace->scratch_size;
    size_t end = (panel->count * panel->cols * size + GML_ALIGNMENT - 1) / GML_ALIGNMENT;
    panel->gradient = scratch;
    panel->gradient_stride = panel->cols;
    panel->vector_gradient = vectors ? scratch + end * GML_ALIGNMENT : NULL;
}

gml_weight_panel gml_weight_panel_next(const gml_workspace *workspace, gml_share *share, size_t k)
{
    gml_weight_panel panel = merge_tasks(workspace, share, k);
    place_gradients(workspace, share->worker, &panel);
    return panel;
}

/* dW [count x cols] = X[:, first .. first + count)^T [count x rows] dZ[:, col .. col + cols) [rows x cols]
 *
 * `first` counts the columns of X also where members have weights of their own: their matrices lie below each other as
 * the members' values lie side by side. Members that share weights are rows of the product. */
static void multiply_weights(const gml_workspace *workspace, const gml_weight_panel *panel, size_t rows)
{
    const gml_layer *layer = &workspace->network->layers[panel->layer];
    const gml_layer_memory *memory = &workspace->layers[panel->layer];
    const size_t size = workspace->network->kernels->size, matrix = layer->weight_rows / layer->matrices;
    gml_gemm product = {.n = panel->cols, .k = rows * layer->shares, .a_transposed = true};
    const void *x = gml_workspace_layer_input(workspace, panel->layer, &product.a_stride);
    product.a_stride /= layer->shares;
    product.b_stride = memory->stride / layer->shares;
    product.c_stride = panel->gradient_stride;
    for (size_t done = 0; done < panel->count; done += product.m) {
        const size_t first = panel->first + done, col = first / matrix * layer->weight_cols + panel->col;
        product.m = gml_least(matrix - first % matrix, panel->count - done);
        product.a = (const char *)x + first * size;
        product.b = (const char *)memory->gradient + col * size;
        product.c = (char *)panel->gradient + done * panel->gradient_stride * size;
        gml_dense_multiply(layer, &product, memory->native_weights);
    }
}

gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows)
{
    gml_weight_panel panel = gml_weight_panel_next(workspace, share, rows);
    const gml_layer *layer = &workspace->network->layers[panel.layer];
    const gml_layer_memory *memory = &workspace->layers[panel.layer];
    if (panel.count > 0) {
        multiply_weights(workspace, &panel, rows);
    }
    if (layer->directions) {
        gml_weight_norm_project(layer, panel.col, panel.cols, panel.gradient, panel.gradient_stride);
    }
    size_t panels = gml_workspace_tile_panels(workspace, panel.layer, rows);
    if (panel.vector_gradient != NULL && panels == 1 && workspace->gradients == NULL) {
        panel.vector_gradient = memory->partial;
    } else if (panel.vector_gradient != NULL) {
        workspace->network->kernels->matrix->sum_rows(panels, layer->vector_entries, memory->partial,
                                                      panel.vector_gradient);
    }
    return panel;
}
