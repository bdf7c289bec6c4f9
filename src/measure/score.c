/* measure/score.c - gml_score: metrics of predictions in memory. */
#include "base/view.h"
#include "data/dataset.h"
#include "measure/scorer.h"

static gml_status check_views(gml_context *context, const gml_score_data *data, gml_task task)
{
    const gml_matrix predictions = data->predictions, targets = data->targets;
    if (predictions.dtype != GML_F32 && predictions.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "predictions: entries are %s, f32 or f64 is needed",
                        gml_dtype_name(predictions.dtype));
    }
    if (predictions.rows == 0 || predictions.cols == 0) {
        return gml_fail(context, GML_ERROR_SHAPE, "predictions: the matrix is empty, [%zu x %zu]", predictions.rows,
                        predictions.cols);
    }
    const size_t columns = task == GML_TASK_CLASSIFICATION ? 1 : predictions.cols;
    gml_status status =
        gml_view_check(context, "predictions", predictions, predictions.dtype, predictions.rows, predictions.cols);
    if (status == GML_OK) {
        status = gml_view_check(context, "targets", targets, targets.dtype, predictions.rows, columns);
    }
    if (status == GML_OK && data->weights.data != NULL) {
        status = gml_weights_check(context, NULL, data->weights, predictions.rows);
    }
    return status;
}

static gml_task task_of(const gml_score_data *data)
{
    return data->targets.cols == 1 && (data->predictions.cols > 1 || data->targets.dtype == GML_U8)
               ? GML_TASK_CLASSIFICATION
               : GML_TASK_REGRESSION;
}

static gml_status score(gml_context *context, const gml_score_data *data, gml_task task, const gml_scored *parsed,
                        size_t count, gml_metric_value *values, gml_matrix confusion)
{
    task = task != GML_TASK_AUTO ? task : task_of(data);
    gml_status status = check_views(context, data, task);
    if (status == GML_OK) {
        status = gml_confusion_check(context, confusion, task, data->predictions.cols);
    }
    if (status != GML_OK) {
        return status;
    }
    const gml_scorer_setup setup = {.task = task,
                                    .samples = data->predictions.rows,
                                    .predictions = data->predictions.cols,
                                    .dtype = data->predictions.dtype,
                                    .weighted = data->weights.data != NULL,
                                    .masked = data->missing_targets != 0,
                                    .signed_scores = data->signed_scores != 0};
    gml_scorer scorer;
    status = gml_scorer_create(context, &setup, parsed, count, confusion.data != NULL, &scorer);
    if (status != GML_OK) {
        return status;
    }
    const gml_scorer_batch batch = {
        .predictions = data->predictions, .targets = data->targets, .weights = data->weights.data};
    status = gml_scorer_add(&scorer, &batch);
    status = status == GML_OK ? gml_scorer_finish(&scorer, values, confusion) : status;
    gml_scorer_destroy(&scorer);
    return status;
}

gml_status gml_score(gml_context *context, const gml_score_data *data, const char *const *metrics, size_t count,
                     gml_metric_value *values, gml_matrix confusion)
{
    gml_status status = gml_refuse_null(
        context, __func__,
        (gml_argument[]){{"context", context}, {"data", data}, {"metrics", metrics}, {"values", values}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_scored *parsed = gml_allocate(context, count, sizeof *parsed, "a list of metrics");
    if (parsed == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_task task = data->task;
    status = gml_metrics_parse(context, metrics, count, &task, parsed);
    status = status == GML_OK ? score(context, data, task, parsed, count, values, confusion) : status;
    gml_release(context, parsed, count, sizeof *parsed);
    return status;
}
