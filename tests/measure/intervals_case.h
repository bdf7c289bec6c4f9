/* tests/measure/intervals_case.h - networks whose outputs are their inputs, with targets around their predictions. */
#ifndef GML_TESTS_INTERVALS_CASE_H
#define GML_TESTS_INTERVALS_CASE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "numbers.h"
#include "reference/intervals.h"

enum { CASE_SAMPLES = 500, CASE_TARGETS = 2, CASE_OUTPUTS = 4 };

/* One for each score. */
typedef struct score_kind {
    const char *name;
    gml_reference_score score;
    size_t outputs;        /* of the network, for CASE_TARGETS targets */
    const char *transform; /* of targets, or null */
    const char *loss;
} score_kind;

enum { SCORE_KINDS = 3 };
extern const score_kind score_kinds[SCORE_KINDS];

typedef struct intervals_case {
    gml_context *context;
    const score_kind *kind;
    gml_network *network;
    double inputs[CASE_SAMPLES * CASE_OUTPUTS], targets[CASE_SAMPLES * CASE_TARGETS], weights[CASE_SAMPLES];
    double predictions[CASE_SAMPLES * CASE_OUTPUTS]; /* of the network, [CASE_SAMPLES x outputs] */
} intervals_case;

/* Some weights are 0 and the others 2; some targets are missing. */
void set_up_intervals(intervals_case *made, const score_kind *kind, gml_dtype dtype);
void tear_down_intervals(intervals_case *made);

/* A dataset of samples from `first` on. */
gml_dataset *case_data(const intervals_case *of, size_t first, size_t count);

/* The quantile of target j over samples from `first` on, by the reference. */
double reference_quantile(const intervals_case *of, size_t first, size_t count, size_t j, double level);

#endif
