/* explain/effects/activity.h - the outputs of every layer for blocks of a dataset. */
#ifndef GML_EXPLAIN_ACTIVITY_H
#define GML_EXPLAIN_ACTIVITY_H

#include "data/rows.h"
#include "engine/workspace.h"

typedef struct gml_activity {
    gml_workspace workspace;
    size_t layers; /* computed */
    size_t rows;   /* of the current block */
    gml_input input;
    gml_pace pace;
} gml_activity;

/* For blocks of at most `most` samples, and the first `layers` layers. Layers behave as in prediction. Errors:
 * argument, shape, memory. */
gml_status gml_activity_create(const gml_network *network, size_t most, size_t layers, gml_activity *activity);
void gml_activity_destroy(gml_activity *activity);

/* Computes the layers for the samples of a batch. Allocates nothing. */
void gml_activity_run(gml_activity *activity, const gml_batch *batch);

/* Copies stage 0, the inputs as the first layer reads them, or stage i, the outputs of layer i - 1, of the batch to
 * `values` [rows x columns]; returns the number of columns. */
size_t gml_activity_copy(const gml_activity *activity, size_t stage, double *values);

#endif
