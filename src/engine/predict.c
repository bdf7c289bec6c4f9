/* engine/predict.c - predictions, in the buffers of a slot.
 *
 * Panels of rows go forward through all layers, a panel on one thread. A few samples are one panel: there, threads
 * share the columns of large layers, so that each reads its part of the weights alone. */
#include "engine/predict.h"

#include <math.h>

#include "base/least.h"
#include "base/parallel.h"
#include "base/view.h"
#include "engine/plan.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"

enum {
    TASK_COLS = 64,            /* columns of a task */
    LEAST_WEIGHTS = 32 * 1024, /* of a layer whose columns are shared */
    MOST_PHASES = 64,
    ROWS_OF_A_READ = 4, /* samples that are computed in the time of reading the weights */
};

typedef struct gml_prediction {
    const gml_network *network;
    gml_matrix x, y;
    size_t panel;
    gml_slot *slot;    /* of few samples: the buffers of all threads */
    gml_matrix inputs; /* of few samples: what the first layer reads */
} gml_prediction;

/* Returns a panel of inputs as the first layer reads it: the caller's rows, or those prepared, or converted and scaled,
 * in `memory`. */
static gml_matrix panel_inputs(const gml_network *network, gml_matrix rows, void *memory)
{
    const gml_kernels *kernels = network->kernels;
    if (gml_network_reads_in_place(network, rows.dtype)) {
        return rows;
    }
    gml_network_read_inputs(network, rows, memory);
    return gml_matrix_view(memory, kernels->dtype, rows.rows, network->spec.inputs);
}

static gml_matrix value_of(const gml_network *network, const gml_slot *slot, gml_matrix inputs, size_t value)
{
    const gml_value_place *place = &network->places[value];
    if (place->source == 0) {
        return inputs;
    }
    void *memory = (char *)slot->memory + place->buffer * network->buffer_bytes;
    return gml_matrix_view(memory, network->kernels->dtype, inputs.rows, network->layers[place->source - 1].out);
}

/* Columns [col, col + cols) of a layer's outputs. */
typedef struct gml_columns {
    size_t layer, col, cols;
} gml_columns;

/* Computes some columns of a layer from the inputs of the first; `y` is for the outputs of the last. */
static void run_layer(const gml_network *network, gml_columns part, const gml_slot *slot, gml_matrix inputs,
                      gml_matrix y)
{
    const size_t index = part.layer;
    const gml_layer *layer = &network->layers[index];
    gml_matrix x = value_of(network, slot, inputs, index);
    if (network->places[index + 1].source != index + 1) {
        return; /* passes its inputs on */
    }
    y = index + 1 == network->spec.layer_count ? y : value_of(network, slot, inputs, index + 1);
    gml_layer_call call = {.layer = layer, .activation = layer->activation, .rows = x.rows};
    call.col = part.col;
    call.cols = part.cols;
    call.x = x.data;
    call.x_stride = x.stride;
    call.y = y.data;
    call.y_stride = y.stride;
    if (layer->weight != NULL) {
        call.native = gml_plan_native_forward(network, index, x.rows);
    } else if (layer->kind->reads_earlier) {
        gml_matrix earlier = value_of(network, slot, inputs, layer->earlier);
        call.earlier = earlier.data;
        call.earlier_stride = earlier.stride;
    }
    layer->kind->forward(&call);
}

void gml_predict_panel(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_slot *slot = gml_slot_take(network->context, network->slots);
    for (size_t first = 0; first < x.rows; first += network->panel) {
        const size_t rows = gml_least(network->panel, x.rows - first);
        gml_matrix inputs = panel_inputs(network, gml_matrix_rows(x, first, rows), slot->memory);
        for (size_t i = 0; i < network->spec.layer_count; i++) {
            run_layer(network, (gml_columns){i, 0, network->layers[i].out}, slot, inputs,
                      gml_matrix_rows(y, first, rows));
        }
    }
    gml_slot_give_back(slot);
    gml_network_finish_outputs(network, y);
}

static void predict_panel(void *argument, gml_share share)
{
    const gml_prediction *prediction = argument;
    const size_t first = share.first * prediction->panel;
    const size_t count = gml_least(prediction->panel, prediction->x.rows - first);
    gml_predict_panel(prediction->network, gml_matrix_rows(prediction->x, first, count),
                      gml_matrix_rows(prediction->y, first, count));
}

/* ---- few samples ---- */

/* True if threads share the columns of a layer. Native products have the same bits for any columns; OpenBLAS's may not.
 */
static bool is_shared(const gml_network *network, size_t layer, size_t rows)
{
    const gml_layer *here = &network->layers[layer];
    return here->weight != NULL && here->out > TASK_COLS && here->in * here->out >= LEAST_WEIGHTS &&
           here->members == 1 && !gml_layer_takes_whole_rows(here, here->activation) &&
           gml_plan_native_forward(network, layer, rows);
}

