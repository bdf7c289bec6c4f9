/* bench/bench_gemm.c - the matrix products of training steps against the measured peak of multiply-adds.
 *
 * Each layer has three products: forward X W (NN), backward dZ W^T (NT), weights X^T dZ (TN). OpenBLAS computes each as
 * a whole and in panels of rows, on one thread and on all. Whole products use threads inside OpenBLAS, panels outside.
 * The panel size is the best of a few. The native kernel computes the whole product on one thread. Before timing, one
 * entry of every result is compared with a plain dot product. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "kernel/product/product.h"
#include "peak.h"
#include "product.h"
#include "setup.h"
#include "team.h"

typedef struct bench_product {
    gml_dtype dtype;
    gml_gemm call;
    size_t panel; /* rows of C per task */
    size_t threads;
} bench_product;

/* ---- contenders ---- */

static void run_whole_alone(void *product)
{
    const bench_product *bench = product;
    gml_gemm_open();
    gml_gemm_run(bench->dtype, &bench->call);
    gml_gemm_close();
}

static void run_whole(void *product)
{
    const bench_product *bench = product;
    gml_gemm_run(bench->dtype, &bench->call);
}

/* Computes the panel's rows of C from its rows of op(A). */
static void run_panel(void *product, size_t index)
{
    const bench_product *bench = product;
    gml_gemm part =
        bench_product_part(bench->dtype, &bench->call, index * bench->panel, bench->panel, 0, bench->call.n);
    gml_gemm_run(bench->dtype, &part);
}

static void run_panels_on(bench_product *bench, size_t threads)
{
    bench_phase phase = {.count = (bench->call.m + bench->panel - 1) / bench->panel, .task = run_panel};
    gml_gemm_open();
    bench_team_run(threads, &phase, 1, bench);
    gml_gemm_close();
}

static void run_panels_alone(void *product)
{
    run_panels_on(product, 1);
}

static void run_panels(void *product)
{
    bench_product *bench = product;
    run_panels_on(bench, bench->threads);
}

static void run_own(void *product)
{
    static _Alignas(64) char memory[GML_PRODUCT_BYTES];
    const bench_product *bench = product;
    gml_gemm call = bench->call;
    call.memory = memory;
    gml_kernels_find(bench->dtype, NULL)->product->run(&call, NULL);
}

/* The ways, then the peaks: those with even index on one thread, with odd index on all. */
enum { WAYS = 5, CONTENDERS = WAYS + 2 };

static const struct {
    const char *name;
    void (*run)(void *product);
} ways[WAYS] = {
    {"whole, 1 thread", run_whole_alone},
    {"whole, threads inside", run_whole},
    {"panels, 1 thread", run_panels_alone},
    {"panels, threads outside", run_panels},
    {"own, 1 thread", run_own},
};

/* ---- before timing ---- */

/* Chooses the panel size on all threads; tries each a few times. */
static void choose_panel(bench_product *bench, double slice)
{
    static const size_t rows[] = {32, 64, 128, 256};
    double best = INFINITY;
    size_t chosen = rows[0];
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) { /* twice, so that a disturbance does not decide */
        bench->panel = rows[i / 2];
        for (double start = bench_now(), before = start, after; (after = bench_now()) - start < slice; before = after) {
            run_panels(bench);
            double seconds = bench_now() - after;
            if (before > start && seconds < best) {
                best = seconds;
                chosen = bench->panel;
            }
        }
    }
    bench->panel = chosen;
}

static void verify(bench_product *bench)
{
    for (size_t w = 0; w < WAYS; w++) {
        bench_product_verify(bench->dtype, &bench->call, ways[w].name, ways[w].run, bench);
    }
}

/* ---- memory ---- */

/* A copy in memory, a part on each thread. */
typedef struct bench_bandwidth {
    size_t threads;
    bench_copy *shares;
} bench_bandwidth;

static void copy_share(void *bandwidth, size_t index)
{
    const bench_bandwidth *bench = bandwidth;
    bench_copy_run(&bench->shares[index]);
}

static void run_bandwidth(void *bandwidth)
{
    bench_bandwidth *bench = bandwidth;
    bench_phase phase = {.count = bench->threads, .task = copy_share};
    bench_team_run(bench->threads, &phase, 1, bench);
}

static size_t thread_count(const bench_options *options)
{
    return options->threads != 0 ? options->threads : bench_processors();
}

