/* engine/gradients.h - the gradients of one batch, computed on a copy of a network; for the gradient check. */
#ifndef GML_ENGINE_GRADIENTS_H
#define GML_ENGINE_GRADIENTS_H

#include "engine/objective.h"

typedef struct gml_gradients {
    gml_network *network; /* the copy, of the requested dtype */
    gml_objective objective;
    gml_workspace workspace;
    gml_target target;
    size_t rows;
    void *targets[2];  /* [rows x outputs] each: class numbers, and the targets that the loss reads */
    double *weights;   /* [rows]: sample weights, where some targets are missing */
    gml_matrix inputs; /* [rows x inputs]: d loss / d x */
    double loss;
} gml_gradients;

/* Copies the network to `dtype` and computes the loss and all gradients of the batch on one thread. A failure leaves
 * nothing allocated. Errors: shape, name, argument, data, memory. */
gml_status gml_gradients_create(const gml_network *network, gml_dtype dtype, gml_matrix x, gml_matrix y,
                                const char *loss, gml_gradients *gradients);
void gml_gradients_destroy(gml_gradients *gradients);

/* Returns the gradient of block `index`, or of the inputs if index is the number of blocks. */
gml_block gml_gradients_block(const gml_gradients *gradients, size_t index);

#endif
