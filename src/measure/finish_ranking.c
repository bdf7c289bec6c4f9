/* measure/finish_ranking.c - areas under the ROC curve and the precision-recall curve. */
#include "kernel/measure/ranking.h"
#include "measure/metric.h"

static double weight_of(double average, double weight)
{
    return average == GML_AVERAGE_WEIGHTED ? weight : 1;
}

/* The number of classes with samples; `last` is one of them. */
static size_t count_present(const gml_metric_shape *shape, const double *weights, size_t *last)
{
    size_t present = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        if (weights[j] > 0) {
            present++;
            *last = j;
        }
    }
    return present;
}

/* The mean over classes of their areas against all others. */
static double one_vs_rest(const gml_metric_shape *shape, double average, double *state)
{
    const double *weights = gml_scores_weights(state);
    double sum = 0, divisor = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        if (weights[j] > 0) {
            sum += weight_of(average, weights[j]) * gml_scores_separate(shape, state, j, GML_ALL_OTHERS).area;
            divisor += weight_of(average, weights[j]);
        }
    }
    return sum / divisor;
}

/* The mean over pairs of classes; an area by the score of each of the two. */
static double one_vs_one(const gml_metric_shape *shape, double average, double *state)
{
    const double *weights = gml_scores_weights(state);
    double sum = 0, divisor = 0;
    for (size_t a = 0; a < shape->outputs; a++) {
        for (size_t b = a + 1; b < shape->outputs; b++) {
            if (weights[a] > 0 && weights[b] > 0) {
                const double weight = weight_of(average, weights[a] + weights[b]);
                sum += weight *
                       (gml_scores_separate(shape, state, a, (int)b).area +
                        gml_scores_separate(shape, state, b, (int)a).area) /
                       2;
                divisor += weight;
            }
        }
    }
    return sum / divisor;
}

/* arguments: multi, average */
void gml_finish_roc_auc(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    size_t last = 0;
    if (count_present(shape, gml_scores_weights(state), &last) < 2) {
        gml_metric_undefined(value, "all samples belong to class %zu; samples of two classes are needed", last);
    } else if (shape->outputs == 2) {
        value->value = gml_scores_separate(shape, state, 1, 0).area;
    } else {
        value->value = arguments[0] == GML_MULTI_OVO ? one_vs_one(shape, arguments[1], state)
                                                     : one_vs_rest(shape, arguments[1], state);
    }
}

/* arguments: average */
void gml_finish_pr_auc(const gml_metric_shape *shape, const double *arguments, double *state, gml_metric_value *value)
{
    const double *weights = gml_scores_weights(state);
    if (shape->outputs == 2 && !(weights[1] > 0)) {
        gml_metric_undefined(value, "no sample belongs to class 1");
        return;
    }
    double sum = 0, divisor = 0;
    for (size_t j = shape->outputs == 2 ? 1 : 0; j < shape->outputs; j++) {
        if (weights[j] > 0) {
            sum += weight_of(arguments[0], weights[j]) * gml_scores_separate(shape, state, j, GML_ALL_OTHERS).precision;
            divisor += weight_of(arguments[0], weights[j]);
        }
    }
    value->value = sum / divisor;
}
