/* explain/health/noise.h - the simple noise scale of the gradient, from the gradients of equal batches. */
#ifndef GML_EXPLAIN_NOISE_H
#define GML_EXPLAIN_NOISE_H

#include "engine/workspace.h"

typedef struct gml_noise {
    size_t batch; /* samples of a full batch; other batches are left out */
    size_t full;  /* full batches so far */
    double small; /* the sum of their squared norms */
    void *sum;    /* of their gradients, in the layout of the parameters; the owner's memory, 0 at first */
} gml_noise;

/* Adds the gradient of all parameters, which the workspace keeps, of a batch of `rows` samples. */
void gml_noise_add(gml_noise *noise, const gml_workspace *workspace, size_t rows);

/* The estimate of gml_health_summary.noise_scale; NaN for fewer than two full batches. */
double gml_noise_scale(const gml_noise *noise, const gml_network *network);

#endif
