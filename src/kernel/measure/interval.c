/* kernel/measure/interval.c - scores, their quantile, and bounds, sample by sample. */
#include "kernel/measure/interval.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/data/entry.h"
#include "kernel/transform/target.h"

/* What a prediction says of its target. */
typedef struct prediction {
    double middle;    /* f(y) */
    double deviation; /* s */
} prediction;

static double map(const gml_interval_rule *rule, double t)
{
    return rule->log ? gml_target_log(t) : t;
}

static prediction prediction_at(const gml_interval_rule *rule, gml_matrix predictions, size_t row)
{
    const size_t at = row * predictions.stride + rule->target;
    const double y = gml_entry_at(predictions.dtype, predictions.data, at);
    prediction found = {.middle = map(rule, y), .deviation = 1};
    if (rule->scaled) {
        found.deviation = exp(gml_entry_at(predictions.dtype, predictions.data, at + rule->targets) / 2);
    }
    return found;
}

static double score_of(const gml_interval_rule *rule, prediction p, double target)
{
    const double score = fabs(map(rule, target) - p.middle) / p.deviation;
    return isnan(score) ? (double)INFINITY : score;
}

/* The bound at a distance from the middle, in deviations. */
static double bound_at(const gml_interval_rule *rule, prediction p, double distance)
{
    const double v = p.middle + distance * p.deviation, bound = rule->log ? gml_target_exp(v) : v;
    return bound < rule->least ? rule->least : bound > rule->greatest ? rule->greatest : bound;
}

/* The target of sample i; NaN if it does not count. Sets its weight. */
static double target_at(const gml_interval_rule *rule, const gml_interval_samples *samples, size_t i, double *weight)
{
    const gml_matrix y = samples->targets;
    const size_t row = samples->order != NULL ? samples->order[i] : i;
    *weight = samples->weights != NULL ? samples->weights[row] : 1;
    return *weight > 0 ? gml_entry_at(y.dtype, y.data, row * y.stride + rule->target) : (double)NAN;
}

size_t gml_interval_scores(const gml_interval_rule *rule, const gml_interval_samples *samples,
                           gml_weighted_score *scores)
{
    size_t count = 0;
    for (size_t i = 0; i < samples->predictions.rows; i++) {
        double weight;
        const double target = target_at(rule, samples, i, &weight);
        if (!isnan(target)) {
            const prediction p = prediction_at(rule, samples->predictions, i);
            scores[count++] = (gml_weighted_score){score_of(rule, p, target), weight};
        }
    }
    return count;
}

static int compare_scores(const void *a, const void *b)
{
    const double x = ((const gml_weighted_score *)a)->score, y = ((const gml_weighted_score *)b)->score;
    return (x > y) - (x < y);
}

double gml_interval_quantile(size_t count, gml_weighted_score *scores, double level)
{
    const double slack = 1e-12; /* (n + 1) level may be rounded up past a whole number */
    double sum = 0, all = 0;
    qsort(scores, count, sizeof *scores, compare_scores);
    for (size_t i = 0; i < count; i++) {
        all += scores[i].weight;
    }
    const double needed = level * (all + all / (double)count) * (1 - slack);
    for (size_t i = 0; i < count; i++) {
        sum += scores[i].weight;
        if (sum >= needed) {
            return scores[i].score;
        }
    }
    return (double)INFINITY;
}

void gml_interval_add(const gml_interval_rule *rule, const gml_interval_samples *samples, gml_interval_sums *sums)
{
    for (size_t i = 0; i < samples->predictions.rows; i++) {
        double weight;
        const double target = target_at(rule, samples, i, &weight);
        if (!isnan(target)) {
            const prediction p = prediction_at(rule, samples->predictions, i);
            const bool within = target >= rule->least && target <= rule->greatest;
            sums->samples++;
            sums->weight += weight;
            sums->inside += within && score_of(rule, p, target) <= rule->quantile ? weight : 0;
            sums->width += weight * (bound_at(rule, p, rule->quantile) - bound_at(rule, p, -rule->quantile));
        }
    }
}

static void set_entry(gml_matrix m, size_t at, double value)
{
    if (m.dtype == GML_F64) {
        ((double *)m.data)[at] = value;
    } else {
        ((float *)m.data)[at] = (float)value;
    }
}

void gml_interval_bounds(const gml_interval_rule *rule, gml_matrix predictions, gml_matrix lower, gml_matrix upper)
{
    for (size_t i = 0; i < predictions.rows; i++) {
        const prediction p = prediction_at(rule, predictions, i);
        set_entry(lower, i * lower.stride + rule->target, bound_at(rule, p, -rule->quantile));
        set_entry(upper, i * upper.stride + rule->target, bound_at(rule, p, rule->quantile));
    }
}
