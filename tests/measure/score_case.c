/* tests/measure/score_case.c - sets of predictions, and metrics of them. */
#include "score_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "reference/metrics.h"

static void make_probabilities(score_case *of)
{
    for (size_t i = 0; i < of->samples; i++) {
        double *row = of->predictions + i * of->columns, sum = 0;
        for (size_t j = 0; j < of->columns; j++) {
            row[j] = floor(8 * fabs(row[j])) + (of->targets[i] == (double)j ? 3 : 0);
            sum += row[j];
        }
        for (size_t j = 0; j < of->columns; j++) {
            row[j] /= sum;
        }
    }
}

static void make_values(score_case *of)
{
    for (size_t i = 0; i < of->samples * of->columns; i++) {
        of->targets[i] = 2 + of->targets[i];
        of->predictions[i] = of->targets[i] + of->predictions[i] / 2;
    }
}

score_case random_case(bool classes, size_t samples, size_t columns, bool weighted, uint64_t seed)
{
    score_case of = {.classes = classes, .samples = samples, .columns = columns};
    of.predictions = random_doubles(samples * columns, seed);
    of.targets = classes ? random_classes(samples, columns, seed + 1) : random_doubles(samples * columns, seed + 1);
    of.weights = weighted ? random_doubles(samples, seed + 2) : NULL;
    for (size_t i = 0; weighted && i < samples; i++) {
        of.weights[i] = i % 5 == 3 ? 0 : 1.5 + of.weights[i];
    }
    (classes ? make_probabilities : make_values)(&of);
    return of;
}

void free_case(score_case *of)
{
    free(of->predictions);
    free(of->targets);
    free(of->weights);
}

gml_score_data data_of(const score_case *of)
{
    gml_score_data data = {.predictions = gml_matrix_f64(of->predictions, of->samples, of->columns),
                           .targets = gml_matrix_f64(of->targets, of->samples, of->classes ? 1 : of->columns),
                           .weights = gml_matrix_none(),
                           .task = of->classes ? GML_TASK_CLASSIFICATION : GML_TASK_REGRESSION};
    data.weights = of->weights != NULL ? gml_matrix_f64(of->weights, of->samples, 1) : data.weights;
    return data;
}

gml_metric_value score_of(gml_context *context, const gml_score_data *data, const char *metric)
{
    gml_metric_value value;
    assert_ok(context, gml_score(context, data, &metric, 1, &value, gml_matrix_none()));
    ck_assert_msg(isnan(value.value) == (value.reason[0] != '\0'), "%s is %g, and the reason is \"%s\"", metric,
                  value.value, value.reason);
    return value;
}

double reference_of(gml_context *context, const score_case *of, const char *metric)
{
    gml_call call;
    assert_ok(context, gml_call_parse(context, "metric", gml_metric_entry, metric, strlen(metric), &call));
    const gml_reference_metric *row = gml_reference_find_metric(call.entry->name);
    ck_assert_msg(row != NULL, "%s has no reference", call.entry->name);
    return row->value(&(gml_reference_scores){.samples = of->samples,
                                              .outputs = of->columns,
                                              .predictions = of->predictions,
                                              .targets = of->targets,
                                              .weights = of->weights,
                                              .arguments = call.values});
}

void assert_value(double got, double expected, const char *what, const char *metric)
{
    ck_assert_msg(fabs(got - expected) <= 1e-12 * fmax(1, fabs(expected)), "%s: %s is %.17g, not %.17g", what, metric,
                  got, expected);
}
