/* kernel/loss/loss.h - losses: the call of a kernel, and the table of rows. */
#ifndef GML_KERNEL_LOSS_LOSS_H
#define GML_KERNEL_LOSS_LOSS_H

#include <stdbool.h>

#include "gemmule/custom.h"
#include "kernel/kernel.h"

typedef struct gml_loss_call {
    size_t rows, cols, stride;     /* stride: of outputs and gradient */
    const void *outputs;           /* [rows x cols], read: logits where the row says so */
    const void *targets;           /* [rows x target_cols] packed, read */
    size_t target_cols;            /* cols, or 1 for class numbers; half of cols where the row says variances */
    void *gradient;                /* [rows x cols], written: scale * d sum / d outputs; may be outputs; or null */
    double scale;                  /* 1 / the divisor of the mean */
    const double *parameters;      /* of the loss's call; one at least can be read */
    const double *weights;         /* [rows]: by which value and gradient of each are multiplied; null: 1 */
    bool masked;                   /* of a loss that adds up by targets: one that is NaN counts for nothing */
    const gml_custom_loss *custom; /* what the row says, and with it */
    double *memory;                /* [gml_custom_loss_memory(cols)], of this call alone */
} gml_loss_call;

static inline double gml_loss_weight(const gml_loss_call *call, size_t row)
{
    return call->weights != NULL ? call->weights[row] : 1;
}

typedef struct gml_loss_kernel {
    const char *name;                         /* of the row in loss/loss.c it belongs to; null ends an array */
    double (*run)(const gml_loss_call *call); /* returns the sum, not scaled */
    const gml_custom_loss *custom;            /* of one that the user gave; else null */
} gml_loss_kernel;

/* The doubles that a loss of the user's own needs: a row of outputs, of targets and of the gradient, on lines of a
 * cache that no other thread writes to. */
static inline size_t gml_custom_loss_memory(size_t cols)
{
    enum { LINE = 64 / sizeof(double) };
    return (3 * cols + LINE - 1) / LINE * LINE;
}

typedef struct gml_loss_kernels {
    gml_kernel_rows rows;          /* gml_loss_kernel */
    const gml_loss_kernel *custom; /* what one of the user's own becomes with its name and record */
} gml_loss_kernels;

/* The kernel of a loss by name; null if it is missing. */
static inline const gml_loss_kernel *gml_kernels_loss(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->loss->rows, sizeof(gml_loss_kernel), name);
}

#endif
