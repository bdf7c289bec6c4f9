/* bench/bare.c - the matrix products of a training step, and nothing else. */
#include "bare.h"

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "kernel/product/gemm.h"
#include "team.h"

static void *at(const bench_bare *bench, const void *matrix, size_t entry)
{
    return (char *)(uintptr_t)matrix + entry * gml_dtype_size(bench->dtype);
}

/* ---- products of layer i, from net->sizes[i] to net->sizes[i + 1] ---- */

/* Y = X W, rows [first, first + count) */
static void forward(const bench_bare *bench, size_t i, size_t first, size_t count)
{
    size_t in = bench->net->sizes[i], out = bench->net->sizes[i + 1];
    gml_gemm call = {.m = count, .n = out, .k = in, .a_stride = in, .b_stride = out, .c_stride = out};
    call.a = at(bench, bench->y[i], first * in);
    call.b = bench->weight[i];
    call.c = at(bench, bench->y[i + 1], first * out);
    gml_gemm_run(bench->dtype, &call);
}

/* dX = dZ W^T, rows [first, first + count); not needed for the first layer */
static void backward(const bench_bare *bench, size_t i, size_t first, size_t count)
{
    size_t in = bench->net->sizes[i], out = bench->net->sizes[i + 1];
    gml_gemm call = {.m = count, .n = in, .k = out, .a_stride = out, .b_stride = out, .c_stride = in};
    call.a = at(bench, bench->gradient[i + 1], first * out);
    call.b = bench->weight[i];
    call.b_transposed = true;
    call.c = at(bench, bench->gradient[i], first * in);
    gml_gemm_run(bench->dtype, &call);
}

/* dW = X^T dZ, rows [first, first + count) of W */
static void weights(const bench_bare *bench, size_t i, size_t first, size_t count)
{
    size_t in = bench->net->sizes[i], out = bench->net->sizes[i + 1];
    gml_gemm call = {.m = count, .n = out, .k = bench->net->batch, .a_stride = in, .b_stride = out, .c_stride = out};
    call.a = at(bench, bench->y[i], first);
    call.a_transposed = true;
    call.b = bench->gradient[i + 1];
    call.c = at(bench, bench->weight_gradient[i], first * out);
    gml_gemm_run(bench->dtype, &call);
}

static void go_through(const bench_bare *bench, size_t first, size_t count)
{
    for (size_t i = 0; i < bench->layers; i++) {
        forward(bench, i, first, count);
    }
    for (size_t i = bench->layers; i-- > 1;) {
        backward(bench, i, first, count);
    }
}

/* ---- threads inside OpenBLAS ---- */

void bench_bare_inside(void *bare)
{
    const bench_bare *bench = bare;
    go_through(bench, 0, bench->net->batch);
    for (size_t i = 0; i < bench->layers; i++) {
        weights(bench, i, 0, bench->net->sizes[i]);
    }
}

/* ---- threads outside OpenBLAS ---- */

/* Return the rows of layer i's weights per panel, and the number of panels. */
static size_t weight_rows(const bench_bare *bench, size_t i)
{
    size_t rows = bench->cut.entries / bench->net->sizes[i + 1];
    return rows < 1 ? 1 : rows < bench->net->sizes[i] ? rows : bench->net->sizes[i];
}

static size_t weight_panels(const bench_bare *bench, size_t i)
{
    size_t rows = weight_rows(bench, i);
    return (bench->net->sizes[i] + rows - 1) / rows;
}

static void row_task(void *argument, size_t index)
{
    const bench_bare *bench = argument;
    size_t first = index * bench->cut.rows, left = bench->net->batch - first;
    go_through(bench, first, left < bench->cut.rows ? left : bench->cut.rows);
}

/* Panels are numbered from the last layer, whose gradients are most recently in the cache. */
static void weight_task(void *argument, size_t index)
{
    const bench_bare *bench = argument;
    size_t i = bench->layers - 1;
    while (index >= weight_panels(bench, i)) {
        index -= weight_panels(bench, i--);
    }
    size_t rows = weight_rows(bench, i), first = index * rows, left = bench->net->sizes[i] - first;
    weights(bench, i, first, left < rows ? left : rows);
}

void bench_bare_outside(void *bare)
{
    bench_bare *bench = bare;
    size_t tasks = 0;
    for (size_t i = 0; i < bench->layers; i++) {
        tasks += weight_panels(bench, i);
    }
    bench_phase phases[] = {
        {.count = (bench->net->batch + bench->cut.rows - 1) / bench->cut.rows, .task = row_task},
        {.count = tasks, .task = weight_task},
    };
    gml_gemm_open();
    bench_team_run(bench->cut.threads, phases, 2, bench);
    gml_gemm_close();
}

