/* tune/judge.c - how trials are judged: on which parts of the data, and by which metric. */
#include <math.h>
#include <string.h>

#include "data/dataset.h"
#include "tune/search.h"

enum { FOLDS = 5, ENOUGH_SAMPLES = 2000, MANY_SAMPLES = 20000, FOLDS_OF_MANY = 3 };

/* ---- parts ---- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* A single group is no reason to judge by samples that were trained on: the split refuses it. */
size_t gml_judge_most_folds(const gml_dataset *data)
{
    const size_t samples = gml_dataset_size(data), groups = gml_dataset_groups(data);
    return samples < 2 ? 0 : groups > 0 ? least(samples, groups) : samples;
}

/* Of many samples, networks of three folds predict as well as those of five, in half the time. */
size_t gml_judge_kept_folds(const gml_dataset *data, size_t folds)
{
    const size_t wanted = gml_dataset_size(data) < MANY_SAMPLES ? folds : least(folds, FOLDS_OF_MANY);
    return least(wanted, gml_judge_most_folds(data));
}

/* Few samples are all judged on, of many one part tells as much. */
size_t gml_judge_folds(const gml_dataset *data, size_t folds)
{
    const size_t most = gml_judge_most_folds(data);
    if (most == 0 || folds > 0) {
        return most == 0 ? 0 : folds;
    }
    return gml_dataset_size(data) < ENOUGH_SAMPLES ? least(FOLDS, most) : 1;
}

static gml_status allocate_parts(gml_judge *judge)
{
    judge->parts = gml_allocate(judge->context, judge->count, sizeof *judge->parts, "the parts of the data");
    judge->owned = gml_allocate(judge->context, 2 * judge->count, sizeof *judge->owned, "the parts of the data");
    if (judge->owned != NULL) {
        memset(judge->owned, 0, 2 * judge->count * sizeof(gml_dataset *));
    }
    return judge->parts != NULL && judge->owned != NULL ? GML_OK : GML_ERROR_MEMORY;
}

/* One part that the caller owns. */
static gml_status use_whole(gml_judge *judge, const gml_dataset *data, const gml_dataset *validation)
{
    judge->count = judge->repeats = 1;
    judge->folds = validation != NULL;
    judge->share = 1;
    gml_status status = allocate_parts(judge);
    if (status == GML_OK) {
        judge->parts[0] = (gml_judge_part){data, validation != NULL ? validation : data};
    }
    return status;
}

static gml_status split_data(gml_judge *judge, const gml_dataset *data, const gml_search_options *options, size_t folds)
{
    const gml_split_options split = {.kind = options->split,
                                     .fraction = folds > 1 ? 0 : options->fraction,
                                     .folds = folds > 1 ? folds : 0,
                                     .repeats = options->repeats,
                                     .seed = options->seed};
    gml_status status = gml_split_create(data, &split, &judge->split);
    if (status != GML_OK) {
        return status;
    }
    judge->folds = folds;
    judge->repeats = gml_split_repeats(judge->split);
    judge->count = folds * judge->repeats;
    status = allocate_parts(judge);
    double trained = 0;
    for (size_t i = 0; i < judge->count && status == GML_OK; i++) {
        gml_dataset **own = &judge->owned[2 * i];
        status = gml_split_fold(judge->split, i / folds, i % folds, &own[0], &own[1]);
        if (status == GML_OK) {
            judge->parts[i] = (gml_judge_part){own[0], own[1]};
            trained += (double)gml_dataset_size(own[0]);
        }
    }
    judge->share = trained / (double)judge->count / (double)gml_dataset_size(data);
    return status;
}

/* ---- metrics ---- */

