/* step/trainer.h - the inside of a trainer, for fit. */
#ifndef GML_STEP_TRAINER_H
#define GML_STEP_TRAINER_H

#include "data/dataset.h"
#include "engine/objective.h"
#include "gemmule/train.h"
#include "optimizer/average.h"
#include "optimizer/optimizer.h"

/* What the tasks of a phase do: one of these, or several added up. Forward and backward are for the layers of the
 * segment that ends at the phase's part, in a tiled step for that layer alone; so is measure. */
typedef enum gml_work {
    GML_WORK_GATHER = 1, /* in the first segment */
    GML_WORK_FORWARD = 2,
    GML_WORK_MEASURE = 4, /* for a layer that looks at the whole batch */
    GML_WORK_LOSS = 8,
    GML_WORK_BACKWARD = 16,
    GML_WORK_GRADIENT = 32, /* of weights and vectors */
    GML_WORK_UPDATE = 64,
    GML_WORK_ORTHOGONAL = 128 /* directions of matrices made so */
} gml_work;

/* A step's panels write their results here; its phases read them. */
typedef struct gml_step {
    size_t rows;
    bool updates; /* else only the loss is found */
    gml_input input;
    gml_target target;
    gml_status status;
    double loss;                  /* the batch's mean */
    double divisor;               /* what it was divided by */
    bool last;                    /* of the batches that make an update */
    double noise;                 /* standard deviation of the noise on the gradient */
    bool more;                    /* there is more to do to a block than the optimizer's update */
    gml_optimizer_step optimizer; /* the optimizer's numbers of this step */
    gml_update_call update;       /* what all blocks of parameters share at this step; `custom` at all steps */
} gml_step;

/* Averaged weights: those of an average, or of an optimizer that averages by itself. */
typedef struct gml_average {
    gml_call call;
    const gml_average_row *row; /* null: none, or the optimizer's */
    size_t start;               /* the step, from 0, after which it begins */
    void *weights;              /* laid out as the network's parameters, or null; while used: those being trained */
    bool used;                  /* the network has the averaged weights */
    double share;               /* of the weights in it at the step under way; 0: it stays */
} gml_average;

/* Parameters with a rate and decay of their own. */
typedef struct gml_group {
    double rate, decay;      /* factors; of rate 0 are the frozen */
    gml_optimizer_step step; /* the optimizer's numbers of this step */
    double memory;           /* what it remembers, as the trainer's */
} gml_group;

typedef struct gml_groups {
    gml_group *each; /* [count] */
    size_t count, layers;
    unsigned char *of; /* [layers x roles]: the group of a layer's parameters, from 1; 0: none. Null: there is none */
} gml_groups;

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
    char *arena;
    size_t arena_size;
} gml_orthogonal;

struct gml_trainer {
    gml_network *network;
    gml_objective objective;
    gml_call optimizer;
    const gml_optimizer_row *optimizer_row;
    const gml_optimizer_kernel *optimizer_kernel, *vector_kernel; /* for weights, and for all else */
    gml_custom_rule custom;                                       /* of an optimizer of the user's own */
    double rate;                                                  /* of the next step */
    double l2, l1, clip_norm, clip_value, max_norm;               /* infinity: not bounded */
    double noise, noise_decay; /* variance at the first step, and the power by which it falls */
    size_t accumulate;         /* batches that make an update */
    gml_workspace workspace;
    size_t states;                  /* arrays that the optimizer keeps */
    void *state[GML_UPDATE_STATES]; /* each laid out as the network's parameters */
    double memory;                  /* what the optimizer remembers beside them */
    gml_average average;
    gml_groups groups;
    gml_orthogonal orthogonal;
    void *mean;               /* gradient over the batches collected for an update, as the parameters; or null */
    size_t collected;         /* batches in it, and */
    double collected_divisor; /* what their losses were divided by, added up */
    bool flush;               /* the next batch makes an update, however many there are */
    gml_target_setup targets;
    gml_panel_result *panel_results; /* [panels] */
    double *task_squares;            /* [tasks]: each panel of weights' share of the squared norm */
    gml_phase *phases;               /* of a step */
    struct gml_compact *compact;     /* a tiny step's calls, made ready (step/compact.h); else null */
    void *arena;
    size_t arena_size;
    gml_pace pace;     /* of steps of */
    size_t usual_rows; /* so many samples: the batch of the options */
    size_t batches;    /* seen so far, and */
    size_t steps;      /* updates made of them */
    gml_step step;
};

/* gml_trainer_create, for a dataset if that is not null: of it are the classes to be balanced, and it may allow targets
 * that are not known. */
gml_status gml_trainer_create_for(gml_network *network, const gml_train_options *options, const gml_dataset *dataset,
                                  gml_trainer **trainer);

/* Reads weights of classes, [classes], of which "balanced" needs the dataset. Errors: argument. */
gml_status gml_class_weights_read(gml_context *context, const char *text, const gml_dataset *dataset, size_t classes,
                                  double *weights);

/* Lists the phases of a step of trainer->step.rows samples, in the room it has for them; returns how many they are.
 * With no update only the loss is found, and whether it is finite. */
size_t gml_trainer_phases(const gml_trainer *trainer, bool update, gml_phase *phases);

/* Once each panel has its result: the batch's loss, whether all is well, and if not, the step's status. */
bool gml_trainer_add_up_loss(gml_trainer *trainer);

/* Floating-point operations of a step of so many samples. */
double gml_trainer_flops(const gml_trainer *trainer, size_t rows);

/* Where a panel that went as far as layer `end` has come from: the last layer before it that looks at the whole batch,
 * and then its inputs are there (`gathered`); or the first of all. */
size_t gml_trainer_segment(const gml_trainer *trainer, size_t end, bool *gathered);

/* One step on a batch that fits the network. A step that is refused changes nothing that the trainer and the network
 * keep. */
gml_status gml_trainer_run(gml_trainer *trainer, const gml_batch *batch, double *loss);

/* Refuses a batch of one sample where a layer has batch statistics: its outputs would not depend on the sample. Errors:
 * shape. */
gml_status gml_trainer_check_rows(const gml_trainer *trainer, size_t rows);

/* Forgets the batches that are collected for an update. */
void gml_trainer_drop_collected(gml_trainer *trainer);

/* Would such a step find a finite loss? Changes no weights. Errors: diverged, data, shape. */
gml_status gml_trainer_probe(gml_trainer *trainer, const gml_batch *batch);

/* Fails for `what`, which is not finite, and says in which layer that began. Errors: diverged, or data where a target
 * is to blame. */
gml_status gml_trainer_fail_diverged(gml_trainer *trainer, const char *what, double value);

/* The same for the statistics of a layer, before the batch has gone through it. Errors: diverged. */
gml_status gml_trainer_fail_statistics(const gml_trainer *trainer, size_t layer);

/* Reads an average's call, null for none. Errors: name, argument. */
gml_status gml_trainer_bind_average(gml_trainer *trainer, const char *text);

/* What part of the average the weights will be after the step to come. */
double gml_trainer_average_share(const gml_trainer *trainer);

/* Has it averaged weights? */
bool gml_trainer_averages(const gml_trainer *trainer);

/* Fills in what zero stands for. Errors: argument. */
gml_status gml_train_options_complete(gml_context *context, gml_train_options *options);

/* Refuses options and layers that a full-batch optimizer cannot follow. Errors: argument. */
gml_status gml_trainer_check_full_batch(const gml_trainer *trainer, const gml_train_options *options);

#endif
