/* gemmule/custom.h - the user's own: what the library's tables lack, given as functions.
 *
 * What is registered with a context is found by its name wherever a row of the library's tables is: in descriptions of
 * networks, in options, in files. It is known to that context alone, from then on until the context is destroyed.
 * Files hold names, not functions: register before a file that names them is loaded.
 *
 * The record and all its texts are copied, functions of words (gml_parameter.word) are called later; what `user` points
 * at stays the caller's and must live as long as the context. A name begins with a letter, goes on with letters, digits
 * and "_", and is of at most 31 characters; so are the names of arguments. Of an entry only the name is needed.
 *
 * Registering changes the context: no other call may use it meanwhile. The functions are called from several threads at
 * once, on memory that does not overlap; they must not change what `user` points at without a lock of their own, nor
 * call the library with the same context. Results are the same bits for any number of threads as long as they depend on
 * nothing but what is handed to them. What they give need not be finite: training tells of it as always.
 *
 * Errors of all: argument (no function, a name or an argument that is not well formed), name (it is taken, by the
 * library or by another of the user's; there is no such initializer), memory. */
#ifndef GEMMULE_CUSTOM_H
#define GEMMULE_CUSTOM_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* An activation: y[i] = f(x[i]), each entry by itself, and its derivative.
 *
 * user       as registered
 * arguments  what the call says, in the order of the entry's parameters
 * x          [count], read
 * y          [count], written; does not overlap x
 * slope      [count], written: f'(x); null where it is not wanted */
typedef void gml_custom_function(void *user, const double *arguments, size_t count, const double *x, double *y,
                                 double *slope);
typedef void gml_custom_function_f32(void *user, const double *arguments, size_t count, const float *x, float *y,
                                     float *slope);

typedef struct gml_custom_activation {
    gml_entry entry;
    void *user;
    gml_custom_function *function;         /* also what the gradient check takes its differences of */
    gml_custom_function_f32 *function_f32; /* for networks in float; null: `function`, on numbers that are converted */
    const char *initializer; /* what layers with it start from unless told otherwise, by name; null: glorot_uniform */
} gml_custom_activation;

/* Lets layers of this context's networks have an activation of the user's own. Where it has a kink the gradient check
 * does not know of, an entry that comes to lie on both sides of it differs. */
GML_API gml_status gml_register_activation(gml_context *context, const gml_custom_activation *activation);

/* A loss: that of one sample, and its gradient by the outputs. The library takes the mean over the samples, by their
 * weights where these differ, and leaves out those of which a target is not known or the weight is 0.
 *
 * user       as registered
 * arguments  what the call says, in the order of the entry's parameters
 * outputs    how many the network has
 * y          [outputs], read: what the last layer gives, its activation done
 * targets    as many as outputs, or 1 with class_numbers where t is the number of a class
 * t          [targets], read: of a class 1 in its place and 0 elsewhere, unless class_numbers says otherwise; values
 *            standardised like y where the network was adapted so
 * gradient   [outputs], written: d loss / d y; null where it is not wanted; does not overlap y
 *
 * Returns the loss. Called in double for networks in float as well, on numbers that are converted. */
typedef double gml_custom_loss_function(void *user, const double *arguments, size_t outputs, const double *y,
                                        size_t targets, const double *t, double *gradient);

typedef struct gml_custom_loss {
    gml_entry entry;
    void *user;
    gml_custom_loss_function *function; /* also what the gradient check takes its differences of */
    int class_numbers; /* not 0: where targets are class numbers, t is that number, [1], and not a row. It then needs
                          two outputs at least. For many classes, of which the loss looks at few */
} gml_custom_loss;

/* Lets this context's networks be trained and measured with a loss of the user's own. No activation is part of it: it
 * takes what the network answers. In the accuracy of a single output, above 1/2 is class 1. gml_loss_targets, which has
 * no context, does not know it; levenberg_marquardt does not take it. */
GML_API gml_status gml_register_loss(gml_context *context, const gml_custom_loss *loss);

/* What an optimizer is told of a step. */
typedef struct gml_custom_step {
    const double *arguments; /* what the call says, in the order of the entry's parameters: `lr` first, or what
                                gml_train_options.learning_rate says instead */
    double rate;             /* the learning rate now: that of the schedule and of the parameters' group */
    size_t number;           /* of the step, from 1; batches that are collected for one make one */
} gml_custom_step;

enum { GML_MAX_STATES = 3 };

/* A step of an optimizer over some of the parameters, each by itself: which of them come together is not said, and
 * pieces of a matrix are called for from several threads at once. Frozen parameters are not asked about.
 *
 * user    as registered
 * step    as above
 * count   how many parameters
 * w       [count], brought up to date
 * g       [count], read: the gradient, scaled and clipped, noise and the L2 term in it
 * state   [states] arrays of [count], brought up to date; 0 before the first step */
typedef void gml_custom_update(void *user, const gml_custom_step *step, size_t count, double *w, const double *g,
                               double *const *state);
typedef void gml_custom_update_f32(void *user, const gml_custom_step *step, size_t count, float *w, const float *g,
                                   float *const *state);

typedef struct gml_custom_optimizer {
    gml_entry entry; /* its first parameter is named `lr`, a number of a minimum above 0 */
    void *user;
    size_t states; /* how many arrays it keeps, in the network's dtype; at most GML_MAX_STATES */
    gml_custom_update *update;
    gml_custom_update_f32 *update_f32; /* for networks in float; null: `update`, on numbers that are converted */
} gml_custom_optimizer;

/* Lets this context's networks be trained with an optimizer of the user's own, together with schedules, groups,
 * averages, clipping, decay and batches that are collected. If it has an argument named `weight_decay`, a number,
 * weights, but not biases, are multiplied by 1 - rate * weight_decay before each call, as adamw has it. Errors besides:
 * argument (`lr` is not its first parameter, too many states). */
GML_API gml_status gml_register_optimizer(gml_context *context, const gml_custom_optimizer *optimizer);

#ifdef __cplusplus
}
#endif
#endif
