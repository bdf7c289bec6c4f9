/* reference/network.h - a dense network as a textbook writes it: triple loops in double over the caller's arrays.
 *
 * The oracle of the tests, and what the gradient check takes its differences of. Forward comes first; the loss, the
 * backward pass and the signature then speak about what it left in `memory`. */
#ifndef GML_REFERENCE_NETWORK_H
#define GML_REFERENCE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "reference/layers.h"

typedef struct gml_reference_network {
    size_t layer_count; /* at least 1 */
    const gml_reference_layer *layers;
    const double *shift, *scale;   /* x' = (x - shift) * scale before the first layer, column by column; or both null */
    const double *loss_parameters; /* null: their defaults */
    const gml_reference_loss *loss; /* takes the last layer's z where its link is that layer's activation, else y */
} gml_reference_network;

typedef struct gml_reference_batch {
    size_t rows;
    const double *x;       /* [rows x in] */
    const double *targets; /* [rows x target_cols] */
    size_t target_cols;    /* outputs, or 1 for class numbers */
    const double *weights; /* [rows], or null */
    bool masked;           /* targets that are NaN are not known */
} gml_reference_batch;

/* How many doubles of memory a batch of `rows` samples takes; false if that number overflows. */
bool gml_reference_memory(const gml_reference_network *network, size_t rows, size_t *count);

/* Fills `memory` with the z and y of every layer. */
void gml_reference_forward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory);

/* The last layer's y [rows x out], in `memory`. */
const double *gml_reference_outputs(const gml_reference_network *network, size_t rows, const double *memory);

/* The batch's mean loss. */
double gml_reference_evaluate(const gml_reference_network *network, const gml_reference_batch *batch,
                              const double *memory);

/* Gradients of the mean loss: of all that layers learn into their arrays, of the inputs as they were given,
 * before shift and scale, into dx [rows x in], which may be null. */
void gml_reference_backward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory,
                            double *dx);

/* A hash over the smooth pieces that all units of the batch lie in. Where two forward passes differ in it, a kink lies
 * between them, and a difference quotient says nothing about the derivative. */
uint64_t gml_reference_signature(const gml_reference_network *network, const gml_reference_batch *batch,
                                 const double *memory);

#endif
