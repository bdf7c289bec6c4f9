/* engine/plan.c - the sizes of panels and tiles, found by measurement. */
#include "engine/plan.h"

#include "base/cache.h"
#include "base/least.h"
#include "kernel/product/choose.h"
#include "layer/activation.h"

/* A panel must be tall enough to pay for packing the weights in its products. A batch has at least two panels, or as
 * few as possible if it runs on one thread. Panels above 256 rows gain nothing. */
enum { GREATEST_PANEL = 256, PANEL_STEP = 16 };

/* Panels of this height lose little to packing. A step with at least TASKS of them needs no tiles. */
enum { TALL_PANEL = 128 };

/* A step of MANY_FLOPS or more has at least this number of tasks in each phase, enough for many cores. */
enum { TASKS = 32 };
static const double MANY_FLOPS = 1e9;

/* Columns of tiles: whole vectors. LONE_TILE_COLS is the maximum where tiles are not merged, so each packs for itself;
 * TILE_COLS elsewhere. Tiles are narrower where there are too few tasks. */
enum { LONE_TILE_COLS = 128, TILE_COLS = 64, NARROW_TILE_COLS = 32, LEAST_COLS = 16 };

/* A panel of weights stays in a core's second-level cache together with its gradient and two arrays of state: it is a
 * quarter of 1 MiB. The size is the same on every machine: it determines the order in which the squares of a gradient
 * are added, and with many of OpenBLAS's kernels how an entry is rounded. Merging, which changes no bit, makes panels
 * as large as the machine's cache: OpenBLAS then packs the batch less often. */
enum { WEIGHT_BYTES = 256 * 1024, LEAST_WEIGHT_ROWS = 32, WEIGHT_STEP = 4 };

/* Waking a second thread and waiting at the barrier cost some microseconds, at 100 to 250 flops a nanosecond. */
static const double FLOPS_WORTH_A_THREAD = 2e6;

/* From here up several threads were faster on every machine measured, whether or not the cores share a cache. */
static const double FLOPS_WORTH_ALL_THREADS = 1e8;

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
        const gml_layer *layer = &network->layers[i];
        flops += layer->weight != NULL ? 2.0 * (double)layer->in * (double)layer->weight_cols : 0;
    }
    return flops;
}

double gml_plan_step_flops(const gml_network *network, size_t batch)
{
    return 3 * gml_plan_row_flops(network) * (double)batch;
}

bool gml_plan_large(const gml_network *network, size_t batch)
{
    return gml_plan_step_flops(network, batch) >= MANY_FLOPS;
}

bool gml_plan_tiled(const gml_network *network, size_t batch)
{
    bool low = batch < (size_t)TASKS * TALL_PANEL;
    return gml_plan_large(network, batch) && low && gml_spec_members(&network->spec) == 1;
}

size_t gml_plan_low_panel(size_t batch)
{
    size_t share = batch / TASKS;
    return share >= PANEL_STEP ? share / PANEL_STEP * PANEL_STEP : share > 0 ? share : 1;
}

/* Members that have weights of their own have few rows each of a panel: lower ones are slower. */
size_t gml_plan_panel(size_t batch, size_t members, double flops)
{
    const bool alone = gml_plan_threads(flops, 2) == 1;
    const size_t rows = round_up(alone ? batch * members : divide_up(batch * members, 2), PANEL_STEP);
    const bool many = !alone && members == 1 && rows >= (size_t)TASKS / 2 * TALL_PANEL;
    const size_t panel = gml_least(rows, many ? TALL_PANEL : GREATEST_PANEL) / members;
    return panel > 0 ? panel : 1;
}

static size_t next_width(size_t cols, size_t narrowest)
{
    return cols == narrowest ? 0 : cols / 2 > narrowest ? round_up(cols / 2, LEAST_COLS) : narrowest;
}

/* Chooses the tile with the least packing per output, rows + cols lines for rows x cols outputs, among those that give
 * at least TASKS tiles. */
gml_tile_size gml_plan_tile(const gml_network *network, size_t out, bool whole_rows, size_t batch)
{
    size_t most = network->context->native->always || network->context->blas_merges ? TILE_COLS : LONE_TILE_COLS;
    size_t widest = whole_rows || out < most ? out : most;
    size_t narrowest = whole_rows || out < NARROW_TILE_COLS ? out : NARROW_TILE_COLS;
    gml_tile_size best = {.rows = 1, .cols = narrowest};
    double least = 2;
    for (size_t rows = GREATEST_PANEL; rows > 0; rows /= 2) {
        for (size_t cols = widest; cols >= narrowest; cols = next_width(cols, narrowest)) {
            double packed = 1 / (double)rows + 1 / (double)cols;
            if (divide_up(batch, rows) * divide_up(out, cols) >= TASKS && packed < least) {
                least = packed;
                best = (gml_tile_size){.rows = rows, .cols = cols};
            }
        }
    }
    return best;
}

/* ---- weights ---- */

/* A panel has whole rows if it has at least LEAST_WEIGHT_ROWS of them, which pays for packing the batch; else parts of
 * rows. */
static gml_tile_size cut_entries(size_t entries, size_t out)
{
    if (entries / LEAST_WEIGHT_ROWS >= out) {
        return (gml_tile_size){.rows = entries / out, .cols = out};
    }
    size_t cols = entries / LEAST_WEIGHT_ROWS / TILE_COLS * TILE_COLS;
    cols = cols > 0 ? cols : TILE_COLS;
    if (entries / WEIGHT_STEP < cols) {
        cols = round_up(entries / WEIGHT_STEP + 1, LEAST_COLS);
    }
    cols = cols < out ? cols : out;
    size_t rows = entries / cols;
    return (gml_tile_size){.rows = rows > WEIGHT_STEP ? rows : WEIGHT_STEP, .cols = cols};
}

