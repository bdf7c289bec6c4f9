/* kernel/activation/activation.h - activations: the calls of a kernel, and the table of rows.
 *
 * A fixed activation is a function of x = z + bias. A trainable one is a function of x and of its parameters theta. Its
 * backward pass needs x, and theta as in the forward pass. Sums over rows, for the gradients of theta and the bias, run
 * in an order that depends only on the shape. */
#ifndef GML_KERNEL_ACTIVATION_ACTIVATION_H
#define GML_KERNEL_ACTIVATION_ACTIVATION_H

#include "gemmule/custom.h"
#include "kernel/kernel.h"

enum { GML_MAX_THETA = 16, GML_MAX_PARTS = 4 };

/* The parameters of a trainable activation. */
typedef struct gml_theta {
    size_t count;       /* parameters of the layer or of each unit, at most GML_MAX_THETA; 0: the activation is fixed */
    size_t units;       /* cols: each unit has its own parameters; 1: the units share them */
    const void *values; /* [count x units] packed, read */
    const struct gml_activation_kernel *parts[GML_MAX_PARTS]; /* [count] of a mixture: the activations that it mixes */
} gml_theta;

typedef struct gml_forward_call {
    size_t rows, cols, stride;
    const void *z;    /* [rows x cols] before the bias, read */
    const void *bias; /* [cols], added to every row of z first; or null */
    void *y;          /* [rows x cols], written: f(z + bias); may be z */
    void *slope; /* [rows x cols], written: f'(x), or x if the activation is trainable; or null; may be z if y is not */
    const double *parameters; /* the arguments of the activation, as in elu(alpha) */
    gml_theta theta;
    const gml_custom_activation *custom; /* that of the row */
} gml_forward_call;

typedef struct gml_backward_call {
    size_t rows, cols, stride;
    void *gradient;      /* [rows x cols], in: d/dy, out: d/dz */
    const void *saved;   /* [rows x cols]: y if the row has slope_from_value, else what the forward call wrote */
    void *bias_gradient; /* [cols], written: the sums of d/dz over the rows; or null */
    const double *parameters;
    gml_theta theta;
    void *theta_gradient; /* [theta.count x theta.units], written: the sums of d/dtheta; or null */
} gml_backward_call;

typedef struct gml_activation_kernel {
    const char *name;     /* name of its row in layer/activation.c or layer/trainable.c; null ends an array */
    int slope_from_value; /* backward reads y, not the slope; nothing else is saved */
    int whole_rows;       /* an entry of y depends on its whole row of z */
    int identity;         /* y is z + bias: forward is not called once the bias is added */
    void (*forward)(const gml_forward_call *call);
    void (*backward)(const gml_backward_call *call);
    double usual;                        /* the default of its argument, if it has one; mixtures use it */
    const gml_custom_activation *custom; /* of a custom activation; else null */
} gml_activation_kernel;

typedef struct gml_activation_kernels {
    gml_kernel_rows rows;                /* gml_activation_kernel, fixed and trainable */
    const gml_activation_kernel *custom; /* copied for each custom activation, which sets its name and record */
} gml_activation_kernels;

/* Returns the kernel of a fixed or trainable activation by name; null if there is none. */
static inline const gml_activation_kernel *gml_kernels_activation(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->activation->rows, sizeof(gml_activation_kernel), name);
}

#endif
