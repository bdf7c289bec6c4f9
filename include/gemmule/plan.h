/* gemmule/plan.h - how a training step is cut into tasks, and who multiplies. */
#ifndef GEMMULE_PLAN_H
#define GEMMULE_PLAN_H

#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a phase of a step does to one layer. */
typedef struct gml_plan_part {
    const char *name;     /* "gather", "forward", "measure", "loss", "backward", "gradient", "update" or "matrices" */
    size_t phase;         /* from 0; all threads wait where one ends and the next begins, not in between */
    size_t layer;         /* from 0; of gather the first, of the loss the last */
    size_t tasks;         /* independent of each other and of the number of threads */
    size_t rows, cols;    /* what one task takes, at most: samples x columns, or a part [rows x cols] of the weights;
                             0 x 0 of a layer that has no weights but other parameters */
    const char *products; /* who multiplies: "own" or "OpenBLAS"; "" if nothing is multiplied */
    double flops;         /* floating-point operations of the products */
    double bytes;         /* read and written by all tasks together, each counted by itself */
} gml_plan_part;

/* A step as a whole. */
typedef struct gml_plan {
    size_t batch;
    size_t threads;       /* it runs on: no more than are worth waking; below 100 MFLOP a step may run on one instead,
                             where trials find that faster */
    size_t phases, parts; /* parts: how many there are, also where `capacity` is less */
    size_t memory;        /* bytes a trainer takes besides the network's parameters */
    int ready;            /* not 0: so tiny that its kernel calls are made ready once and run one after another, without
                             phases; the parts still tell what they do */
    double flops, bytes;  /* of all parts together */
} gml_plan;

/* Plans the training step that gml_trainer_step would take with these options (null: the defaults) on a full batch of
 * samples that have to be collected. The plan is read from the very lists of tasks that a step runs; nothing is
 * computed, and the network is not changed. Takes the memory of a trainer for as long as the call lasts.
 *
 * parts  [capacity] or null, filled phase by phase
 *
 * Errors: as gml_trainer_create. */
GML_API gml_status gml_network_plan(gml_network *network, const gml_train_options *options, gml_plan *plan,
                                    gml_plan_part *parts, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
