/* bench/gemm_ways.c - a matrix product by the native kernel and by OpenBLAS, as a whole and in panels of rows. */
#include "gemm_ways.h"

#include <math.h>

#include "harness.h"
#include "kernel/product/product.h"
#include "team.h"

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

static void run_native(void *product)
{
    static _Alignas(64) char memory[GML_PRODUCT_BYTES];
    const bench_product *bench = product;
    gml_gemm call = bench->call;
    call.memory = memory;
    bench->kernels->product->run(&call, NULL);
}

static void run_peak_alone(void *product)
{
    bench_product *bench = product;
    bench_peak_run(&bench->peaks[0]);
}

static void run_peak(void *product)
{
    bench_product *bench = product;
    bench_peak_run(&bench->peaks[1]);
}

const bench_way bench_ways[BENCH_WAYS] = {
    [BENCH_NATIVE] = {"native, 1 thread", run_native, BENCH_PEAK_ALONE},
    [BENCH_WHOLE_ALONE] = {"whole, 1 thread", run_whole_alone, BENCH_PEAK_ALONE},
    [BENCH_PANELS_ALONE] = {"panels, 1 thread", run_panels_alone, BENCH_PEAK_ALONE},
    [BENCH_PEAK_ALONE] = {"peak", run_peak_alone, BENCH_PEAK_ALONE},
    [BENCH_WHOLE] = {"whole, threads inside", run_whole, BENCH_PEAK},
    [BENCH_PANELS] = {"panels, threads outside", run_panels, BENCH_PEAK},
    [BENCH_PEAK] = {"peak", run_peak, BENCH_PEAK},
};

size_t bench_way_count(const bench_product *bench)
{
    return bench->spacing == BENCH_PACKED ? BENCH_WAYS : BENCH_ALONE;
}

/* ---- before timing ---- */

void bench_panel_choose(bench_product *bench, double seconds)
{
    static const size_t rows[] = {32, 64, 128, 256};
    double best = INFINITY;
    size_t chosen = rows[0];
    for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) { /* twice, so that a disturbance does not decide */
        bench->panel = rows[i / 2];
        for (double start = bench_now(), before = start, after; (after = bench_now()) - start < seconds;
             before = after) {
            run_panels(bench);
            double time = bench_now() - after;
            if (before > start && time < best) {
                best = time;
                chosen = bench->panel;
            }
        }
    }
    bench->panel = chosen;
}

void bench_ways_verify(bench_product *bench)
{
    for (size_t w = 0; w < bench_way_count(bench); w++) {
        if (bench_ways[w].peak != w) {
            bench_product_verify(bench->dtype, &bench->call, bench_ways[w].name, bench_ways[w].run, bench);
        }
    }
}
