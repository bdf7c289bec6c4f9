/* engine/predict_ensemble.c - predictions of an ensemble: the mean of its members'.
 *
 * A task takes one panel of samples through all members, one after another, and adds up their outputs in double in the
 * order of the members. Sums therefore have the same bits for any number of threads. */
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
} ensemble_prediction;

/* Predicts at most a panel of samples; `predict` is for one member. */
static void average(const gml_network *network, gml_matrix x, gml_matrix y,
                    void predict(const gml_network *member, gml_matrix x, gml_matrix y))
{
    const gml_ensemble *ensemble = network->ensemble;
    const double share = 1 / (double)ensemble->count;
    gml_slot *slot = gml_slot_take(network->context, ensemble->slots);
    double *sums = gml_ensemble_sums(slot);
    const gml_matrix outputs = gml_matrix_view(gml_ensemble_outputs(network, slot), y.dtype, x.rows, y.cols);
    memset(sums, 0, x.rows * y.cols * sizeof *sums);
    for (size_t i = 0; i < ensemble->count; i++) {
        predict(ensemble->members[i], x, outputs);
        network->kernels->explain->add_rows(1, x.rows * y.cols, &share, outputs.data, sums);
    }
    network->kernels->data->gather(&(gml_gather_call){.rows = x.rows,
                                                      .cols = y.cols,
                                                      .source = sums,
                                                      .source_dtype = GML_F64,
                                                      .source_stride = y.cols,
                                                      .target = y.data,
                                                      .target_stride = y.stride});
    gml_slot_give_back(slot);
}

static void average_panel(void *argument, gml_share share)
{
    const ensemble_prediction *prediction = argument;
    const size_t first = share.first * prediction->panel;
    const size_t count = gml_least(prediction->panel, prediction->x.rows - first);
    average(prediction->network, gml_matrix_rows(prediction->x, first, count),
            gml_matrix_rows(prediction->y, first, count), gml_predict_panel);
}

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

void gml_predict_ensemble(const gml_network *network, gml_matrix x, gml_matrix y)
{
    if (x.rows <= GML_PREDICT_FEW) {
        average(network, x, y, gml_predict_rows);
        return;
    }
    const double flops = 2.0 * (double)gml_network_parameter_count(network) * (double)x.rows;
    ensemble_prediction prediction = {
        .network = network, .x = x, .y = y, .panel = gml_least(gml_plan_panel(x.rows, flops), GML_PREDICT_PANEL)};
    const gml_phase phase = {.count = (x.rows + prediction.panel - 1) / prediction.panel, .task = average_panel};
    const size_t threads = gml_plan_threads(flops, network->context->threads);
    reserve(network, gml_parallel_threads(threads, &phase, 1), x.rows);
    gml_plan_run(network->context, gml_predict_pace(network, x.rows),
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = &prediction,
                                   .flops = flops,
                                   .calls_blas = !network->context->native->always,
                                   .usual = true});
}
