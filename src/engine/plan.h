/* engine/plan.h - how a step is cut into tasks.
 *
 * The cut follows from shapes alone, never from the number of threads, so the arithmetic and its order, and with them
 * every bit of the result, are the same for any number of threads.
 *
 * In a small step the batch is cut into panels of rows. A panel goes forward through all layers, through the loss and
 * back without a barrier. In a step of a GFLOP or more such panels would be too few or too low: it runs layer by layer,
 * and each layer's outputs are cut into tiles. A thread with many tiles computes adjacent tiles of one panel as one
 * product, where this changes no bit (gml_product_may_merge). In both, each weight matrix is then cut into panels of
 * its rows. A task computes the gradient of one panel over the whole batch, and the optimizer updates the panel while
 * it is in cache. */
#ifndef GML_ENGINE_PLAN_H
#define GML_ENGINE_PLAN_H

#include "base/pace.h"
#include "kernel/product/gemm.h"
#include "network/network.h"

/* Rows [first, first + count) of one layer's weights, columns [col, col + cols), and entries of its vectors: few
 * are in the layer's first task, many in tasks of their own. */
typedef struct gml_weight_task {
    size_t layer, first, count, col, cols;
    size_t vector_first, vector_count;
    size_t work; /* proportional to the task's cost */
} gml_weight_task;

/* The part of a layer's outputs or weights that one task computes: [rows x cols]. */
typedef struct gml_tile_size {
    size_t rows, cols;
} gml_tile_size;

/* Floating-point operations of one sample, forward. */
double gml_plan_row_flops(const gml_network *network);

/* Floating-point operations of a training step of `batch` samples, approximately. */
double gml_plan_step_flops(const gml_network *network, size_t batch);

/* True if a training step of `batch` samples has a GFLOP or more, so that each phase must offer tasks for many cores.
 */
bool gml_plan_large(const gml_network *network, size_t batch);

/* True if a training step of `batch` samples runs layer by layer, in tiles. Such a step is large, and its network has
 * no members: each of them has a part of each row. */
bool gml_plan_tiled(const gml_network *network, size_t batch);

/* Samples of a panel, for batches of up to `batch` samples and `flops` operations; each is a row for each of `members`
 * (gml_spec_members). Work for one thread is cut into as few panels as possible. */
size_t gml_plan_panel(size_t batch, size_t members, double flops);

/* Rows of a panel of a tiled step, for gathering and the loss. Panels are low: these phases have little work. */
size_t gml_plan_low_panel(size_t batch);

/* Size of a tile of a layer's `out` outputs in a tiled step. `whole_rows`: tiles have all columns. */
gml_tile_size gml_plan_tile(const gml_network *network, size_t out, bool whole_rows, size_t batch);

/* Bytes of weights in one task of a step, `large` or not. */
size_t gml_plan_weight_bytes(const gml_network *network, bool large);

/* Size of the panels, of about `bytes` each, that a layer's weights [in x out] are cut into. */
gml_tile_size gml_plan_weight_tile(const gml_network *network, size_t layer, size_t bytes);

/* How many tasks of `bytes` each may be merged into one panel of weights, in a large step. */
size_t gml_plan_weight_run(size_t bytes);

/* True if a layer's product is native (kernel/product/choose.h): X W or dZ W' for `rows` samples, and dW over a batch.
 * Behind relu, half of X and dZ are expected to be 0. */
bool gml_plan_native_forward(const gml_network *network, size_t layer, size_t rows);
bool gml_plan_native_backward(const gml_network *network, size_t layer, size_t rows);
bool gml_plan_native_weights(const gml_network *network, size_t layer, size_t batch);

/* The number of threads that `flops` floating-point operations keep busy, at most `threads`. */
size_t gml_plan_threads(double flops, size_t threads);

/* Work on a batch. */
typedef struct gml_batch_work {
    const gml_phase *phases;
    size_t phase_count;
    void *argument;
    double flops;
    bool calls_blas; /* at least one product is OpenBLAS's */
    bool usual;      /* of the same size as the other work of this pace, and counted in its trials (base/pace.h) */
} gml_batch_work;

/* Runs steps, validation, predictions and all other work on a batch. Work below 1e8 operations runs on the number of
 * threads that trials find faster: one, or gml_plan_threads(). `pace` holds the trials. */
void gml_plan_run(gml_context *context, gml_pace *pace, const gml_batch_work *work);

#endif
