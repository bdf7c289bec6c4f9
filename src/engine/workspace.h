/* engine/workspace.h - the memory of one batch on its way through a network, and the pieces of work on it.
 *
 * The pieces are tasks over a panel of rows, a tile of a layer's outputs or a panel of weights. gml_pass, training and
 * evaluation put them together into phases (base/parallel.h). */
#ifndef GML_ENGINE_WORKSPACE_H
#define GML_ENGINE_WORKSPACE_H

#include "base/parallel.h"
#include "base/random.h"
#include "engine/plan.h"
#include "kernel/data/gather.h"
#include "network/network.h"

/* What a layer keeps of a batch. Without backward only y is there. */
typedef struct gml_layer_memory {
    const gml_activation_kernel *activation; /* the layer's, or the identity where the loss has taken it over */
    gml_tile_size tile;                      /* of the outputs; a panel of whole rows unless the step is tiled */
    size_t stride;                           /* of y and gradient: out, or a little more */
    void *y;                                 /* [batch x out] */
    void *saved;                             /* [batch x saved columns]: f'(z), where it does not follow from y */
    size_t saved_stride;
    void *gradient;                              /* [batch x out]: d/dy, then d/dz */
    void *partial;                               /* [panels x vector entries]: each panel's part of their gradients */
    void *statistics;                            /* [GML_STATISTICS x out] and */
    double *moments;                             /* [panels x 2 x in], of a kind that looks at the whole batch */
    size_t reader;                               /* a residual layer that adds y, and the next that adds the same; */
    size_t next_reader;                          /* 0: none */
    bool own_forward, own_backward, own_weights; /* who computes the products */
} gml_layer_memory;

typedef struct gml_workspace_options {
    size_t batch;        /* samples at most */
    bool linear_output;  /* leave the last activation out, for a loss that takes logits */
    bool backward;       /* else only the forward pieces may be used */
    bool keep_gradients; /* of all weights; else each is seen by its task alone */
    bool training;       /* noise is on, and norms look at the batch; else both as when predicting */
    bool steps;          /* for training steps, cut by what they cost: a large one feeds many cores, a small one one */
    size_t loss_memory;  /* doubles that the loss of a panel needs */
} gml_workspace_options;

typedef struct gml_workspace {
    const gml_network *network;
    size_t batch, panel;
    size_t panels; /* of a full batch */
    bool large, tiled;
    bool training;
    bool batch_statistics; /* a layer looks at the whole batch */
    gml_stream noise;      /* of the step under way; its owner counts the steps */
    bool calls_blas;       /* some product is OpenBLAS's */
    gml_layer_memory *layers;
    void *gathered;    /* [batch x inputs]: inputs that had to be converted, scaled or collected */
    const void *input; /* [rows x inputs] of the batch under way: `gathered` or the caller's own */
    size_t input_stride;
    size_t input_reader; /* a residual layer that adds the inputs; 0: none */
    void *gradients; /* weight and bias gradients, laid out as the network's parameters; null if they are not kept */
    void *scratch;   /* one for each thread: gradients of a panel of weights */
    size_t scratch_size;
    gml_weight_task *tasks;
    size_t task_count, task_run; /* so many tasks at most are taken as one */
    double row_flops;            /* of one sample, forward */
    double *loss_memory;         /* [panels x what the options say] */
    void *arena;
    size_t arena_size;
} gml_workspace;

/* Memory for batches of up to options->batch samples. Errors: argument, shape, memory. */
gml_status gml_workspace_create(const gml_network *network, const gml_workspace_options *options,
                                gml_workspace *workspace);
void gml_workspace_destroy(gml_workspace *workspace);

/* What a layer reads, [rows of the batch x in]: the outputs of the one before, or the inputs. */
static inline const void *gml_workspace_layer_input(const gml_workspace *workspace, size_t layer, size_t *stride)
{
    *stride = layer > 0 ? workspace->layers[layer - 1].stride : workspace->input_stride;
    return layer > 0 ? workspace->layers[layer - 1].y : workspace->input;
}

/* Rows of the batch under way. */
typedef struct gml_rows {
    size_t panel, first, count;
    size_t all; /* rows of the batch */
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
void gml_workspace_input(gml_workspace *workspace, gml_matrix x, const size_t *order, gml_input *input);

/* Collects, converts and scales the inputs of one panel. */
void gml_panel_gather(const gml_workspace *workspace, const gml_input *input, gml_rows rows);

/* Layers [from, to) forward: fills y and what is saved. */
void gml_panel_forward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to);

/* From d/dy of layer to - 1 in its `gradient`, or from the layer behind it, back to d/dz of layer `from` and the
 * panel's part of the gradients of vectors. */
void gml_panel_backward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to);

/* ---- layer by layer ---- */

/* A tile of one layer's outputs, or several side by side. */
typedef struct gml_tile {
    gml_rows rows;
    size_t col, cols;
} gml_tile;

