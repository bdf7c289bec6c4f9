/* bench/bench_train.c - training steps of gemmule against plain loops, the GEMM calls alone, other libraries, and the
 * peak of multiply-adds.
 *
 * Nets are ReLU with softmax cross-entropy. Before timing, one step of every contender is compared with the reference
 * in double, and with the naive loops over the whole batch. */
#include <stdio.h>
#include <stdlib.h>

#include "bare.h"
#include "harness.h"
#include "peak.h"
#include "peer.h"
#include "step.h"
#include "team.h"

/* Configurations of gemmule. The naive loops and the peers use the type and optimizer of the first row. */
static const struct {
    const char *name;
    bench_recipe recipe;
} recipes[] = {
    {"gemmule", {GML_F32, "sgd", 0, "auto"}},
    {"gemmule, BLAS only", {GML_F32, "sgd", 0, "blas"}},
    {"gemmule, 1 thread", {GML_F32, "sgd", 1, "auto"}},
    {"gemmule, Adam", {GML_F32, "adam", 0, "auto"}},
    {"gemmule, double", {GML_F64, "sgd", 0, "auto"}},
    {"gemmule, double, BLAS only", {GML_F64, "sgd", 0, "blas"}},
    {"gemmule, double, 1 thread", {GML_F64, "sgd", 1, "auto"}},
    {"gemmule, double, Adam", {GML_F64, "adam", 0, "auto"}},
};

enum { RECIPES = sizeof recipes / sizeof recipes[0], DTYPES = 2, MOST_PEERS = 4, MOST_CONTENDERS = 32 };

typedef struct bench_setup {
    size_t threads;
    bench_batch batches[DTYPES]; /* by type, like the next two */
    bench_bare bares[DTYPES];
    bench_peak peaks[DTYPES][2]; /* on one thread, on all */
    bench_step steps[RECIPES];
    gml_reference_loops loops;   /* in memory from malloc, as in a plain program */
    gml_reference_loops aligned; /* in aligned memory, which is faster for the vectorised loops */
    bench_rival rivals[MOST_PEERS];
    size_t rival_count;
} bench_setup;

/* ---- setting up ---- */

static bench_setup *set_up(const bench_options *options, const bench_net *net)
{
    bench_setup *bench = bench_allocate(1, sizeof *bench);
    bench->threads = options->threads != 0 ? options->threads : bench_processors();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        bench->batches[dtype] = bench_batch_make(net, (gml_dtype)dtype);
        bench->bares[dtype] = bench_bare_make(net, (gml_dtype)dtype, bench->threads, options->slice / 10);
        bench->peaks[dtype][0] = bench_peak_make((gml_dtype)dtype, 1);
        bench->peaks[dtype][1] = bench_peak_make((gml_dtype)dtype, bench->threads);
    }
    for (size_t i = 0; i < RECIPES; i++) {
        bench_recipe recipe = recipes[i].recipe;
        recipe.threads = recipe.threads != 0 ? recipe.threads : bench->threads;
        bench->steps[i] = bench_step_make(net, &bench->batches[recipe.dtype], recipe);
    }
    bench->loops = bench_loops_make(net, bench_allocate_plainly);
    bench->aligned = bench_loops_make(net, bench_allocate);
    for (; bench_peers[bench->rival_count] != NULL; bench->rival_count++) {
        bench->rivals[bench->rival_count] =
            bench_rival_make(bench_peers[bench->rival_count], net, &bench->batches[GML_F32], bench->threads);
    }
    return bench;
}

static void tear_down(bench_setup *bench)
{
    for (size_t i = 0; i < bench->rival_count; i++) {
        bench_rival_free(&bench->rivals[i]);
    }
    for (size_t i = 0; i < RECIPES; i++) {
        bench_step_free(&bench->steps[i]);
    }
    for (size_t i = 0; i < DTYPES; i++) {
        bench_bare_free(&bench->bares[i]);
        bench_batch_free(&bench->batches[i]);
    }
    bench_loops_free(&bench->loops);
    bench_loops_free(&bench->aligned);
    free(bench);
}

