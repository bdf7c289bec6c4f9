/* step/phases.h - the phases of a training step: lists of tasks with a barrier after each. */
#ifndef GML_STEP_PHASES_H
#define GML_STEP_PHASES_H

#include "step/trainer.h"

/* The work of a phase: one bit or several. Forward and backward process the segment of layers that ends at the phase's
 * part; in a tiled step, forward, backward and measure process that layer alone. */
typedef enum gml_work {
    GML_WORK_GATHER = 1, /* in the first segment */
    GML_WORK_FORWARD = 2,
    GML_WORK_MEASURE = 4, /* for a layer with batch statistics */
    GML_WORK_LOSS = 8,
    GML_WORK_BACKWARD = 16,
    GML_WORK_GRADIENT = 32, /* of weights and vectors */
    GML_WORK_UPDATE = 64,
    GML_WORK_ORTHOGONAL = 128 /* orthogonalises directions of matrices */
} gml_work;

/* Lists the phases of a step of scratch.step.rows samples in `phases`, which has room for gml_trainer_most_phases();
 * returns their number. Without `update` the phases compute the loss and check that it is finite. */
size_t gml_trainer_phases(const gml_trainer *trainer, bool update, gml_phase *phases);

/* Returns the largest number of phases of a step. */
size_t gml_trainer_most_phases(const gml_trainer *trainer);

/* Adds up the results of all panels to the batch's loss. False if a target is bad or the loss is not finite;
 * step.status then says why. */
bool gml_trainer_add_up_loss(gml_trainer *trainer);

/* Returns the first layer of the segment that ends at layer `end`: the nearest layer before it with batch statistics,
 * whose inputs are then already `gathered`, or layer 0. */
size_t gml_trainer_segment(const gml_trainer *trainer, size_t end, bool *gathered);

#endif
