/* explain/effects/connections.c - products of the weights along all paths from inputs to outputs: connection weights,
 * and Garson's shares. Those of the inputs that a preparation makes of a column are summed. */
#include <string.h>

#include "base/layout.h"
#include "base/view.h"
#include "data/transform/transform.h"
#include "gemmule/effects.h"
#include "kernel/data/data.h"
#include "kernel/effect/effect.h"
#include "kernel/explain/explain.h"
#include "kernel/product/gemm.h"
#include "network/network.h"

typedef struct chain {
    const gml_network *network; /* folded */
    bool shares;                /* Garson's */
    size_t widest;              /* of its layers */
    double *weights;            /* [most weights of a layer] */
    double *product, *next;     /* [inputs x widest] */
    double *live;               /* [inputs]: 0 where a preparation makes the same number of every value; or null */
    void *arena;
    size_t arena_size;
} chain;

/* True if a layer passes each unit on by itself. */
static bool is_entrywise(const gml_layer *layer)
{
    return layer->kind->trains_only || (layer->kind->activates && layer->weight == NULL);
}

/* Refuses layers that no fold makes part of a chain. */
static gml_status check_layers(const gml_network *network)
{
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        const bool folds = layer->kind->batch_statistics || layer->scaled != NULL;
        if (layer->weight == NULL && !is_entrywise(layer) && !folds) {
            return gml_fail(network->context, GML_ERROR_ARGUMENT,
                            "layer %zu is %s; connection weights are defined for a chain of dense layers; permutation "
                            "importance has no such limit",
                            i + 1, layer->kind->entry.name);
        }
    }
    return GML_OK;
}

static gml_status check_folded(const gml_network *folded, const gml_network *network)
{
    size_t dense = 0;
    for (size_t i = 0; i < folded->spec.layer_count; i++) {
        const gml_layer *layer = &folded->layers[i];
        dense += layer->weight != NULL;
        if (layer->weight == NULL && !is_entrywise(layer)) {
            return gml_fail(
                network->context, GML_ERROR_ARGUMENT,
                "%s cannot be folded into a dense layer in %s; connection weights are defined for a chain of "
                "dense layers",
                layer->kind->entry.name, network->description);
        }
    }
    return dense > 0 ? GML_OK
                     : gml_fail(network->context, GML_ERROR_ARGUMENT, "%s has no dense layer", network->description);
}

static void lay_out(void *owner, gml_layout *layout)
{
    chain *of = owner;
    size_t most = 0;
    for (size_t i = 0; i < of->network->spec.layer_count; i++) {
        const gml_layer *layer = &of->network->layers[i];
        const size_t weights = layer->weight != NULL ? layer->in * layer->out : 0;
        most = weights > most ? weights : most;
        of->widest = layer->out > of->widest ? layer->out : of->widest;
    }
    of->weights = gml_layout_take(layout, of->arena, most, 1, sizeof(double));
    of->product = gml_layout_take(layout, of->arena, of->network->spec.inputs, of->widest, sizeof(double));
    of->next = gml_layout_take(layout, of->arena, of->network->spec.inputs, of->widest, sizeof(double));
    const bool prepared = of->network->preparation != NULL;
    double *live = gml_layout_take(layout, of->arena, prepared ? of->network->spec.inputs : 0, 1, sizeof(double));
    of->live = prepared ? live : NULL;
}

/* Reads the weights of a layer as they count. `number` is the layer's among dense ones, from 1. */
static gml_status read_weights(const chain *of, const gml_layer *layer, size_t number, double *weights)
{
    const gml_network *network = of->network;
    network->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = layer->in,
                                                                        .cols = layer->out,
                                                                        .source = layer->weight,
                                                                        .source_dtype = network->kernels->dtype,
                                                                        .source_stride = layer->out,
                                                                        .target = weights,
                                                                        .target_stride = layer->out});
    const double *scale = of->live != NULL ? of->live : network->input.scale;
    if (number == 1 && scale != NULL) {
        gml_clear_rows(layer->in, layer->out, scale, weights);
    }
    const size_t empty = of->shares ? gml_column_shares(layer->in, layer->out, weights) : layer->out;
    return empty == layer->out
               ? GML_OK
               : gml_fail(network->context, GML_ERROR_DATA,
                          "unit %zu of dense layer %zu has no weights but 0; the shares of its inputs are not defined",
                          empty + 1, number);
}

