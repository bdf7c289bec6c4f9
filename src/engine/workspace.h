/* engine/workspace.h - the memory of one batch in a network, and the tasks that work on it.
 *
 * A task works on a panel of rows, a tile of a layer's outputs or a panel of weights. Passes, training and evaluation
 * combine tasks into phases (base/parallel.h). */
#ifndef GML_ENGINE_WORKSPACE_H
#define GML_ENGINE_WORKSPACE_H

#include "base/parallel.h"
#include "base/random.h"
#include "engine/plan.h"
#include "kernel/data/gather.h"
#include "network/network.h"

/* The memory of one layer for a batch. Without backward it has only y. */
typedef struct gml_layer_memory {
    const gml_activation_kernel *activation; /* the layer's; the identity where it is fused with the loss */
    gml_tile_size tile;                      /* of the outputs; a panel of all columns unless the step is tiled */
    size_t stride;                           /* of y and gradient: out, or padded */
    void *y;                                 /* [batch x out] */
    void *saved;                             /* [batch x saved columns]: f'(z), where it is not a function of y */
    size_t saved_stride;
    void *gradient;               /* [batch x out]: d/dy, then d/dz */
    void *partial;                /* [panels x vector entries]: each panel's part of the gradients of vectors */
    void *statistics;             /* [GML_STATISTICS x out], of a layer with batch statistics */
    double *moments;              /* [panels x 2 x in], likewise */
    bool local_y, local_gradient; /* a row is read by no other task than that of its panel (gml_rows), as in `saved` */
    size_t reader;                /* the last residual layer that adds y; 0: none */
    size_t next_reader;           /* of a residual layer: the one before it that adds the same values; 0: none */
    bool native_forward, native_backward, native_weights; /* native products, not OpenBLAS's, for Y, dX and dW */
} gml_layer_memory;

typedef struct gml_workspace_options {
    size_t batch;        /* at most this many samples */
    bool linear_output;  /* omit the activation of the outputs, for a loss that reads logits */
    bool member_losses;  /* where the last layer averages members, the loss reads the outputs of each */
    bool backward;       /* with memory for the backward pass */
    bool keep_gradients; /* keep those of all parameters; else a weight gradient lives in its task only */
    bool training;       /* noise and batch statistics are on */
    bool steps;          /* for training steps: tasks are cut by the cost of a step */
    size_t loss_memory;  /* doubles that the loss needs for each panel */
} gml_workspace_options;

typedef struct gml_workspace {
    const gml_network *network;
    size_t batch, panel; /* samples at most; rows of a panel */
    size_t panels;       /* of a full batch */
    bool large, tiled;
    bool training;
    bool batch_statistics; /* some layer uses batch statistics */
    size_t loss_layer;     /* the layer whose outputs the loss reads; gradients begin there */
    size_t losses;         /* of a sample: members whose outputs the loss reads; else 1 */
    gml_stream noise;      /* of the current step; the owner counts the steps */
    double noise_factor;   /* of the rates and deviations of noise layers */
    bool calls_blas;       /* at least one product is OpenBLAS's */
    gml_layer_memory *layers;
    void *gathered;    /* [batch x inputs]: inputs that were gathered, converted or scaled */
    const void *input; /* [rows x inputs] of the current batch: `gathered` or the caller's memory */
    size_t input_stride;
    size_t input_reader; /* the last residual layer that adds the inputs; 0: none */
    void *gradients;     /* of all parameters, in their layout; null if they are not kept */
    void *scratch;       /* [threads x scratch_size bytes]: the gradient of a panel of weights */
    size_t scratch_size;
    gml_weight_task *tasks;
    size_t task_count, task_run; /* at most task_run tasks are merged into one panel */
    double row_flops;            /* of one sample, forward */
    double *loss_memory;         /* [panels x options->loss_memory] */
    void *arena;
    size_t arena_size;
} gml_workspace;

/* Allocates the memory for batches of up to options->batch samples. Errors: argument, shape, memory. */
gml_status gml_workspace_create(const gml_network *network, const gml_workspace_options *options,
                                gml_workspace *workspace);
void gml_workspace_destroy(gml_workspace *workspace);

/* Returns the inputs of a layer, [rows of the batch x in]: the outputs of the layer before it, or the batch's inputs.
 * Local outputs (gml_layer_memory) are overwritten in a step whose panels share rows (gml_workspace_share_rows). */
