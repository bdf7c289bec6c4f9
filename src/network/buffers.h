/* network/buffers.h - assigns the values of a prediction to a few buffers. */
#ifndef GML_NETWORK_BUFFERS_H
#define GML_NETWORK_BUFFERS_H

#include "network/spec.h"

/* Where predictions find a value: value 0 is the inputs, value i + 1 what layer i gives. */
typedef struct gml_value_place {
    size_t source; /* the value itself, or the earlier one that layers which do nothing when predicting pass on */
    size_t buffer;
} gml_value_place;

/* Gives the inputs and each layer's outputs a buffer that nothing still needed lies in: two for a plain chain, one more
 * for each residual under way. places [layer_count + 1], written; null: only counted. Returns how many buffers there
 * are. */
size_t gml_buffers_assign(const gml_spec *spec, gml_value_place *places);

#endif
