/* measure/network_scorer.c - metrics of a network on a dataset, chunk by chunk. */
#include "measure/network_scorer.h"

#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "kernel/data/data.h"
#include "measure/evaluate.h"

/* Samples that are predicted at once, on several threads. */
enum { CHUNK = 1024 };

static void lay_out(void *owner, gml_layout *layout)
{
    gml_network_scorer *scorer = owner;
    const bool gathers = !gml_selects_all(&scorer->dataset->chosen);
    scorer->inputs = gml_layout_take(layout, scorer->arena, gathers ? scorer->chunk : 0,
                                     scorer->dataset->schema.features, gml_dtype_size(scorer->dtype));
    scorer->outputs = gml_layout_take(layout, scorer->arena, scorer->chunk, gml_network_outputs(scorer->network),
                                      scorer->network->kernels->size);
}

gml_scorer_setup gml_network_scorer_setup(const gml_network *network, const gml_dataset *dataset,
                                          const gml_objective *objective)
{
    const bool classes = dataset->schema.task == GML_TASK_CLASSIFICATION;
    const bool logits = classes && objective->row->link != NULL && !objective->linear_output;
    gml_scorer_setup setup = {.task = dataset->schema.task,
                              .samples = dataset->size,
                              .predictions = classes ? gml_network_outputs(network) : dataset->targets.cols,
                              .dtype = network->kernels->dtype,
                              .weighted = dataset->weights != NULL,
                              .masked = dataset->masked,
                              .signed_scores = objective->row->scores};
    if (logits) {
        setup.link = strcmp(objective->row->link, "softmax") == 0 ? GML_LINK_SOFTMAX : GML_LINK_SIGMOID;
    }
    return setup;
}

static gml_status create_list(gml_network_scorer *scorer, const gml_objective *objective, const char *const *metrics,
                              size_t count, bool confusion)
{
    gml_context *context = scorer->network->context;
    gml_task task = scorer->dataset->schema.task;
    gml_scored *parsed = gml_allocate(context, count, sizeof *parsed, "a list of metrics");
    if (parsed == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_status status = gml_metrics_parse(context, metrics, count, &task, parsed);
    if (status == GML_OK) {
        const gml_scorer_setup setup = gml_network_scorer_setup(scorer->network, scorer->dataset, objective);
        status = gml_scorer_create(context, &setup, parsed, count, confusion, &scorer->scorer);
    }
    gml_release(context, parsed, count, sizeof *parsed);
    return status;
}

gml_status gml_network_scorer_create(const gml_network *network, const gml_dataset *dataset, const char *loss,
                                     const char *const *metrics, size_t count, bool confusion,
                                     gml_network_scorer *scorer)
{
    *scorer = (gml_network_scorer){.network = network, .dataset = dataset};
    scorer->chunk = gml_least(dataset->size, CHUNK);
    scorer->dtype = dataset->inputs.dtype == GML_F64 ? GML_F64 : GML_F32;
    gml_objective objective;
    gml_status status = gml_objective_bind(network, loss, &objective);
    if (status == GML_OK) {
        status = gml_check_dataset(network, dataset, objective.row);
    }
    if (status == GML_OK) {
        status = create_list(scorer, &objective, metrics, count, confusion);
    }
    if (status == GML_OK) {
        status = gml_layout_make(network->context, lay_out, scorer, "metrics", network->description, &scorer->arena,
                                 &scorer->arena_size);
    }
    if (status != GML_OK) {
        gml_network_scorer_destroy(scorer);
    }
    return status;
}

void gml_network_scorer_destroy(gml_network_scorer *scorer)
{
    if (scorer->network != NULL) {
        gml_scorer_destroy(&scorer->scorer);
        gml_release(scorer->network->context, scorer->arena, scorer->arena_size, 1);
    }
    *scorer = (gml_network_scorer){0};
}

/* The inputs of the batch from sample `first` on: rows of the source, or gathered. */
static gml_matrix inputs_of(const gml_network_scorer *scorer, const gml_batch *batch, size_t first)
{
    if (scorer->permuted != NULL) {
        return gml_permuted_inputs(scorer->permuted, batch, first);
    }
    if (batch->order == NULL) {
        return batch->x;
    }
    scorer->network->context->kernels[scorer->dtype]->data->gather(&(gml_gather_call){
        .rows = batch->rows,
        .cols = batch->x.cols,
        .source = batch->x.data,
        .source_dtype = batch->x.dtype,
        .source_stride = batch->x.stride,
        .order = batch->order,
        .target = scorer->inputs,
        .target_stride = batch->x.cols,
    });
    return gml_matrix_view(scorer->inputs, scorer->dtype, batch->rows, batch->x.cols);
}

/* Predicts at most a chunk of samples from `first` and adds them; `rows` gets their number. */
static gml_status add_chunk(gml_network_scorer *scorer, size_t first, size_t *rows)
{
    const gml_network *network = scorer->network;
    gml_batch_room room;
    const gml_batch batch = gml_dataset_batch(scorer->dataset, first, scorer->chunk, &room);
    gml_matrix outputs =
        gml_matrix_view(scorer->outputs, network->kernels->dtype, batch.rows, gml_network_outputs(network));
    *rows = batch.rows;
    gml_status status = gml_network_predict(network, inputs_of(scorer, &batch, first), outputs);
    if (status == GML_OK) {
        status = gml_network_check_samples(network, scorer->dataset, first, batch.rows, outputs, NULL);
    }
    if (status != GML_OK) {
        return status;
    }
    status = scorer->on_outputs != NULL ? scorer->on_outputs(scorer->user, outputs) : GML_OK;
    if (status != GML_OK) {
        return status;
    }
    outputs.cols = scorer->scorer.setup.predictions; /* the means come first */
    const gml_scorer_batch scored = {.predictions = outputs,
                                     .targets = batch.y,
                                     .order = batch.order,
                                     .weights = batch.weights,
                                     .names = &batch.names};
    return gml_scorer_add(&scorer->scorer, &scored);
}

gml_status gml_network_scorer_run(gml_network_scorer *scorer, gml_metric_value *values, gml_matrix confusion)
{
    gml_status status = GML_OK;
    gml_scorer_reset(&scorer->scorer);
    for (size_t first = 0, rows = 0; first < scorer->dataset->size && status == GML_OK; first += rows) {
        status = add_chunk(scorer, first, &rows);
    }
    return status == GML_OK ? gml_scorer_finish(&scorer->scorer, values, confusion) : status;
}

gml_status gml_score_network(const gml_network *network, const gml_dataset *dataset, const char *const *metrics,
                             size_t count, gml_metric_value *values, gml_matrix confusion)
{
    gml_status status = gml_refuse_null(
        network != NULL ? network->context : gml_dataset_context(dataset), __func__,
        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"metrics", metrics}, {"values", values}, {0}});
    if (status == GML_OK) {
        status = gml_confusion_check(network->context, confusion, dataset->schema.task, gml_network_outputs(network));
    }
    gml_network_scorer scorer = {0};
    if (status == GML_OK) {
        status = gml_network_scorer_create(network, dataset, gml_network_fact(network, "loss"), metrics, count,
                                           confusion.data != NULL, &scorer);
    }
    if (status == GML_OK) {
        status = gml_network_scorer_run(&scorer, values, confusion);
    }
    gml_network_scorer_destroy(&scorer);
    return status;
}
