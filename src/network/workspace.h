/* network/workspace.h - the memory of one batch on its way through a network, and the pieces of work on it.
 *
 * The pieces are tasks over a panel of rows, a tile of a layer's outputs or a panel of weights. gml_pass, training and
 * evaluation put them together into phases (base/parallel.h). */
#ifndef GML_NETWORK_WORKSPACE_H
#define GML_NETWORK_WORKSPACE_H

#include "base/parallel.h"
#include "network/network.h"
#include "network/plan.h"

/* What a layer keeps of a batch. Without backward only y is there. */
typedef struct gml_layer_memory {
    const gml_activation_kernel *activation;     /* the layer's, or the identity where the loss has taken it over */
    gml_tile_size tile;                          /* of the outputs; a panel of whole rows unless the step is tiled */
    size_t stride;                               /* of y, slope and gradient: out, or a little more */
    void *y;                                     /* [batch x out] */
    void *slope;                                 /* [batch x out]: f'(z), where f' does not follow from y; else null */
    void *gradient;                              /* [batch x out]: d/dy, then d/dz */
    void *bias_partial;                          /* [panels x out]: each panel's sum of d/dz over its rows */
    bool own_forward, own_backward, own_weights; /* who computes the products */
} gml_layer_memory;

typedef struct gml_workspace_options {
    size_t batch;        /* samples at most */
    bool linear_output;  /* leave the last activation out, for a loss that takes logits */
    bool backward;       /* else only the forward pieces may be used */
    bool keep_gradients; /* of all weights; else each is seen by its task alone */
    bool may_tile;       /* it is for training: a large step is cut to feed many cores */
} gml_workspace_options;

typedef struct gml_workspace {
    const gml_network *network;
    size_t batch, panel;
    size_t panels; /* of a full batch */
    bool large, tiled;
    bool calls_blas; /* some product is OpenBLAS's */
    gml_layer_memory *layers;
    void *gathered;    /* [batch x inputs]: inputs that had to be converted, scaled or collected */
    const void *input; /* [rows x inputs] of the batch under way: `gathered` or the caller's own */
    size_t input_stride;
    void *gradients; /* weight and bias gradients, laid out as the network's parameters; null if they are not kept */
    void *scratch;   /* one for each thread: gradients of a panel of weights */
    size_t scratch_size;
    gml_weight_task *tasks;
    size_t task_count, task_run; /* so many tasks at most are taken as one */
    double row_flops;            /* of one sample, forward */
    void *arena;
    size_t arena_size;
} gml_workspace;

/* Memory for batches of up to options->batch samples. Errors: argument, shape, memory. */
gml_status gml_workspace_create(const gml_network *network, const gml_workspace_options *options,
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

/* ---- layer by layer ---- */

/* A tile of one layer's outputs, or several side by side. */
typedef struct gml_tile {
    gml_rows rows;
    size_t col, cols;
} gml_tile;

/* How many tiles `rows` samples make of a layer's outputs, panel by panel. */
size_t gml_workspace_tiles(const gml_workspace *workspace, size_t layer, size_t rows);

/* Whose tiles: neighbours are taken as one product of depth `k` where this changes no bit (kernel/gemm.h). */
typedef struct gml_tile_run {
    size_t layer, rows, k; /* rows: of the batch under way; k: 0 if there is no product */
} gml_tile_run;

gml_tile_run gml_workspace_forward_run(const gml_workspace *workspace, size_t layer, size_t rows);
gml_tile_run gml_workspace_backward_run(const gml_workspace *workspace, size_t layer, size_t rows);

/* The tile at share->first, with those after it in the share and the same panel that may be taken with it; these are
 * taken from the share. */
gml_tile gml_workspace_tile(const gml_workspace *workspace, const gml_tile_run *run, gml_share *share);

/* A tile of y and slope, from whole rows of the layer before. */
void gml_tile_forward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* A tile of d/dz and its part of the bias gradient, from whole rows of d/dz of the layer behind, or for the last layer
 * from d/dy, which its `gradient` holds. */
void gml_tile_backward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* ---- the rest ---- */

/* After gml_panel_backward: d/dx of the panel into dx [rows x inputs] of the network's dtype. */
void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx);

/* The gradient of rows [first, first + count), columns [col, col + cols), of one layer's weights, and of its bias if
 * both begin at 0 and it has one. */
typedef struct gml_weight_panel {
    size_t layer, first, count, col, cols;
    void *gradient;         /* [count x cols] */
    size_t gradient_stride; /* cols, or out */
    void *bias_gradient;    /* [out] or null */
} gml_weight_panel;

/* The panel that the task at share->first is, together with those after it in the share that continue it; these are
 * taken from the share. Its gradients are where gml_weight_gradient left them. */
gml_weight_panel gml_weight_panel_next(const gml_workspace *workspace, gml_share *share);

/* After all of `rows` samples went backward: the next panel, its gradients computed. They are good until the worker's
 * next call, or to the next batch if gradients are kept. */
gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows);

/* The first layer whose values for `rows` samples are not all finite; layer_count if all are. */
size_t gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows);

/* The gradient of block `index`, in the workspace's memory. Errors: argument (gradients are not kept, no such block).
 */
gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient);

#endif
