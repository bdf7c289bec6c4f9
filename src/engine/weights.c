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

/* Entries of vectors in a task. Members have many, and each panel of rows has a part of each. */
enum { VECTOR_ENTRIES = 4096 };

/* An entry of a weight's gradient is a sum over the rows of a product, one of a vector's over their panels, which takes
 * a small part of that time. */
enum { WEIGHT_WORK = 8 };

/* Lists the tasks of a layer's vectors; returns their number. Tasks may be null. */
static size_t list_vectors(const gml_workspace *workspace, size_t layer, gml_weight_task *tasks)
{
    const gml_layer *of = &workspace->network->layers[layer];
    const size_t entries = of->vector_entries;
    size_t count = 0;
    for (size_t first = 0; first < entries; first += VECTOR_ENTRIES, count++) {
        if (tasks != NULL) {
            tasks[count] = (gml_weight_task){.layer = layer, .vector_first = first};
            tasks[count].vector_count = gml_least(VECTOR_ENTRIES, entries - first);
            tasks[count].work = tasks[count].vector_count * of->members;
        }
    }
    return count;
}

/* Lists the tasks of a layer's weights. The first task also has the first `vectors` entries of the layer's vectors. */
static size_t list_weights(const gml_workspace *workspace, size_t index, size_t vectors, gml_weight_task *tasks)
{
    const gml_layer *layer = &workspace->network->layers[index];
    const gml_tile_size tile = task_size(workspace, index);
    size_t count = 0;
    for (size_t first = 0; first < layer->weight_rows; first += tile.rows) {
        for (size_t col = 0; col < layer->weight_cols; col += tile.cols, count++) {
            if (tasks != NULL) {
                gml_weight_task *task = &tasks[count];
                *task = (gml_weight_task){.layer = index, .first = first, .col = col};
                task->count = gml_least(tile.rows, layer->weight_rows - first);
                task->cols = gml_least(tile.cols, layer->weight_cols - col);
                task->vector_count = count == 0 ? vectors : 0;
                task->work = WEIGHT_WORK * task->count * task->cols * layer->shares;
            }
        }
    }
    return count;
}

static size_t list_tasks(const gml_workspace *workspace, size_t layer, gml_weight_task *tasks)
{
    const gml_layer *of = &workspace->network->layers[layer];
    const bool joined = of->weight != NULL && of->vector_entries <= VECTOR_ENTRIES;
    const size_t vectors = joined ? of->vector_entries : 0,
                 count = of->weight != NULL ? list_weights(workspace, layer, vectors, tasks) : 0;
    return joined ? count : count + list_vectors(workspace, layer, tasks != NULL ? tasks + count : NULL);
}

void gml_weight_tasks_measure(gml_workspace *workspace)
{
    const gml_network *network = workspace->network;
    size_t size = network->kernels->size;
    size_t largest = 1, widest = 1;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        widest = gml_most(widest, layer->vector_entries);
        workspace->task_count += list_tasks(workspace, i, NULL);
        if (layer->weight != NULL) {
            gml_tile_size tile = task_size(workspace, i);
            largest = gml_most(largest, tile.rows * tile.cols * size);
        }
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
    if (x->first != y->first) {
        return x->first > y->first ? 1 : -1;
    }
    if (x->vector_first != y->vector_first) {
        return x->vector_first > y->vector_first ? 1 : -1;
    }
    return (x->vector_count > y->vector_count) - (x->vector_count < y->vector_count);
}

/* Returns how many of the first tasks, the longest, are at most a thread's part of the work. */
static size_t fair_run(const gml_workspace *workspace)
{
    size_t all = 0, taken = 0, run = 0;
    for (size_t i = 0; i < workspace->task_count; i++) {
        all += workspace->tasks[i].work;
    }
    while (run < workspace->task_count &&
           taken + workspace->tasks[run].work <= all / workspace->network->context->threads) {
        taken += workspace->tasks[run++].work;
    }
    return gml_most(run, 1);
}

void gml_weight_tasks_list(gml_workspace *workspace)
{
    gml_weight_task *task = workspace->tasks;
    for (size_t i = 0; i < workspace->network->spec.layer_count; i++) {
        task += list_tasks(workspace, i, task);
    }
    qsort(workspace->tasks, workspace->task_count, sizeof *workspace->tasks, compare_tasks);
    workspace->task_run = gml_least(workspace->task_run, fair_run(workspace));
}

/* ---- panels of merged tasks ---- */

/* True if two tasks are adjacent rows of the same columns and their products, of depth `k`, can be merged
 * bit-identically. */
static bool may_merge(const gml_context *context, const gml_weight_task *task, const gml_weight_task *next, size_t k)
{
    bool adjoins = next->layer == task->layer && next->first == task->first + task->count && next->col == task->col &&
                   next->cols == task->cols;
    return adjoins && task->count > 0 && gml_product_may_merge(context, task->count, task->cols, k) &&
           gml_product_may_merge(context, next->count, next->cols, k);
}

static gml_weight_panel merge_tasks(const gml_workspace *workspace, gml_share *share, size_t k)
{
    const gml_weight_task *task = &workspace->tasks[share->first];
    gml_weight_panel panel = {.layer = task->layer, .first = task->first, .col = task->col, .cols = task->cols};
    panel.vector_first = task->vector_first;
    panel.vector_count = task->vector_count;
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
    bool vectors = panel->vector_count > 0;
    if (workspace->gradients != NULL) {
        char *gradients = workspace->gradients;
        const char *parameters = network->parameters;
        size_t start = (panel->first * layer->weight_cols + panel->col) * size;
        panel->gradient = layer->weight != NULL ? gradients + ((const char *)layer->weight - parameters) + start : NULL;
        panel->gradient_stride = layer->weight_cols;
        char *first = gradients + panel->vector_first * size;
        panel->vector_gradient = vectors ? first + ((const char *)layer->vectors[0].values - parameters) : NULL;
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

/* The vectors' gradient is the sum of the parts of all panels of rows. */
static void add_vectors(const gml_workspace *workspace, size_t rows, gml_weight_panel *panel)
{
    const gml_kernels *kernels = workspace->network->kernels;
    const size_t panels = gml_workspace_tile_panels(workspace, panel->layer, rows);
    char *parts = (char *)workspace->layers[panel->layer].partial + panel->vector_first * kernels->size;
    if (panels == 1 && workspace->gradients == NULL) {
        panel->vector_gradient = parts;
    } else {
        kernels->matrix->sum_rows(panels, panel->vector_count, workspace->network->layers[panel->layer].vector_entries,
                                  parts, panel->vector_gradient);
    }
}

gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows)
{
    gml_weight_panel panel = gml_weight_panel_next(workspace, share, rows);
    const gml_layer *layer = &workspace->network->layers[panel.layer];
    if (panel.count > 0) {
        multiply_weights(workspace, &panel, rows);
    }
    if (panel.count > 0 && layer->directions) {
        gml_weight_norm_project(layer, panel.col, panel.cols, panel.gradient, panel.gradient_stride);
    }
    if (panel.vector_gradient != NULL) {
        add_vectors(workspace, rows, &panel);
    }
    return panel;
}
