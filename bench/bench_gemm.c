/* bench/bench_gemm.c - the matrix products of training steps against OpenBLAS and the measured peak of multiply-adds.
 *
 * Each layer has three products: forward X W (NN), backward dZ W^T (NT), weights X^T dZ (TN). The native kernel and
 * OpenBLAS compute each as a whole on one thread, OpenBLAS also on all threads and in panels of rows. Whole products
 * use threads inside OpenBLAS, panels outside. The panel size is the best of a few. Large products are timed on one
 * thread with other strides as well. Before timing, one entry of every result is compared with a plain dot product. */
#include <stdio.h>
#include <stdlib.h>

#include "bandwidth.h"
#include "gemm_ways.h"
#include "harness.h"
#include "kernel/product/choose.h"
#include "setup.h"
#include "team.h"

static size_t thread_count(const bench_options *options)
{
    return options->threads != 0 ? options->threads : bench_processors();
}

/* Counts the large products, and those of them that miss a goal: `slow` ones reach too small a share of the peak;
 * `behind` ones are native and slower than OpenBLAS. */
typedef struct bench_goals {
    const gml_context *context;
    size_t count, slow, behind;
} bench_goals;

static const double LEAST_SHARE = 0.85, MOST_RATIO = 1.03; /* of the peak; of OpenBLAS's time */

static bool is_large(const gml_gemm *call)
{
    return call->m >= 64 && call->n >= 64 && call->k >= 128;
}

/* Returns the share of the peak that a contender reaches, from the ratios of the rounds. */
static bench_interval find_share(const bench_product *bench, const bench_result *results, size_t way)
{
    double peak_flops = bench->peaks[bench_ways[way].peak == BENCH_PEAK].flops;
    double work = bench_product_flops(&bench->call) / peak_flops;
    bench_interval times = bench_ratio(&results[bench_ways[way].peak], &results[way]);
    return (bench_interval){times.median * work, times.low * work, times.high * work};
}

static void count_goals(bench_goals *goals, bool native, bench_interval share, bench_interval ratio)
{
    goals->count++;
    goals->slow += share.median < LEAST_SHARE;
    goals->behind += native && ratio.low > MOST_RATIO;
}

static json_t *report(const bench_product *bench, const bench_result *results, bench_goals *goals)
{
    const gml_gemm *call = &bench->call;
    double flops = bench_product_flops(call);
    bool native = gml_product_is_native(goals->context, gml_dtype_size(bench->dtype), call);
    bench_interval ratio = bench_ratio(&results[BENCH_NATIVE], &results[BENCH_WHOLE_ALONE]), shares[BENCH_WAYS];
    json_t *rows = json_array();
    printf("  %s %5zu %5zu %5zu  %-12s %5.2f [%.2f, %.2f] %-9s", bench_product_form(call), call->m, call->n, call->k,
           bench_spacing_names[bench->spacing], ratio.median, ratio.low, ratio.high, native ? "native" : "OpenBLAS");
    for (size_t w = 0; w < bench_way_count(bench); w++) {
        shares[w] = find_share(bench, results, w);
        if (bench_ways[w].peak != w) {
            printf(" %8.1f %4.0f%%", flops / results[w].median * 1e-9, shares[w].median * 100);
            json_t *row = bench_to_json(bench_ways[w].name, &results[w]);
            json_object_set_new(row, "peak_share", json_real(shares[w].median));
            json_object_set_new(row, "peak_share_interval", bench_interval_to_json(shares[w]));
            json_array_append_new(rows, row);
        }
    }
    printf("\n");
    fflush(stdout);
    if (is_large(call)) {
        count_goals(goals, native, shares[native ? BENCH_NATIVE : BENCH_WHOLE_ALONE], ratio);
    }
    size_t peak = bench->spacing == BENCH_PACKED ? BENCH_PEAK : BENCH_PEAK_ALONE;
    return json_pack("{s:s, s:s, s:s, s:i, s:i, s:i, s:s, s:f, s:f, s:b, s:o, s:s, s:o}", "net", bench->net, "form",
                     bench_product_form(call), "dtype", gml_dtype_name(bench->dtype), "m", (int)call->m, "n",
                     (int)call->n, "k", (int)call->k, "strides", bench_spacing_names[bench->spacing], "flops", flops,
                     "peak", bench_peak_speed(&bench->peaks[peak == BENCH_PEAK], results[peak].minimum), "large",
                     is_large(call), "native_over_openblas", bench_interval_to_json(ratio), "chosen",
                     native ? "native" : "OpenBLAS", "contenders", rows);
}

/* One-thread ways need no pause between turns, so that more and shorter turns fit into the same time. They alternate
 * faster than most disturbances, which makes their ratios steadier. */
static bench_options short_turns(const bench_options *options)
{
    enum { SHORTER = 3 };
    bench_options turns = *options;
    turns.one_thread = true;
    turns.slice /= SHORTER;
    turns.rounds = options->rounds * SHORTER < BENCH_MOST_ROUNDS ? options->rounds * SHORTER : BENCH_MOST_ROUNDS;
    return turns;
}

