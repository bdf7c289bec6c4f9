/* layer/activation.h - the tables of activations, fixed and trainable, as the rest of the library sees them. */
#ifndef GML_LAYER_ACTIVATION_H
#define GML_LAYER_ACTIVATION_H

#include <math.h>
#include <stdbool.h>

#include "base/call.h"
#include "gemmule/activation.h"
#include "kernel/activation/activation.h"

/* The parameters of a trainable activation. */
typedef struct gml_learned {
    size_t (*count)(const double *arguments); /* their number, at most GML_MAX_THETA; null: a fixed activation */
    void (*start)(const double *arguments, double *theta); /* [count], written: the values training starts from */
    const char *names;                                     /* what they are, for people: "slope" */
    size_t parts; /* so many of its first arguments are places in the table of activations: what it mixes */
} gml_learned;

/* Bounds of the values of an activation; infinite where there is none. */
typedef struct gml_bounds {
    double low, high;
    bool open_low, open_high; /* the bound is approached, not reached */
} gml_bounds;

typedef struct gml_activation_row {
    gml_entry entry;
    const char *initializer; /* default initializer of a layer with this activation */
    bool couples_columns;    /* an output depends on its whole row (softmax) */
    bool half_zero;          /* f and f' are 0 for about half of all x (relu) */
    bool straight_through;   /* the backward pass is an estimator, not the derivative (step) */
    gml_bounds bounds;       /* the entry's `range` in numbers; of a trainable one those it starts with, or none */
    gml_bounds (*bounds_of)(const double *arguments); /* where arguments move them, in place of `bounds`; else null */
    gml_learned learned;                              /* of trainable rows */
    const gml_activation_kernel
        *kernels; /* of one that the user gave, by dtype; null: the tables of kernels have them */
} gml_activation_row;

/* The row at an index of the fixed and of the trainable table; null past the last. Trainable rows have an argument
 * `per`: layer or unit. */
static inline const gml_activation_row *gml_activation_row_at(size_t index)
{
    return (const void *)gml_activation_entry(index);
}

static inline const gml_activation_row *gml_trainable_row_at(size_t index)
{
    return (const void *)gml_trainable_entry(index);
}

/* Fixed rows, then trainable ones: the activations that a layer may have. */
const gml_entry *gml_any_activation_entry(size_t index);

/* The kernel of an activation, custom ones included. */
const gml_activation_kernel *gml_activation_kernel_of(const gml_kernels *kernels, const gml_call *call);

/* The bounds of an activation with these arguments. */
gml_bounds gml_activation_bounds(const gml_activation_row *row, const double *arguments);

/* Returns the shape of an activation's parameters in a layer of `units` units, without values; count 0 if it is fixed.
 */
gml_theta gml_activation_theta(const gml_call *call, size_t units);

/* Finds the kernels of the parts of a mixture. Other activations have no parts. */
void gml_activation_find_parts(const gml_call *call, const gml_kernels *kernels, gml_theta *theta);

/* Fills theta [count x units] with the initial values. */
void gml_activation_start(const gml_call *call, const gml_kernels *kernels, gml_theta shape, void *theta);

/* gml_activation_apply for a call, with the numbers that a trainable one has learned, packed in the dtype of x; null:
 * what it starts from. Errors: argument, shape. */
gml_status gml_activation_apply_learned(gml_context *context, const gml_call *call, const void *learned, gml_matrix x,
                                        gml_matrix y, gml_matrix derivative);

#endif
