/* bench/bench_scale.c - time per sample against threads, batch size and width of a training step, and against the
 * number of samples in an epoch; the cost of a cache line between cores.
 *
 * The steps of a sweep run in turns. A sweep of threads has independent loops of multiply-adds in the same turns: what
 * they gain is the ceiling of the machine. Before timing, each step is compared with the naive one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "lines.h"
#include "peak.h"
#include "step.h"
#include "stream.h"

enum { MOST_POINTS = 16 };

/* One point of a sweep: a net and a number of threads. */
typedef struct bench_point {
    bench_net net;
    size_t threads;
    bench_batch batch;
    bench_step step;
    bench_peak peak; /* on as many threads, for the ceiling */
} bench_point;

typedef struct bench_sweep {
    char name[BENCH_DESCRIPTION + 32];
    const char *variable; /* the quantity that varies */
    bool has_ceiling;     /* the points differ in threads */
    size_t count;
    size_t values[MOST_POINTS];
    bench_point points[MOST_POINTS];
} bench_sweep;

static void add_point(bench_sweep *sweep, size_t value, const bench_net *net, size_t threads)
{
    if (sweep->count < MOST_POINTS) {
        sweep->values[sweep->count] = value;
        sweep->points[sweep->count].net = *net;
        sweep->points[sweep->count].threads = threads;
        sweep->count++;
    }
}

/* ---- the sweeps ---- */

/* 1, 2, 4, ... threads, and all. */
static void sweep_threads(bench_sweep *sweep, const bench_net *net, size_t threads)
{
    char description[BENCH_DESCRIPTION];
    bench_describe(net, description);
    *sweep = (bench_sweep){.variable = "threads", .has_ceiling = true};
    snprintf(sweep->name, sizeof sweep->name, "threads of %s, batch %zu", description, net->batch);
    for (size_t count = 1; count < threads; count *= 2) {
        add_point(sweep, count, net, count);
    }
    add_point(sweep, threads, net, threads);
}

static void sweep_batches(bench_sweep *sweep, size_t most, size_t threads)
{
    *sweep = (bench_sweep){.name = "batch of 784 -> 128 relu -> 10 softmax", .variable = "batch"};
    for (size_t batch = 1; batch <= most; batch *= 4) {
        add_point(sweep, batch, &(bench_net){.sizes = {784, 128, 10}, .batch = batch}, threads);
    }
}

static void sweep_widths(bench_sweep *sweep, size_t most, size_t threads)
{
    *sweep = (bench_sweep){.name = "width of w -> w relu -> w relu -> 10 softmax, batch 128", .variable = "width"};
    for (size_t width = 16; width <= most; width *= 2) {
        add_point(sweep, width, &(bench_net){.sizes = {width, width, width, 10}, .batch = 128}, threads);
    }
}

/* ---- the run ---- */

static void set_up(bench_point *point)
{
    point->batch = bench_batch_make(&point->net, GML_F32);
    point->step = bench_step_make(&point->net, &point->batch, (bench_recipe){.threads = point->threads});
    point->peak = bench_peak_make(GML_F32, point->threads);
    gml_reference_loops loops = bench_loops_make(&point->net, bench_allocate);
    size_t rows = point->net.batch;
    double *gradients = bench_naive_gradients(&point->step, &loops, gml_reference_vectorized_step, rows);
    bench_step_verify(&point->step, rows, gradients, 1e-4);
    bench_loops_free(&loops);
    free(gradients);
}

static void tear_down(bench_point *point)
{
    bench_step_free(&point->step);
    bench_batch_free(&point->batch);
}

/* What a point gains over the first: the step, independent loops of multiply-adds, and the step's gain as a share of
 * theirs. */
typedef struct bench_gain {
    double step, loops, efficiency;
} bench_gain;

/* `results` has the steps, then the loops. */
static bench_gain find_gain(const bench_sweep *sweep, const bench_result *results, size_t i)
{
    const bench_result *loops = results + sweep->count;
    double more = sweep->points[i].peak.flops / sweep->points[0].peak.flops;
    bench_gain gain = {
        .step = bench_ratio(&results[0], &results[i]).median,
        .loops = bench_ratio(&loops[0], &loops[i]).median * more,
    };
    gain.efficiency = gain.step / gain.loops;
    return gain;
}

