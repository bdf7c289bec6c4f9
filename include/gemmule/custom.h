/* gemmule/custom.h - custom activations, losses, optimizers and metrics, given as functions.
 *
 * A registered entry is found by its name like a row of the library's tables: in network descriptions, in options, in
 * files. Only the context it is registered with knows it, until the context is destroyed. Files hold names, not
 * functions: register an entry before loading a file that names it.
 *
 * The struct and all its texts are copied; gml_parameter.word may be called later. The caller owns the memory behind
 * `user`, which must live as long as the context. Names of entries and arguments consist of letters, digits and "_",
 * begin with a letter, and have at most 31 characters. Only the name of a gml_entry is required.
 *
 * Registering changes the context: no other call may use it at the same time. The registered functions are called
 * concurrently from several threads, on memory that does not overlap. They must lock before they change the memory
 * behind `user`, and must not call the library with the same context. Results have the same bits for any number of
 * threads if they depend on the functions' arguments alone. Values that are not finite are handled as in training with
 * the library's own rows.
 *
 * Errors of all functions: argument (a missing function, a malformed name or argument), name (already taken by the
 * library or another registration; an unknown initializer), memory. */
#ifndef GEMMULE_CUSTOM_H
#define GEMMULE_CUSTOM_H

#include "gemmule/context.h"
#include "gemmule/dataset.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An activation: computes y[i] = f(x[i]) and its derivative.
 *
 * user       as registered
 * arguments  values of the call's arguments, in the order of the entry's parameters
 * x          [count], read
 * y          [count], written; does not overlap x
 * slope      [count], written: f'(x); null if not wanted */
typedef void gml_custom_function(void *user, const double *arguments, size_t count, const double *x, double *y,
                                 double *slope);
typedef void gml_custom_function_f32(void *user, const double *arguments, size_t count, const float *x, float *y,
                                     float *slope);

typedef struct gml_custom_activation {
    gml_entry entry;
    void *user;
    gml_custom_function *function;         /* also used by the gradient check for its finite differences */
    gml_custom_function_f32 *function_f32; /* for float networks; null: `function` on converted numbers */
    const char *initializer;               /* default initializer of layers with it; null: glorot_uniform */
} gml_custom_activation;

/* Registers a custom activation for the layers of this context's networks. The gradient check does not know its kinks:
 * an entry whose finite difference spans one may be reported as different. */
GML_API gml_status gml_register_activation(gml_context *context, const gml_custom_activation *activation);

/* A loss: returns the loss of one sample, and computes its gradient with respect to the outputs. The library computes
 * the (weighted) mean over the samples; samples with a missing target or weight 0 are skipped.
 *
 * user       as registered
 * arguments  values of the call's arguments, in the order of the entry's parameters
 * outputs    number of outputs of the network
 * y          [outputs], read: outputs of the last layer, after its activation
 * targets    equals outputs; 1 if t is a class number (class_numbers)
 * t          [targets], read: values, scaled like y if gml_network_adapt scaled the targets; a class is one-hot, or its
 *            number with class_numbers
 * gradient   [outputs], written: d loss / d y; null if not wanted; does not overlap y
 *
 * Called in double also for float networks, on converted numbers. */
typedef double gml_custom_loss_function(void *user, const double *arguments, size_t outputs, const double *y,
                                        size_t targets, const double *t, double *gradient);

typedef struct gml_custom_loss {
    gml_entry entry;
    void *user;
    gml_custom_loss_function *function; /* also used by the gradient check for its finite differences */
    int class_numbers; /* not 0: for class targets t is the class number, [1], instead of a one-hot row; needs at least
                          two outputs. Cheaper if there are many classes and the loss reads few outputs */
} gml_custom_loss;

/* Registers a custom loss for training and evaluating this context's networks. It is not fused with an activation: y is
 * the network's output. A single output above 1/2 counts as class 1 in the accuracy. gml_loss_targets, which has no
 * context, does not know it; levenberg_marquardt refuses it. */
GML_API gml_status gml_register_loss(gml_context *context, const gml_custom_loss *loss);

