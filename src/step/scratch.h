/* step/scratch.h - the memory in which a trainer computes a step. Nothing in it matters between steps. */
#ifndef GML_STEP_SCRATCH_H
#define GML_STEP_SCRATCH_H

#include "engine/objective.h"
#include "optimizer/optimizer.h"

/* The step under way. Its panels write their results here; its phases read them. */
typedef struct gml_step {
    size_t rows;  /* samples of the batch */
    bool updates; /* else only the loss is found */
    gml_input input;
    gml_target target;
    gml_status status;
    double loss;                  /* the batch's mean */
    double divisor;               /* what it was divided by */
    bool last;                    /* of the batches that make an update */
    double noise;                 /* standard deviation of the noise on the gradient */
    double average_share;         /* of the weights in their average; 0: it stays */
    bool more;                    /* a block needs more than the optimizer's update */
    gml_optimizer_step optimizer; /* the optimizer's numbers */
    gml_update_call update;       /* what all blocks of parameters share; `custom` is that of all steps */
} gml_step;

enum { GML_ORTHOGONAL_KEPT = 4 };

/* What steps of whole matrices need (step/orthogonal.h); `steps` is 0 where the optimizer goes entry by entry. */
typedef struct gml_orthogonal {
    size_t steps;                    /* of the iteration */
    void *x[2];                      /* laid out as the network's parameters: the direction and the next, in turn */
    void *kept[GML_ORTHOGONAL_KEPT]; /* likewise, from before the step: parameters, two states, the mean */
    double *scales;                  /* [layers]: one over the direction's norm */
    double *squares;                 /* [pieces]: their shares of these */
    size_t *places;                  /* [layers]: where in the arena two square matrices begin */
    double flops;                    /* of all steps */
    void *arena;
    size_t arena_size;
} gml_orthogonal;

typedef struct gml_step_scratch {
    gml_workspace workspace;
    gml_target_setup targets;
    gml_panel_result *panel_results; /* [panels] */
    double *task_squares;            /* [tasks]: each panel of weights' share of the squared norm */
    gml_phase *phases;
    gml_optimizer_step *group_steps; /* [groups]: the optimizer's numbers of the step under way */
    gml_orthogonal orthogonal;
    struct gml_compact *compact; /* a tiny step's prepared calls (step/compact.h); else null */
    gml_pace pace;               /* of steps on a full batch */
    bool flush;                  /* the next batch makes an update, however few are collected */
    gml_step step;
} gml_step_scratch;

#endif
