/* kernel/update/update.h - updates of parameters by optimizers: the call of a kernel, and the table of rows. */
#ifndef GML_KERNEL_UPDATE_UPDATE_H
#define GML_KERNEL_UPDATE_UPDATE_H

#include <stdbool.h>

#include "gemmule/custom.h"
#include "kernel/kernel.h"

enum { GML_UPDATE_STATES = GML_MAX_STATES };

/* The scalars of an update: optimizer/scalars.c computes them once a step. Each optimizer sets those of its formula;
 * its kernel reads no others. */
typedef struct gml_update_scalars {
    double rate;      /* the factor of the direction */
    double mean_rate; /* nadam, radam: the factor of the mean gradient */
    double momentum;  /* decay of the velocity */
    double beta1;     /* decay of the mean gradient */
    double fresh1;    /* weight of the gradient: 1 - beta1, or that in the velocity */
    double beta2;     /* decay of the mean square */
    double fresh2;    /* 1 - beta2 */
    double unbias2;   /* 1 / sqrt(1 - beta2^t) */
    double eps;
    double initial_sum;                   /* adagrad */
    double shrink, grow, least, greatest; /* rprop: factors and bounds of a weight's step size */
    double share;                         /* schedule_free_adamw: weight of z in the average x */
    bool centered;                        /* rmsprop */
    size_t number;                        /* number of the step, from 1 */
} gml_update_scalars;

/* A custom optimizer and the arguments of its call. */
typedef struct gml_custom_rule {
    const gml_custom_optimizer *optimizer;
    const double *arguments;
} gml_custom_rule;

typedef struct gml_update_call {
    size_t count;
    void *w;                        /* [count], updated */
    const void *g;                  /* [count], the gradient from the backward pass */
    void *state[GML_UPDATE_STATES]; /* [count] each, one for each state of the optimizer; zero before the first step */
    const gml_update_scalars *scalars; /* of the step */
    double gradient_scale;             /* factor of g: clipping by norm */
    double clip;                       /* then g is clipped to [-clip, clip]; infinity: not */
    double l2;                         /* then l2 * w is added */
    double decay;                      /* w is first multiplied by 1 - decay */
    const gml_custom_rule *custom;     /* for a custom row */
} gml_update_call;

typedef struct gml_optimizer_kernel {
    const char *name; /* name of its row in optimizer/optimizer.c; null ends an array */
    void (*update)(const gml_update_call *call);
    const gml_custom_optimizer *custom; /* of a custom optimizer; else null */
} gml_optimizer_kernel;

typedef struct gml_update_kernels {
    gml_kernel_rows rows;               /* gml_optimizer_kernel */
    const gml_optimizer_kernel *custom; /* copied for each custom optimizer, which sets its name and record */
} gml_update_kernels;

/* Returns the kernel of an optimizer by name; null if there is none. */
static inline const gml_optimizer_kernel *gml_kernels_optimizer(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->update->rows, sizeof(gml_optimizer_kernel), name);
}

#endif
