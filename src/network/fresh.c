/* network/fresh.c - the bias of the outputs, and whether a network still has its initial parameters. */
#include <string.h>

#include "network/network.h"

static void *bias_of(const gml_layer *layer)
{
    for (size_t i = 0; i < layer->vector_count; i++) {
        if (layer->vectors[i].role == GML_ROLE_BIAS) {
            return layer->vectors[i].values;
        }
    }
    return NULL;
}

gml_output_bias gml_network_output_bias(const gml_network *network)
{
    size_t last = gml_spec_output_layer(&network->spec);
    const gml_layer_kind *kind = network->layers[last].kind;
    bool linear = true;
    if (last > 0 && kind->activates && !kind->dense) {
        last--;
        linear = network->layers[last].activation->identity;
    }
    return (gml_output_bias){.layer = last, .values = linear ? bias_of(&network->layers[last]) : NULL};
}

static size_t bias_bytes(const gml_network *network)
{
    return network->layers[gml_network_output_bias(network).layer].out * network->kernels->size;
}

bool gml_network_is_fresh(const gml_network *network)
{
    const void *bias = gml_network_output_bias(network).values;
    return network->fresh && (bias == NULL || memcmp(bias, network->drawn, bias_bytes(network)) == 0);
}

void gml_network_mark_fresh(gml_network *network)
{
    const void *bias = gml_network_output_bias(network).values;
    if (bias != NULL) {
        memcpy(network->drawn, bias, bias_bytes(network));
    }
    network->fresh = true;
}
