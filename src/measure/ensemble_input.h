/* measure/ensemble_input.h - the mean outputs of an ensemble, in the form in which its loss reads the last layer. */
#ifndef GML_MEASURE_ENSEMBLE_INPUT_H
#define GML_MEASURE_ENSEMBLE_INPUT_H

#include "base/layout.h"
#include "data/rows.h"
#include "engine/objective.h"

/* Memory for batches of an ensemble; all null for a network of layers. */
typedef struct gml_ensemble_input {
    gml_dtype dtype; /* of gathered inputs */
    void *inputs;    /* [batch x features] */
    void *outputs;   /* [batch x outputs] of the network's dtype */
    void *values;    /* the same: scaled as the targets, or as logits */
} gml_ensemble_input;

/* Takes its memory for batches of this dataset from an arena (gml_layout_take). */
void gml_ensemble_input_lay_out(gml_ensemble_input *input, const gml_network *network, const gml_dataset *dataset,
                                size_t batch, gml_layout *layout, void *arena);

/* Predicts rows of x, chosen by `order` if it is not null, [rows x features]. Returns what the loss reads, [rows x
 * outputs]: the mean outputs scaled as the targets are; or where the loss is fused with the last activation the logits
 * of the mean. */
gml_matrix gml_ensemble_input_read(const gml_ensemble_input *input, const gml_network *network,
                                   const gml_objective *objective, gml_matrix x, const size_t *order, size_t rows);

#endif
