/* engine/predict.c - predictions: panels of rows go forward through all layers, in the buffers of a slot. */
#include <limits.h>

#include "base/parallel.h"
#include "base/view.h"
#include "engine/plan.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"

typedef struct gml_prediction {
    const gml_network *network;
    gml_matrix x, y;
    size_t panel;
} gml_prediction;

/* Returns a panel of inputs as the first layer reads it: the caller's rows, or converted and scaled in `memory`. */
static gml_matrix panel_inputs(const gml_network *network, gml_matrix rows, void *memory)
{
    const gml_kernels *kernels = network->kernels;
    if (rows.dtype == kernels->dtype && network->input.shift == NULL) {
        return rows;
    }
    gml_network_read_inputs(network, rows, memory);
    return gml_matrix_view(memory, kernels->dtype, rows.rows, rows.cols);
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

static void run_layer(const gml_network *network, size_t index, const gml_slot *slot, gml_matrix inputs, gml_matrix y)
{
    const gml_layer *layer = &network->layers[index];
    gml_matrix x = value_of(network, slot, inputs, index);
    gml_layer_call call = {.layer = layer, .activation = layer->activation, .rows = x.rows, .cols = layer->out};
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

static void predict_panel(void *argument, gml_share share)
{
    size_t index = share.first;
    const gml_prediction *prediction = argument;
    const gml_network *network = prediction->network;
    size_t first = index * prediction->panel;
    size_t left = prediction->x.rows - first;
    size_t count = left < prediction->panel ? left : prediction->panel;
    gml_matrix y = gml_matrix_rows(prediction->y, first, count);

    gml_slot *slot = gml_slot_take(network->context, network->slots);
    gml_matrix inputs = panel_inputs(network, gml_matrix_rows(prediction->x, first, count), slot->memory);
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        bool last = i + 1 == network->spec.layer_count;
        if (network->places[i + 1].source == i + 1) {
            run_layer(network, i, slot, inputs, last ? y : value_of(network, slot, inputs, i + 1));
        }
    }
    gml_slot_give_back(slot);

    if (network->output.scale != NULL) {
        network->kernels->matrix->affine_columns(count, y.cols, y.stride, network->output.scale, network->output.shift,
                                                 y.data);
    }
}

static gml_status check_matrices(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_check_inputs(network, x);
    return status == GML_OK ? gml_view_check(network->context, "outputs", y, network->kernels->dtype, x.rows,
                                             gml_network_outputs(network))
                            : status;
}

/* Returns the pace of the calling thread, which is reset when the network or the number of samples changes. Threads
 * that share a network therefore do not wait for each other. */
static gml_pace *pace_of(const gml_prediction *prediction)
{
    static _Thread_local struct {
        const gml_network *network;
        size_t rows;
        gml_pace pace;
    } own;
    if (own.network != prediction->network || own.rows != prediction->x.rows) {
        own.network = prediction->network;
        own.rows = prediction->x.rows;
        own.pace = (gml_pace){0};
    }
    return &own.pace;
}

gml_status gml_network_predict(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = check_matrices(network, x, y);
    }
    if (status != GML_OK) {
        return status;
    }
    double flops = 2.0 * (double)network->parameter_count * (double)x.rows;
    gml_prediction prediction = {.network = network, .x = x, .y = y, .panel = gml_plan_panel(x.rows, flops)};
    prediction.panel = prediction.panel < network->panel ? prediction.panel : network->panel;
    gml_phase phase = {.count = (x.rows + prediction.panel - 1) / prediction.panel, .task = predict_panel};

    /* One slot for each worker is allocated now, so that later calls of this size allocate nothing on any thread. */
    size_t threads = gml_plan_threads(flops, network->context->threads);
    size_t workers = gml_parallel_threads(threads, &phase, 1);
    gml_slots_reserve(network->context, network->slots, workers);
    gml_multiply_reserve(network->context, workers, x.rows > 1 ? network->widest : 0);
    gml_plan_run(network->context, pace_of(&prediction),
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = &prediction,
                                   .flops = flops,
                                   .calls_blas = !network->context->native->always,
                                   .usual = true});
    return GML_OK;
}
