/* network/buffers.h - which of a few buffers holds what while a network predicts. */
#ifndef GML_NETWORK_BUFFERS_H
#define GML_NETWORK_BUFFERS_H

#include "network/spec.h"

/* Gives the inputs and each layer's outputs a buffer that nothing still needed lies in: two for a plain chain, one more
 * for each residual under way. buffers [layer_count + 1], written; null: only counted. Returns how many there are. */
size_t gml_buffers_assign(const gml_spec *spec, size_t *buffers);

/* Whose memory the values `value` lie in, 0 for the inputs and i + 1 for the outputs of layer i: layers that do nothing
 * when predicting pass on what they read. */
size_t gml_buffers_value(const gml_spec *spec, size_t value);

#endif
