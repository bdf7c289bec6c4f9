/* layer/initializer.h - the table of initializers: how the weights of a layer are first drawn. */
#ifndef GML_LAYER_INITIALIZER_H
#define GML_LAYER_INITIALIZER_H

#include "base/call.h"
#include "kernel/kernel.h"

/* Fills W [in x out], packed, from the stream's elements 0 .. in * out - 1. */
void gml_initializer_run(const gml_call *call, const gml_kernels *kernels, size_t in, size_t out, gml_stream stream,
                         void *weights);

#endif
