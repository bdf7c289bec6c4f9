/* step/phases.h - the phases of a training step: lists of tasks with a barrier after each. */
#ifndef GML_STEP_PHASES_H
#define GML_STEP_PHASES_H

#include "step/trainer.h"

/* What the tasks of a phase do: one of these, or several added up. Forward and backward are for the layers of the
 * segment that ends at the phase's part, in a tiled step for that layer alone; so is measure. */
typedef enum gml_work {
    GML_WORK_GATHER = 1, /* in the first segment */
    GML_WORK_FORWARD = 2,
    GML_WORK_MEASURE = 4, /* for a layer with batch statistics */
    GML_WORK_LOSS = 8,
    GML_WORK_BACKWARD = 16,
    GML_WORK_GRADIENT = 32, /* of weights and vectors */
    GML_WORK_UPDATE = 64,
    GML_WORK_ORTHOGONAL = 128 /* directions of matrices made so */
} gml_work;

/* Lists the phases of a step of scratch.step.rows samples, in the room that the trainer has for them; returns how many
 * they are. With no update only the loss is found, and whether it is finite. */
size_t gml_trainer_phases(const gml_trainer *trainer, bool update, gml_phase *phases);

/* How many they are at most. */
size_t gml_trainer_most_phases(const gml_trainer *trainer);

/* Once each panel has its result: the batch's loss, whether all is well, and if not, the step's status. */
bool gml_trainer_add_up_loss(gml_trainer *trainer);

/* Where a panel that went as far as layer `end` has come from: the last layer with batch statistics before it, and then
 * its inputs are there (`gathered`); or the first of all. */
size_t gml_trainer_segment(const gml_trainer *trainer, size_t end, bool *gathered);

#endif