/* Measures the memory bandwidth on all threads, reads plus writes, in bytes per second: the roofline's other limit. */
static json_t *time_bandwidth(const bench_options *options)
{
    size_t count = options->quick ? 1 << 16 : 1 << 26;
    bench_bandwidth bench = {.threads = thread_count(options)};
    float *from = bench_allocate(count, sizeof *from), *to = bench_allocate(count, sizeof *to);
    bench.shares = bench_allocate(bench.threads, sizeof *bench.shares);
    for (size_t i = 0; i < bench.threads; i++) {
        size_t first = i * count / bench.threads, past = (i + 1) * count / bench.threads;
        bench_streams streams = {.count = past - first, .reads = 1, .writes = 1, .source = GML_F32};
        streams.read[0] = from + first;
        streams.write[0] = to + first;
        bench.shares[i] = (bench_copy){bench_loops_find(GML_F32, NULL), streams};
    }
    bench_contender contender = {"copy", run_bandwidth, &bench};
    bench_result result;
    bench_compare(options, &contender, 1, &result);
    double speed = 2.0 * sizeof(float) * (double)count / result.median;
    printf("\nA copy from memory on %zu threads: %.1f GB/s, read and written\n", bench.threads, speed * 1e-9);
    free(from);
    free(to);
    free(bench.shares);
    return json_pack("{s:s, s:f, s:[o]}", "form", "copy", "bytes_a_second", speed, "contenders",
                     bench_to_json("copy", &result));
}

/* ---- the run ---- */

static json_t *run_product(const bench_options *options, bench_product *product, const char *net)
{
    verify(product);
    bench_peak peaks[2] = {bench_peak_make(product->dtype, 1), bench_peak_make(product->dtype, product->threads)};
    bench_contender contenders[CONTENDERS];
    for (size_t w = 0; w < WAYS; w++) {
        contenders[w] = (bench_contender){ways[w].name, ways[w].run, product};
    }
    for (size_t i = 0; i < 2; i++) {
        contenders[WAYS + i] = (bench_contender){"peak", bench_peak_run, &peaks[i]};
    }
    bench_result results[CONTENDERS];
    bench_compare(options, contenders, CONTENDERS, results);

    const gml_gemm *call = &product->call;
    double flops = 2.0 * (double)call->m * (double)call->n * (double)call->k;
    json_t *rows = json_array();
    printf("  %s %5zu %5zu %5zu ", bench_product_form(call), call->m, call->n, call->k);
    for (size_t w = 0; w < WAYS; w++) {
        double speed = flops / results[w].median;
        double share = speed / bench_peak_speed(&peaks[w % 2], results[WAYS + w % 2].minimum);
        printf(" %8.1f %4.0f%%", speed * 1e-9, share * 100);
        json_t *row = bench_to_json(ways[w].name, &results[w]);
        json_object_set_new(row, "peak_share", json_real(share));
        json_array_append_new(rows, row);
    }
    printf("\n");
    fflush(stdout);
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:f, s:f, s:o}", "net", net, "form", bench_product_form(call),
                     "dtype", gml_dtype_name(product->dtype), "m", (int)call->m, "n", (int)call->n, "k", (int)call->k,
                     "flops", flops, "peak", bench_peak_speed(&peaks[1], results[WAYS + 1].minimum), "contenders",
                     rows);
}

/* Runs the products of a layer: forward, backward unless it is the first layer, weights. */
static void run_layer(const bench_options *options, const bench_net *net, const char *description, size_t layer,
                      gml_dtype dtype, json_t *cases)
{
    size_t in = net->sizes[layer], out = net->sizes[layer + 1], batch = net->batch;
    for (size_t i = 0; i < 3; i++) {
        if (i == 1 && layer == 0) {
            continue;
        }
        bench_product product = {.dtype = dtype, .threads = thread_count(options)};
        product.call = i == 0   ? bench_product_make(dtype, batch, out, in, false, false)
                       : i == 1 ? bench_product_make(dtype, batch, in, out, false, true)
                                : bench_product_make(dtype, in, out, batch, true, false);
        choose_panel(&product, options->slice / 4);
        json_array_append_new(cases, run_product(options, &product, description));
        bench_product_free(&product.call);
    }
}

static void run_net(const bench_options *options, const bench_net *net, const char *description, gml_dtype dtype,
                    json_t *cases)
{
    printf("\n%s, batch %zu, %s: GFLOP/s and share of the peak\n", description, net->batch, gml_dtype_name(dtype));
    printf("  %-20s  %14s %14s %14s %14s %14s\n", "", "whole", "whole", "panels", "panels", "own, whole");
    printf("  %-20s  %14s %14s %14s %14s %14s\n", "       m     n     k", "1 thread", "all inside", "1 thread",
           "all outside", "1 thread");
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        bool seen = i > 1 && net->sizes[i] == net->sizes[i - 1] && net->sizes[i + 1] == net->sizes[i];
        if (!seen) {
            run_layer(options, net, description, i, dtype, cases);
        }
    }
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times the matrix products of training steps against the peak of multiply-adds.");
    json_t *cases = json_array();
    for (const bench_net *net = bench_nets; net->sizes[0] != 0; net++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(net, description);
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            if ((net->quick || !options.quick) && bench_wanted(&options, description)) {
                run_net(&options, net, description, (gml_dtype)dtype, cases);
            }
        }
    }
    if (bench_wanted(&options, "copy")) {
        json_array_append_new(cases, time_bandwidth(&options));
    }
    return bench_finish(&options, "bench_gemm", cases);
}
