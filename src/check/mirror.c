/* check/mirror.c - describes the layers of a network to the naive reference, one by one. */
#include "check/mirror.h"

static gml_reference_layer mirror_layer(const gml_layer *layer)
{
    gml_reference_layer made = {
        .kind = gml_reference_find_kind(layer->kind->entry.name),
        .arguments = layer->spec->kind.values,
        .in = layer->in,
        .out = layer->out,
        .members = layer->members,
        .heads = layer->matrices > 1,
        .weight = layer->weight,
        .bias = layer->bias,
        .activation =
            layer->kind->activates ? gml_reference_find_activation(layer->spec->activation.entry->name) : NULL,
        .custom = layer->activation->custom,
        .parameters = layer->spec->activation.values,
        .trainable = gml_reference_find_trainable(layer->spec->activation.entry->name),
        .theta = layer->theta.values,
        .theta_count = layer->theta.count,
        .theta_units = layer->theta.units,
        .source = layer->earlier,
    };
    for (size_t i = 0; i < layer->vector_count; i++) {
        made.vectors[i] = layer->vectors[i].values;
        made.vector_counts[i] = layer->vectors[i].count;
    }
    return made;
}

gml_reference_network gml_mirror(const gml_network *network, gml_stream noise, gml_reference_layer *layers)
{
    size_t count = network->spec.layer_count;
    for (size_t i = 0; i < count; i++) {
        layers[i] = mirror_layer(&network->layers[i]);
        layers[i].scaled = network->layers[i].scaled != NULL ? &layers[i - 1] : NULL;
        layers[i].noise = noise;
        layers[i].noise.layer = (uint32_t)i;
    }
    return (gml_reference_network){
        .layer_count = count, .layers = layers, .shift = network->input.shift, .scale = network->input.scale};
}
