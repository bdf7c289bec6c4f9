/* engine/predict.c - asking a network: panels of rows through all layers, between the buffers of a slot. */
#include <limits.h>

#include "base/parallel.h"
#include "base/view.h"
#include "engine/plan.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"

typedef struct gml_question {
    const gml_network *network;
    gml_matrix x, y;
    size_t panel;
} gml_question;

/* The panel's rows as the first layer wants them: as they lie, or converted and scaled into `memory`. */
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
        gml_gemm shape = {.m = x.rows, .n = layer->out, .k = layer->in};
        call.own = gml_product_is_native(network->context, network->kernels->size, &shape);
    } else if (layer->kind->reads_earlier) {
        gml_matrix earlier = value_of(network, slot, inputs, layer->earlier);
        call.earlier = earlier.data;
        call.earlier_stride = earlier.stride;
    }
    layer->kind->forward(&call);
}

static void answer_panel(void *argument, gml_share share)
{
    size_t index = share.first;
    const gml_question *question = argument;
    const gml_network *network = question->network;
    size_t first = index * question->panel;
    size_t left = question->x.rows - first;
    size_t count = left < question->panel ? left : question->panel;
    gml_matrix answer = gml_matrix_rows(question->y, first, count);

    gml_slot *slot = gml_slot_take(network->context, network->slots);
    gml_matrix inputs = panel_inputs(network, gml_matrix_rows(question->x, first, count), slot->memory);
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        bool last = i + 1 == network->spec.layer_count;
        if (network->places[i + 1].source == i + 1) {
            run_layer(network, i, slot, inputs, last ? answer : value_of(network, slot, inputs, i + 1));
        }
    }
    gml_slot_give_back(slot);

    if (network->output.scale != NULL) {
        network->kernels->matrix->affine_columns(count, answer.cols, answer.stride, network->output.scale,
                                                 network->output.shift, answer.data);
    }
}

static gml_status check_question(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_check_inputs(network, x);
    if (status == GML_OK) {
        status = gml_view_check_dtype(network->context, "outputs", y, network->kernels->dtype);
    }
    return status == GML_OK ? gml_view_check(network->context, "outputs", y, x.rows, gml_network_outputs(network))
                            : status;
}

/* Each calling thread has a pace of its own, for as long as it asks the same network for as many samples: callers that
 * share a network do not wait for each other. */
static gml_pace *pace_of(const gml_question *question)
{
    static _Thread_local struct {
        const gml_network *network;
        size_t rows;
        gml_pace pace;
    } own;
    if (own.network != question->network || own.rows != question->x.rows) {
        own.network = question->network;
        own.rows = question->x.rows;
        own.pace = (gml_pace){0};
    }
    return &own.pace;
}

gml_status gml_network_predict(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = check_question(network, x, y);
    }
    if (status != GML_OK) {
        return status;
    }
    double flops = 2.0 * (double)network->parameter_count * (double)x.rows;
    gml_question question = {.network = network, .x = x, .y = y, .panel = gml_plan_panel(x.rows, flops)};
    question.panel = question.panel < network->panel ? question.panel : network->panel;
    gml_phase phase = {.count = (x.rows + question.panel - 1) / question.panel, .task = answer_panel};

    /* A slot for each of them now, so that later calls like this one allocate nothing whichever threads take part. */
    size_t threads = gml_plan_threads(flops, network->context->threads);
    size_t workers = gml_parallel_threads(threads, &phase, 1);
    gml_slots_reserve(network->context, network->slots, workers);
    gml_multiply_reserve(network->context, workers, x.rows > 1 ? network->widest : 0);
    gml_plan_run(network->context, pace_of(&question),
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = &question,
                                   .flops = flops,
                                   .calls_blas = !network->context->native->always,
                                   .usual = true});
    return GML_OK;
}
