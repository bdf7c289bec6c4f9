/* step/state.h - what a trainer must keep to go on after a stop with the same bits, beside the network's parameters.
 *
 * Everything else follows from the settings, the network and the next batch. The arrays are laid out as the network's
 * parameters are. */
#ifndef GML_STEP_STATE_H
#define GML_STEP_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/update/update.h"

typedef struct gml_step_state {
    size_t batches;                  /* seen: the noise of layers is drawn by this number */
    size_t steps;                    /* updates made of them: schedules, averages and optimizers count these */
    double rate;                     /* the learning rate of the next step */
    double memory;                   /* what the optimizer remembers beside its arrays; 0 before the first step */
    double *group_memory;            /* [groups]: the same for each group */
    void *arrays[GML_UPDATE_STATES]; /* of the optimizer; null past those it keeps. Of an optimizer of matrices the
                                        weights' part of array 1 is its direction, which each step writes anew */
    void *average;                   /* averaged weights, or while these are used the trained ones; null: none */
    bool average_used;               /* the network has the averaged weights */
    void *mean;                      /* gradient over the batches collected for an update; null: each makes one */
    size_t collected;                /* batches in it */
    double collected_divisor;        /* the sum of what their losses were divided by */
} gml_step_state;

#endif
