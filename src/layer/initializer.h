/* layer/initializer.h - the table of initializers: how the weights and the biases of a layer are first drawn. */
#ifndef GML_LAYER_INITIALIZER_H
#define GML_LAYER_INITIALIZER_H

#include "base/call.h"
#include "base/random.h"
#include "kernel/kernel.h"

/* The rows that biases can be drawn by, of the same table; null past the last. */
const gml_entry *gml_bias_initializer_entry(size_t index);

/* The initializer of biases that goes with one of weights, by name. */
const char *gml_initializer_bias(const gml_call *weights);

/* A layer whose numbers are drawn, and the stream they come from. The steps after the stream's own may be used too. */
typedef struct gml_initialized {
    const gml_kernels *kernels;
    size_t in, out;
    gml_stream stream;
} gml_initialized;

/* Fills W [in x out], packed. */
void gml_initializer_draw_weights(const gml_call *call, const gml_initialized *layer, void *weights);

/* Fills the biases [out]; the call is of a row that biases can be drawn by. */
void gml_initializer_draw_bias(const gml_call *call, const gml_initialized *layer, void *bias);

#endif
