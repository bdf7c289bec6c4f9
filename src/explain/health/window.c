/* explain/health/window.c - counts the values, slopes and gradients of a batch that is in a workspace. */
#include <string.h>

#include "base/layout.h"
#include "explain/health/health.h"
#include "kernel/data/data.h"
#include "kernel/matrix/matrix.h"

void gml_window_clear(gml_window *window)
{
    memset(window->begin, 0, window->bytes);
    window->samples = window->batches = 0;
    window->gradients = false;
}

/* ---- values and slopes ---- */

/* Columns [first, first + count) of a layer in the workspace. */
typedef struct block {
    const gml_health *health;
    const gml_workspace *workspace;
    const gml_columns *columns;
    size_t rows, unit; /* unit: index of the first column among all units */
} block;

static const void *column_of(const block *of, const void *matrix)
{
    return (const char *)matrix + of->columns->first * of->health->network->kernels->size;
}

static void count_values(const block *of, gml_window *window)
{
    const gml_layer_memory *memory = &of->workspace->layers[of->columns->layer];
    const gml_observe_kernels *observe = of->health->network->kernels->observe;
    const void *y = column_of(of, memory->y);
    if (window->samples == 0) {
        observe->widen(1, of->columns->count, memory->stride, y, NULL, window->center + of->unit);
    }
    observe->count_values(&(gml_values_call){.rows = of->rows,
                                             .cols = of->columns->count,
                                             .stride = memory->stride,
                                             .values = y,
                                             .center = window->center + of->unit,
                                             .sum = window->sum + of->unit,
                                             .squares = window->squares + of->unit,
                                             .zeros = window->zeros + of->unit,
                                             .bins = window->bins + of->unit * GML_OBSERVE_SLOTS});
}

/* f' of `rows` rows: what the backward pass makes of ones. `saved` and `slopes` are packed. */
static void differentiate(const block *of, size_t rows, const void *saved, void *slopes)
{
    const gml_layer *layer = &of->health->network->layers[of->columns->layer];
    size_t cols = of->columns->count;
    memcpy(slopes, of->health->ones, rows * cols * of->health->network->kernels->size);
    layer->activation->backward(&(gml_backward_call){.rows = rows,
                                                     .cols = cols,
                                                     .stride = cols,
                                                     .gradient = slopes,
                                                     .saved = saved,
                                                     .parameters = layer->spec->activation.values,
                                                     .theta = layer->theta});
}

static void count_slopes(const block *of, gml_window *window, size_t worker)
{
    const gml_layer_memory *memory = &of->workspace->layers[of->columns->layer];
    const gml_layer *layer = &of->health->network->layers[of->columns->layer];
    const gml_kernels *kernels = of->health->network->kernels;
    const double *least = of->health->least + of->unit;
    uint64_t *flat = window->flat + of->unit;
    size_t cols = of->columns->count, from_stride = memory->saved != NULL ? memory->saved_stride : memory->stride;
    const void *from = column_of(of, memory->saved != NULL ? memory->saved : memory->y);
    if (memory->saved != NULL && layer->theta.count == 0) {
        kernels->observe->count_flat(of->rows, cols, from_stride, from, least, flat);
        return;
    }
    size_t together = cols < GML_HEALTH_ENTRIES ? GML_HEALTH_ENTRIES / cols : 1;
    char *saved = of->health->scratch + worker * of->health->scratch_size;
    char *slopes = saved + of->health->scratch_size / 2;
    for (size_t first = 0; first < of->rows; first += together) {
        size_t rows = of->rows - first < together ? of->rows - first : together;
        kernels->data->gather(&(gml_gather_call){.rows = rows,
                                                 .cols = cols,
                                                 .source = (const char *)from + first * from_stride * kernels->size,
                                                 .source_dtype = kernels->dtype,
                                                 .source_stride = from_stride,
                                                 .target = saved,
                                                 .target_stride = cols});
        differentiate(of, rows, saved, slopes);
        kernels->observe->count_flat(rows, cols, cols, slopes, least, flat);
    }
}

