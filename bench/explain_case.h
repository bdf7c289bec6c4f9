/* bench/explain_case.h - a case of bench_explain: contenders; the others are compared with the first.
 */
#ifndef GML_BENCH_EXPLAIN_CASE_H
#define GML_BENCH_EXPLAIN_CASE_H

#include "harness.h"
#include "setup.h"

typedef struct explain_case {
    const char *name;
    const char *asked; /* the figure to reach, in words; null: none */
    const bench_contender *contenders;
    size_t count;
} explain_case;

/* Times the contenders, prints them, and appends the case to `cases`: {"case", "asked", "contenders": [{..., "over":
 * ratio to the first contender}]}. */
void explain_time(const bench_options *options, const explain_case *of, json_t *cases);

/* Makes a network with the initial weights of seed 0. */
gml_network *explain_network(gml_context *context, const char *description);

/* Returns `rows` rows of `cols` normal floats, determined by the seed; data is to be freed. */
gml_matrix explain_rows(size_t rows, size_t cols, uint64_t seed);

/* explain_health.c: epochs with and without an observer; health on a dataset, spectra. */
void explain_health_cases(const bench_options *options, json_t *cases);

/* explain_attribution.c: Shapley values, integrated gradients, Jacobians. */
void explain_attribution_cases(const bench_options *options, json_t *cases);

/* explain_columns.c: permutation importance. */
void explain_column_cases(const bench_options *options, json_t *cases);

#endif
