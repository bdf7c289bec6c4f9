/* network/inspect.c - what can be asked of a network: its sizes, texts, blocks and facts. */
#include <stdio.h>
#include <string.h>

#include "gemmule/ensemble.h"
#include "layer/activation.h"
#include "network/network.h"

gml_context *gml_network_context(const gml_network *network)
{
    return network != NULL ? network->context : NULL;
}

gml_dtype gml_network_dtype(const gml_network *network)
{
    return network != NULL ? network->kernels->dtype : GML_F32;
}

size_t gml_network_inputs(const gml_network *network)
{
    return network == NULL ? 0 : network->ensemble != NULL ? gml_network_columns(network) : network->spec.inputs;
}

size_t gml_network_columns(const gml_network *network)
{
    const gml_network *reader = network != NULL ? gml_network_of_layers(network) : NULL;
    const gml_preparation *preparation = reader != NULL ? reader->preparation : NULL;
    return preparation != NULL ? gml_preparation_columns(preparation) : gml_network_inputs(reader);
}

size_t gml_network_outputs(const gml_network *network)
{
    return network != NULL ? network->spec.layers[network->spec.layer_count - 1].units : 0;
}

size_t gml_network_layers(const gml_network *network)
{
    return network != NULL && network->ensemble == NULL ? network->spec.layer_count : 0;
}

const char *gml_network_output_activation(const gml_network *network)
{
    return network != NULL ? gml_network_last_activation(network)->entry->name : NULL;
}

size_t gml_network_parameter_count(const gml_network *network)
{
    size_t count = network != NULL ? network->parameter_count : 0;
    for (size_t i = 0; i < gml_network_members(network); i++) {
        count += gml_network_member(network, i)->parameter_count;
    }
    return count;
}

gml_status gml_network_measure(gml_context *context, const char *description, size_t *parameters)
{
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"context", context}, {"description", description}, {"parameters", parameters}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_spec spec = {0};
    status = gml_spec_parse(context, description, &spec);
    if (status == GML_OK) {
        *parameters = gml_spec_parameters(&spec);
        gml_spec_clear(context, &spec);
    }
    return status;
}

gml_status gml_network_layer(const gml_network *network, size_t index, gml_layer_view *view)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"view", view}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    if (index >= network->spec.layer_count) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "there is no layer at index %zu: the network has %zu, and indexes begin at 0", index,
                        network->spec.layer_count);
    }
    const gml_layer_spec *layer = &network->spec.layers[index];
    *view = (gml_layer_view){.kind = layer->kind.entry->name,
                             .activation = layer->activation.entry->name,
                             .inputs = layer->in,
                             .outputs = layer->units,
                             .parameters = gml_layer_parameters(layer)};
    if (network->layers[index].kind->reads_codes) {
        view->codes = (size_t)gml_call_value(&layer->kind, "columns", 0);
        view->levels = (size_t)gml_call_value(&layer->kind, "levels", 0);
    }
    gml_spec_layer_text(layer, view->text, sizeof view->text);
    return GML_OK;
}

/* A unit's own numbers lie a row apart from each other. */
static void gather_theta(const gml_kernels *kernels, const gml_theta *theta, size_t unit, void *numbers)
{
    size_t column = theta->units > 1 ? unit : 0;
    for (size_t i = 0; i < theta->count; i++) {
        const char *from = (const char *)theta->values + (i * theta->units + column) * kernels->size;
        memcpy((char *)numbers + i * kernels->size, from, kernels->size);
    }
}

gml_status gml_network_apply_activation(const gml_network *network, size_t index, size_t unit, gml_matrix x,
                                        gml_matrix y, gml_matrix derivative)
{
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_layer_view view = {0};
    status = gml_network_layer(network, index, &view);
    if (status != GML_OK) {
        return status;
    }
    if (unit >= view.outputs && unit != SIZE_MAX) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "layer %zu has no unit at index %zu: it has %zu, and indexes begin at 0", index + 1, unit,
                        view.outputs);
    }
    if (x.dtype != network->kernels->dtype) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "x: entries are %s, the network's are %s",
                        gml_dtype_name(x.dtype), gml_dtype_name(network->kernels->dtype));
    }
    const gml_layer *layer = &network->layers[index];
    bool learned = layer->theta.count > 0 && unit != SIZE_MAX;
    double numbers[GML_MAX_THETA]; /* room for either type */
    if (learned) {
        gather_theta(network->kernels, &layer->theta, unit, numbers);
    }
    return gml_activation_apply_learned(network->context, &layer->spec->activation, learned ? numbers : NULL, x, y,
                                        derivative);
}

const char *gml_network_description(const gml_network *network)
{
    return network != NULL ? network->description : NULL;
}

const char *gml_network_to_json(const gml_network *network)
{
    return network != NULL ? network->json : NULL;
}

size_t gml_network_block_count(const gml_network *network)
{
    size_t count = 0;
    for (size_t i = 0; network != NULL && i < network->spec.layer_count; i++) {
        count += (network->layers[i].weight != NULL ? 1 : 0) + network->layers[i].vector_count;
    }
    return count;
}

static void fill_block(const gml_network *network, size_t index, size_t block_index, gml_block *block)
{
    const gml_layer *layer = &network->layers[index];
    gml_block_spec blocks[GML_MAX_BLOCKS];
    gml_layer_blocks(layer->spec, blocks);
    const gml_block_spec *spec = &blocks[block_index];
    size_t weights = layer->weight != NULL ? 1 : 0;
    void *values = block_index < weights ? layer->weight : layer->vectors[block_index - weights].values;
    snprintf(block->name, sizeof block->name, "layers.%zu.%s", index, spec->name);
    block->role = spec->role;
    block->values = gml_matrix_view(values, network->kernels->dtype, spec->rows, spec->cols);
}

gml_status gml_network_block(const gml_network *network, size_t index, gml_block *block)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"block", block}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    size_t left = index;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        size_t count = (network->layers[i].weight != NULL ? 1 : 0) + network->layers[i].vector_count;
        if (left < count) {
            fill_block(network, i, left, block);
            return GML_OK;
        }
        left -= count;
    }
    return gml_fail(network->context, GML_ERROR_ARGUMENT, "there is no block %zu: the network has %zu", index,
                    gml_network_block_count(network));
}
