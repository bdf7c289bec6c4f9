/* bench/bench_train.c - a training step against plain loops and against its own GEMM calls alone.
 *
 * Nets are ReLU with softmax cross-entropy and SGD. Before anything is timed, one step of gemmule and one of each naive
 * loop start from the same weights and must find the same gradients. */
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "harness.h"
#include "step.h"

typedef struct bench_setup {
    bench_batch batch;
    bench_step steps[2];         /* all threads, and one */
    gml_reference_loops loops;   /* in memory from malloc, as a plain program has it */
    gml_reference_loops aligned; /* in memory on cache lines, which the vectorised loops like better */
    bench_bare bare;
} bench_setup;

/* ---- contenders ---- */

static void run_naive(const bench_setup *bench, const gml_reference_loops *loops, bench_naive_step *step)
{
    step(loops, bench->batch.x.rows, bench->batch.x.data, bench->batch.labels, BENCH_RATE);
}

static void run_vectorized(void *setup)
{
    const bench_setup *bench = setup;
    run_naive(bench, &bench->loops, gml_reference_vectorized_step);
}

static void run_vectorized_aligned(void *setup)
{
    const bench_setup *bench = setup;
    run_naive(bench, &bench->aligned, gml_reference_vectorized_step);
}

static void run_textbook(void *setup)
{
    const bench_setup *bench = setup;
    run_naive(bench, &bench->loops, gml_reference_textbook_step);
}

/* ---- setting up ---- */

static bench_setup *set_up(const bench_net *net, size_t threads)
{
    bench_setup *bench = bench_allocate(1, sizeof *bench);
    bench->batch = bench_batch_make(net);
    bench->steps[0] = bench_step_make(net, &bench->batch, threads);
    bench->steps[1] = bench_step_make(net, &bench->batch, 1);
    bench->loops = bench_loops_make(net, bench_allocate_plainly);
    bench->aligned = bench_loops_make(net, bench_allocate);
    bench->bare.rows = net->batch;
    bench->bare.threads = gml_context_threads(bench->steps[0].context);
    bench_must(bench->steps[0].context,
               gml_workspace_create(bench->steps[0].network, net->batch, true, true, &bench->bare.workspace));
    return bench;
}

static void tear_down(bench_setup *bench)
{
    gml_workspace_destroy(&bench->bare.workspace);
    for (size_t i = 0; i < 2; i++) {
        bench_step_free(&bench->steps[i]);
    }
    bench_batch_free(&bench->batch);
    bench_loops_free(&bench->loops);
    bench_loops_free(&bench->aligned);
    free(bench);
}

static void verify(const bench_setup *bench)
{
    bench_step_verify(&bench->steps[0], &bench->aligned, gml_reference_vectorized_step);
    bench_step_verify(&bench->steps[0], &bench->loops, gml_reference_textbook_step);
}

/* ---- the run ---- */

static json_t *run_case(const bench_options *options, const bench_net *net, const char *description)
{
    bench_setup *bench = set_up(net, options->threads);
    verify(bench);
    char name[40];
    snprintf(name, sizeof name, "gemmule, %zu threads", bench->bare.threads);
    const bench_contender contenders[] = {
        {name, bench_step_run, &bench->steps[0]},
        {"gemmule, 1 thread", bench_step_run, &bench->steps[1]},
        {"GEMMs, threads inside OpenBLAS", bench_bare_inside, &bench->bare},
        {"GEMMs, threads outside", bench_bare_outside, &bench->bare},
        {"naive loops, vectorised", run_vectorized, bench},
        {"the same, on cache lines", run_vectorized_aligned, bench},
        {"naive loops, textbook", run_textbook, bench},
    };
    enum { COUNT = sizeof contenders / sizeof contenders[0] };
    bench_result results[COUNT];
    bench_compare(options, contenders, COUNT, results);

    double flops = bench_step_flops(net);
    json_t *rows = json_array();
    printf("\n%s, batch %zu: %.3g MFLOP a step\n", description, net->batch, flops * 1e-6);
    printf("  %-32s %12s %12s %8s %9s %10s\n", "", "median us", "minimum us", "spread", "GFLOP/s", "/ gemmule");
    for (size_t i = 0; i < COUNT; i++) {
        printf("  %-32s %12.2f %12.2f %7.1f%% %9.2f %10.2f\n", contenders[i].name, results[i].median * 1e6,
               results[i].minimum * 1e6, results[i].spread * 100, flops / results[i].median * 1e-9,
               results[i].median / results[0].median);
        json_array_append_new(rows, bench_to_json(contenders[i].name, &results[i]));
    }
    fflush(stdout);
    tear_down(bench);
    return json_pack("{s:s, s:i, s:f, s:o}", "net", description, "batch", (int)net->batch, "flops", flops, "contenders",
                     rows);
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times a training step against plain loops and against the GEMM calls it is made of.");
    json_t *results = json_array();
    for (const bench_net *net = bench_nets; net->sizes[0] != 0; net++) {
        char description[BENCH_DESCRIPTION];
        bench_describe(net, description);
        if ((net->quick || !options.quick) && bench_wanted(&options, description)) {
            json_array_append_new(results, run_case(&options, net, description));
        }
    }
    return bench_finish(&options, "bench_train", results);
}
