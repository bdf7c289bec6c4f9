/* kernel/measure/classes.c - accumulators of metrics for classes. */
#include <math.h>

#include "kernel/measure/accumulate.h"

/* The predicted class: the first with the greatest score. */
static size_t predicted(size_t classes, const double *scores)
{
    size_t best = 0;
    for (size_t j = 1; j < classes; j++) {
        best = scores[j] > scores[best] ? j : best;
    }
    return best;
}

void gml_add_margins(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                     double *state)
{
    (void)arguments;
    const size_t classes = shape->outputs;
    for (size_t i = 0; i < block->samples; i++) {
        const size_t actual = (size_t)block->targets[i], found = predicted(classes, block->predictions + i * classes);
        state[GML_MARGIN_RIGHT * classes + actual] += actual == found ? block->weights[i] : 0;
        state[GML_MARGIN_PREDICTED * classes + found] += block->weights[i];
        state[GML_MARGIN_ACTUAL * classes + actual] += block->weights[i];
    }
}

void gml_add_confusion(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                       double *state)
{
    (void)arguments;
    const size_t classes = shape->outputs;
    for (size_t i = 0; i < block->samples; i++) {
        const size_t found = predicted(classes, block->predictions + i * classes);
        state[(size_t)block->targets[i] * classes + found] += block->weights[i];
    }
}

static double within(double x, double least, double greatest)
{
    return x < least ? least : x > greatest ? greatest : x;
}

/* -log of the probability of the class. As in scikit-learn, probabilities are cut to [resolution, 1 - resolution] and
 * then divided by their sum. */
static double log_loss(const gml_metric_shape *shape, const double *scores, size_t actual)
{
    double sum = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        sum += within(scores[j], shape->resolution, 1 - shape->resolution);
    }
    return -log(within(scores[actual], shape->resolution, 1 - shape->resolution) / sum);
}

static double brier(const gml_metric_shape *shape, const double *scores, size_t actual)
{
    double sum = 0;
    for (size_t j = 0; j < shape->outputs; j++) {
        const double difference = scores[j] - (j == actual ? 1 : 0);
        sum += difference * difference;
    }
    return sum;
}

void gml_add_chances(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                     double *state)
{
    (void)arguments;
    double sums[GML_CHANCES] = {0};
    for (size_t i = 0; i < block->samples; i++) {
        const double *scores = block->predictions + i * shape->outputs, weight = block->weights[i];
        const size_t actual = (size_t)block->targets[i];
        sums[GML_CHANCE_WEIGHT] += weight;
        sums[GML_CHANCE_LOG] += weight * log_loss(shape, scores, actual);
        sums[GML_CHANCE_SQUARE] += weight * brier(shape, scores, actual);
    }
    for (size_t k = 0; k < GML_CHANCES; k++) {
        state[k] += sums[k];
    }
}

/* The number of classes before the true one in descending order of their scores. Of equal scores the last class is
 * first, but the first of two: as in scikit-learn. */
static size_t rank_of(size_t classes, const double *scores, size_t actual)
{
    size_t before = 0;
    for (size_t j = 0; j < classes; j++) {
        const bool first_of_equal = classes == 2 ? j < actual : j > actual;
        before += scores[j] > scores[actual] || (first_of_equal && scores[j] == scores[actual]);
    }
    return before;
}

void gml_add_top(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block, double *state)
{
    double weight = 0, right = 0;
    for (size_t i = 0; i < block->samples; i++) {
        const size_t rank = rank_of(shape->outputs, block->predictions + i * shape->outputs, (size_t)block->targets[i]);
        weight += block->weights[i];
        right += (double)rank < arguments[0] ? block->weights[i] : 0;
    }
    state[GML_TOP_WEIGHT] += weight;
    state[GML_TOP_RIGHT] += right;
}

void gml_add_bins(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block, double *state)
{
    const size_t bins = (size_t)arguments[0];
    for (size_t i = 0; i < block->samples; i++) {
        const double *scores = block->predictions + i * shape->outputs, weight = block->weights[i];
        const size_t found = predicted(shape->outputs, scores);
        const double place = ceil(scores[found] * arguments[0]) - 1; /* intervals are open below and closed above */
        double *bin = state + (size_t)within(place, 0, (double)(bins - 1)) * GML_BINS;
        bin[GML_BIN_WEIGHT] += weight;
        bin[GML_BIN_RIGHT] += found == (size_t)block->targets[i] ? weight : 0;
        bin[GML_BIN_PROBABILITY] += weight * scores[found];
    }
}
