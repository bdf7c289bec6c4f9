/* measure/right.c - metrics of predictions that are right. A metric that has no value for them has none because of the
 * targets, whatever a network predicts. */
#include <math.h>

#include "kernel/data/data.h"
#include "measure/network_scorer.h"

/* Targets [rows x columns] as doubles. */
static void gather_targets(const gml_network_scorer *scorer, const gml_batch *batch, double *targets)
{
    scorer->network->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = batch->rows,
                                                                                .cols = batch->y.cols,
                                                                                .source = batch->y.data,
                                                                                .source_dtype = batch->y.dtype,
                                                                                .source_stride = batch->y.stride,
                                                                                .order = batch->order,
                                                                                .target = targets,
                                                                                .target_stride = batch->y.cols});
}

/* The score of class `column`. A single score is that of class 1. */
static double score_of(double target, size_t column, size_t columns)
{
    return target == (double)(columns == 1 ? 1 : column) ? 1 : 0;
}

/* Writes one prediction. Values are above the target and above 0, because deviances need it. */
static void predict(const gml_network_scorer *scorer, const double *targets, double *predictions)
{
    const size_t columns = scorer->scorer.setup.predictions;
    const bool classes = scorer->scorer.setup.task == GML_TASK_CLASSIFICATION;
    for (size_t j = 0; j < columns; j++) {
        const double value = isnan(targets[classes ? 0 : j]) ? 0 : fabs(targets[classes ? 0 : j]) + 1;
        predictions[j] = classes ? score_of(targets[0], j, columns) : value;
    }
}

static gml_status add_chunks(gml_network_scorer *scorer, double *targets, double *predictions)
{
    const size_t columns = scorer->scorer.setup.predictions;
    gml_status status = GML_OK;
    gml_batch batch;
    gml_batch_room room;
    for (size_t first = 0; first < scorer->dataset->size && status == GML_OK; first += batch.rows) {
        batch = gml_dataset_batch(scorer->dataset, first, scorer->chunk, &room);
        gather_targets(scorer, &batch, targets);
        for (size_t i = 0; i < batch.rows; i++) {
            predict(scorer, targets + i * batch.y.cols, predictions + i * columns);
        }
        const gml_scorer_batch scored = {.predictions = gml_matrix_f64(predictions, batch.rows, columns),
                                         .targets = batch.y,
                                         .order = batch.order,
                                         .weights = batch.weights,
                                         .names = &batch.names};
        status = gml_scorer_add(&scorer->scorer, &scored);
    }
    return status;
}

gml_status gml_network_scorer_run_right(gml_network_scorer *scorer, gml_metric_value *values)
{
    gml_context *context = scorer->network->context;
    const size_t columns = scorer->scorer.setup.predictions, numbers = scorer->dataset->targets.cols + columns;
    double *memory = gml_allocate(context, scorer->chunk, numbers * sizeof(double), "right predictions");
    if (memory == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_scorer_reset(&scorer->scorer);
    gml_status status = add_chunks(scorer, memory + scorer->chunk * columns, memory);
    if (status == GML_OK) {
        status = gml_scorer_finish(&scorer->scorer, values, gml_matrix_none());
    }
    gml_release(context, memory, scorer->chunk, numbers * sizeof(double));
    return status;
}
