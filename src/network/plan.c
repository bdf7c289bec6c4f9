/* network/plan.c - the sizes of panels, from measurements; bench_train shows what they are worth. */
#include "network/plan.h"

/* A panel must be tall enough to pay for OpenBLAS packing the weights anew in each panel's GEMM, and a batch should
 * give at least two of them. Above 256 rows nothing is gained. */
enum { LEAST_PANEL = 16, GREATEST_PANEL = 256, PANEL_STEP = 16 };

/* A panel of weights stays in a core's second-level cache together with its gradient and two arrays of state. */
enum { WEIGHT_PANEL_BYTES = 256 * 1024, LEAST_WEIGHT_ROWS = 32, WEIGHT_STEP = 4 };

/* Waking a second thread costs some microseconds, at about 100 flops a nanosecond. */
static const double FLOPS_WORTH_A_THREAD = 1e6;

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

size_t gml_plan_panel(size_t batch)
{
    size_t half = round_up(batch / 2 + batch % 2, PANEL_STEP);
    if (half < LEAST_PANEL) {
        return LEAST_PANEL;
    }
    return half < GREATEST_PANEL ? half : GREATEST_PANEL;
}

size_t gml_plan_weight_rows(size_t in, size_t out, size_t size)
{
    size_t rows = WEIGHT_PANEL_BYTES / (out * size);
    rows = rows < LEAST_WEIGHT_ROWS ? LEAST_WEIGHT_ROWS : rows;
    size_t tasks = (in + rows - 1) / rows;
    /* Even in size, so that no thread waits for one that has the rest, and even in number, for most machines have an
     * even number of processors. */
    tasks += tasks > 1 ? tasks % 2 : 0;
    return round_up((in + tasks - 1) / tasks, WEIGHT_STEP);
}

size_t gml_plan_threads(double flops, size_t threads)
{
    double worth = flops / FLOPS_WORTH_A_THREAD;
    return worth < (double)threads ? (size_t)worth + 1 : threads;
}

/* The library's own products pack nothing: they win where OpenBLAS would pack a matrix to use it for a few rows, and
 * where all of B stays in a core's second-level cache. The limits are where the two meet on AVX-512 (bench_gemm). */
enum { FEW_ROWS = 16, SMALL_B_BYTES = 512 * 1024, SMALL_TRANSPOSED_B_BYTES = 64 * 1024 };
static const double SMALL_PRODUCT = 8e6; /* multiply-adds */

bool gml_plan_own_product(const gml_network *network, const gml_gemm *product)
{
    if (network->context->blas_only) {
        return false;
    }
    double b_bytes = (double)product->k * (double)product->n * (double)network->kernels->size;
    if (product->b_transposed) {
        /* To read B by rows, it must be transposed first, for which many rows of A must pay. */
        return b_bytes <= (product->m > FEW_ROWS ? SMALL_TRANSPOSED_B_BYTES : SMALL_TRANSPOSED_B_BYTES / 16);
    }
    bool small =
        b_bytes <= SMALL_B_BYTES && b_bytes / (double)network->kernels->size * (double)product->m <= SMALL_PRODUCT;
    return product->m <= FEW_ROWS || small;
}
