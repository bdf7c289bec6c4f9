/* network/plan.h - how a step is cut into tasks, and what it should cost.
 *
 * The cut follows from shapes alone, never from the number of threads, so the arithmetic and its order, and with them
 * every bit of the result, are the same for any number of threads.
 *
 * A small step cuts its batch into panels of rows, which go forward through all layers, through the loss and back again
 * with no barrier. A step of a GFLOP or more, where such panels would be too few or too low, goes layer by layer, and
 * each layer's outputs are cut into tiles; threads that find many tiles take neighbours of one panel as one product.
 * (OpenBLAS computes an entry with the same instructions wherever the product begins, so long as tiles are whole
 * vectors wide; tests/test_threads.c holds it to that.) Then, in both, each weight matrix is cut into panels of its
 * rows, and a task computes the gradient of one over the whole batch and lets the optimizer update it while it is in
 * cache. */
#ifndef GML_NETWORK_PLAN_H
#define GML_NETWORK_PLAN_H

#include "kernel/gemm.h"
#include "network/network.h"

/* Rows of a panel when predicting. */
enum { GML_PREDICT_PANEL = 128 };

/* Rows [first, first + count) of one layer's weights; the task with first = 0 has the bias as well. */
typedef struct gml_weight_task {
    size_t layer, first, count;
    size_t work; /* entries of the panel: what the task costs, but for a factor that all share */
} gml_weight_task;

/* Outputs of a layer that are one task, [rows x cols]. */
typedef struct gml_tile_size {
    size_t rows, cols;
} gml_tile_size;

/* Floating-point operations of one sample, forward. */
double gml_plan_row_flops(const gml_network *network);

/* Does a training step of `batch` samples go layer by layer, in tiles? */
bool gml_plan_tiled(const gml_network *network, size_t batch);

/* Rows of a panel for batches of up to `batch` samples. */
size_t gml_plan_panel(size_t batch);

/* The tiles of layer `layer` in a tiled step; of whole rows where the activation needs a whole row. */
gml_tile_size gml_plan_tile(const gml_network *network, size_t layer, size_t batch);

/* Bytes of weights that one task takes, in a tiled step or another. */
size_t gml_plan_weight_bytes(const gml_network *network, bool tiled);

/* Rows of weights [in x out], entries of `size` bytes, that a task of about `bytes` takes. */
size_t gml_plan_weight_rows(size_t in, size_t out, size_t size, size_t bytes);

/* How many tasks of `bytes` each may be taken as one panel of weights. */
size_t gml_plan_weight_run(size_t bytes);

/* Is this product, of a network's panel, one for the library's own kernel? The answer depends on shapes, on the kernel
 * set and on the context's `products`. */
bool gml_plan_own_product(const gml_network *network, const gml_gemm *product);

/* How many threads are worth waking for `flops` floating-point operations, at most `threads`. */
size_t gml_plan_threads(double flops, size_t threads);

#endif