static inline const void *gml_workspace_layer_input(const gml_workspace *workspace, size_t layer, size_t *stride)
{
    *stride = layer > 0 ? workspace->layers[layer - 1].stride : workspace->input_stride;
    return layer > 0 ? workspace->layers[layer - 1].y : workspace->input;
}

/* Rows [first, first + count) of the current batch, which has `all` rows. `saved` values, and others that only the
 * panel's own task reads, lie from row `local` on: `first`, or the row of a thread. */
typedef struct gml_rows {
    size_t panel, first, count;
    size_t all;
    size_t local;
} gml_rows;

/* The number of panels of `rows` samples, and the panel at an index. */
size_t gml_workspace_panels(const gml_workspace *workspace, size_t rows);
gml_rows gml_workspace_rows(const gml_workspace *workspace, size_t rows, size_t panel);

/* Returns the panel of a task that takes it forward and back. A thread has local values of all its panels in the same
 * rows, which therefore stay in its cache. */
gml_rows gml_workspace_share_rows(const gml_workspace *workspace, size_t rows, const gml_share *share);

/* Gathers `rows` of a batch into the same rows of `target` [batch x call->target_stride] and returns where they start.
 * `call` describes the whole batch; its rows and target are not read. */
void *gml_rows_gather(const gml_kernels *kernels, gml_gather_call call, gml_rows rows, void *target);

/* How the inputs of a batch are read. */
typedef struct gml_input {
    gml_gather_call call; /* all but the fields that gml_rows_gather sets */
    bool in_place;        /* layers read the caller's memory: nothing is gathered */
} gml_input;

/* Sets the inputs of the current batch: row order[i] of `x`, or row i if order is null. */
void gml_workspace_input(gml_workspace *workspace, gml_matrix x, const size_t *order, gml_input *input);

/* Returns the rows of the batch as columns of the data, for a network with a preparation. */
gml_matrix gml_input_columns(const gml_workspace *workspace, const gml_input *input);

/* Gathers the inputs of one panel: prepared, or converted and scaled. */
void gml_panel_gather(const gml_workspace *workspace, const gml_input *input, gml_rows rows);

/* Layers [from, to) forward: fills y and `saved`. */
void gml_panel_forward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to);

/* Layers [from, to) backward: from d/dy in the `gradient` of layer to - 1, or from d/dz of layer `to`, to d/dz of layer
 * `from` and the panel's part of the gradients of vectors. */
void gml_panel_backward(const gml_workspace *workspace, gml_rows rows, size_t from, size_t to);

/* The parts of other ways back, such as relevance. Writes z = X W + b of a layer, or the outputs of a layer without
 * activation, to the panel's rows of z [rows x out]; and dX of a layer from d/dz in its `gradient` to the panel's rows
 * of dx [rows x in], without what residual layers add. */
void gml_panel_sums(const gml_workspace *workspace, gml_rows rows, size_t layer, gml_matrix z);
void gml_panel_propagate(const gml_workspace *workspace, gml_rows rows, size_t layer, gml_matrix dx);

/* ---- tiles: one layer at a time ---- */

/* Columns [col, col + cols) of one layer's outputs: a tile, or adjacent tiles merged. */
typedef struct gml_tile {
    gml_rows rows;
    size_t col, cols;
} gml_tile;

/* The number of tiles of a layer's outputs for `rows` samples. They are numbered panel by panel. */
size_t gml_workspace_tiles(const gml_workspace *workspace, size_t layer, size_t rows);

/* The number of panels of a tile's height for `rows` samples, and the panel at an index. */
size_t gml_workspace_tile_panels(const gml_workspace *workspace, size_t layer, size_t rows);
gml_rows gml_workspace_tile_rows(const gml_workspace *workspace, size_t layer, size_t rows, size_t panel);

/* The tiles of a phase: of this layer, for `rows` samples. */
typedef struct gml_tile_run {
    size_t layer, rows, k; /* k: depth of the OpenBLAS product that computes them (gml_product_may_merge); 0: none */
} gml_tile_run;

gml_tile_run gml_workspace_forward_run(const gml_workspace *workspace, size_t layer, size_t rows);
gml_tile_run gml_workspace_backward_run(const gml_workspace *workspace, size_t layer, size_t rows);

/* Pops the tile at share->first and every following tile of the same panel that can be merged with it; returns them as
 * one tile. */
gml_tile gml_workspace_tile(const gml_workspace *workspace, const gml_tile_run *run, gml_share *share);

