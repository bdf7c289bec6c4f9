/* network/spec_forms.h - the two forms of a description, text and JSON, and what they share. */
#ifndef GML_NETWORK_SPEC_FORMS_H
#define GML_NETWORK_SPEC_FORMS_H

#include "gemmule/activation.h"
#include "network/spec.h"

/* Each fills a cleared spec. On failure the caller clears what there is. */
gml_status gml_spec_from_text(gml_context *context, const char *text, gml_spec *spec);
gml_status gml_spec_from_json(gml_context *context, const char *json, gml_spec *spec);

/* Makes `count` layers: dense, identity, its initializer, with bias, units 0. `where` begins the message. */
gml_status gml_spec_make_layers(gml_context *context, const char *where, size_t count, gml_spec *spec);

/* Sets the number of inputs of a layer, its members, and its outputs; those of a dense layer were the units of one
 * member. The layers before it must be settled. Errors: shape (an odd width before a gate, a residual that does not
 * fit, a layer that cannot stand between `members` and `average`, members without an average). */
gml_status gml_spec_settle(gml_context *context, const char *where, gml_spec *spec, size_t layer);

/* The layer whose outputs a residual layer adds, plus 1; 0: the network's inputs. */
size_t gml_spec_residual_source(const gml_spec *spec, size_t layer);

/* Gives a layer the initializer that goes with its activation. */
void gml_spec_default_initializer(gml_layer_spec *layer);

/* Fails: a layer without biases has an initializer of biases. Errors: argument. */
gml_status gml_spec_refuse_bias_initializer(gml_context *context, const char *where);

/* Gives a layer the initializer of biases that goes with that of its weights. */
void gml_spec_default_bias_initializer(gml_layer_spec *layer);

#endif
