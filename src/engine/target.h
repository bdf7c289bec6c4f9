/* engine/target.h - the targets of a batch: gathered, weighed, and looked at whether they make sense. */
#ifndef GML_ENGINE_TARGET_H
#define GML_ENGINE_TARGET_H

#include "data/rows.h"
#include "engine/workspace.h"
#include "kernel/data/weigh.h"

/* How the targets of all batches are read, and the memory that they are gathered into. */
typedef struct gml_target_setup {
    const gml_loss_row *loss;
    double *class_weights; /* by class number, as many as the network tells apart; null: all count the same */
    bool masked;           /* targets that are NaN are not known */
    void *classes;         /* [batch] of the network's dtype: class numbers before spreading */
    void *values;          /* [batch x outputs]: what the loss reads */
    double *weights;       /* [batch]; null where all samples count the same */
} gml_target_setup;

typedef struct gml_target {
    gml_target_setup setup;
    gml_gather_call call; /* lacks only what differs from panel to panel */
    size_t cols;          /* of the source: what the loss takes of a sample, or 1 for class numbers */
    size_t width;         /* of what the loss reads */
    bool class_numbers;   /* the source is class numbers */
    bool one_hot;         /* they are spread to a row of 0 and 1 for the loss */
    gml_weighing weighing;
    const double *weights;  /* of the samples; null: all are known and count the same */
    double divisor;         /* of the loss's sum: samples, or samples times targets, each by its weight; may be 0 */
    size_t samples, values; /* of which something is known, and targets that are */
    gml_batch_names names;
} gml_target;

/* Class numbers are taken where y has one column and the loss wants several. Weighs the samples, if they weigh or some
 * are not known. Errors: shape, argument (class weights, and no class numbers; targets that are scaled and may not be).
 */
gml_status gml_target_begin_batch(const gml_network *network, const gml_target_setup *setup, const gml_batch *batch,
                                  gml_target *target);

/* Gathers the targets of `rows`, spreads class numbers where the loss needs that, and finds the first that makes no
 * sense. */
gml_bad_target gml_target_gather(const gml_network *network, const gml_target *target, gml_rows rows);

/* Refuses a scaling of targets under a loss that takes them as they are. Errors: argument. */
gml_status gml_target_check_scaling(const gml_network *network, const gml_loss_row *loss);

/* What the loss reads of the sample at `row`. */
void *gml_target_values(const gml_network *network, const gml_target *target, size_t row);

/* Fails for a bad target and names its row. Errors: data. */
gml_status gml_target_refuse(const gml_network *network, const gml_target *target, const gml_bad_target *bad);

#endif
