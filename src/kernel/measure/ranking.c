/* kernel/measure/ranking.c - samples that are kept and sorted. */
#include "kernel/measure/ranking.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* A number to sort by, and the weight of its sample; negative for a sample that is not of the class in question. */
typedef struct ranked {
    double number, weight;
} ranked;

enum { PAIR = sizeof(ranked) / sizeof(double), HEAD = 8 };

/* ---- sorting ---- */

/* Merges two descending runs of a into b. */
static void merge(const ranked *a, size_t begin, size_t middle, size_t end, ranked *b)
{
    size_t i = begin, j = middle;
    for (size_t k = begin; k < end; k++) {
        const bool left = i < middle && (j == end || a[i].number >= a[j].number);
        b[k] = left ? a[i++] : a[j++];
    }
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sorts in descending order, by merging runs of growing length; returns the array with the result. The C library's
 * qsort may allocate. */
static const ranked *sort(size_t count, ranked *from, ranked *to)
{
    for (size_t run = 1; run < count; run *= 2) {
        for (size_t begin = 0; begin < count; begin += 2 * run) {
            merge(from, begin, least(begin + run, count), least(begin + 2 * run, count), to);
        }
        ranked *sorted = to;
        to = from;
        from = sorted;
    }
    return from;
}

/* ---- scores of classes ---- */

/* A state: HEAD doubles, the first of them the number of samples; then the arrays. */
typedef struct kept {
    double *totals;            /* [classes] sums of weights */
    double *classes, *weights; /* [samples] */
    double *scores;            /* [columns x samples] */
    ranked *pairs, *sorted;    /* [samples] */
} kept;

static size_t columns_of(const gml_metric_shape *shape)
{
    return shape->outputs == 2 ? 1 : shape->outputs;
}

static kept kept_in(const gml_metric_shape *shape, double *state)
{
    const size_t samples = shape->samples;
    kept in = {.totals = state + HEAD};
    in.classes = in.totals + shape->outputs;
    in.weights = in.classes + samples;
    in.pairs = (ranked *)(void *)(in.weights + samples);
    in.sorted = in.pairs + samples;
    in.scores = in.weights + samples + 2 * PAIR * samples;
    return in;
}

size_t gml_scores_size(const gml_metric_shape *shape)
{
    size_t size;
    const bool overflow = __builtin_add_overflow(columns_of(shape), 2 + 2 * PAIR, &size) ||
                          __builtin_mul_overflow(size, shape->samples, &size) ||
                          __builtin_add_overflow(size, shape->outputs + HEAD, &size);
    return overflow ? SIZE_MAX : size;
}

void gml_add_scores(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                    double *state)
{
    (void)arguments;
    const kept in = kept_in(shape, state);
    const size_t before = (size_t)state[0], columns = columns_of(shape), skipped = shape->outputs - columns;
    memcpy(in.classes + before, block->targets, block->samples * sizeof *in.classes);
    memcpy(in.weights + before, block->weights, block->samples * sizeof *in.weights);
    for (size_t i = 0; i < block->samples; i++) {
        in.totals[(size_t)block->targets[i]] += block->weights[i];
        for (size_t j = 0; j < columns; j++) {
            in.scores[j * shape->samples + before + i] = block->predictions[i * shape->outputs + skipped + j];
        }
    }
    state[0] = (double)(before + block->samples);
}

const double *gml_scores_weights(const double *state)
{
    return state + HEAD;
}

/* Fills in.pairs with the samples of the two classes; returns their number. */
static size_t select_pairs(const gml_metric_shape *shape, const kept *in, size_t samples, size_t class, int other)
{
    const double *scores = in->scores + (columns_of(shape) > 1 ? class : 0) * shape->samples;
    const double sign = columns_of(shape) == 1 && class == 0 ? -1 : 1; /* class 0 has the opposite order */
    size_t count = 0;
    for (size_t i = 0; i < samples; i++) {
        const bool own = in->classes[i] == (double)class;
        if (own || other == GML_ALL_OTHERS || in->classes[i] == (double)other) {
            in->pairs[count++] = (ranked){sign * scores[i], own ? in->weights[i] : -in->weights[i]};
        }
    }
    return count;
}

gml_separation gml_scores_separate(const gml_metric_shape *shape, double *state, size_t class, int other)
{
    const kept in = kept_in(shape, state);
    const size_t count = select_pairs(shape, &in, (size_t)state[0], class, other);
    const ranked *sorted = sort(count, in.pairs, in.sorted);
    double right = 0, wrong = 0, area = 0, precision = 0;
    for (size_t i = 0; i < count;) {
        const double number = sorted[i].number;
        double of_class = 0, of_others = 0;
        for (; i < count && sorted[i].number == number; i++) {
            of_class += sorted[i].weight > 0 ? sorted[i].weight : 0;
            of_others -= sorted[i].weight > 0 ? 0 : sorted[i].weight;
        }
        area += of_others * (right + of_class / 2);
        right += of_class;
        wrong += of_others;
        precision += of_class > 0 ? of_class * (right / (right + wrong)) : 0;
    }
    return (gml_separation){.area = area / right / wrong, .precision = precision / right};
}

/* ---- absolute errors ---- */

/* A state: the number of samples of each output; then pairs [outputs x samples] and [samples] for sorting. */
static ranked *absolute_pairs(const gml_metric_shape *shape, double *state, size_t output)
{
    return (ranked *)(void *)(state + shape->outputs) + output * shape->samples;
}

size_t gml_absolute_size(const gml_metric_shape *shape)
{
    size_t size;
    const bool overflow =
        __builtin_add_overflow(shape->outputs, 1, &size) || __builtin_mul_overflow(size, PAIR, &size) ||
        __builtin_mul_overflow(size, shape->samples, &size) || __builtin_add_overflow(size, shape->outputs, &size);
    return overflow ? SIZE_MAX : size;
}

void gml_add_absolute(const gml_metric_shape *shape, const double *arguments, const gml_metric_block *block,
                      double *state)
{
    (void)arguments;
    for (size_t j = 0; j < shape->outputs; j++) {
        ranked *pairs = absolute_pairs(shape, state, j);
        size_t count = (size_t)state[j];
        for (size_t i = 0; i < block->samples; i++) {
            const double target = block->targets[i * shape->outputs + j];
            if (!isnan(target)) {
                const double error = fabs(target - block->predictions[i * shape->outputs + j]);
                pairs[count++] = (ranked){error, block->weights[i]};
            }
        }
        state[j] = (double)count;
    }
}

double gml_absolute_median(const gml_metric_shape *shape, double *state, size_t output)
{
    const size_t count = (size_t)state[output];
    ranked *scratch = absolute_pairs(shape, state, shape->outputs);
    const ranked *sorted = sort(count, absolute_pairs(shape, state, output), scratch); /* from the greatest */
    if (count == 0) {
        return NAN;
    }
    if (!shape->weighted) {
        return (sorted[(count - 1) / 2].number + sorted[count / 2].number) / 2;
    }
    double total = 0, sum = 0;
    for (size_t i = count; i > 0; i--) {
        total += sorted[i - 1].weight;
    }
    for (size_t i = count; i > 0; i--) {
        sum += sorted[i - 1].weight;
        if (sum >= total / 2) {
            return sorted[i - 1].number;
        }
    }
    return sorted[0].number;
}