static gml_status settle_metrics(gml_judge *judge, const gml_dataset *data, const gml_recipe *recipe,
                                 const char *metric, bool searches_loss)
{
    const bool classes = gml_dataset_task(data) == GML_TASK_CLASSIFICATION;
    const bool own_loss = recipe->fit.loss != NULL && !searches_loss;
    judge->metric = metric != NULL ? metric : own_loss ? "loss" : classes ? "log_loss" : "rmse";
    judge->second = classes ? "accuracy" : "r2";
    judge->by_loss = strcmp(judge->metric, "loss") == 0;
    judge->second = strcmp(judge->metric, judge->second) == 0 ? NULL : judge->second;
    if (!judge->by_loss) {
        gml_metric_facts facts;
        gml_status status = gml_metric_facts_of(judge->context, judge->metric, &facts);
        if (status != GML_OK) {
            return status;
        }
        if (facts.task != GML_TASK_AUTO && (facts.task == GML_TASK_CLASSIFICATION) != classes) {
            return gml_fail(judge->context, GML_ERROR_ARGUMENT, "metric %s is for %s, and the targets are %s",
                            judge->metric, classes ? "values" : "classes", classes ? "classes" : "values");
        }
        judge->higher = facts.higher_is_better != 0;
        judge->metrics[judge->metric_count++] = judge->metric;
    }
    if (judge->second != NULL) {
        judge->metrics[judge->metric_count++] = judge->second;
    }
    return GML_OK;
}

gml_status gml_judge_create(const gml_dataset *data, const gml_dataset *validation, const gml_recipe *recipe,
                            const gml_search_options *options, bool searches_loss, gml_judge *judge)
{
    const size_t folds = gml_judge_folds(data, options->folds);
    *judge = (gml_judge){.context = gml_dataset_context(data)};
    if (gml_dataset_task(data) == GML_TASK_CLASSIFICATION && gml_dataset_classes(data) < 2) {
        return gml_fail(judge->context, GML_ERROR_DATA, "all samples have the same class; at least two are needed");
    }
    gml_status status = settle_metrics(judge, data, recipe, options->metric, searches_loss);
    if (status == GML_OK) {
        status = validation != NULL || folds == 0 ? use_whole(judge, data, validation)
                                                  : split_data(judge, data, options, folds);
    }
    if (status != GML_OK) {
        gml_judge_destroy(judge);
    }
    return status;
}

void gml_judge_destroy(gml_judge *judge)
{
    for (size_t i = 0; judge->owned != NULL && i < 2 * judge->count; i++) {
        gml_dataset_destroy(judge->owned[i]);
    }
    gml_release(judge->context, judge->owned, 2 * judge->count, sizeof *judge->owned);
    gml_release(judge->context, judge->parts, judge->count, sizeof *judge->parts);
    gml_split_destroy(judge->split);
    *judge = (gml_judge){.context = judge->context};
}

/* ---- scores ---- */

gml_status gml_judge_score(const gml_judge *judge, const gml_network *network, const gml_dataset *validation,
                           double values[2])
{
    gml_metric_value measured[2];
    gml_metrics metrics = {.loss = (double)NAN};
    values[0] = values[1] = (double)NAN;
    gml_status status =
        gml_score_network(network, validation, judge->metrics, judge->metric_count, measured, gml_matrix_none());
    if (status == GML_OK && judge->by_loss) {
        status = gml_evaluate(network, validation, NULL, &metrics);
    }
    if (status != GML_OK) {
        return status;
    }
    values[0] = judge->by_loss ? metrics.loss : measured[0].value;
    values[1] = judge->second != NULL ? measured[judge->metric_count - 1].value : (double)NAN;
    if (!isfinite(values[0])) {
        values[0] = (double)NAN;
        gml_fail(judge->context, GML_ERROR_DATA, "%s is not defined on the validation part%s%s", judge->metric,
                 judge->by_loss ? "" : ": ", judge->by_loss ? "" : measured[0].reason);
    }
    return GML_OK;
}

bool gml_judge_prefers(const gml_judge *judge, const gml_trial *a, const gml_trial *b)
{
    if (isnan(a->score) || isnan(b->score)) {
        return !isnan(a->score) && isnan(b->score);
    }
    if (a->horizon != b->horizon) {
        return a->horizon > b->horizon;
    }
    return judge->higher ? a->score > b->score : a->score < b->score;
}