/* Writes the product, summed over the inputs of each column. */
static void write_columns(const chain *of, gml_matrix out)
{
    const gml_network *network = of->network;
    const gml_explain_kernels *kernels = network->context->kernels[GML_F64]->explain;
    const double one = 1;
    for (size_t j = 0; j < out.rows; j++) {
        const gml_column_inputs column = gml_chain_inputs(&network->preparation->chains[j]);
        double *row = gml_view_row(out, j);
        memset(row, 0, out.cols * sizeof *row);
        for (size_t k = 0; k < 2; k++) {
            const gml_input_run run = column.runs[k];
            for (size_t i = run.first; i < run.first + run.count; i++) {
                kernels->add_rows(1, out.cols, &one, of->product + i * out.cols, row);
            }
        }
    }
}

/* product = W_1, then product = product W_l. */
static gml_status multiply(chain *of, gml_matrix out)
{
    const size_t inputs = of->network->spec.inputs;
    size_t number = 0;
    for (size_t i = 0; i < of->network->spec.layer_count; i++) {
        const gml_layer *layer = &of->network->layers[i];
        if (layer->weight == NULL) {
            continue;
        }
        double *to = number++ == 0 ? of->product : of->weights;
        gml_status status = read_weights(of, layer, number, to);
        if (status != GML_OK) {
            return status;
        }
        if (number > 1) {
            gml_gemm_run(GML_F64, &(gml_gemm){.m = inputs,
                                              .n = layer->out,
                                              .k = layer->in,
                                              .a = of->product,
                                              .b = of->weights,
                                              .c = of->next,
                                              .a_stride = layer->in,
                                              .b_stride = layer->out,
                                              .c_stride = layer->out});
            double *made = of->next;
            of->next = of->product;
            of->product = made;
        }
    }
    if (of->network->preparation != NULL) {
        write_columns(of, out);
        return GML_OK;
    }
    for (size_t i = 0; i < inputs; i++) {
        memcpy(gml_view_row(out, i), of->product + i * out.cols, out.cols * sizeof(double));
    }
    return GML_OK;
}

static gml_status run(const gml_network *network, bool shares, gml_matrix out)
{
    gml_context *context = network->context;
    gml_network *folded = NULL;
    chain of = {.shares = shares};
    gml_status status =
        gml_view_check(context, "weights", out, GML_F64, gml_network_columns(network), gml_network_outputs(network));
    status = status == GML_OK ? check_layers(network) : status;
    status = status == GML_OK ? gml_network_fold(network, &folded) : status;
    status = status == GML_OK ? check_folded(folded, network) : status;
    of.network = folded;
    if (status == GML_OK) {
        status = gml_layout_make(context, lay_out, &of, "connection weights", network->description, &of.arena,
                                 &of.arena_size);
    }
    if (status == GML_OK) {
        if (of.live != NULL) {
            gml_preparation_live(network->preparation, of.live);
        }
        gml_gemm_open();
        status = multiply(&of, out);
        gml_gemm_close();
    }
    gml_release(context, of.arena, of.arena_size, 1);
    gml_network_destroy(folded);
    return status;
}

gml_status gml_connection_weights(const gml_network *network, gml_matrix weights)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    return status == GML_OK ? run(network, false, weights) : status;
}

gml_status gml_garson_shares(const gml_network *network, gml_matrix shares)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    return status == GML_OK ? run(network, true, shares) : status;
}