/* ---- verifying ---- */

/* Compares the naive loops with the reference; then gemmule with the reference, and with the naive loops on the whole
 * batch. The reference may be too slow for the whole batch. */
static void verify_steps(const bench_setup *bench, const bench_net *net)
{
    const bench_step *first = &bench->steps[0];
    size_t count = gml_network_parameter_count(first->network), rows = bench_verified_rows(net);
    double *wanted = bench_reference_gradients(first, rows);
    double *textbook = bench_naive_gradients(first, &bench->loops, gml_reference_textbook_step, rows);
    double *vectorized = bench_naive_gradients(first, &bench->aligned, gml_reference_vectorized_step, rows);
    if (!(bench_apart(textbook, wanted, count) < 1e-4) || !(bench_apart(vectorized, wanted, count) < 1e-4)) {
        bench_fail("the naive loops differ from the reference: nothing is timed");
    }
    double *whole = bench_naive_gradients(first, &bench->aligned, gml_reference_vectorized_step, net->batch);
    for (size_t i = 0; i < RECIPES; i++) {
        bench_step_verify(&bench->steps[i], rows, wanted, bench->steps[i].recipe.dtype == GML_F32 ? 1e-4 : 1e-7);
        bench_step_verify(&bench->steps[i], net->batch, whole, 1e-4);
    }
    free(wanted);
    free(textbook);
    free(vectorized);
    free(whole);
}

static void verify(bench_setup *bench, const bench_net *net)
{
    verify_steps(bench, net);
    for (size_t i = 0; i < DTYPES; i++) {
        double apart = bench_bare_apart(&bench->bares[i]);
        if (!(apart < 1e-4)) {
            bench_fail("GEMMs with threads inside and outside OpenBLAS differ by %g: nothing is timed", apart);
        }
    }
}

/* ---- contenders ---- */

