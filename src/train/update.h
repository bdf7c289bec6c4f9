/* train/update.h - the weights' half of a training step: gradients of weights, and what the optimizer makes of them. */
#ifndef GML_TRAIN_UPDATE_H
#define GML_TRAIN_UPDATE_H

#include "base/parallel.h"
#include "train/trainer.h"

/* Settles what all blocks of parameters share at the step to come. */
void gml_update_begin(gml_trainer *trainer);

/* Lists the phases that follow when the gradients of all outputs are known; returns how many they are. */
size_t gml_update_phases(const gml_trainer *trainer, gml_phase *phases);

#endif
