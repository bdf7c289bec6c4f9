/* kernel/activation/activation.h - activations: the call of a kernel, and the tables of rows.
 *
 * A fixed one is a function of x = z + bias. A trainable one is a function of x and of numbers it learns, theta: for
 * its backward pass x itself is kept, and theta must still be what it was in the forward pass. The sums over rows, of
 * theta's gradient like the bias's, run in an order that the shape alone decides. */
#ifndef GML_KERNEL_ACTIVATION_ACTIVATION_H
#define GML_KERNEL_ACTIVATION_ACTIVATION_H

#include "gemmule/custom.h"
#include "kernel/kernel.h"

enum { GML_MAX_THETA = 16, GML_MAX_PARTS = 4 };

/* What a trainable activation has learned. */
typedef struct gml_theta {
    size_t count;       /* numbers, at most GML_MAX_THETA, for the layer or for each unit; 0: the activation is fixed */
    size_t units;       /* cols: each unit has its own; 1: the layer's units share them */
    const void *values; /* [count x units] packed, read */
    const struct gml_activation_kernel *parts[GML_MAX_PARTS]; /* [count] of a mixture: whose shares are learned */
} gml_theta;

typedef struct gml_forward_call {
    size_t rows, cols, stride;
    const void *z;            /* [rows x cols] before the bias, read */
    const void *bias;         /* [cols], added to every row of z first; or null */
    void *y;                  /* [rows x cols], written: f(z + bias); may be z */
    void *slope;              /* [rows x cols], written: f'(x), of trainable rows x; or null; may be z if y is not */
    const double *parameters; /* the values of the activation's call */
    gml_theta theta;
    const gml_custom_activation *custom; /* what the row says */
} gml_forward_call;

typedef struct gml_backward_call {
    size_t rows, cols, stride;
    void *gradient;      /* [rows x cols], in: d/dy, out: d/dz */
    const void *saved;   /* [rows x cols]: y where the row says slope_from_value, else what the forward call wrote */
    void *bias_gradient; /* [cols], written: the sums of d/dz over the rows; or null */
    const double *parameters;
    gml_theta theta;
    void *theta_gradient; /* [theta.count x theta.units], written: the sums of d/dtheta; or null */
} gml_backward_call;

typedef struct gml_activation_kernel {
    const char *name; /* of the row in layer/activation.c or layer/trainable.c that it belongs to; null ends an array */
    int slope_from_value; /* backward takes y (nothing else need be kept), not the slope */
    int whole_rows;       /* an entry depends on all of its row */
    int identity;         /* y is z with the bias: forward need not be called once that is added */
    void (*forward)(const gml_forward_call *call);
    void (*backward)(const gml_backward_call *call);
    double usual; /* the default of its argument, if it has one: what it is called with in a mixture */
    const gml_custom_activation *custom; /* of one that the user gave; else null */
} gml_activation_kernel;

typedef struct gml_activation_kernels {
    gml_kernel_rows rows;                /* gml_activation_kernel, fixed and trainable */
    const gml_activation_kernel *custom; /* what one of the user's own becomes with its name and record */
} gml_activation_kernels;

/* The kernel of a fixed or a trainable activation by name; null if it is missing. */
static inline const gml_activation_kernel *gml_kernels_activation(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->activation->rows, sizeof(gml_activation_kernel), name);
}

#endif
