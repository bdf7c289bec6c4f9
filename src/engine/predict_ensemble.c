/* engine/predict_ensemble.c - predictions of an ensemble: the mean of its members'.
 *
 * A task takes one panel of samples through all members, one after another. Of few samples a task takes all through one
 * member. Either way the outputs are added up in double in the order of the members, so sums have the same bits for any
 * number of threads. */
#include <string.h>

#include "base/least.h"
#include "engine/plan.h"
#include "engine/predict.h"
#include "kernel/data/data.h"
#include "kernel/explain/explain.h"
#include "kernel/product/choose.h"
#include "kernel/product/multiply.h"
#include "network/ensemble.h"

typedef struct ensemble_prediction {
    const gml_network *network;
    gml_matrix x, y;
    size_t panel;
    gml_slot *slot; /* of few samples: the outputs of all members */
} ensemble_prediction;

/* Returns the outputs of member `index` in a slot, [rows x outputs]. */
static gml_matrix outputs_of(const gml_network *network, const gml_slot *slot, size_t index, size_t rows)
{
    const size_t outputs = gml_network_outputs(network), size = network->kernels->size;
    char *first = gml_ensemble_outputs(network, slot);
    return gml_matrix_view(first + index * rows * outputs * size, network->kernels->dtype, rows, outputs);
}

/* Adds the share of one member to sums, [rows x outputs]. */
static void add_outputs(const gml_network *network, gml_matrix outputs, double *sums)
{
    const double share = 1 / (double)network->ensemble->count;
    network->kernels->explain->add_rows(1, outputs.rows * outputs.cols, &share, outputs.data, sums);
}

static void write_mean(const gml_network *network, const double *sums, gml_matrix y)
{
    network->kernels->data->gather(&(gml_gather_call){.rows = y.rows,
                                                      .cols = y.cols,
                                                      .source = sums,
                                                      .source_dtype = GML_F64,
                                                      .source_stride = y.cols,
                                                      .target = y.data,
                                                      .target_stride = y.stride});
}

static void average_panel(void *argument, gml_share share)
{
    const ensemble_prediction *prediction = argument;
    const gml_network *network = prediction->network;
    const gml_ensemble *ensemble = network->ensemble;
    const size_t first = share.first * prediction->panel;
    const size_t rows = gml_least(prediction->panel, prediction->x.rows - first);
    gml_slot *slot = gml_slot_take(network->context, ensemble->slots);
    const gml_matrix outputs = outputs_of(network, slot, 0, rows);
    double *sums = gml_ensemble_sums(slot);
    memset(sums, 0, rows * outputs.cols * sizeof *sums);
    for (size_t i = 0; i < ensemble->count; i++) {
        gml_predict_panel(ensemble->members[i], gml_matrix_rows(prediction->x, first, rows), outputs);
        add_outputs(network, outputs, sums);
    }
    write_mean(network, sums, gml_matrix_rows(prediction->y, first, rows));
    gml_slot_give_back(slot);
}

/* ---- few samples ---- */

static void predict_member(void *argument, gml_share share)
{
    const ensemble_prediction *prediction = argument;
    const gml_network *network = prediction->network;
    gml_predict_panel(network->ensemble->members[share.first], prediction->x,
                      outputs_of(network, prediction->slot, share.first, prediction->x.rows));
}

static void average_members(void *argument, gml_share share)
{
    const ensemble_prediction *prediction = argument;
    const gml_network *network = prediction->network;
    double *sums = gml_ensemble_sums(prediction->slot);
    (void)share;
    memset(sums, 0, prediction->x.rows * prediction->y.cols * sizeof *sums);
    for (size_t i = 0; i < network->ensemble->count; i++) {
        add_outputs(network, outputs_of(network, prediction->slot, i, prediction->x.rows), sums);
    }
    write_mean(network, sums, prediction->y);
}

/* ---- all ---- */

/* Reserves the memory of each worker, so that later calls of this size allocate nothing on any thread. */
static void reserve(const gml_network *network, size_t workers, size_t rows)
{
    const gml_ensemble *ensemble = network->ensemble;
    size_t widest = 0;
    gml_slots_reserve(network->context, ensemble->slots, workers);
    for (size_t i = 0; i < ensemble->count; i++) {
        const gml_network *member = ensemble->members[i];
        gml_slots_reserve(network->context, member->slots, workers);
        widest = member->widest > widest ? member->widest : widest;
    }
    gml_multiply_reserve(network->context, workers, rows >= GML_MULTIPLY_LEAST_ROWS ? widest : 0);
}

static void run(ensemble_prediction *prediction, const gml_phase *phases, size_t count, double flops)
{
    const gml_network *network = prediction->network;
    gml_plan_run(network->context, gml_predict_pace(network, prediction->x.rows),
                 &(gml_batch_work){.phases = phases,
                                   .phase_count = count,
                                   .argument = prediction,
                                   .flops = flops,
                                   .calls_blas = !network->context->native->always,
                                   .usual = true});
}

void gml_predict_ensemble(const gml_network *network, gml_matrix x, gml_matrix y)
{
    gml_context *context = network->context;
    const double flops = 2.0 * (double)gml_network_parameter_count(network) * (double)x.rows;
    const size_t threads = gml_plan_threads(flops, context->threads);
    ensemble_prediction prediction = {.network = network, .x = x, .y = y};
    if (x.rows <= GML_PREDICT_FEW) {
        const gml_phase phases[] = {{.count = network->ensemble->count, .task = predict_member},
                                    {.count = 1, .task = average_members}};
        reserve(network, gml_parallel_threads(threads, phases, 2), x.rows);
        prediction.slot = gml_slot_take(context, network->ensemble->slots);
        run(&prediction, phases, 2, flops);
        gml_slot_give_back(prediction.slot);
        return;
    }
    prediction.panel = gml_least(gml_plan_panel(x.rows, 1, flops), GML_PREDICT_PANEL);
    const gml_phase phase = {.count = (x.rows + prediction.panel - 1) / prediction.panel, .task = average_panel};
    reserve(network, gml_parallel_threads(threads, &phase, 1), x.rows);
    run(&prediction, &phase, 1, flops);
}
