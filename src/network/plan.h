/* network/plan.h - how a step is cut into tasks.
 *
 * The cut follows from shapes alone, never from the number of threads, so the arithmetic and its order, and with them
 * every bit of the result, are the same for any number of threads. A batch is cut into panels of rows, which go forward
 * through all layers, through the loss and back again with no barrier; then each weight matrix is cut into panels of
 * its rows, and a task computes the gradient of one panel over the whole batch and lets the optimizer update it while
 * it is in cache. */
#ifndef GML_NETWORK_PLAN_H
#define GML_NETWORK_PLAN_H

#include <stddef.h>

#include "kernel/gemm.h"
#include "network/network.h"

/* Rows of a panel when predicting. */
enum { GML_PREDICT_PANEL = 128 };

/* Rows [first, first + count) of one layer's weights; the task with first = 0 has the bias as well. */
typedef struct gml_weight_task {
    size_t layer, first, count;
    size_t work; /* entries of the panel: what the task costs, but for a factor that all share */
} gml_weight_task;

/* Rows of a panel for batches of up to `batch` samples. */
size_t gml_plan_panel(size_t batch);

/* Rows of weights [in x out], entries of `size` bytes, that one task takes. */
size_t gml_plan_weight_rows(size_t in, size_t out, size_t size);

/* Is this product, of a network's panel, one for the library's own kernel? The answer depends on shapes, on the kernel
 * set and on the context's `products`. */
bool gml_plan_own_product(const gml_network *network, const gml_gemm *product);

/* How many threads are worth waking for `flops` floating-point operations, at most `threads`. */
size_t gml_plan_threads(double flops, size_t threads);

#endif