/* Whole columns: weight_norm needs their lengths. */
static gml_tile_size cut_columns(size_t entries, const gml_layer *dense)
{
    size_t cols = entries / dense->in / LEAST_COLS * LEAST_COLS;
    cols = cols > LEAST_COLS ? cols : LEAST_COLS;
    return (gml_tile_size){.rows = dense->in, .cols = cols < dense->out ? cols : dense->out};
}

gml_tile_size gml_plan_weight_tile(const gml_network *network, size_t layer, size_t bytes)
{
    const gml_layer *dense = &network->layers[layer];
    const size_t entries = bytes / network->kernels->size;
    if (dense->directions) {
        return cut_columns(entries, dense);
    }
    if (dense->matrices > 1) {
        /* The weights of one member, so that each member is one product whether or not tasks are merged. */
        return (gml_tile_size){.rows = dense->weight_rows / dense->matrices, .cols = dense->weight_cols};
    }
    gml_tile_size tile = cut_entries(entries, dense->weight_cols);
    size_t tasks = divide_up(dense->weight_rows, tile.rows);
    /* Panels of equal size and an even number of them: most machines have an even number of processors, and no thread
     * waits for another. */
    tasks += tasks > 1 ? tasks % 2 : 0;
    tile.rows = round_up(divide_up(dense->weight_rows, tasks), WEIGHT_STEP);
    return tile;
}

static size_t count_weight_tasks(const gml_network *network, size_t bytes)
{
    size_t tasks = 0;
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->weight != NULL && layer->matrices == 1) {
            gml_tile_size tile = gml_plan_weight_tile(network, i, bytes);
            tasks += divide_up(layer->weight_rows, tile.rows) * divide_up(layer->weight_cols, tile.cols);
        }
    }
    return tasks;
}

/* The matrices of members are small, however many they are: the shared weights have the tasks that keep threads busy.
 * A panel has at least WEIGHT_STEP rows, so a network of some two thousand weights has fewer than TASKS panels. */
size_t gml_plan_weight_bytes(const gml_network *network, bool large)
{
    size_t bytes = WEIGHT_BYTES;
    size_t least = (size_t)WEIGHT_STEP * LEAST_COLS;
    while (large && bytes > least && count_weight_tasks(network, bytes) < TASKS) {
        bytes /= 2;
    }
    return bytes;
}

size_t gml_plan_weight_run(size_t bytes)
{
    size_t run = gml_cache_bytes() / bytes;
    return run > 0 ? run : 1;
}

/* ---- products ---- */

static bool is_half_zero(const gml_layer *layer)
{
    const gml_activation_row *row = gml_call_row(&layer->spec->activation);
    return row->half_zero;
}

/* True if about half of a layer's inputs are expected to be 0. Nothing is known of the network's own inputs. */
static bool reads_zeros(const gml_network *network, size_t layer)
{
    while (layer > 0 && network->layers[layer - 1].kind->keeps_zeros) {
        layer--;
    }
    return layer > 0 && is_half_zero(&network->layers[layer - 1]);
}

static bool is_native(const gml_network *network, const gml_gemm *product)
{
    return gml_product_is_native(network->context, network->kernels->size, product);
}

bool gml_plan_native_forward(const gml_network *network, size_t layer, size_t rows)
{
    const gml_layer *dense = &network->layers[layer];
    gml_gemm product = {.m = rows * dense->shares, .n = dense->out / dense->members, .k = dense->in / dense->members};
    product.half_zero = reads_zeros(network, layer);
    return is_native(network, &product);
}

/* True if about half of dZ is expected to be 0: the activation of the layer, or the activation layer after it, is like
 * relu. */
static bool has_zeros_back(const gml_network *network, size_t layer)
{
    const bool last = layer + 1 == network->spec.layer_count;
    return is_half_zero(&network->layers[layer]) ||
           (!last && network->layers[layer + 1].weight == NULL && is_half_zero(&network->layers[layer + 1]));
}

bool gml_plan_native_backward(const gml_network *network, size_t layer, size_t rows)
{
    const gml_layer *dense = &network->layers[layer];
    gml_gemm product = {.m = rows * dense->shares, .n = dense->in / dense->members, .k = dense->out / dense->members};
    product.b_transposed = true;
    product.half_zero = has_zeros_back(network, layer);
    return is_native(network, &product);
}

bool gml_plan_native_weights(const gml_network *network, size_t layer, size_t batch)
{
    const gml_layer *dense = &network->layers[layer];
    gml_tile_size tile = gml_plan_weight_tile(network, layer, WEIGHT_BYTES);
    gml_gemm product = {.m = tile.rows, .n = tile.cols};
    product.k = batch * dense->shares;
    product.a_transposed = true;
    product.half_zero = reads_zeros(network, layer);
    return is_native(network, &product);
}

/* ---- threads ---- */

size_t gml_plan_threads(double flops, size_t threads)
{
    double worth = flops / FLOPS_WORTH_A_THREAD;
    return worth < (double)threads ? (size_t)worth + 1 : threads;
}

void gml_plan_run(gml_context *context, gml_pace *pace, const gml_batch_work *work)
{
    size_t threads = gml_plan_threads(work->flops, context->threads);
    if (work->calls_blas) {
        gml_gemm_open();
    }
    if (work->flops < FLOPS_WORTH_ALL_THREADS) {
        gml_pace_run(pace, context, work->usual, threads, work->phases, work->phase_count, work->argument);
    } else {
        gml_parallel_run(threads, work->phases, work->phase_count, work->argument);
    }
    if (work->calls_blas) {
        gml_gemm_close();
    }
}
