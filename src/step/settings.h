/* step/settings.h - a trainer's options, checked and bound to the network. Steps do not change them. */
#ifndef GML_STEP_SETTINGS_H
#define GML_STEP_SETTINGS_H

#include "data/dataset.h"
#include "engine/objective.h"
#include "gemmule/train.h"
#include "optimizer/average.h"
#include "optimizer/optimizer.h"

/* An average of the weights over the updates. */
typedef struct gml_average {
    gml_call call;
    const gml_average_row *row; /* null: no average, or the optimizer's own */
    size_t start;               /* the update, from 0, after which averaging begins */
} gml_average;

/* A group of parameters with its own learning rate and decay. */
typedef struct gml_group {
    double rate;          /* factor of the learning rate; 0 freezes the group */
    double l2, l1, decay; /* factors of the options, and of the optimizer's decay */
} gml_group;

typedef struct gml_groups {
    gml_group *each; /* [count] */
    size_t count, layers;
    unsigned char *of; /* [layers x roles]: a parameter's group, from 1; 0: none. Null without groups */
    char *text;        /* as given; null without groups */
} gml_groups;

typedef struct gml_step_settings {
    gml_objective objective;
    gml_call optimizer;
    const gml_optimizer_row *optimizer_row;
    const gml_optimizer_kernel *weight_kernel, *vector_kernel; /* these differ for optimizers of matrices */
    gml_custom_rule custom;                                    /* of a custom optimizer */
    size_t states;                                             /* state arrays of the optimizer */
    gml_average average;
    gml_groups groups;
    double l2, l1;
    double clip_norm, clip_value, max_norm; /* infinity: no bound */
    double noise, noise_decay;              /* variance at the first update, and the exponent of its decay */
    size_t accumulate;                      /* batches per update; SIZE_MAX with a full-batch optimizer */
    size_t batch;                           /* samples per batch; the last of an epoch may differ */
    uint64_t seed;                          /* of gradient noise and random layers */
    double *class_weights;                  /* [classes]; null: all weights are 1 */
    size_t classes;
    char *class_weights_text; /* as given; or null */
    bool masked;              /* NaN targets count as missing */
} gml_step_settings;

/* Binds completed options. The dataset may be null; it provides the class counts for balanced weights and says whether
 * targets may be missing. After a failure the caller must still release the settings. Errors: name, argument, shape,
 * memory. */
gml_status gml_step_settings_bind(const gml_network *network, const gml_train_options *options,
                                  const gml_dataset *dataset, gml_step_settings *settings);
void gml_step_settings_release(gml_context *context, gml_step_settings *settings);

/* ---- options.c ---- */

/* Replaces zeros by the defaults. Errors: argument. */
gml_status gml_train_options_complete(gml_context *context, gml_train_options *options);

/* Refuses options and layers that the named full-batch optimizer does not support. Errors: argument. */
gml_status gml_train_options_check_full_batch(const gml_network *network, const char *optimizer,
                                              const gml_train_options *options);

/* ---- class_weights.c ---- */

/* Reads class weights [classes] from numbers or "balanced", which needs the dataset. Errors: argument. */
gml_status gml_class_weights_read(gml_context *context, const char *text, const gml_dataset *dataset, size_t classes,
                                  double *weights);

/* ---- groups.c ---- */

/* Reads the groups of a network's parameters, for an optimizer; null text: no groups. Errors: name, argument, memory.
 */
gml_status gml_groups_create(const gml_network *network, const gml_call *optimizer, const char *text,
                             gml_groups *groups);
void gml_groups_destroy(gml_context *context, gml_groups *groups);

/* Refuses a learning rate that exceeds the bound after multiplication by a group's factor. Errors: argument. */
gml_status gml_groups_check_rate(gml_context *context, const gml_groups *groups, double rate);

/* Returns the group of a layer's parameters, from 1; 0: no group. */
size_t gml_group_of(const gml_groups *groups, size_t layer, gml_role role);

/* True if the parameters are frozen. */
bool gml_group_frozen(const gml_groups *groups, size_t layer, gml_role role);

#endif
