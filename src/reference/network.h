/* reference/network.h - a dense network by textbook formulas: triple loops in double over the caller's arrays.
 *
 * The oracle of the tests, and the function that the gradient check differentiates. Call gml_reference_forward first;
 * loss, backward pass and signature use the `memory` that it fills. */
#ifndef GML_REFERENCE_NETWORK_H
#define GML_REFERENCE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "reference/layers.h"

typedef struct gml_reference_network {
    size_t layer_count; /* at least 1 */
    const gml_reference_layer *layers;
    const double *shift, *scale;    /* x' = (x - shift) * scale before the first layer, per column; or both null */
    const double *loss_parameters;  /* null: their defaults */
    const gml_reference_loss *loss; /* takes the last layer's z if its link is that layer's activation, else y; where
                                       the last layer averages members, those of the layer before, member by member */
} gml_reference_network;

typedef struct gml_reference_batch {
    size_t rows;
    const double *x;       /* [rows x in] */
    const double *targets; /* [rows x target_cols] */
    size_t target_cols;    /* outputs, or 1 for class numbers */
    const double *weights; /* [rows], or null */
    bool masked;           /* targets that are NaN are missing */
} gml_reference_batch;

/* Computes the length of `memory`, in doubles, for a batch of `rows` samples; returns false on overflow. */
bool gml_reference_memory(const gml_reference_network *network, size_t rows, size_t *count);

/* Fills `memory` with the z and y of every layer. */
void gml_reference_forward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory);

/* Returns the last layer's y [rows x out], in `memory`. */
const double *gml_reference_outputs(const gml_reference_network *network, size_t rows, const double *memory);

/* Returns the mean loss of the batch. */
double gml_reference_evaluate(const gml_reference_network *network, const gml_reference_batch *batch,
                              const double *memory);

/* Computes the gradients of the mean loss: of all parameters, into the layers' arrays, and of the inputs before shift
 * and scale, into dx [rows x in], which may be null. */
void gml_reference_backward(const gml_reference_network *network, const gml_reference_batch *batch, double *memory,
                            double *dx);

/* Computes the gradient of output `column`, or with `score` of the last layer's z, by the inputs before shift and
 * scale: dx [rows x in]. Overwrites the layers' gradients. */
void gml_reference_input_gradient(const gml_reference_network *network, size_t rows, double *memory, size_t column,
                                  bool score, double *dx);

/* Returns layer `l` with its inputs, z and y in `memory`, without gradients. */
gml_reference_place gml_reference_place_of(const gml_reference_network *network, size_t rows, double *memory, size_t l);

/* Returns a hash of the numbers of the smooth pieces of all units in the batch. If it differs between two forward
 * passes, there is a kink between them, and their difference quotient does not approximate the derivative. */
uint64_t gml_reference_signature(const gml_reference_network *network, const gml_reference_batch *batch,
                                 const double *memory);

#endif