static void report_gain(const bench_sweep *sweep, const bench_result *results, size_t i, json_t *row)
{
    bench_gain gain = find_gain(sweep, results, i);
    printf(" %9.2f %9.2f %10.2f", gain.step, gain.loops, gain.efficiency);
    json_object_set_new(row, "gain", json_real(gain.step));
    json_object_set_new(row, "loops_gain", json_real(gain.loops));
    json_object_set_new(row, "efficiency", json_real(gain.efficiency));
}

static json_t *report(const bench_sweep *sweep, const bench_result *results)
{
    json_t *rows = json_array();
    printf("\n%s\n  %8s %12s %12s %8s %14s %9s %9s", sweep->name, sweep->variable, "median us", "minimum us", "spread",
           "ns a sample", "GFLOP/s", "/ first");
    printf(sweep->has_ceiling ? " %9s %9s %10s\n" : "\n", "gain", "of loops", "efficiency");
    double first = results[0].median / (double)sweep->points[0].net.batch;
    for (size_t i = 0; i < sweep->count; i++) {
        const bench_net *net = &sweep->points[i].net;
        double sample = results[i].median / (double)net->batch, flops = bench_step_flops(net);
        printf("  %8zu %12.2f %12.2f %7.1f%% %14.2f %9.2f %9.3f", sweep->values[i], results[i].median * 1e6,
               results[i].minimum * 1e6, results[i].spread * 100, sample * 1e9, flops / results[i].median * 1e-9,
               sample / first);
        json_t *row = bench_to_json(sweep->variable, &results[i]);
        json_object_set_new(row, "value", json_integer((json_int_t)sweep->values[i]));
        json_object_set_new(row, "batch", json_integer((json_int_t)net->batch));
        json_object_set_new(row, "flops", json_real(flops));
        if (sweep->has_ceiling) {
            report_gain(sweep, results, i, row);
        }
        printf("\n");
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    return json_pack("{s:s, s:s, s:o}", "sweep", sweep->name, "variable", sweep->variable, "contenders", rows);
}

static void run_sweep(const bench_options *options, bench_sweep *sweep, json_t *cases)
{
    if (!bench_wanted(options, sweep->name)) {
        return;
    }
    bench_contender contenders[2 * MOST_POINTS];
    bench_result results[2 * MOST_POINTS];
    for (size_t i = 0; i < sweep->count; i++) {
        set_up(&sweep->points[i]);
        contenders[i] = (bench_contender){sweep->variable, bench_step_run, &sweep->points[i].step};
        contenders[sweep->count + i] = (bench_contender){"loops", bench_peak_run, &sweep->points[i].peak};
    }
    bench_compare(options, contenders, sweep->has_ceiling ? 2 * sweep->count : sweep->count, results);
    json_array_append_new(cases, report(sweep, results));
    for (size_t i = 0; i < sweep->count; i++) {
        tear_down(&sweep->points[i]);
    }
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv,
                    "Times training per sample against threads, batch size, width and number of samples, and "
                    "what a cache line costs between cores.");
    gml_context *context = bench_context(options.threads);
    size_t threads = gml_context_threads(context);
    gml_context_destroy(context);
    json_t *cases = json_array();
    bench_lines_run(&options, cases);
    bench_sweep *sweep = bench_allocate(1, sizeof *sweep);
    for (const bench_net *net = bench_nets; net->sizes[0] != 0; net++) {
        if (net->quick || !options.quick) {
            sweep_threads(sweep, net, threads);
            run_sweep(&options, sweep, cases);
        }
    }
    sweep_batches(sweep, options.quick ? 64 : 4096, threads);
    run_sweep(&options, sweep, cases);
    sweep_widths(sweep, options.quick ? 64 : 2048, threads);
    run_sweep(&options, sweep, cases);
    free(sweep);
    bench_stream_run(&options, cases);
    return bench_finish(&options, "bench_scale", cases);
}
