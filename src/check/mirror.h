/* check/mirror.h - a network in double as described to the naive reference. */
#ifndef GML_CHECK_MIRROR_H
#define GML_CHECK_MIRROR_H

#include "network/network.h"
#include "reference/network.h"

/* Points `layers`, one for each layer of `network` (f64), to its parameters, and returns the reference network over
 * them, with the network's input scaling and without a loss. Dropout and noise draw from `noise`. */
gml_reference_network gml_mirror(const gml_network *network, gml_stream noise, gml_reference_layer *layers);

#endif
