/* tests/measure/score_case.h - sets of predictions, and metrics of them by the library and by the reference. */
#ifndef GML_TESTS_SCORE_CASE_H
#define GML_TESTS_SCORE_CASE_H

#include <stdbool.h>

#include "harness.h"
#include "measure/metric.h"

typedef struct score_case {
    bool classes;
    size_t samples, columns;
    double *predictions; /* [samples x columns] */
    double *targets;     /* [samples] class numbers, or [samples x columns] */
    double *weights;     /* [samples] or null */
} score_case;

/* Probabilities of `columns` classes with ties, or values; some weights are 0. */
score_case random_case(bool classes, size_t samples, size_t columns, bool weighted, uint64_t seed);
void free_case(score_case *of);

gml_score_data data_of(const score_case *of);

/* The value of one metric, which must be given without an error. */
gml_metric_value score_of(gml_context *context, const gml_score_data *data, const char *metric);

/* The value by the reference; NaN if it is not defined. */
double reference_of(gml_context *context, const score_case *of, const char *metric);

/* Fails unless the values agree to 1e-12, of numbers above 1 relatively. */
void assert_value(double got, double expected, const char *what, const char *metric);

#endif
