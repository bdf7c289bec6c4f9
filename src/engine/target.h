/* engine/target.h - the targets of a batch: gathered, weighted and validated. */
#ifndef GML_ENGINE_TARGET_H
#define GML_ENGINE_TARGET_H

#include "data/rows.h"
#include "engine/workspace.h"
#include "kernel/data/weigh.h"

/* What all batches share: how targets are read, and the memory they are gathered into. */
typedef struct gml_target_setup {
    const gml_loss_row *loss;
    double *class_weights; /* [classes]; null: all classes have weight 1 */
    bool masked;           /* a target that is NaN is missing */
    void *classes;         /* [batch] of the network's dtype: class numbers before one-hot encoding */
    void *values;          /* [batch x outputs]: what the loss reads */
    double *weights;       /* [batch]: sample weights; null if all are 1 and no target is missing */
} gml_target_setup;

typedef struct gml_target {
    gml_target_setup setup;
    gml_gather_call call; /* all but the fields that gml_rows_gather sets */
    size_t cols;          /* of the source: 1 for class numbers */
    size_t width;         /* columns of what the loss reads */
    bool class_numbers;   /* the source has class numbers */
    bool mapped;          /* logarithms of the targets are learned */
    bool one_hot;         /* class numbers are one-hot encoded for the loss */
    gml_weighing weighing;
    const double *weights; /* [rows] of the batch; null: all are 1 and no target is missing */
    double divisor;        /* of the loss's sum: the sum of weights of samples, or of all their targets; may be 0 */
    size_t samples;        /* with at least one known target */
    size_t values;         /* known targets */
    gml_batch_names names;
} gml_target;

/* Reads y as class numbers if it has one column and the loss wants several. Computes sample weights if the batch or the
 * classes have weights or targets may be missing. Errors: shape, argument (class weights without class numbers; the
 * loss does not allow scaled targets). */
gml_status gml_target_begin_batch(const gml_network *network, const gml_target_setup *setup, const gml_batch *batch,
                                  gml_target *target);

/* Gathers the targets of `rows` and one-hot encodes them if the loss needs it. Returns the first target outside the
 * loss's domain; its row is SIZE_MAX if there is none. */
gml_bad_target gml_target_gather(const gml_network *network, const gml_target *target, gml_rows rows);

/* Gathers the targets of `rows` in the unit of the data; they are no class numbers. */
void gml_target_gather_unscaled(const gml_network *network, const gml_target *target, gml_rows rows);

/* Fails if the network scales its targets, or learns their logarithms, and the loss does not allow that. Errors:
 * argument. */
gml_status gml_target_check_scaling(const gml_network *network, const gml_loss_row *loss);

/* Returns the gathered targets of the sample at `row`, [width]. */
void *gml_target_values(const gml_network *network, const gml_target *target, size_t row);

/* Fails with a message that names the row of a bad target. Errors: data. */
gml_status gml_target_refuse(const gml_network *network, const gml_target *target, const gml_bad_target *bad);

#endif
