/* measure/target_scores.c - metrics of each of several targets by itself, in one pass over the predictions. */
#include <math.h>
#include <stdio.h>

#include "gemmule/metrics.h"
#include "measure/network_scorer.h"

typedef struct target_scores {
    gml_network_scorer all; /* of all targets together; makes the predictions */
    gml_scorer *each;       /* [targets] */
    size_t made, targets;
    size_t first; /* the sample of the dataset that the next predictions begin with */
} target_scores;

static gml_matrix column_of(gml_matrix m, size_t column)
{
    m.data = (char *)m.data + column * gml_dtype_size(m.dtype);
    m.cols = 1;
    return m;
}

/* Scores the predictions of a batch. */
static gml_status add_batch(target_scores *of, const gml_batch *batch, gml_matrix outputs)
{
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < of->targets; i++) {
        const gml_scorer_batch scored = {.predictions = column_of(outputs, i),
                                         .targets = column_of(batch->y, i),
                                         .order = batch->order,
                                         .weights = batch->weights,
                                         .names = &batch->names};
        status = gml_scorer_add(&of->each[i], &scored);
    }
    return status;
}

static gml_status add_outputs(void *user, gml_matrix outputs)
{
    target_scores *of = user;
    gml_batch_room room;
    gml_status status = GML_OK;
    for (size_t done = 0, rows = 0; status == GML_OK && done < outputs.rows; done += rows) {
        const gml_batch batch = gml_dataset_batch(of->all.dataset, of->first, outputs.rows - done, &room);
        rows = batch.rows;
        status = add_batch(of, &batch, gml_matrix_rows(outputs, done, rows));
        of->first += rows;
    }
    return status;
}

static gml_status make_scorers(target_scores *of)
{
    gml_context *context = of->all.network->context;
    const gml_scorer *whole = &of->all.scorer;
    gml_scorer_setup setup = whole->setup;
    gml_status status = GML_OK;
    setup.predictions = 1;
    of->targets = of->all.dataset->targets.cols;
    of->each = gml_allocate(context, of->targets, sizeof *of->each, "metrics of targets");
    if (of->each == NULL) {
        return GML_ERROR_MEMORY;
    }
    for (; status == GML_OK && of->made < of->targets; of->made += status == GML_OK) {
        status = gml_scorer_create(context, &setup, whole->metrics, whole->count, false, &of->each[of->made]);
    }
    return status;
}

/* Computes the metrics of one target; none of them if it is never known. */
static gml_status finish(gml_scorer *scorer, gml_metric_value *values)
{
    if (scorer->kept > 0) {
        return gml_scorer_finish(scorer, values, gml_matrix_none());
    }
    for (size_t i = 0; i < scorer->count; i++) {
        values[i].value = NAN;
        snprintf(values[i].reason, sizeof values[i].reason, "no value of this target is known");
    }
    return GML_OK;
}

static gml_status run(target_scores *of, const char *const *metrics, size_t count, gml_metric_value *values)
{
    const gml_network *network = of->all.network;
    const gml_dataset *dataset = of->all.dataset;
    gml_status status =
        gml_network_scorer_create(network, dataset, gml_network_fact(network, "loss"), metrics, count, false, &of->all);
    if (status == GML_OK) {
        status = make_scorers(of);
    }
    if (status == GML_OK) {
        of->all.on_outputs = add_outputs;
        of->all.user = of;
        status = gml_network_scorer_run(&of->all, values, gml_matrix_none()); /* whose values are overwritten */
    }
    for (size_t i = 0; status == GML_OK && i < of->targets; i++) {
        status = finish(&of->each[i], values + i * count);
    }
    for (size_t i = 0; i < of->made; i++) {
        gml_scorer_destroy(&of->each[i]);
    }
    gml_release(network->context, of->each, of->targets, sizeof *of->each);
    return status;
}

gml_status gml_score_targets(const gml_network *network, const gml_dataset *dataset, const char *const *metrics,
                             size_t count, gml_metric_value *values)
{
    gml_status status = gml_refuse_null(
        network != NULL ? network->context : gml_dataset_context(dataset), __func__,
        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"metrics", metrics}, {"values", values}, {0}});
    if (status == GML_OK && dataset->schema.task == GML_TASK_CLASSIFICATION) {
        status = gml_fail(network->context, GML_ERROR_ARGUMENT,
                          "gml_score_targets: targets that are values are needed, and these are classes");
    }
    if (status == GML_OK) {
        target_scores of = {.all = {.network = network, .dataset = dataset}};
        status = run(&of, metrics, count, values);
        gml_network_scorer_destroy(&of.all);
    }
    return status;
}