static void run_naive(const bench_setup *bench, const gml_reference_loops *loops, bench_naive_step *step)
{
    step(loops, bench->batches[GML_F32].x.rows, bench->batches[GML_F32].x.data, bench->batches[GML_F32].labels,
         BENCH_RATE);
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

/* The contenders, with their properties for the report. */
typedef struct bench_field {
    size_t count;
    bench_contender contenders[MOST_CONTENDERS];
    bench_recipe recipes[MOST_CONTENDERS];
    const char *notes[MOST_CONTENDERS];
} bench_field;

static void add(bench_field *field, const char *name, void (*run)(void *), void *argument, bench_recipe recipe)
{
    field->contenders[field->count] = (bench_contender){name, run, argument};
    field->recipes[field->count] = recipe;
    field->count++;
}

/* Lists the contenders. The peaks come first: for each type on one thread, then on all. */
static void gather_field(bench_setup *bench, bench_field *field)
{
    static const char *const inside[] = {"GEMMs, threads inside OpenBLAS", "GEMMs, double, threads inside"};
    static const char *const outside[] = {"GEMMs, threads outside", "GEMMs, double, threads outside"};
    static const char *const peak[] = {"peak, 1 thread", "peak", "peak, double, 1 thread", "peak, double"};
    for (size_t i = 0; i < 2 * DTYPES; i++) {
        bench_recipe recipe = {.dtype = (gml_dtype)(i / 2), .threads = i % 2 == 0 ? 1 : bench->threads};
        add(field, peak[i], bench_peak_run, &bench->peaks[i / 2][i % 2], recipe);
    }
    for (size_t i = 0; i < RECIPES; i++) {
        add(field, recipes[i].name, bench_step_run, &bench->steps[i], bench->steps[i].recipe);
    }
    for (size_t i = 0; i < DTYPES; i++) {
        bench_recipe recipe = {.dtype = (gml_dtype)i, .threads = bench->threads};
        add(field, inside[i], bench_bare_inside, &bench->bares[i], recipe);
        add(field, outside[i], bench_bare_outside, &bench->bares[i], recipe);
    }
    bench_recipe all = {.threads = bench->threads}, one = {.threads = 1};
    for (size_t i = 0; i < bench->rival_count; i++) {
        const bench_peer *peer = bench->rivals[i].peer;
        field->notes[field->count] = peer->note;
        add(field, peer->name, bench_rival_run, &bench->rivals[i], peer->threads == 1 ? one : all);
    }
    add(field, "naive loops, vectorised", run_vectorized, bench, one);
    add(field, "naive, vectorised, cache lines", run_vectorized_aligned, bench, one);
    add(field, "naive loops, textbook", run_textbook, bench, one);
}

/* ---- the run ---- */

enum { PEAKS = 2 * DTYPES };

static json_t *report(const bench_setup *bench, const bench_field *field, const bench_result *results, double flops)
{
    json_t *rows = json_array();
    printf("  %-32s %12s %12s %8s %9s %8s %10s\n", "", "median us", "minimum us", "spread", "GFLOP/s", "of peak",
           "/ gemmule");
    for (size_t i = PEAKS; i < field->count; i++) {
        const bench_recipe *recipe = &field->recipes[i];
        size_t all = recipe->threads == bench->threads;
        size_t peak = 2 * (size_t)recipe->dtype + all;
        double speed = flops / results[i].median;
        double share = speed / bench_peak_speed(&bench->peaks[recipe->dtype][all], results[peak].minimum);
        printf("  %-32s %12.2f %12.2f %7.1f%% %9.2f %7.1f%% %10.2f\n", field->contenders[i].name,
               results[i].median * 1e6, results[i].minimum * 1e6, results[i].spread * 100, speed * 1e-9, share * 100,
               results[i].median / results[PEAKS].median);
        if (field->notes[i] != NULL) {
            printf("    (%s)\n", field->notes[i]);
        }
        json_t *row = bench_to_json(field->contenders[i].name, &results[i]);
        json_object_set_new(row, "dtype", json_string(gml_dtype_name(recipe->dtype)));
        json_object_set_new(row, "threads", json_integer((json_int_t)recipe->threads));
        json_object_set_new(row, "peak_share", json_real(share));
        json_array_append_new(rows, row);
    }
    return rows;
}

static void print_head(const bench_setup *bench, const char *description, size_t batch, double flops)
{
    printf("\n%s, batch %zu: %.3g MFLOP a step, %zu thread%s\n", description, batch, flops * 1e-6, bench->threads,
           bench->threads == 1 ? "" : "s");
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        const bench_cut *cut = &bench->bares[dtype].cut;
        printf("  GEMMs outside, %s: %zu rows a panel, ", gml_dtype_name((gml_dtype)dtype), cut->rows);
        if (cut->entries == SIZE_MAX) {
            printf("weights whole, ");
        } else {
            printf("%zu Ki weights, ", cut->entries >> 10);
        }
        printf("%zu thread%s\n", cut->threads, cut->threads == 1 ? "" : "s");
    }
}

static json_t *run_case(const bench_options *options, const bench_net *net, const char *description)
{
    bench_setup *bench = set_up(options, net);
    verify(bench, net);
    bench_field field = {0};
    bench_result results[MOST_CONTENDERS];
    gather_field(bench, &field);
    bench_compare(options, field.contenders, field.count, results);

    double flops = bench_step_flops(net);
    json_t *peaks = json_object();
    for (size_t i = 0; i < PEAKS; i++) {
        double speed = bench_peak_speed(&bench->peaks[i / 2][i % 2], results[i].minimum);
        json_object_set_new(peaks, field.contenders[i].name, json_real(speed));
    }
    print_head(bench, description, net->batch, flops);
    json_t *rows = report(bench, &field, results, flops);
    fflush(stdout);
    tear_down(bench);
    return json_pack("{s:s, s:i, s:f, s:o, s:o}", "net", description, "batch", (int)net->batch, "flops", flops, "peaks",
                     peaks, "contenders", rows);
}

int main(int argc, char **argv)
{
    bench_options options = bench_parse(
        argc, argv, "Times training steps against plain loops, the GEMM calls they are made of, and other libraries.");
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
