/* check/mirror.h - a network in double as the naive reference sees it. */
#ifndef GML_CHECK_MIRROR_H
#define GML_CHECK_MIRROR_H

#include "network/network.h"
#include "reference/network.h"

/* Points `layers`, one for each layer of `network` (f64), to its parameters, and gives the reference over them with the
 * network's scaling of inputs and without a loss. `noise` is what dropout and noise draw from. */
gml_reference_network gml_mirror(const gml_network *network, gml_stream noise, gml_reference_layer *layers);

#endif
