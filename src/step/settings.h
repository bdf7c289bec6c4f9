/* step/settings.h - what was asked of a trainer: its options, checked and bound to the network. No step changes them.
 */
#ifndef GML_STEP_SETTINGS_H
#define GML_STEP_SETTINGS_H

#include "data/dataset.h"
#include "engine/objective.h"
#include "gemmule/train.h"
#include "optimizer/average.h"
#include "optimizer/optimizer.h"

/* An average of the weights over the steps. */
typedef struct gml_average {
    gml_call call;
    const gml_average_row *row; /* null: none, or the optimizer's */
    size_t start;               /* the step, from 0, after which it begins */
} gml_average;

/* Parameters with a rate and decay of their own. */
typedef struct gml_group {
    double rate, decay; /* factors; a rate of 0 freezes */
} gml_group;

typedef struct gml_groups {
    gml_group *each; /* [count] */
    size_t count, layers;
    unsigned char *of; /* [layers x roles]: the group of a layer's parameters, from 1; 0: none. Null: there is none */
} gml_groups;

typedef struct gml_step_settings {
    gml_objective objective;
    gml_call optimizer;
    const gml_optimizer_row *optimizer_row;
    const gml_optimizer_kernel *weight_kernel, *vector_kernel; /* the same, but for optimizers of matrices */
    gml_custom_rule custom;                                    /* of an optimizer of the user's own */
    size_t states;                                             /* arrays that the optimizer keeps */
    gml_average average;
    gml_groups groups;
    double l2, l1;
    double clip_norm, clip_value, max_norm; /* infinity: not bounded */
    double noise, noise_decay;              /* variance at the first step, and the power by which it falls */
    size_t accumulate;                      /* batches that make an update; SIZE_MAX with a full-batch optimizer */
    size_t batch;                           /* samples of a batch, but for the last of an epoch */
    uint64_t seed;                          /* of the noise on gradients and of layers that draw */
    double *class_weights;                  /* [classes]; null: all classes count the same */
    size_t classes;
    bool masked; /* targets that are NaN are not known */
} gml_step_settings;

/* Binds complete options. The dataset, or null, has the classes to be balanced and says whether targets may be unknown.
 * A failure leaves settings to be released. Errors: name, argument, shape, memory. */
gml_status gml_step_settings_bind(const gml_network *network, const gml_train_options *options,
                                  const gml_dataset *dataset, gml_step_settings *settings);
void gml_step_settings_release(gml_context *context, gml_step_settings *settings);

/* ---- options.c ---- */

/* Fills in what zero stands for. Errors: argument. */
gml_status gml_train_options_complete(gml_context *context, gml_train_options *options);

/* Refuses options and layers that a full-batch optimizer of this name cannot follow. Errors: argument. */
gml_status gml_train_options_check_full_batch(const gml_network *network, const char *optimizer,
                                              const gml_train_options *options);

/* ---- class_weights.c ---- */

/* Reads the weights of classes [classes] from numbers or "balanced", which needs the dataset. Errors: argument. */
gml_status gml_class_weights_read(gml_context *context, const char *text, const gml_dataset *dataset, size_t classes,
                                  double *weights);

/* ---- groups.c ---- */

/* Reads groups of a network's parameters, null for none. Errors: name, argument, memory. */
gml_status gml_groups_create(const gml_network *network, const char *text, gml_groups *groups);
void gml_groups_destroy(gml_context *context, gml_groups *groups);

/* Refuses a learning rate that exceeds the bound once a group multiplies it. Errors: argument. */
gml_status gml_groups_check_rate(gml_context *context, const gml_groups *groups, double rate);

/* The group of a layer's parameters, from 1; 0: they are as the options say. */
size_t gml_group_of(const gml_groups *groups, size_t layer, gml_role role);

/* True if they stay as they are. */
bool gml_group_frozen(const gml_groups *groups, size_t layer, gml_role role);

#endif
