/* step/scratch.h - a trainer's working memory. Nothing in it matters between steps. */
#ifndef GML_STEP_SCRATCH_H
#define GML_STEP_SCRATCH_H

#include "engine/objective.h"
#include "optimizer/optimizer.h"

/* The current step. Panels write their results here; phases read them. */
typedef struct gml_step {
    size_t rows;   /* samples in the batch */
    bool updates;  /* false: only the loss is computed */
    bool observed; /* the trainer's observer looks at it */
    bool local;    /* a task takes a panel forward and back, and no one else reads its local values (gml_rows) */
    gml_input input;
    gml_target target;
    gml_status status;
    double loss;                  /* the batch's mean loss */
    double divisor;               /* divisor of the mean */
    bool last;                    /* the batch completes an update */
    double noise;                 /* standard deviation of the gradient noise */
    double average_share;         /* share of the weights in their average; 0: the average stays as it is */
    bool more;                    /* true if blocks need more than the optimizer's update */
    gml_optimizer_step optimizer; /* the optimizer's scalars */
    gml_update_call update;       /* fields common to all blocks of parameters; `custom` is set once */
} gml_step;

enum { GML_ORTHOGONAL_SAVED = 4 };

/* Working memory of optimizers of matrices (step/orthogonal.h). `iterations` is 0 with elementwise optimizers. */
typedef struct gml_orthogonal {
    size_t iterations;                 /* of Newton-Schulz */
    void *x[2];                        /* X and the next X in the parameters' layout, swapped after each iteration */
    void *saved[GML_ORTHOGONAL_SAVED]; /* same layout, saved before the update: parameters, two states, the mean
                                          gradient */
    double *scales;                    /* [layers]: 1 / (norm of the direction + eps) */
    double *squares;                   /* [pieces]: sums of squares of the rows of X */
    size_t *offsets;                   /* [layers]: offset in the arena of a layer's two square matrices */
    double flops;                      /* of all iterations */
    void *arena;
    size_t arena_size;
} gml_orthogonal;

typedef struct gml_step_scratch {
    gml_workspace workspace;
    gml_target_setup targets;
    gml_panel_result *panel_results; /* [panels] */
    double *task_squares;            /* [tasks]: each weight panel's sum of squared gradients */
    gml_phase *phases;
    gml_optimizer_step *group_steps; /* [groups]: the optimizer's scalars in the current step */
    gml_orthogonal orthogonal;
    struct gml_compact *compact; /* prepared calls of a tiny step (step/compact.h); else null */
    gml_pace pace;               /* of steps on batches of the usual size */
    bool flush;                  /* true if the next batch completes an update, however few are accumulated */
    gml_step step;
} gml_step_scratch;

#endif
