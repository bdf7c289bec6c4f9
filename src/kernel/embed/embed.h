/* kernel/embed/embed.h - layers on the inputs of a network: scales of columns. */
#ifndef GML_KERNEL_EMBED_EMBED_H
#define GML_KERNEL_EMBED_EMBED_H

#include <stdbool.h>

#include "kernel/kernel.h"

/* y = x scale + bias, with a scale and a bias for each column. */
typedef struct gml_affine_call {
    size_t rows, cols;
    const void *x; /* [rows x cols] */
    size_t x_stride;
    void *y; /* forward: [rows x cols], written; may be x. Backward: d/dy, read */
    size_t y_stride;
    const void *scale, *bias;   /* [cols]; bias null: 0 */
    void *scale_sum, *bias_sum; /* [cols], written: sums over the rows of d/dy x and of d/dy; bias_sum may be null */
    void *dx;                   /* [rows x cols], written; may be y */
    size_t dx_stride;
} gml_affine_call;

typedef struct gml_embed_kernels {
    void (*affine)(const gml_affine_call *call);
    void (*affine_sums)(const gml_affine_call *call);     /* writes scale_sum and bias_sum */
    void (*affine_backward)(const gml_affine_call *call); /* dx = d/dy scale */
    /* values[i] = values[i / group] for each of `count`, or 1 or -1 by its sign if `signs`. */
    void (*spread)(size_t count, size_t group, bool signs, void *values);
} gml_embed_kernels;

#endif
