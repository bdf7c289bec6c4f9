/* bench/bench_kernels.c - every elementwise kernel against a copy loop with the same number of streams.
 *
 * One thread; once with data in the L2 cache, once in memory. GEMMULE_ISA chooses the instruction set of kernels and
 * copy loops. Results are compared with the reference before timing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "kernel_case.h"

static const size_t counts[] = {64 << 10, 16 << 20};

/* Entries compared with the reference. */
enum { VERIFIED = 4096 };

static const bench_family *const groups[] = {bench_activation_families, bench_trainable_families,
                                             bench_training_families, bench_data_families};

static void verify(const bench_family *family, bench_kernel_case *bench)
{
    const gml_kernels *kernels = bench->arrays->kernels;
    double worst = family->worst(bench), bound = kernels->dtype == GML_F32 ? 1e-5 : 1e-12;
    if (!(worst < bound)) {
        bench_fail("%s, %s, %s: differs from the reference by %g: nothing is timed", bench->name,
                   gml_dtype_name(kernels->dtype), kernels->isa, worst);
    }
}

/* Times one kernel and its copy loop at one size. */
static json_t *run_count(const bench_options *options, const bench_family *family, bench_kernel_case *bench)
{
    const gml_kernels *kernels = bench->arrays->kernels;
    bench_copy copy = {bench_loops_find(kernels->dtype, kernels->isa), bench->streams};
    const bench_contender contenders[] = {{bench->name, family->run, bench}, {"copy", bench_copy_run, &copy}};
    bench_result results[2];
    bench_compare(options, contenders, 2, results);

    double seconds = results[0].median / (double)bench->count;
    double bytes = bench_streams_bytes(&bench->streams, kernels->dtype);
    printf(" %9.3f %7.1f %7.2f", seconds * 1e9, bytes / seconds * 1e-9, results[0].median / results[1].median);
    fflush(stdout);
    return json_pack("{s:s, s:s, s:s, s:i, s:f, s:i, s:i, s:[o, o]}", "kernel", bench->name, "dtype",
                     gml_dtype_name(kernels->dtype), "isa", kernels->isa, "count", (int)bench->count, "bytes", bytes,
                     "reads", (int)bench->streams.reads, "writes", (int)bench->streams.writes, "contenders",
                     bench_to_json(bench->name, &results[0]), bench_to_json("copy", &results[1]));
}

/* Returns false past the last row. */
static bool run_row(const bench_options *options, const bench_family *family, bench_arrays *arrays, size_t row,
                    json_t *cases)
{
    bench_kernel_case bench;
    if (!family->make(arrays, row, VERIFIED, &bench)) {
        return false;
    }
    if (!bench_wanted(options, bench.name)) {
        return true;
    }
    verify(family, &bench);
    printf("  %-28s %zu:%zu", bench.name, bench.streams.reads, bench.streams.writes);
    for (size_t i = 0; i < (options->quick ? 1 : sizeof counts / sizeof counts[0]); i++) {
        family->make(arrays, row, counts[i], &bench);
        json_array_append_new(cases, run_count(options, family, &bench));
    }
    printf("\n");
    return true;
}

static void run_table(const bench_options *options, const gml_kernels *kernels, json_t *cases)
{
    size_t sizes = sizeof counts / sizeof counts[0];
    bench_arrays arrays = bench_arrays_make(kernels, counts[options->quick ? 0 : sizes - 1]);
    printf("\n%s, %s, 1 thread\n  %-32s %25s %25s\n", gml_dtype_name(kernels->dtype), kernels->isa, "", "64 Ki entries",
           options->quick ? "" : "16 Mi entries");
    printf("  %-28s %3s", "", "r:w");
    for (size_t i = 0; i < (options->quick ? 1 : sizes); i++) {
        printf(" %9s %7s %7s", "ns", "GB/s", "/ copy");
    }
    printf("\n");
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++) {
        for (const bench_family *family = groups[g]; family->make != NULL; family++) {
            size_t row = 0;
            while (run_row(options, family, &arrays, row, cases)) {
                row++;
            }
        }
    }
    bench_arrays_free(&arrays);
}

int main(int argc, char **argv)
{
    bench_options options =
        bench_parse(argc, argv, "Times every elementwise kernel against a copy of its memory streams.");
    options.one_thread = true;
    gml_context *context = bench_context(1);
    json_t *cases = json_array();
    for (int dtype = GML_F32; dtype <= GML_F64; dtype++) {
        run_table(&options, gml_kernels_find((gml_dtype)dtype, gml_context_isa(context)), cases);
    }
    gml_context_destroy(context);
    return bench_finish(&options, "bench_kernels", cases);
}
