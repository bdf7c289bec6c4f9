/* step/compact.h - a tiny step as a list of kernel calls that are made ready once.
 *
 * Where a step is one panel of dense layers whose products are the library's own, finding out what to call takes longer
 * than the calls. They are the same at every step but for where the batch lies. */
#ifndef GML_STEP_COMPACT_H
#define GML_STEP_COMPACT_H

#include "kernel/activation/activation.h"
#include "step/trainer.h"

/* The calls of one dense layer, in the order of their use. */
typedef struct gml_compact_layer {
    const gml_activation_kernel *activation;
    const void *bias;
    gml_gemm forward;          /* Z [rows x out] = X [rows x in] W + b */
    gml_forward_call activate; /* Y = f(Z) in place, unless f is the identity */
    gml_backward_call derive;  /* dZ = dY f'(Z), db */
    gml_gemm weights;          /* dW [in x out] = X' dZ */
    gml_gemm propagate;        /* dX [rows x in] = dZ W', but for the first layer */
} gml_compact_layer;

/* An update of parameters that lie in a row; weights alone decay. */
typedef struct gml_compact_update {
    const gml_optimizer_kernel *kernel;
    bool weights;
    gml_update_call call;
} gml_compact_update;

struct gml_compact {
    size_t rows; /* of the batches that the calls are for */
    gml_compact_layer *layers;
    gml_compact_update *updates; /* one for all parameters where all are treated alike */
    size_t update_count;
    char *gradients; /* laid out as the parameters are, zero in the gaps */
    size_t size;     /* of all this */
};

/* Makes the calls ready where the trainer's steps are such, else leaves trainer->scratch.compact null: by its options
 * and by shapes, not by threads. Errors: memory. */
gml_status gml_compact_create(gml_trainer *trainer);
void gml_compact_destroy(gml_trainer *trainer);

/* Runs the step under way, from inputs to updated weights, on the caller's thread; false if it is not one for it. The
 * bits are those of the phases in its place. */
bool gml_compact_run(gml_trainer *trainer);

#endif