/* Computes some columns of a shared layer, or all columns of the consecutive layers that are not shared. */
static void predict_columns(void *argument, gml_share share)
{
    const gml_prediction *prediction = argument;
    const gml_network *network = prediction->network;
    const size_t rows = prediction->x.rows, layers = network->spec.layer_count;
    size_t i = share.part;
    if (is_shared(network, i, rows)) {
        const size_t col = share.first * TASK_COLS, left = network->layers[i].out - col;
        const gml_columns part = {i, col, gml_least(share.count * TASK_COLS, left)};
        run_layer(network, part, prediction->slot, prediction->inputs, prediction->y);
        return;
    }
    for (; i < layers && !is_shared(network, i, rows); i++) {
        const gml_columns all = {i, 0, network->layers[i].out};
        run_layer(network, all, prediction->slot, prediction->inputs, prediction->y);
    }
}

/* Lists the phases; returns their number, or 0 if no columns are shared or there are too many phases. */
static size_t list_phases(const gml_network *network, size_t rows, gml_phase phases[MOST_PHASES])
{
    size_t count = 0;
    bool alone = false, any = false; /* the latest phase goes on; columns are shared */
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const bool shared = is_shared(network, i, rows);
        const size_t tasks = shared ? (network->layers[i].out + TASK_COLS - 1) / TASK_COLS : 1;
        if ((shared || !alone) && count == MOST_PHASES) {
            return 0;
        }
        if (shared || !alone) {
            phases[count++] = (gml_phase){.part = i, .count = tasks, .run = tasks, .task = predict_columns};
        }
        alone = !shared;
        any = any || shared;
    }
    return any ? count : 0;
}

static gml_status check_matrices(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_check_inputs(network, x);
    return status == GML_OK ? gml_view_check(network->context, "outputs", y, network->kernels->dtype, x.rows,
                                             gml_network_outputs(network))
                            : status;
}

/* Each thread keeps the latest few paces, so that threads that share a network do not wait for each other, and calls
 * may alternate. */
gml_pace *gml_predict_pace(const gml_network *network, size_t rows)
{
    enum { KEPT = 8 };
    static _Thread_local struct {
        const gml_network *network;
        size_t rows;
        gml_pace pace;
    } kept[KEPT];
    static _Thread_local size_t oldest;
    for (size_t i = 0; i < KEPT; i++) {
        if (kept[i].network == network && kept[i].rows == rows) {
            return &kept[i].pace;
        }
    }
    const size_t now = oldest++ % KEPT;
    kept[now].network = network;
    kept[now].rows = rows;
    kept[now].pace = (gml_pace){0};
    return &kept[now].pace;
}

/* One slot for each worker is allocated before the run, so that later calls of this size allocate nothing on any
 * thread. */
static void run(gml_prediction *prediction, const gml_phase *phases, size_t phase_count, double flops, bool shares_slot)
{
    const gml_network *network = prediction->network;
    size_t threads = gml_plan_threads(flops, network->context->threads);
    size_t workers = gml_parallel_threads(threads, phases, phase_count);
    gml_slots_reserve(network->context, network->slots, shares_slot ? 1 : workers);
    gml_multiply_reserve(network->context, workers,
                         prediction->x.rows >= GML_MULTIPLY_LEAST_ROWS ? network->widest : 0);
    gml_plan_run(network->context, gml_predict_pace(network, prediction->x.rows),
                 &(gml_batch_work){.phases = phases,
                                   .phase_count = phase_count,
                                   .argument = prediction,
                                   .flops = flops,
                                   .calls_blas = !network->context->native->always,
                                   .usual = true});
}

static double flops_of(const gml_prediction *prediction, size_t rows)
{
    const double parameters = 2.0 * (double)prediction->network->parameter_count;
    return fmax(parameters, gml_plan_row_flops(prediction->network)) * (double)rows;
}

/* Predicts few samples by columns; false if that is not worth it. */
static bool predict_few(gml_prediction *prediction)
{
    const gml_network *network = prediction->network;
    const size_t rows = prediction->x.rows;
    const double flops = flops_of(prediction, rows > ROWS_OF_A_READ ? rows : ROWS_OF_A_READ);
    gml_phase phases[MOST_PHASES];
    if (rows > gml_least(GML_PREDICT_FEW, network->panel) || gml_plan_threads(flops, network->context->threads) == 1) {
        return false;
    }
    size_t count = list_phases(network, rows, phases);
    if (count == 0) {
        return false;
    }
    prediction->slot = gml_slot_take(network->context, network->slots);
    prediction->inputs = panel_inputs(network, prediction->x, prediction->slot->memory);
    run(prediction, phases, count, flops, true);
    gml_slot_give_back(prediction->slot);
    gml_network_finish_outputs(network, prediction->y);
    return true;
}

static void predict_panels(gml_prediction *prediction)
{
    const size_t rows = prediction->x.rows;
    const double flops = flops_of(prediction, rows);
    const size_t panel = gml_plan_panel(rows, gml_spec_members(&prediction->network->spec), flops);
    prediction->panel = panel < prediction->network->panel ? panel : prediction->network->panel;
    gml_phase phase = {.count = (rows + prediction->panel - 1) / prediction->panel, .task = predict_panel};
    run(prediction, &phase, 1, flops, false);
}

gml_status gml_network_predict(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = check_matrices(network, x, y);
    }
    if (status == GML_OK && network->ensemble != NULL) {
        gml_predict_ensemble(network, x, y);
    } else if (status == GML_OK) {
        gml_prediction prediction = {.network = network, .x = x, .y = y};
        if (!predict_few(&prediction)) {
            predict_panels(&prediction);
        }
    }
    return status;
}
