/* network/logits.h - the layer that makes the logits: its parameters scale what the last activation reads. */
#ifndef GML_NETWORK_LOGITS_H
#define GML_NETWORK_LOGITS_H

#include "network/network.h"

/* Finds the layer with outputs that are proportional to its own parameters, from which the input of the last activation
 * comes unchanged when predicting: a dense layer, or a normalisation with a gain. Errors: argument (there is none, for
 * example behind a residual). */
gml_status gml_network_logit_layer(const gml_network *network, size_t *layer);

/* Multiplies the logits by `factor`: the weights and the bias of the layer, or its gain and bias. */
void gml_network_scale_logits(gml_network *network, size_t layer, double factor);

#endif
