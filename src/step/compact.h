/* step/compact.h - a tiny step as a list of kernel calls that are prepared once.
 *
 * If a step is one panel of dense layers with native products, dispatch takes longer than computing. The calls are the
 * same at every step except for the address of the batch. */
#ifndef GML_STEP_COMPACT_H
#define GML_STEP_COMPACT_H

#include "kernel/activation/activation.h"
#include "step/trainer.h"

/* The calls of one dense layer, in order of execution. */
typedef struct gml_compact_layer {
    const gml_activation_kernel *activation;
    const void *bias;
    gml_gemm forward;          /* Z [rows x out] = X [rows x in] W + b */
    gml_forward_call activate; /* Y = f(Z) in place, unless f is the identity */
    gml_backward_call derive;  /* dZ = dY f'(Z), db */
    gml_gemm weights;          /* dW [in x out] = X' dZ */
    gml_gemm propagate;        /* dX [rows x in] = dZ W'; not for the first layer */
} gml_compact_layer;

/* The update of contiguous parameters. Only weights decay. */
typedef struct gml_compact_update {
    const gml_optimizer_kernel *kernel;
    bool weights;
    gml_update_call call;
} gml_compact_update;

struct gml_compact {
    size_t rows; /* batch size that the calls are set to */
    gml_compact_layer *layers;
    gml_compact_update *updates; /* a single one if all parameters are updated alike */
    size_t update_count;
    char *gradients; /* same layout as the parameters, zero in the gaps */
    size_t size;     /* bytes of this struct and its arrays */
};

/* Prepares the calls if the trainer's steps qualify; otherwise leaves trainer->scratch.compact null. Options and shapes
 * decide, not the number of threads. Errors: memory. */
gml_status gml_compact_create(gml_trainer *trainer);
void gml_compact_destroy(gml_trainer *trainer);

/* Runs the current step, from inputs to updated weights, on the calling thread, with the same bits as the phases. False
 * if the step does not qualify; nothing has run then. */
bool gml_compact_run(gml_trainer *trainer);

#endif
