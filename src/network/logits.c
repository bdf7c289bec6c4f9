/* network/logits.c - scales the logits of a network by scaling the parameters that make them. */
#include "network/logits.h"

#include "kernel/matrix/matrix.h"

static bool has_gain(const gml_layer_kind *kind)
{
    return kind->vector_count > 0 && kind->vectors[0].role == GML_ROLE_SCALE;
}

/* True if the outputs of a layer are its inputs when predicting. */
static bool passes_on(const gml_layer *layer)
{
    return layer->kind->trains_only || (layer->kind->activates && !layer->kind->dense && layer->activation->identity);
}

static size_t before_noise(const gml_network *network, size_t layer)
{
    while (layer > 0 && passes_on(&network->layers[layer])) {
        layer--;
    }
    return layer;
}

gml_status gml_network_logit_layer(const gml_network *network, size_t *layer)
{
    const size_t last = network->spec.layer_count - 1;
    const gml_layer_kind *kind = network->layers[last].kind;
    const bool apart = last > 0 && kind->activates && !kind->dense;
    const size_t found = before_noise(network, apart ? last - 1 : last);
    const gml_layer *made_by = &network->layers[found];
    const bool linear = made_by->kind->dense && (found == last || made_by->activation->identity);
    if (!linear && !has_gain(made_by->kind)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "calibration cannot divide the logits: they come from layer %zu, %s; a dense layer without "
                        "activation, or a normalisation with a gain, is needed before the last activation",
                        found + 1, made_by->spec->kind.entry->name);
    }
    *layer = found;
    return GML_OK;
}

static void scale(const gml_kernels *kernels, size_t count, double factor, void *values)
{
    kernels->matrix->scale_columns(count, 1, 1, &factor, values);
}

void gml_network_scale_logits(gml_network *network, size_t layer, double factor)
{
    const gml_layer *made_by = &network->layers[layer];
    if (made_by->weight != NULL) {
        scale(network->kernels, made_by->weight_rows * made_by->weight_cols, factor, made_by->weight);
    }
    for (size_t i = 0; i < made_by->vector_count; i++) {
        const gml_vector *vector = &made_by->vectors[i];
        if (vector->role == GML_ROLE_BIAS || vector->role == GML_ROLE_SCALE) {
            scale(network->kernels, vector->count, factor, vector->values);
        }
    }
    network->fresh = false;
}
