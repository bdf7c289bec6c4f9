/* network/code_inputs.c - finds the layer that takes inputs for codes of levels. */
#include "network/code_inputs.h"

#include "layer/layer.h"

gml_code_inputs gml_network_code_inputs(const gml_network *network)
{
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->kind->reads_codes) {
            const gml_call *call = &layer->spec->kind;
            return (gml_code_inputs){(size_t)gml_call_value(call, "columns", 0),
                                     (size_t)gml_call_value(call, "levels", 0)};
        }
        if (layer->kind->settle_outputs == NULL || !layer->kind->whole_rows) {
            break; /* it does not pass the last inputs on as they are */
        }
    }
    return (gml_code_inputs){0, 0};
}
