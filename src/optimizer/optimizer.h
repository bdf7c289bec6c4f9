/* optimizer/optimizer.h - the table of optimizers as the rest of the library sees it. */
#ifndef GML_OPTIMIZER_OPTIMIZER_H
#define GML_OPTIMIZER_OPTIMIZER_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/optimizer.h"
#include "kernel/update/update.h"

/* The greatest learning rate, wherever one is given. */
#define GML_MAX_RATE 1e6

/* What a step becomes when all gradients are multiplied by a constant. Weight decays that are not part of the gradient
 * and small constants such as eps are left out of account. */
typedef enum gml_gradient_law {
    GML_LAW_OTHER,     /* neither of the following */
    GML_LAW_INVARIANT, /* the same step */
    GML_LAW_LINEAR     /* the step times the constant */
} gml_gradient_law;

/* One step's numbers. */
typedef struct gml_optimizer_step {
    const double *parameters;   /* the values of the optimizer's call */
    double rate;                /* the learning rate of this step; a warm-up of the optimizer's own lowers it */
    size_t number;              /* of the step, from 1 */
    double memory;              /* scalar state of the optimizer; 0 before the first step */
    gml_update_scalars scalars; /* what the kernel reads */
} gml_optimizer_step;

typedef struct gml_optimizer_row {
    gml_entry entry; /* its first parameter is `lr` */
    size_t states;   /* arrays of state the size of the parameters, at most */
    /* State i is kept only if the parameter of this index is not 0; `lr`, which never is: always. */
    size_t state_if[GML_UPDATE_STATES];
    gml_gradient_law law;
    size_t decay; /* index of the parameter that is the decoupled decay of weights; 0: none */
    /* Which state, counted from 1, holds averaged weights that are the network's wherever it is not being trained; 0:
     * none. */
    size_t average;
    /* A full-batch optimizer (method/method.h): without a kernel, its state is in its method. */
    bool full_batch;
    /* Index of the parameter that is the number of orthogonalising iterations; 0: none. The kernel then leaves the
     * direction of a weight matrix in state 1 (step/orthogonal.c). Vectors are updated by the kernel named `vectors`;
     * null: by the optimizer's own. */
    size_t iterations;
    const char *vectors;
    /* Fills `scalars` and brings `memory` up to date. */
    void (*prepare)(gml_optimizer_step *step);
    /* Of a custom optimizer, by dtype; null: see the tables of kernels. */
    const gml_optimizer_kernel *kernels;
} gml_optimizer_row;

/* Row by index; null past the last. */
static inline const gml_optimizer_row *gml_optimizer_row_at(size_t index)
{
    return (const void *)gml_optimizer_entry(index);
}

/* The kernel of an optimizer, custom ones included; null for full-batch optimizers. */
const gml_optimizer_kernel *gml_optimizer_kernel_of(const gml_kernels *kernels, const gml_call *call);

/* Returns the number of state arrays of an optimizer with these parameters. */
size_t gml_optimizer_states(const gml_optimizer_row *row, const double *parameters);

#endif
