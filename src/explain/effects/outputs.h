/* explain/effects/outputs.h - predictions of blocks of a dataset with some columns replaced, in double; logits of
 * classes as probabilities. */
#ifndef GML_EXPLAIN_OUTPUTS_H
#define GML_EXPLAIN_OUTPUTS_H

#include "data/rows.h"
#include "measure/scorer.h"
#include "network/network.h"

typedef struct gml_outputs {
    const gml_network *network;
    const gml_dataset *dataset;
    gml_link link;
    bool signed_scores; /* of a single output: one above 0, not 1/2, predicts class 1 */
    gml_dtype dtype;    /* of the inputs: f64 for a source in f64, else f32 */
    size_t most;        /* samples of a block */
    size_t rows;        /* of the current block */
    void *inputs;       /* [most x features] */
    void *raw;          /* [most x outputs] of the network's dtype */
    double *values;     /* [most x outputs] predictions */
    double *weights;    /* [most] of the samples of the block */
    double *sums;       /* [outputs] */
    void *arena;
    size_t arena_size;
} gml_outputs;

/* For blocks of at most `most` samples. Errors: shape, name (the network's fact "loss"), memory. */
gml_status gml_outputs_create(const gml_network *network, const gml_dataset *dataset, size_t most,
                              gml_outputs *outputs);
void gml_outputs_destroy(gml_outputs *outputs);

/* Reads at most a block of samples from `first` on, below the size, and their weights. */
void gml_outputs_read(gml_outputs *outputs, size_t first);

/* Replaces a column of the block by values[0], or by values[i] if `each`. */
void gml_outputs_replace(gml_outputs *outputs, size_t column, const double *values, bool each);

/* Predicts the block. Errors: data (a prediction is not finite; `first` is the sample that the block begins with). */
gml_status gml_outputs_predict(gml_outputs *outputs, size_t first);

#endif