void gml_window_count(const gml_health *health, gml_window *window, const gml_workspace *workspace, size_t rows,
                      double divisor, gml_share share)
{
    const gml_columns *columns = &health->columns[share.first];
    const gml_watch *watch = &health->watches[columns->layer];
    const gml_layer_memory *memory = &workspace->layers[columns->layer];
    const block of = {health, workspace, columns, rows, watch->first + columns->first};
    count_values(&of, window);
    if (watch->sloped && !memory->activation->identity) {
        count_slopes(&of, window, share.worker);
    }
    if (divisor > 0) {
        health->network->kernels->observe->add_squares(rows, columns->count, memory->stride,
                                                       column_of(&of, memory->gradient), divisor * divisor,
                                                       window->delta + of.unit);
    }
}

/* ---- gradients of weights ---- */

static void lay_out_slots(void *owner, gml_layout *layout)
{
    gml_weight_slots *slots = owner;
    size_t columns = 0;
    slots->offsets = gml_layout_take(layout, slots->arena, slots->count, 1, sizeof *slots->offsets);
    for (size_t i = 0; i < slots->count; i++) {
        if (slots->arena != NULL) {
            slots->offsets[i] = columns;
        }
        columns += slots->workspace->tasks[i].cols;
    }
    slots->squares = gml_layout_take(layout, slots->arena, columns, 1, sizeof *slots->squares);
    slots->bins = gml_layout_take(layout, slots->arena, slots->count, GML_OBSERVE_BINS, sizeof *slots->bins);
}

gml_status gml_weight_slots_create(const gml_workspace *workspace, gml_weight_slots *slots)
{
    gml_context *context = workspace->network->context;
    *slots = (gml_weight_slots){.count = workspace->task_count, .workspace = workspace, .context = context};
    return gml_layout_make(context, lay_out_slots, slots, "the statistics of gradients",
                           workspace->network->description, &slots->arena, &slots->arena_size);
}

void gml_weight_slots_destroy(gml_weight_slots *slots)
{
    if (slots->arena != NULL) {
        gml_release(slots->context, slots->arena, slots->arena_size, 1);
    }
    *slots = (gml_weight_slots){0};
}

void gml_weight_slots_fill(const gml_weight_slots *slots, size_t task, const gml_weight_panel *panel)
{
    const gml_observe_kernels *observe = slots->workspace->network->kernels->observe;
    double *squares = slots->squares + slots->offsets[task];
    uint64_t *bins = slots->bins + task * GML_OBSERVE_BINS;
    memset(squares, 0, slots->workspace->tasks[task].cols * sizeof *squares);
    memset(bins, 0, GML_OBSERVE_BINS * sizeof *bins);
    if (panel->count > 0) {
        observe->add_squares(panel->count, panel->cols, panel->gradient_stride, panel->gradient, 1, squares);
        observe->count_magnitudes(panel->count, panel->cols, panel->gradient_stride, panel->gradient,
                                  GML_HEALTH_LEAST_EXPONENT, bins);
    }
}

/* Adds the squares of a task to the units whose weights they belong to: with shared weights, those of each member. */
static double add_squares(const gml_layer *layer, const gml_weight_task *task, const double *squares, double *units)
{
    const size_t rows = layer->weight_rows / layer->matrices,
                 first = task->first / rows * layer->weight_cols + task->col;
    double sum = 0;
    for (size_t j = 0; j < task->cols; j++) {
        for (size_t i = 0; i < layer->shares; i++) {
            units[i * layer->weight_cols + first + j] += squares[j];
        }
        sum += squares[j];
    }
    return sum;
}

double gml_window_add_slots(const gml_health *health, gml_window *window, const gml_weight_slots *slots)
{
    double all = 0;
    for (size_t i = 0; i < slots->count; i++) {
        const gml_weight_task *task = &slots->workspace->tasks[i];
        gml_layer_sums *sums = &window->layers[task->layer];
        double *units = window->gradient + health->watches[task->layer].first;
        const gml_layer *layer = &health->network->layers[task->layer];
        const double sum = task->count > 0 ? add_squares(layer, task, slots->squares + slots->offsets[i], units) : 0;
        for (size_t j = 0; task->count > 0 && j < GML_OBSERVE_BINS; j++) {
            sums->gradient_bins[j] += slots->bins[i * GML_OBSERVE_BINS + j];
        }
        sums->gradient += sum;
        all += sum;
    }
    window->gradients = true;
    return all;
}
