/* engine/plan.h - how a step is cut into tasks.
 *
 * The cut follows from shapes alone, never from the number of threads, so the arithmetic and its order, and with them
 * every bit of the result, are the same for any number of threads.
 *
 * A small step cuts its batch into panels of rows, which go forward through all layers, through the loss and back again
 * with no barrier. A step of a GFLOP or more, where such panels would be too few or too low, goes layer by layer, and
 * each layer's outputs are cut into tiles; a thread that finds many tiles takes neighbours of one panel as one product,
 * where this changes no bit (gml_gemm_may_join). Then, in both, each weight matrix is cut into panels of its
 * rows, and a task computes the gradient of one over the whole batch and lets the optimizer update it while it is in
 * cache. */
#ifndef GML_ENGINE_PLAN_H
#define GML_ENGINE_PLAN_H

#include "base/pace.h"
#include "kernel/product/gemm.h"
#include "network/network.h"

/* Rows [first, first + count) of one layer's weights, columns [col, col + cols); the task with first = 0 and col = 0
 * has the bias as well. */
typedef struct gml_weight_task {
    size_t layer, first, count, col, cols;
    size_t work; /* entries of the panel: what the task costs, but for a factor that all share */
} gml_weight_task;

/* What is one task, of a layer's outputs or of its weights: [rows x cols]. */
typedef struct gml_tile_size {
    size_t rows, cols;
} gml_tile_size;

/* Floating-point operations of one sample, forward. */
double gml_plan_row_flops(const gml_network *network);

/* Of a training step of `batch` samples, about. */
double gml_plan_step_flops(const gml_network *network, size_t batch);

/* Is a training step of `batch` samples one of a GFLOP or more, in which each phase must feed many cores? */
bool gml_plan_large(const gml_network *network, size_t batch);

/* Does such a step go layer by layer, in tiles? Only a large one does. */
bool gml_plan_tiled(const gml_network *network, size_t batch);

/* Rows of a panel for batches of up to `batch` samples whose panels take `flops` together: what one thread does alone
 * is cut into as few as can be. */
size_t gml_plan_panel(size_t batch, double flops);

/* Rows of the panels of a tiled step that gather and find the loss: many, for they are little work. */
size_t gml_plan_low_panel(size_t batch);

/* The tiles of `out` outputs of a layer in a tiled step; `whole_rows` if its activation needs a whole row. */
gml_tile_size gml_plan_tile(const gml_network *network, size_t out, bool whole_rows, size_t batch);

/* Bytes of weights that one task takes, in a large step or another. */
size_t gml_plan_weight_bytes(const gml_network *network, bool large);

/* The part of the layer's weights [in x out], of about `bytes`, that a task takes. */
gml_tile_size gml_plan_weight_tile(const gml_network *network, size_t layer, size_t bytes);

/* How many tasks of `bytes` each may be taken as one panel of weights, in a large step. */
size_t gml_plan_weight_run(size_t bytes);

/* True if dW of this layer, over a batch of `batch`, is computed natively (kernel/product/choose.h). */
bool gml_plan_native_weights(const gml_network *network, size_t layer, size_t batch);

/* How many threads are worth waking for `flops` floating-point operations, at most `threads`. */
size_t gml_plan_threads(double flops, size_t threads);

/* Work on a batch. */
typedef struct gml_batch_work {
    const gml_phase *phases;
    size_t phase_count;
    void *argument;
    double flops;
    bool calls_blas; /* one of its products is OpenBLAS's */
    bool usual;      /* like the other work of this pace, and counted in its trials (base/pace.h) */
} gml_batch_work;

/* The one way to threads for steps, validation, predictions and all other work on a batch. Small work takes as many
 * threads as trials find faster, one or those worth waking; `pace` has the trials. */
void gml_plan_run(gml_context *context, gml_pace *pace, const gml_batch_work *work);

#endif
