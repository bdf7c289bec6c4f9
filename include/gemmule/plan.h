/* gemmule/plan.h - the tasks and phases of a training step, and its native and OpenBLAS products. */
#ifndef GEMMULE_PLAN_H
#define GEMMULE_PLAN_H

#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The tasks of one phase of a step for one layer. */
typedef struct gml_plan_part {
    const char *name;     /* "gather", "forward", "measure", "loss", "backward", "gradient", "update" or "matrices" */
    size_t phase;         /* from 0; phases are separated by barriers */
    size_t layer;         /* from 0; "gather" has the first layer, "loss" the last */
    size_t tasks;         /* number of independent tasks; does not depend on the number of threads */
    size_t rows, cols;    /* the most that a task computes: samples x columns, or a block [rows x cols] of the weights;
                             0 x 0 for a layer with other parameters than weights */
    const char *products; /* "native", "OpenBLAS", or "" without matrix products */
    double flops;         /* floating-point operations of the matrix products */
    double bytes;         /* read and written, added up over all tasks */
} gml_plan_part;

/* A whole step. */
typedef struct gml_plan {
    size_t batch;
    size_t threads;       /* number of threads of the step, at most those that pay off. A step below 100 MFLOP may run
                             on one thread instead, if timing finds that faster */
    size_t phases, parts; /* parts: their number, even if `capacity` is less */
    size_t memory;        /* bytes of a trainer, besides the network's parameters */
    int ready;            /* not 0: a very small step; its kernel calls are prepared once and run in order on one
                             thread, without phases. The parts still describe the work */
    double flops, bytes;  /* sums over all parts */
} gml_plan;

/* Describes the step that gml_trainer_step would make with these options (null: the defaults) on a full batch whose
 * samples must be gathered. The plan is derived from the task lists of a real trainer, made and freed by this call; no
 * step is computed, and the network is not changed.
 *
 * parts  [capacity] or null, written in the order of phases
 *
 * Errors: as gml_trainer_create. */
GML_API gml_status gml_network_plan(gml_network *network, const gml_train_options *options, gml_plan *plan,
                                    gml_plan_part *parts, size_t capacity);

#ifdef __cplusplus
}
#endif
#endif
