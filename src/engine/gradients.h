/* engine/gradients.h - one backward pass of a copy of a network, kept for looking at: for the gradient check. */
#ifndef GML_ENGINE_GRADIENTS_H
#define GML_ENGINE_GRADIENTS_H

#include "engine/objective.h"

typedef struct gml_gradients {
    gml_network *network; /* the copy, in the type asked for */
    gml_objective objective;
    gml_workspace workspace;
    gml_target target;
    size_t rows;
    void *targets[2];  /* class numbers and what the loss reads, [rows x outputs] each */
    double *weights;   /* of the samples, where some are not known */
    gml_matrix inputs; /* d loss / d x, [rows x inputs] */
    double loss;
} gml_gradients;

/* Copies the network to `dtype`, takes the batch forward and backward on one thread, and keeps all gradients. On
 * failure nothing is kept. Errors: shape, name, argument, data, memory. */
gml_status gml_gradients_create(const gml_network *network, gml_dtype dtype, gml_matrix x, gml_matrix y,
                                const char *loss, gml_gradients *gradients);
void gml_gradients_destroy(gml_gradients *gradients);

/* The gradient of block `index`, or of the inputs where index is the number of blocks. */
gml_block gml_gradients_block(const gml_gradients *gradients, size_t index);

#endif