/* ---- choice of the panel sizes ---- */

/* Returns the time of the fastest of some runs, at least two; the first one warms up. */
static double try_cut(bench_bare *bench, const bench_cut *cut, double slice)
{
    bench->cut = *cut;
    double start = bench_now(), before = start, best = INFINITY;
    for (size_t run = 0; run < 2 || before - start < slice; run++) {
        bench_bare_outside(bench);
        double after = bench_now();
        best = run > 0 && after - before < best ? after - before : best;
        before = after;
    }
    return best;
}

enum { MOST_CUTS = 64 };

static size_t list_cuts(const bench_bare *bench, bench_cut cuts[MOST_CUTS])
{
    static const size_t rows[] = {32, 64, 128, 256, SIZE_MAX};
    static const size_t entries[] = {16 << 10, 64 << 10, 128 << 10, 256 << 10, SIZE_MAX};
    enum { ROWS = sizeof rows / sizeof rows[0], ENTRIES = sizeof entries / sizeof entries[0] };
    size_t batch = bench->net->batch, count = 0;
    for (size_t r = 0; r < ROWS && (r == 0 || rows[r - 1] < batch); r++) {
        for (size_t e = 0; e < ENTRIES; e++) {
            cuts[count++] = (bench_cut){rows[r] < batch ? rows[r] : batch, entries[e], bench->threads};
        }
    }
    cuts[count++] = (bench_cut){batch, SIZE_MAX, 1}; /* one thread: best for very small steps */
    return count;
}

/* Tries all cuts twice, so that a disturbance does not decide. */
static void choose_cut(bench_bare *bench, double slice)
{
    bench_cut cuts[MOST_CUTS];
    double best[MOST_CUTS];
    size_t count = list_cuts(bench, cuts), chosen = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        double seconds = try_cut(bench, &cuts[i % count], slice);
        best[i % count] = i < count || seconds < best[i % count] ? seconds : best[i % count];
    }
    for (size_t i = 0; i < count; i++) {
        chosen = best[i] < best[chosen] ? i : chosen;
    }
    bench->cut = cuts[chosen];
}

/* ---- setup and comparison ---- */

bench_bare bench_bare_make(const bench_net *net, gml_dtype dtype, size_t threads, double slice)
{
    const gml_kernels *kernels = gml_kernels_find(dtype, NULL);
    bench_bare bench = {.net = net, .dtype = dtype, .layers = bench_layer_count(net), .threads = threads};
    for (size_t i = 0; i <= bench.layers; i++) {
        bench.y[i] = bench_random(kernels, net->batch * net->sizes[i], i);
        bench.gradient[i] = bench_random(kernels, net->batch * net->sizes[i], 10 + i);
    }
    for (size_t i = 0; i < bench.layers; i++) {
        bench.weight[i] = bench_random(kernels, net->sizes[i] * net->sizes[i + 1], 20 + i);
        bench.weight_gradient[i] = bench_allocate(net->sizes[i] * net->sizes[i + 1], kernels->size);
    }
    /* There are no activations that bound the values; therefore the weights must be small. */
    for (size_t i = 0; i < bench.layers; i++) {
        for (size_t j = 0; j < net->sizes[i] * net->sizes[i + 1]; j++) {
            double w = bench_get(dtype, bench.weight[i], j);
            bench_put(dtype, bench.weight[i], j, w / sqrt((double)net->sizes[i]));
        }
    }
    choose_cut(&bench, slice);
    return bench;
}

void bench_bare_free(bench_bare *bare)
{
    for (size_t i = 0; i <= bare->layers; i++) {
        free(bare->y[i]);
        free(bare->gradient[i]);
        free(bare->weight[i]);
        free(bare->weight_gradient[i]);
    }
}

static double *first_gradient(const bench_bare *bare)
{
    return bench_to_doubles(
        gml_matrix_view(bare->weight_gradient[0], bare->dtype, bare->net->sizes[0], bare->net->sizes[1]));
}

double bench_bare_apart(bench_bare *bare)
{
    bench_bare_inside(bare);
    double *inside = first_gradient(bare);
    bench_bare_outside(bare);
    double *outside = first_gradient(bare);
    double apart = bench_apart(inside, outside, bare->net->sizes[0] * bare->net->sizes[1]);
    free(inside);
    free(outside);
    return apart;
}
