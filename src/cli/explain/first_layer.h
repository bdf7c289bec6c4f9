/* cli/explain/first_layer.h - the weights between the inputs and the units of the first layer. */
#ifndef GML_CLI_FIRST_LAYER_H
#define GML_CLI_FIRST_LAYER_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

/* The first layer with weights. A normalisation of the inputs may stand before it. */
typedef struct first_layer {
    gml_matrix weights;  /* [inputs x units], of the network */
    const double *scale; /* [inputs] of the input scaling; or null */
} first_layer;

/* False if no layer has weights from the inputs. */
bool first_layer_of(const gml_network *network, first_layer *layer);

/* The weight from an input to a unit: 0 if the input scaling removes the input, whatever the matrix holds. */
double first_layer_weight(const first_layer *layer, size_t input, size_t unit);

/* Copies the weights of a unit to `values` [inputs]. */
void first_layer_unit(const first_layer *layer, size_t unit, double *values);

enum { FIRST_LAYER_MOST = 64 };

/* Finds the units with the greatest norms, the greatest first; units without a number come last.
 *
 * norms  [units of the layer], written: the squares of their norms, -1 for NaN
 * units  [most], at most FIRST_LAYER_MOST, written: as many as the function returns */
size_t first_layer_choose(const first_layer *layer, double *norms, size_t most, size_t *units);

#endif