/* How many tiles `rows` samples make of a layer's outputs, panel by panel. */
size_t gml_workspace_tiles(const gml_workspace *workspace, size_t layer, size_t rows);

/* How many panels of a tile's height `rows` samples make, and the one at an index. */
size_t gml_workspace_tile_panels(const gml_workspace *workspace, size_t layer, size_t rows);
gml_rows gml_workspace_tile_rows(const gml_workspace *workspace, size_t layer, size_t rows, size_t panel);

/* Whose tiles: neighbours are taken as one product of depth `k` where this changes no bit (kernel/product/gemm.h). With
 * the library's own products it never does. */
typedef struct gml_tile_run {
    size_t layer, rows, k; /* rows: of the batch under way; k: 0 if there is no product of OpenBLAS's */
} gml_tile_run;

gml_tile_run gml_workspace_forward_run(const gml_workspace *workspace, size_t layer, size_t rows);
gml_tile_run gml_workspace_backward_run(const gml_workspace *workspace, size_t layer, size_t rows);

/* The tile at share->first, with those after it in the share and the same panel that may be taken with it; these are
 * taken from the share. */
gml_tile gml_workspace_tile(const gml_workspace *workspace, const gml_tile_run *run, gml_share *share);

/* A tile of y and what is saved, from whole rows of the layer before. */
void gml_tile_forward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* A tile of d/dz and its part of the gradients of vectors, from whole rows of d/dz of the layer behind, or for the last
 * layer from d/dy, which its `gradient` holds. */
void gml_tile_backward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* Its two halves: d/dy from the layer behind, and what follows from it. Between them the whole batch may be looked at.
 */
void gml_tile_propagate(const gml_workspace *workspace, size_t layer, const gml_tile *tile);
void gml_tile_derive(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* ---- layers that look at the whole batch, when training ---- */

/* Where a value of the batch under way is not finite. */
typedef struct gml_nonfinite {
    size_t layer; /* whose output it is */
    size_t row, col;
} gml_nonfinite;

/* Is this layer one of them, here? */
bool gml_workspace_looks(const gml_workspace *workspace, size_t layer);

/* What a panel of a layer's inputs finds out, before all panels' findings are settled and it goes forward. */
void gml_panel_measure(const gml_workspace *workspace, size_t layer, gml_rows rows);

/* Finds the statistics of the batch and the running ones that would follow from them. False if one is not finite in the
 * network's type. */
bool gml_workspace_settle(const gml_workspace *workspace, size_t layer, size_t rows);

/* The first statistic of a layer that is not finite, after gml_workspace_settle has answered false. */
typedef struct gml_bad_statistic {
    gml_statistic which;
    size_t col;
    double value;
} gml_bad_statistic;

gml_bad_statistic gml_workspace_bad_statistic(const gml_workspace *workspace, size_t layer);

/* Once a step is accepted: all layers keep the running statistics. */
void gml_workspace_learn(const gml_workspace *workspace);

/* The same on the way back, after every panel of the layer is derived and before it propagates. */
void gml_workspace_settle_back(const gml_workspace *workspace, size_t layer, size_t rows);

/* ---- the rest ---- */

/* After gml_panel_backward: d/dx of the panel into dx [rows x inputs] of the network's dtype. */
void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx);

/* For gml_workspace_create: counts the weight tasks and sizes the scratch for as many of them as may be taken as one;
 * then lists them, the longest first. */
void gml_weight_tasks_measure(gml_workspace *workspace);
void gml_weight_tasks_list(gml_workspace *workspace);

/* The gradient of rows [first, first + count), columns [col, col + cols), of one layer's weights, and of its vectors
 * if both begin at 0 and it has some. A layer without weights has one of no rows. */
typedef struct gml_weight_panel {
    size_t layer, first, count, col, cols;
    void *gradient;         /* [count x cols] */
    size_t gradient_stride; /* cols, or out */
    void *vector_gradient;  /* [vector_entries], laid out as the vectors are; or null */
} gml_weight_panel;

/* The panel that the task at share->first is, together with those after it in the share that continue it and may be
 * taken with it for a product of depth `k` (0: there is none); these are taken from the share. Its gradients are where
 * gml_weight_gradient left them. */
gml_weight_panel gml_weight_panel_next(const gml_workspace *workspace, gml_share *share, size_t k);

/* After all of `rows` samples went backward: the next panel, its gradients computed. They are good until the worker's
 * next call, or to the next batch if gradients are kept. */
gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows);

/* Of the first `layers` layers, the first whose values for `rows` samples are not all finite, and the first sample
 * there; layer == layers: all are finite. */
gml_nonfinite gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows, size_t layers);

/* True if an input is not finite as the first layer reads it: row and column of the first. */
bool gml_workspace_bad_input(const gml_workspace *workspace, size_t rows, gml_nonfinite *at);

/* The gradient of block `index`, in the workspace's memory. Errors: argument (gradients are not kept, no such block).
 */
gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient);

#endif
