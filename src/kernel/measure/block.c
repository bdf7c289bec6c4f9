/* kernel/measure/block.c - blocks of samples: scores, probabilities, and checks. */
#include <math.h>
#include <string.h>

#include "kernel/measure/accumulate.h"

/* Greatest deviation of a sum of probabilities from 1. A softmax of 10^5 floats stays below it. */
static const double TOLERANCE = 1e-4;

void gml_pair_scores(size_t samples, const double *single, double base, double *pairs)
{
    for (size_t i = 0; i < samples; i++) {
        pairs[2 * i] = base - single[i];
        pairs[2 * i + 1] = single[i];
    }
}

void gml_softmax_rows(size_t rows, size_t cols, double *x)
{
    for (size_t i = 0; i < rows; i++, x += cols) {
        double greatest = x[0], sum = 0;
        for (size_t j = 1; j < cols; j++) {
            greatest = x[j] > greatest ? x[j] : greatest;
        }
        for (size_t j = 0; j < cols; j++) {
            x[j] = exp(x[j] - greatest);
            sum += x[j];
        }
        for (size_t j = 0; j < cols; j++) {
            x[j] /= sum;
        }
    }
}

void gml_sigmoid_entries(size_t count, double *x)
{
    for (size_t i = 0; i < count; i++) {
        const double tail = exp(-fabs(x[i]));
        x[i] = (x[i] < 0 ? tail : 1) / (1 + tail);
    }
}

void gml_mean_of_repeats(size_t repeats, size_t count, const double *each, double *mean)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0, known = 0;
        for (size_t r = 0; r < repeats; r++) {
            const double x = each[r * count + i];
            sum += isnan(x) ? 0 : x;
            known += isnan(x) ? 0 : 1;
        }
        mean[i] = known > 0 ? sum / known : (double)NAN;
    }
}

static bool any_known(size_t columns, const double *targets)
{
    bool known = false;
    for (size_t j = 0; j < columns; j++) {
        known = known || !isnan(targets[j]);
    }
    return known;
}

size_t gml_keep_known(size_t samples, size_t outputs, double *predictions, size_t columns, double *targets,
                      double *weights)
{
    size_t kept = 0;
    for (size_t i = 0; i < samples; i++) {
        if (weights[i] > 0 && any_known(columns, targets + i * columns)) {
            memmove(predictions + kept * outputs, predictions + i * outputs, outputs * sizeof *predictions);
            memmove(targets + kept * columns, targets + i * columns, columns * sizeof *targets);
            weights[kept] = weights[i];
            kept++;
        }
    }
    return kept;
}

size_t gml_first_not_finite(size_t count, const double *x, bool masked)
{
    size_t i = 0;
    while (i < count && (isfinite(x[i]) || (masked && isnan(x[i])))) {
        i++;
    }
    return i;
}

size_t gml_first_not_class(size_t count, const double *targets, size_t classes, bool masked)
{
    size_t i = 0;
    while (i < count && ((targets[i] >= 0 && targets[i] < (double)classes && targets[i] == floor(targets[i])) ||
                         (masked && isnan(targets[i])))) {
        i++;
    }
    return i;
}

size_t gml_first_not_probability(const gml_metric_shape *shape, const gml_metric_block *block)
{
    const double *row = block->predictions;
    for (size_t i = 0; i < block->samples; i++, row += shape->outputs) {
        double sum = 0;
        bool inside = true;
        for (size_t j = 0; j < shape->outputs; j++) {
            inside = inside && row[j] >= 0 && row[j] <= 1;
            sum += row[j];
        }
        if (!inside || fabs(sum - 1) > TOLERANCE) {
            return i;
        }
    }
    return block->samples;
}
