/* network/workspace.h - the memory of one batch on its way through a network, and the pieces of work on it.
 *
 * The pieces are tasks over a panel of rows or a panel of weights. gml_pass, training and evaluation put them together
 * into phases (base/parallel.h). */
#ifndef GML_NETWORK_WORKSPACE_H
#define GML_NETWORK_WORKSPACE_H

#include "network/network.h"
#include "network/plan.h"

/* What a layer keeps of a batch. Without backward only y is there. */
typedef struct gml_layer_memory {
    const gml_activation_kernel *activation; /* the layer's, or the identity where the loss has taken it over */
    void *y;                                 /* [batch x out] */
    void *slope;                             /* [batch x out]: f'(z), where f' does not follow from y; else null */
    void *gradient;                          /* [batch x out]: d/dy, then d/dz */
    void *bias_partial;                      /* [panels x out]: each panel's sum of d/dz over its rows */
    void *weight_gradient;                   /* [in x out] */
    void *bias_gradient;                     /* [out]; null without bias */
} gml_layer_memory;

typedef struct gml_workspace {
    const gml_network *network;
    size_t batch, panel;
    size_t panels; /* of a full batch */
    gml_layer_memory *layers;
    void *gathered;    /* [batch x inputs]: inputs that had to be converted, scaled or collected */
    const void *input; /* [rows x inputs] of the batch under way: `gathered` or the caller's own */
    size_t input_stride;
    void *gradients; /* weight and bias gradients, laid out as the network's parameters */
    gml_weight_task *tasks;
    size_t task_count;
    double row_flops; /* of one sample, forward */
    void *arena;
    size_t arena_size;
} gml_workspace;

/* Memory for batches of up to `batch` samples. `linear_output` leaves the last activation out, for a loss that takes
 * logits. Without `backward` only the forward pieces may be used. */
gml_status gml_workspace_create(const gml_network *network, size_t batch, bool linear_output, bool backward,
                                gml_workspace *workspace);
void gml_workspace_destroy(gml_workspace *workspace);

/* Rows of the batch under way. */
typedef struct gml_rows {
    size_t panel, first, count;
} gml_rows;

/* How many panels `rows` samples make, and the one at an index. */
size_t gml_workspace_panels(const gml_workspace *workspace, size_t rows);
gml_rows gml_workspace_rows(const gml_workspace *workspace, size_t rows, size_t panel);

/* How to get the inputs of a batch: `call` lacks only what differs from panel to panel. */
typedef struct gml_input {
    gml_gather_call call;
    bool in_place; /* the caller's memory serves as it is: nothing is gathered */
} gml_input;

/* Inputs are row order[i] of `x`, or row i if order is null. Points the workspace at them. */
gml_input gml_workspace_input(gml_workspace *workspace, gml_matrix x, const size_t *order);

/* Collects, converts and scales the inputs of one panel. */
void gml_panel_gather(const gml_workspace *workspace, const gml_input *input, gml_rows rows);

/* All layers forward: fills y and slope. */
void gml_panel_forward(const gml_workspace *workspace, gml_rows rows);

/* From d/dy of the last layer in its `gradient` back to d/dz of all layers and the panel's part of the bias gradients.
 */
void gml_panel_backward(const gml_workspace *workspace, gml_rows rows);

/* After gml_panel_backward: d/dx of the panel into dx [rows x inputs] of the network's dtype. */
void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx);

/* After all panels of `rows` samples went backward: the gradient of a panel of weights, and of the bias with the first
 * panel. */
void gml_weight_gradient(const gml_workspace *workspace, const gml_weight_task *task, size_t rows);

/* The first layer whose values for `rows` samples are not all finite; layer_count if all are. */
size_t gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows);

/* The gradient of block `index`, in the workspace's memory. */
gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient);

#endif
