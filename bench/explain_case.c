/* bench/explain_case.c - timing and report of a case of bench_explain. */
#include "explain_case.h"

#include <stdio.h>
#include <stdlib.h>

void explain_time(const bench_options *options, const explain_case *of, json_t *cases)
{
    bench_result *results = bench_allocate(of->count, sizeof *results);
    json_t *rows = json_array();
    bench_compare(options, of->contenders, of->count, results);
    printf("\n%s%s%s\n  %-36s %12s %12s %8s %24s\n", of->name, of->asked != NULL ? "; asked: " : "",
           of->asked != NULL ? of->asked : "", "", "median ms", "minimum", "spread", "/ first (90 % interval)");
    for (size_t i = 0; i < of->count; i++) {
        const bench_interval over = bench_ratio(&results[i], &results[0]);
        printf("  %-36s %12.3f %12.3f %7.1f%% %8.4f (%.4f - %.4f)\n", of->contenders[i].name, results[i].median * 1e3,
               results[i].minimum * 1e3, results[i].spread * 100, over.median, over.low, over.high);
        json_t *row = bench_to_json(of->contenders[i].name, &results[i]);
        json_object_set_new(row, "over", bench_interval_to_json(over));
        json_array_append_new(rows, row);
    }
    fflush(stdout);
    json_array_append_new(cases,
                          json_pack("{s:s, s:s*, s:o}", "case", of->name, "asked", of->asked, "contenders", rows));
    free(results);
}

gml_network *explain_network(gml_context *context, const char *description)
{
    gml_network *network;
    bench_must(context, gml_network_create(context, description, NULL, &network));
    return network;
}

gml_matrix explain_rows(size_t rows, size_t cols, uint64_t seed)
{
    float *values = bench_random(gml_kernels_find(GML_F32, bench_isa()), rows * cols, seed);
    return gml_matrix_f32(values, rows, cols);
}