static void run_product(const bench_options *options, bench_product *product, bench_goals *goals, json_t *cases)
{
    bench_options turns = short_turns(options);
    size_t count = bench_way_count(product);
    bench_contender contenders[BENCH_WAYS];
    bench_result results[BENCH_WAYS];
    bench_ways_verify(product);
    for (size_t w = 0; w < count; w++) {
        contenders[w] = (bench_contender){bench_ways[w].name, bench_ways[w].run, product};
    }
    bench_compare(&turns, contenders, BENCH_ALONE, results);
    if (count > BENCH_ALONE) {
        bench_compare(options, contenders + BENCH_ALONE, count - BENCH_ALONE, results + BENCH_ALONE);
    }
    json_array_append_new(cases, report(product, results, goals));
}

/* Runs a product with packed matrices, and a large one with the other strides. */
static void run_spacings(const bench_options *options, const bench_product *packed, bench_goals *goals, json_t *cases)
{
    bench_product product = *packed;
    bench_panel_choose(&product, options->slice / 4);
    run_product(options, &product, goals, cases);
    if (options->quick || is_large(&product.call)) {
        for (bench_spacing spacing = BENCH_PACKED + 1; spacing < BENCH_SPACINGS; spacing++) {
            product.spacing = spacing;
            product.call = bench_product_respace(packed->dtype, &packed->call, spacing);
            run_product(options, &product, goals, cases);
            bench_product_free(&product.call);
        }
    }
}

/* Runs the products of a layer: forward, backward unless it is the first layer, weights. */
static void run_layer(const bench_options *options, const bench_net *net, size_t layer, bench_product *product,
                      bench_goals *goals, json_t *cases)
{
    size_t in = net->sizes[layer], out = net->sizes[layer + 1], batch = net->batch;
    for (size_t i = 0; i < 3; i++) {
        if (i == 1 && layer == 0) {
            continue;
        }
        product->call = i == 0   ? bench_product_make(product->dtype, batch, out, in, false, false)
                        : i == 1 ? bench_product_make(product->dtype, batch, in, out, false, true)
                                 : bench_product_make(product->dtype, in, out, batch, true, false);
        run_spacings(options, product, goals, cases);
        bench_product_free(&product->call);
    }
}

static void run_net(const bench_options *options, const bench_net *net, const char *description, gml_dtype dtype,
                    bench_goals *goals, json_t *cases)
{
    size_t threads = thread_count(options);
    bench_product product = {.net = description, .dtype = dtype, .threads = threads};
    product.kernels = gml_kernels_find(dtype, bench_isa());
    product.peaks[0] = bench_peak_make(dtype, 1);
    product.peaks[1] = bench_peak_make(dtype, threads);
    printf("\n%s, batch %zu, %s: GFLOP/s and share of the peak\n", description, net->batch, gml_dtype_name(dtype));
    printf("  %-34s %-28s %14s %14s %14s %14s %14s\n", "", "native / OpenBLAS, both whole", "native, whole", "OpenBLAS",
           "OpenBLAS", "OpenBLAS", "OpenBLAS");
    printf("  %-34s %-28s %14s %14s %14s %14s %14s\n", "       m     n     k  strides", "on 1 thread       chosen",
           "1 thread", "1 thread", "panels, 1", "all inside", "panels, all");
    for (size_t i = 0; i < bench_layer_count(net); i++) {
        bool seen = i > 1 && net->sizes[i] == net->sizes[i - 1] && net->sizes[i + 1] == net->sizes[i];
        if (!seen) {
            run_layer(options, net, i, &product, goals, cases);
        }
    }
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(
        argc, argv, "Times the matrix products of training steps against OpenBLAS and the peak of multiply-adds.");
    json_t *cases = json_array();
    gml_context *context = bench_context(1);
    bench_goals goals = {.context = context};
    for (const bench_net *net = bench_nets; net->sizes[0] != 0; net++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(net, description);
        for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
            if ((net->quick || !options.quick) && bench_wanted(&options, description)) {
                run_net(&options, net, description, (gml_dtype)dtype, &goals, cases);
            }
        }
    }
    if (goals.count > 0) {
        printf("\nOf %zu products with m, n >= 64 and k >= 128 on one thread, as gemmule chooses to compute them,\n"
               "%zu reach less than %.2f of the peak; for %zu the lower bound of native / OpenBLAS exceeds %.2f\n",
               goals.count, goals.slow, LEAST_SHARE, goals.behind, MOST_RATIO);
    }
    gml_context_destroy(context);
    if (bench_wanted(&options, "copy")) {
        json_array_append_new(cases, bench_bandwidth_time(&options, thread_count(&options)));
    }
    return bench_finish(&options, "bench_gemm", cases);
}
