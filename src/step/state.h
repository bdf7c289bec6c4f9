/* step/state.h - the state of a trainer: together with the network's parameters it determines all further steps bit by
 * bit.
 *
 * Everything else follows from the settings, the network and the next batch. The arrays have the layout of the
 * network's parameters. */
#ifndef GML_STEP_STATE_H
#define GML_STEP_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/update/update.h"

typedef struct gml_step_state {
    size_t batches;                  /* batches seen; seeds the noise of random layers */
    size_t steps;                    /* updates; schedules, averages and optimizers count these */
    double rate;                     /* the learning rate of the next update */
    double noise_factor;             /* of the rates and deviations of noise layers in the next batch */
    double decay_factor;             /* of every decay in the next update */
    double memory;                   /* the optimizer's scalar state; 0 before the first update */
    double *group_memory;            /* [groups]: the same for each group */
    void *arrays[GML_UPDATE_STATES]; /* the optimizer's state arrays; unused ones are null. With optimizers of matrices,
                                        the weights' part of array 1 holds their direction, rewritten at each update */
    void *average;                   /* the averaged weights; the trained ones while average_used; null: no average */
    bool average_used;               /* the network holds the averaged weights */
    void *mean;               /* mean gradient of the batches accumulated so far; null: each batch makes an update */
    size_t collected;         /* batches in the mean */
    double collected_divisor; /* sum of these batches' loss divisors */
} gml_step_state;

#endif
