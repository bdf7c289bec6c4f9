/* kernel/loss/loss.h - losses: the call of a kernel, and the table of rows. */
#ifndef GML_KERNEL_LOSS_LOSS_H
#define GML_KERNEL_LOSS_LOSS_H

#include <stdbool.h>

#include "gemmule/custom.h"
#include "kernel/kernel.h"

typedef struct gml_loss_call {
    size_t rows, cols, stride;     /* stride: of outputs and gradient */
    const void *outputs;           /* [rows x cols], read: logits if the row says so */
    const void *targets;           /* [rows x target_cols] packed, read */
    size_t target_cols;            /* cols; 1 for class numbers; cols / 2 if the row has variances */
    void *gradient;                /* [rows x cols], written: scale * d sum / d outputs; may be outputs; or null */
    double scale;                  /* 1 / the divisor of the mean */
    const double *parameters;      /* arguments of the loss; at least one can be read */
    const double *weights;         /* [rows]: factors of the value and gradient of each row; null: 1 */
    bool masked;                   /* of an elementwise loss: NaN targets are ignored */
    const gml_custom_loss *custom; /* that of the row */
    double *memory; /* [gml_custom_loss_memory(cols)], not shared with other threads; for a custom loss */
} gml_loss_call;

static inline double gml_loss_weight(const gml_loss_call *call, size_t row)
{
    return call->weights != NULL ? call->weights[row] : 1;
}

typedef struct gml_loss_kernel {
    const char *name;                         /* name of its row in loss/loss.c; null ends an array */
    double (*run)(const gml_loss_call *call); /* returns the sum, not scaled */
    const gml_custom_loss *custom;            /* of a custom loss; else null */
} gml_loss_kernel;

/* Returns the doubles that a custom loss needs: a row of outputs, of targets and of the gradient, padded to cache
 * lines. */
static inline size_t gml_custom_loss_memory(size_t cols)
{
    enum { LINE = 64 / sizeof(double) };
    return (3 * cols + LINE - 1) / LINE * LINE;
}

typedef struct gml_loss_kernels {
    gml_kernel_rows rows;          /* gml_loss_kernel */
    const gml_loss_kernel *custom; /* copied for each custom loss, which sets its name and record */
} gml_loss_kernels;

/* Returns the kernel of a loss by name; null if there is none. */
static inline const gml_loss_kernel *gml_kernels_loss(const gml_kernels *kernels, const char *name)
{
    return gml_kernels_row(kernels->loss->rows, sizeof(gml_loss_kernel), name);
}

#endif
