/* tune/cv_summary.c - the figures of a cross-validation: means and intervals over folds, and of all samples at once. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/rows.h"
#include "tune/cv.h"
#include "tune/student.h"

/* ---- over folds ---- */

/* Sums over the finished folds in which a metric is defined. */
typedef struct fold_sums {
    double values, ratios; /* of the metric; samples of the validation part / samples of the training part */
    double squares;        /* of differences from the mean */
} fold_sums;

/* The value of metric `index` in a fold; null: it has not finished, or the metric is not defined. */
static const double *value_in(const gml_cv_fold *fold, size_t index)
{
    const bool defined = fold->finished != 0 && !isnan(fold->values[index].value);
    return defined ? &fold->values[index].value : NULL;
}

static void count_folds(const gml_cv_owned *made, size_t index, gml_cv_metric *metric, fold_sums *sums)
{
    const size_t all = made->result.folds * made->result.repeats;
    for (size_t i = 0; i < all; i++) {
        const gml_cv_fold *fold = &made->folds[i];
        const double *value = value_in(fold, index);
        if (value != NULL) {
            metric->folds++;
            sums->values += *value;
            sums->ratios += (double)fold->validation / (double)fold->training;
        } else if (fold->finished != 0) {
            if (metric->undefined++ == 0) {
                snprintf(metric->reason, sizeof metric->reason, "%s", fold->values[index].reason);
            }
        }
    }
}

static void sum_squares(const gml_cv_owned *made, size_t index, double mean, fold_sums *sums)
{
    const size_t all = made->result.folds * made->result.repeats;
    for (size_t i = 0; i < all; i++) {
        const double *value = value_in(&made->folds[i], index);
        if (value != NULL) {
            sums->squares += (*value - mean) * (*value - mean);
        }
    }
}

static void summarize_metric(const gml_cv_owned *made, size_t index, gml_cv_metric *metric)
{
    const double none = (double)NAN;
    fold_sums sums = {0};
    *metric = (gml_cv_metric){
        .metric = metric->metric, .mean = none, .deviation = none, .low = none, .high = none, .pooled = metric->pooled};
    count_folds(made, index, metric, &sums);
    const double count = (double)metric->folds;
    if (metric->folds > 0) {
        metric->mean = sums.values / count;
    }
    if (metric->folds > 1) {
        sum_squares(made, index, metric->mean, &sums);
        metric->deviation = sqrt(sums.squares / (count - 1));
        const double t = gml_student_bound(made->result.confidence, metric->folds - 1);
        const double half = t * sqrt(1 / count + sums.ratios / count) * metric->deviation;
        metric->low = metric->mean - half;
        metric->high = metric->mean + half;
    }
}

void gml_cv_summarize(gml_cv_owned *made)
{
    for (size_t i = 0; i < made->result.metrics; i++) {
        summarize_metric(made, i, &made->metrics[i]);
    }
}

/* ---- of all samples ---- */

/* Adds all samples with their predictions of a repeat. */
static gml_status add_samples(const gml_cv_run *run, size_t repeat, gml_scorer *scorer)
{
    const gml_cv_owned *made = run->made;
    gml_matrix predictions =
        gml_matrix_f64(made->each + repeat * made->samples * made->outputs, made->samples, made->outputs);
    predictions.cols = scorer->setup.predictions; /* the means come first */
    gml_status status = GML_OK;
    for (size_t first = 0, rows = 0; first < made->samples && status == GML_OK; first += rows) {
        gml_batch_room room;
        const gml_batch batch = gml_dataset_batch(run->dataset, first, made->samples - first, &room);
        rows = batch.rows;
        const gml_scorer_batch scored = {.predictions = gml_matrix_rows(predictions, first, rows),
                                         .targets = batch.y,
                                         .order = batch.order,
                                         .weights = batch.weights,
                                         .names = &batch.names};
        status = gml_scorer_add(scorer, &scored);
    }
    return status;
}

static gml_status make_scorer(const gml_cv_run *run, gml_scorer *scorer)
{
    gml_scorer_setup setup = run->scores;
    setup.samples = run->made->samples;
    setup.link = GML_LINK_NONE; /* the predictions are probabilities already */
    gml_task task = setup.task;
    gml_scored *parsed = gml_allocate(run->context, run->count, sizeof *parsed, "a list of metrics");
    if (parsed == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = gml_metrics_parse(run->context, run->calls, run->count, &task, parsed);
    if (status == GML_OK) {
        status = gml_scorer_create(run->context, &setup, parsed, run->count, false, scorer);
    }
    gml_release(run->context, parsed, run->count, sizeof *parsed);
    return status;
}

/* Adds the values of a repeat to `pooled`, divided by the number of repeats. A metric that some repeat does not define
 * is not defined. */
static void add_repeat(const gml_cv_run *run, const gml_metric_value *values)
{
    const double repeats = (double)run->made->result.repeats;
    for (size_t i = 0; i < run->count; i++) {
        gml_metric_value *pooled = &run->made->metrics[i].pooled;
        if (isnan(values[i].value) && pooled->reason[0] == '\0') {
            *pooled = values[i];
        } else {
            pooled->value += values[i].value / repeats;
        }
    }
}

static gml_status score_repeats(const gml_cv_run *run, gml_scorer *scorer, gml_metric_value *values)
{
    gml_status status = GML_OK;
    for (size_t i = 0; i < run->count; i++) {
        run->made->metrics[i].pooled = (gml_metric_value){.value = 0};
    }
    for (size_t r = 0; r < run->made->result.repeats && status == GML_OK; r++) {
        gml_scorer_reset(scorer);
        status = add_samples(run, r, scorer);
        status = status == GML_OK ? gml_scorer_finish(scorer, values, gml_matrix_none()) : status;
        if (status == GML_OK) {
            add_repeat(run, values);
        }
    }
    return status;
}

/* Computes `pooled` of all metrics; every sample has a prediction in each repeat. */
static gml_status score_pool(const gml_cv_run *run)
{
    gml_scorer scorer = {0};
    gml_metric_value *values = gml_allocate(run->context, run->count, sizeof *values, "the values of metrics");
    gml_status status = values != NULL ? make_scorer(run, &scorer) : GML_ERROR_MEMORY;
    status = status == GML_OK ? score_repeats(run, &scorer, values) : status;
    gml_scorer_destroy(&scorer);
    gml_release(run->context, values, run->count, sizeof *values);
    return status;
}

gml_status gml_cv_pool(const gml_cv_run *run)
{
    gml_cv_owned *made = run->made;
    const size_t count = made->samples * made->outputs, all = made->result.repeats * count;
    if (made->mean != made->each) {
        gml_mean_of_repeats(made->result.repeats, count, made->each, made->mean);
    }
    made->result.predictions = gml_matrix_f64(made->mean, made->samples, made->outputs);
    made->result.repeat_predictions = gml_matrix_f64(made->each, made->result.repeats * made->samples, made->outputs);
    if (run->count == 0) {
        return GML_OK;
    }
    if (gml_first_not_finite(all, made->each, false) == all) {
        return score_pool(run);
    }
    for (size_t i = 0; i < run->count; i++) {
        gml_metric_undefined(&made->metrics[i].pooled, "not every sample has a prediction");
    }
    return GML_OK;
}