/* One update, as an optimizer sees it. */
typedef struct gml_custom_step {
    const double *arguments; /* values of the call's arguments, in the order of the entry's parameters; the first is
                                `lr`, or gml_train_options.learning_rate if that is given */
    double rate;             /* the learning rate of this update, by schedule and parameter group */
    size_t number;           /* of the update, from 1; with `accumulate`, several batches make one update */
} gml_custom_step;

enum { GML_MAX_STATES = 3 };

/* Updates `count` parameters, each independently of the others. The library chooses how parameters are grouped into
 * calls; pieces of one matrix may be updated concurrently. Frozen parameters are not passed.
 *
 * user    as registered
 * step    as above
 * count   number of parameters
 * w       [count], updated
 * g       [count], read: the gradient after scaling and clipping, with noise and the L2 term added
 * state   [states] arrays of [count], updated; 0 before the first update */
typedef void gml_custom_update(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                               double *const *state);
typedef void gml_custom_update_f32(void *user, const gml_custom_step *step, size_t count, float *w, const float *g,
                                   float *const *state);

typedef struct gml_custom_optimizer {
    gml_entry entry; /* its first parameter is named `lr`, a number with a minimum above 0 */
    void *user;
    size_t states; /* number of state arrays, in the network's dtype; at most GML_MAX_STATES */
    gml_custom_update *update;
    gml_custom_update_f32 *update_f32; /* for float networks; null: `update` on converted numbers */
} gml_custom_optimizer;

/* Registers a custom optimizer. It works with schedules, groups, averages, clipping, decay and `accumulate`. If it has
 * a number argument named `weight_decay`, weights, but not biases, are multiplied by 1 - rate * weight_decay before
 * each call, as in adamw. Further errors: argument (`lr` is not its first parameter, too many states). */
GML_API gml_status gml_register_optimizer(gml_context *context, const gml_custom_optimizer *optimizer);

/* What a metric knows before the first sample. */
typedef struct gml_metric_shape {
    size_t samples;    /* in all blocks together, at most */
    size_t outputs;    /* classes, at least 2; or values per sample */
    int weighted;      /* 1: sample weights are given; 0: all are 1 */
    double resolution; /* distance from 1 to the next number in the type of the predictions */
} gml_metric_shape;

/* Some of the samples that a metric is computed from; at least one. */
typedef struct gml_metric_block {
    size_t samples;
    const double *predictions; /* [samples x outputs] scores of the classes, or values. A single score s for class 1 has
                                  become two: 1 - s and s if one above 1/2 predicts class 1, or -s and s */
    size_t columns;            /* of the targets: 1 for classes; else outputs */
    const double *targets;     /* [samples x columns] class numbers; or values, NaN where missing, at least one known */
    const double *weights;     /* [samples] above 0 */
} gml_metric_block;

/* A metric: a state of doubles, which is 0 at first; a function that adds a block of samples to it; and a function that
 * computes the value from it.
 *
 * user       as registered
 * arguments  values of the call's arguments, in the order of the entry's parameters
 * state      [gml_custom_metric_size], updated
 *
 * gml_custom_metric_value may change the state, and returns NaN if the metric is not defined. */
typedef size_t gml_custom_metric_size(void *user, const double *arguments, const gml_metric_shape *shape);
typedef void gml_custom_metric_add(void *user, const double *arguments, const gml_metric_shape *shape,
                                   const gml_metric_block *block, double *state);
typedef double gml_custom_metric_value(void *user, const double *arguments, const gml_metric_shape *shape,
                                       double *state);

typedef struct gml_custom_metric {
    gml_entry entry;
    void *user;
    gml_task task;         /* kind of its targets; auto: any */
    int higher_is_better;  /* not 0: the greatest value is the best; 0: the least */
    int needs_probability; /* not 0: scores must be probabilities, each from 0 to 1 with a sum of 1 */
    gml_custom_metric_size *size;
    gml_custom_metric_add *add;
    gml_custom_metric_value *value;
} gml_custom_metric;

/* Registers a custom metric. Blocks are added in the order of the samples, from one thread. */
GML_API gml_status gml_register_metric(gml_context *context, const gml_custom_metric *metric);

#ifdef __cplusplus
}
#endif
#endif