/* Computes y and `saved` of a tile. Reads all columns of the layer before. */
void gml_tile_forward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* Computes d/dz of a tile and its part of the gradients of vectors. Reads all columns of d/dz of the next layer; for
 * the last layer d/dy, in its `gradient`. */
void gml_tile_backward(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* The two halves of gml_tile_backward: d/dy, then d/dz. */
void gml_tile_propagate(const gml_workspace *workspace, size_t layer, const gml_tile *tile);
void gml_tile_derive(const gml_workspace *workspace, size_t layer, const gml_tile *tile);

/* ---- layers with batch statistics, in training ---- */

/* True if this layer uses batch statistics here. */
bool gml_workspace_has_statistics(const gml_workspace *workspace, size_t layer);

/* Computes the moments of one panel of a layer's inputs. */
void gml_panel_measure(const gml_workspace *workspace, size_t layer, gml_rows rows);

/* After every panel is measured and before it goes forward: computes the batch statistics from the moments, and the
 * running statistics after this step. False if one is not finite in the network's dtype. */
bool gml_workspace_settle(const gml_workspace *workspace, size_t layer, size_t rows);

/* A statistic that is not finite. */
typedef struct gml_bad_statistic {
    gml_statistic which;
    size_t col;
    double value;
} gml_bad_statistic;

/* The first one of a layer, after gml_workspace_settle has returned false. */
gml_bad_statistic gml_workspace_bad_statistic(const gml_workspace *workspace, size_t layer);

/* After a step is accepted: stores the running statistics of all layers. */
void gml_workspace_learn(const gml_workspace *workspace);

/* After every panel is derived and before it propagates: sums what the gradient of the statistics needs. */
void gml_workspace_settle_back(const gml_workspace *workspace, size_t layer, size_t rows);

/* ---- gradients of inputs and weights ---- */

/* After gml_panel_backward: writes d/dx' of the panel to its rows of dx [rows x inputs], of the network's dtype; x' are
 * the inputs as the first layer reads them, after scaling. */
void gml_panel_read_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx);

/* The same for d/dx, with the inputs before scaling. */
void gml_panel_input_gradient(const gml_workspace *workspace, gml_rows rows, gml_matrix dx);

/* For gml_workspace_create: counts the weight tasks and sizes the scratch; then lists the tasks, the longest first. */
void gml_weight_tasks_measure(gml_workspace *workspace);
void gml_weight_tasks_list(gml_workspace *workspace);

/* The gradient of rows [first, first + count), columns [col, col + cols) of one layer's weights, and of entries of its
 * vectors, in their layout. The panel of a layer with vectors alone has count = 0. */
typedef struct gml_weight_panel {
    size_t layer, first, count, col, cols;
    size_t vector_first, vector_count;
    void *gradient;         /* [count x cols] */
    size_t gradient_stride; /* cols, or out */
    void *vector_gradient;  /* [vector_count]; null if that is 0 */
} gml_weight_panel;

/* Pops the task at share->first and every following task that can be merged with it, for a product of depth `k` (0:
 * there is no product); returns them as one panel. Its gradients are where gml_weight_gradient left them. */
gml_weight_panel gml_weight_panel_next(const gml_workspace *workspace, gml_share *share, size_t k);

/* After all of `rows` samples went backward: pops the next panel and computes its gradients. They are valid until the
 * worker's next call, or until the next batch if gradients are kept. */
gml_weight_panel gml_weight_gradient(const gml_workspace *workspace, gml_share *share, size_t rows);

/* Returns the gradient of block `index`, in the workspace's memory. Errors: argument (gradients are not kept, no such
 * block). */
gml_status gml_workspace_gradient(const gml_workspace *workspace, size_t index, gml_block *gradient);

/* ---- values that are not finite ---- */

typedef struct gml_nonfinite {
    size_t layer; /* that has it in its outputs */
    size_t row, col;
} gml_nonfinite;

/* Finds the first value that is not finite in the outputs of the first `layers` layers for `rows` samples; layer ==
 * layers: all are finite. */
gml_nonfinite gml_workspace_first_nonfinite(const gml_workspace *workspace, size_t rows, size_t layers);

/* True if an input, as the first layer reads it, is not finite; `at` has row and column of the first. */
bool gml_workspace_bad_input(const gml_workspace *workspace, size_t rows, gml_nonfinite *at);

#endif
