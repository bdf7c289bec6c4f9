/* network/spec.h - what a network is, before it has any memory: read from text or JSON, written to both. */
#ifndef GML_NETWORK_SPEC_H
#define GML_NETWORK_SPEC_H

#include "layer/layer.h"

enum { GML_MAX_LAYERS = 1024 };

typedef struct gml_spec {
    size_t inputs;
    size_t layer_count; /* at least 1 */
    gml_layer_spec *layers;
} gml_spec;

/* Reads a description: JSON where it begins with '{', else the text grammar of gml_network_create. Sizes are from 1 to
 * INT_MAX. On failure `spec` holds nothing. */
gml_status gml_spec_parse(gml_context *context, const char *description, gml_spec *spec);

void gml_spec_clear(gml_context *context, gml_spec *spec);

/* Returns the number of trainable parameters; SIZE_MAX if it overflows. */
size_t gml_spec_parameters(const gml_spec *spec);

/* Returns the most members that stand side by side in a row; 1: there are none. */
size_t gml_spec_members(const gml_spec *spec);

/* True if the last layer averages members. */
bool gml_spec_averages(const gml_spec *spec);

/* Returns the layer with the activation of the outputs: the last, or the one before it where the last averages
 * members. */
size_t gml_spec_output_layer(const gml_spec *spec);

/* Writes a layer as text, cut where it does not fit. */
void gml_spec_layer_text(const gml_layer_spec *layer, char *text, size_t size);

/* The canonical text and JSON, in hooked memory (gml_release_string). */
gml_status gml_spec_to_text(gml_context *context, const gml_spec *spec, char **text);
gml_status gml_spec_to_json(gml_context *context, const gml_spec *spec, char **json);

#endif
