/* kernel/update/update.h - updates of parameters by optimizers: the call of a kernel, and the table of rows. */
#ifndef GML_KERNEL_UPDATE_UPDATE_H
#define GML_KERNEL_UPDATE_UPDATE_H

#include <stdbool.h>

#include "gemmule/custom.h"
#include "kernel/kernel.h"

enum { GML_UPDATE_STATES = GML_MAX_STATES };

/* The numbers of an update that are the same for all entries: optimizer/scalars.c computes them once a step. Each
 * optimizer sets those that its formula has; its kernel reads no others. */
typedef struct gml_update_scalars {
    double rate;      /* the factor of the direction */
    double mean_rate; /* nadam, radam: the factor of the mean gradient */
    double momentum;  /* share of the velocity that is kept */
    double beta1;     /* share of the mean gradient that is kept */
    double fresh1;    /* the gradient's share in it, 1 - beta1, or in the velocity */
    double beta2;     /* share of the mean square that is kept */
    double fresh2;    /* 1 - beta2 */
    double unbias2;   /* 1 / sqrt(1 - beta2^t) */
    double eps;
    double initial_sum;                   /* adagrad */
    double shrink, grow, least, greatest; /* rprop: factors and bounds of a weight's step size */
    double share;                         /* schedule_free_adamw: the share of z in the average x */
    bool centered;                        /* rmsprop */
    size_t number;                        /* of the step, from 1 */
} gml_update_scalars;

/* An optimizer of the user's own, as it is called. */
typedef struct gml_custom_rule {
    const gml_custom_optimizer *optimizer;
    const double *arguments;
} gml_custom_rule;

typedef struct gml_update_call {
    size_t count;
    void *w;                           /* [count], updated */
    const void *g;                     /* [count], the gradient as the backward pass left it */
    void *state[GML_UPDATE_STATES];    /* [count] each, as many as the optimizer keeps; zero before the first step */
    const gml_update_scalars *scalars; /* of the step */
    double gradient_scale;             /* g is multiplied by this: clipping by norm */
    double clip;                       /* then cut to [-clip, clip]; infinity: not */
    double l2;                         /* then l2 * w is added */
    double decay;                      /* w is first multiplied by 1 - decay */
    const gml_custom_rule *custom;     /* where the row says so */
} gml_update_call;

typedef struct gml_optimizer_kernel {
    const char *name; /* of the row in optimizer/optimizer.c it belongs to; null ends an array */
    void (*update)(const gml_update_call *call);
    const gml_custom_optimizer *custom; /* of one that the user gave; else null */
} gml_optimizer_kernel;

typedef struct gml_update_kernels {
    gml_kernel_rows rows;               /* gml_optimizer_kernel */
    const gml_optimizer_kernel *custom; /* what one of the user's own becomes with its name and record */
} gml_update_kernels;

/* The kernel of an optimizer by name; null if it is missing. */
static inline const gml_optimizer_kernel *gml_kernels_optimizer(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->update->rows, sizeof(gml_optimizer_kernel), name);
}

#endif
