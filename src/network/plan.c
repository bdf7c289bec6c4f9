/* network/plan.c - the sizes of panels and tiles, and who multiplies: all that was found by measurement, in one place.
 */
#include "network/plan.h"

/* A panel must be tall enough to pay for OpenBLAS packing the weights anew in each panel's GEMM, and a batch should
 * give at least two of them. Above 256 rows nothing is gained. */
enum { LEAST_PANEL = 16, GREATEST_PANEL = 256, PANEL_STEP = 16 };

/* Panels as tall as this lose little to packing; a step with enough of them needs no tiles. */
enum { TALL_PANEL = 128 };

/* What a step of a GFLOP offers at least in each phase, so that many cores find work, and the columns of its tiles. */
enum { TASKS = 32, TILE_COLS = 64 };
static const double MANY_FLOPS = 1e9;

/* A panel of weights stays in a core's second-level cache together with its gradient and two arrays of state. Taken
 * together, panels may be as large as that cache: OpenBLAS then packs the batch less often. */
enum { WEIGHT_PANEL_BYTES = 256 * 1024, WEIGHT_RUN_BYTES = 1024 * 1024, LEAST_WEIGHT_ROWS = 32, WEIGHT_STEP = 4 };

/* The library's own products pack nothing: they win where OpenBLAS would pack a matrix to use it for a few rows, and
 * where all of B stays in a core's second-level cache. The limits are where the two meet on AVX-512. */
enum { FEW_ROWS = 16, SMALL_B_BYTES = 512 * 1024, SMALL_TRANSPOSED_B_BYTES = 64 * 1024 };
static const double SMALL_PRODUCT = 8e6; /* multiply-adds */

/* Waking a second thread costs some microseconds, at about 100 flops a nanosecond. */
static const double FLOPS_WORTH_A_THREAD = 1e6;

static size_t round_up(size_t n, size_t step)
{
    return (n + step - 1) / step * step;
}

static size_t divide_up(size_t n, size_t by)
{
    return (n + by - 1) / by;
}

/* ---- rows ---- */

double gml_plan_row_flops(const gml_network *network)
{
    double flops = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        flops += 2.0 * (double)network->layers[i].in * (double)network->layers[i].out;
    }
    return flops;
}

bool gml_plan_tiled(const gml_network *network, size_t batch)
{
    bool much = 3 * gml_plan_row_flops(network) * (double)batch >= MANY_FLOPS;
    return much && batch < TASKS * TALL_PANEL;
}

size_t gml_plan_panel(size_t batch)
{
    size_t half = round_up(divide_up(batch, 2), PANEL_STEP);
    if (half < LEAST_PANEL) {
        return LEAST_PANEL;
    }
    if (half >= TASKS / 2 * TALL_PANEL) {
        return TALL_PANEL;
    }
    return half < GREATEST_PANEL ? half : GREATEST_PANEL;
}

gml_tile_size gml_plan_tile(const gml_network *network, size_t layer, size_t batch)
{
    const gml_dense *dense = &network->layers[layer];
    gml_tile_size tile = {.rows = GREATEST_PANEL, .cols = TILE_COLS};
    if (dense->out < TILE_COLS || dense->activation->whole_rows) {
        tile.cols = dense->out;
    }
    while (tile.rows > LEAST_PANEL && divide_up(batch, tile.rows) * divide_up(dense->out, tile.cols) < TASKS) {
        tile.rows /= 2;
    }
    return tile;
}

/* ---- weights ---- */

size_t gml_plan_weight_bytes(const gml_network *network, bool tiled)
{
    size_t share = network->parameter_bytes / TASKS;
    return tiled && share < WEIGHT_PANEL_BYTES ? share : WEIGHT_PANEL_BYTES;
}

size_t gml_plan_weight_rows(size_t in, size_t out, size_t size, size_t bytes)
{
    size_t rows = bytes / (out * size);
    rows = rows < LEAST_WEIGHT_ROWS ? LEAST_WEIGHT_ROWS : rows;
    size_t tasks = divide_up(in, rows);
    /* Even in size, so that no thread waits for one that has the rest, and even in number, for most machines have an
     * even number of processors. */
    tasks += tasks > 1 ? tasks % 2 : 0;
    return round_up(divide_up(in, tasks), WEIGHT_STEP);
}

size_t gml_plan_weight_run(size_t bytes)
{
    return bytes < WEIGHT_RUN_BYTES ? WEIGHT_RUN_BYTES / bytes : 1;
}

/* ---- who multiplies ---- */

bool gml_plan_own_product(const gml_network *network, const gml_gemm *product)
{
    if (network->context->blas_only) {
        return false;
    }
    double b_entries = (double)product->k * (double)product->n;
    double b_bytes = b_entries * (double)network->kernels->size;
    if (product->b_transposed) {
        /* To read B by rows, it must be transposed first, for which many rows of A must pay. */
        return b_bytes <= (product->m > FEW_ROWS ? SMALL_TRANSPOSED_B_BYTES : SMALL_TRANSPOSED_B_BYTES / 16);
    }
    bool small = b_bytes <= SMALL_B_BYTES && b_entries * (double)product->m <= SMALL_PRODUCT;
    return product->m <= FEW_ROWS || small;
}

size_t gml_plan_threads(double flops, size_t threads)
{
    double worth = flops / FLOPS_WORTH_A_THREAD;
    return worth < (double)threads ? (size_t)worth + 1 : threads;
}
