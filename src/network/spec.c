/* network/spec.c - what text and JSON descriptions of a network have in common. */
#include "network/spec.h"

#include "gemmule/network.h"
#include "layer/activation.h"
#include "network/spec_forms.h"

gml_status gml_spec_parse(gml_context *context, const char *description, gml_spec *spec)
{
    const char *first = description;
    while (*first == ' ' || *first == '\t' || *first == '\n' || *first == '\r') {
        first++;
    }
    gml_spec result = {0};
    gml_status status = *first == '{' ? gml_spec_from_json(context, description, &result)
                                      : gml_spec_from_text(context, description, &result);
    if (status != GML_OK) {
        gml_spec_clear(context, &result);
    }
    *spec = result;
    return status;
}

void gml_spec_clear(gml_context *context, gml_spec *spec)
{
    gml_release(context, spec->layers, spec->layer_count, sizeof *spec->layers);
    *spec = (gml_spec){0};
}

gml_status gml_spec_make_layers(gml_context *context, const char *where, size_t count, gml_spec *spec)
{
    if (count == 0 || count > GML_MAX_LAYERS) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "%s: a network has from 1 to %d layers, not %zu", where,
                        GML_MAX_LAYERS, count);
    }
    spec->layers = gml_allocate(context, count, sizeof *spec->layers, "the layers of a network");
    if (spec->layers == NULL) {
        return GML_ERROR_MEMORY;
    }
    spec->layer_count = count;
    for (size_t i = 0; i < count; i++) {
        gml_layer_spec *layer = &spec->layers[i];
        *layer = (gml_layer_spec){.bias = true};
        gml_call_default(gml_activation_entry, "identity", &layer->activation);
        gml_spec_default_initializer(layer);
    }
    return GML_OK;
}

void gml_spec_default_initializer(gml_layer_spec *layer)
{
    const gml_activation_row *row = gml_activation_row_at(layer->activation.row);
    gml_call_default(gml_initializer_entry, row->initializer, &layer->initializer);
}
