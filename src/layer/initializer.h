/* layer/initializer.h - the table of initializers: how the weights of a layer are first drawn. */
#ifndef GML_LAYER_INITIALIZER_H
#define GML_LAYER_INITIALIZER_H

#include "base/call.h"
#include "kernel/kernel.h"

/* Fills W [in x out], packed, from the stream, and the biases [out], which may be null, where the row has an opinion of
 * them; else they are left as they are. The steps of the stream after its own may be used too. */
void gml_initializer_run(const gml_call *call, const gml_kernels *kernels, size_t in, size_t out, gml_stream stream,
                         void *weights, void *bias);

#endif
