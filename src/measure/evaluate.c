/* measure/evaluate.c - loss, accuracy and errors of a network on a dataset, chunk by chunk. */
#include "measure/evaluate.h"

#include <math.h>

#include "base/layout.h"
#include "base/parallel.h"
#include "data/range.h"
#include "engine/refusal.h"
#include "gemmule/ensemble.h"

/* Samples per chunk; a barrier follows each chunk. */
enum { EVALUATION_CHUNK = 1024 };

/* Checks that inputs and targets of the dataset fit a network of layers. */
static gml_status check_for_layers(const gml_network *network, const gml_dataset *dataset, const gml_loss_row *loss)
{
    gml_status status = gml_network_check_data(network, &dataset->schema, loss);
    if (status == GML_OK) {
        status = gml_network_check_names(network, &dataset->schema);
    }
    return status == GML_OK ? gml_network_check_range(network, dataset) : status;
}

gml_status gml_check_dataset(const gml_network *network, const gml_dataset *dataset, const gml_loss_row *loss)
{
    if (dataset->targets.data == NULL) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "the data has no targets");
    }
    gml_status status = GML_OK;
    const size_t members = gml_network_members(network);
    for (size_t i = 0; status == GML_OK && i < members; i++) {
        status = check_for_layers(gml_network_member(network, i), dataset, loss);
    }
    return members == 0 ? check_for_layers(network, dataset, loss) : status;
}

gml_status gml_check_targets(const gml_network *network, const gml_target_setup *setup, const gml_dataset *dataset,
                             size_t batch)
{
    bool class_numbers = dataset->targets.cols == 1 && gml_network_outputs(network) > 1;
    gml_status status = GML_OK;
    for (size_t first = 0; first < dataset->size && status == GML_OK;) {
        gml_batch_room room;
        const gml_batch part = gml_dataset_batch(dataset, first, batch, &room);
        gml_target target;
        status = gml_target_begin_batch(network, setup, &part, &target);
        if (status != GML_OK || (setup->loss->domain == GML_DOMAIN_ANY && !class_numbers)) {
            return status;
        }
        gml_bad_target bad = gml_target_gather(network, &target, (gml_rows){.count = part.rows, .all = part.rows});
        status = bad.row != SIZE_MAX ? gml_target_refuse(network, &target, &bad) : GML_OK;
        first += part.rows;
    }
    return status;
}

static void lay_out(void *owner, gml_layout *layout)
{
    gml_evaluator *evaluator = owner;
    gml_target_setup *targets = &evaluator->targets;
    gml_ensemble_input_lay_out(&evaluator->mean, evaluator->network, evaluator->dataset, evaluator->batch, layout,
                               evaluator->arena);
    size_t size = evaluator->network->kernels->size, batch = evaluator->batch, panels = evaluator->workspace.panels;
    targets->classes = gml_layout_take(layout, evaluator->arena, batch, 1, size);
    targets->values = gml_layout_take(layout, evaluator->arena, batch, gml_network_outputs(evaluator->network), size);
    targets->weights = gml_layout_take(layout, evaluator->arena, batch, 1, sizeof(double));
    evaluator->panel_results = gml_layout_take(layout, evaluator->arena, panels, 1, sizeof(gml_panel_result));
}

/* Computes the sum of squared deviations of the targets, the denominator of r2. */
static gml_status measure_targets(gml_evaluator *evaluator)
{
    const gml_dataset *dataset = evaluator->dataset;
    if (dataset->schema.task == GML_TASK_CLASSIFICATION) {
        return GML_OK;
    }
    gml_context *context = evaluator->network->context;
    size_t cols = dataset->targets.cols;
    double *sums = gml_allocate(context, cols, 2 * sizeof(double), "target statistics");
    if (sums == NULL) {
        return GML_ERROR_MEMORY;
    }
    gml_column_scan scan = gml_dataset_targets_scan(dataset);
    gml_bad_entry bad;
    gml_status status = GML_OK;
    if (gml_scan_deviation(&scan, sums, sums + cols, &bad)) {
        for (size_t j = 0; j < cols; j++) {
            evaluator->target_square += sums[cols + j];
        }
    } else {
        status = gml_dataset_refuse_entry(dataset, true, &bad, "the variance of its column");
    }
    gml_release(context, sums, cols, 2 * sizeof(double));
    return status;
}

/* Starts the chunk of at most `batch` samples from `first` on. */
static gml_status begin_chunk(gml_evaluator *evaluator, size_t first)
{
    const gml_batch chunk = gml_dataset_batch(evaluator->dataset, first, evaluator->batch, &evaluator->room);
    gml_matrix inputs = chunk.x;
    const size_t *order = chunk.order;
    evaluator->rows = chunk.rows;
    if (evaluator->permuted != NULL) {
        inputs = gml_permuted_inputs(evaluator->permuted, &chunk, first);
        order = NULL;
    }
    if (evaluator->network->ensemble != NULL) {
        inputs = gml_ensemble_input_read(&evaluator->mean, evaluator->network, &evaluator->objective, inputs, order,
                                         chunk.rows);
        order = NULL;
    }
    gml_workspace_input(&evaluator->workspace, inputs, order, &evaluator->input);
    return gml_target_begin_batch(evaluator->network, &evaluator->targets, &chunk, &evaluator->target);
}

/* A single chunk may have no weighted and known targets; the whole dataset must have some. */
static gml_status check_something_counts(gml_evaluator *evaluator, const char *what)
{
    const gml_dataset *dataset = evaluator->dataset;
    bool counts = dataset->weights == NULL && !dataset->masked;
    for (size_t first = 0; first < dataset->size && !counts; first += evaluator->rows) {
        gml_status status = begin_chunk(evaluator, first);
        if (status != GML_OK) {
            return status;
        }
        counts = evaluator->target.divisor > 0;
    }
    return counts ? GML_OK
                  : gml_fail(evaluator->network->context, GML_ERROR_DATA,
                             "%s: there is nothing to measure: of %zu samples all weights are 0, or no target is known",
                             what, dataset->size);
}

gml_status gml_evaluator_create(const gml_network *network, const gml_dataset *dataset, const char *what,
                                const char *loss, gml_evaluator *evaluator)
{
    *evaluator = (gml_evaluator){.network = network, .dataset = dataset};
    evaluator->batch = dataset->size < EVALUATION_CHUNK ? dataset->size : EVALUATION_CHUNK;
    gml_status status = gml_objective_bind(network, loss, &evaluator->objective);
    if (status == GML_OK) {
        status = gml_check_dataset(network, dataset, evaluator->objective.row);
    }
    if (status == GML_OK) {
        status = measure_targets(evaluator);
    }
    if (status == GML_OK) {
        gml_workspace_options options = {.batch = evaluator->batch};
        /* outputs of members are averaged, not their logits */
        options.linear_output = evaluator->objective.linear_output && !gml_spec_averages(&network->spec);
        options.loss_memory = evaluator->objective.memory;
        status = gml_workspace_create(network, &options, &evaluator->workspace);
    }
    if (status == GML_OK) {
        evaluator->targets.loss = evaluator->objective.row;
        evaluator->targets.masked = dataset->masked;
        status = gml_layout_make(network->context, lay_out, evaluator, "an evaluation", network->description,
                                 &evaluator->arena, &evaluator->arena_size);
    }
    if (status == GML_OK) {
        status = gml_check_targets(network, &evaluator->targets, dataset, evaluator->batch);
    }
    if (status == GML_OK) {
        status = check_something_counts(evaluator, what);
    }
    if (status != GML_OK) {
        gml_evaluator_destroy(evaluator);
    }
    return status;
}

void gml_evaluator_destroy(gml_evaluator *evaluator)
{
    if (evaluator->network != NULL) {
        gml_workspace_destroy(&evaluator->workspace);
        gml_release(evaluator->network->context, evaluator->arena, evaluator->arena_size, 1);
    }
    *evaluator = (gml_evaluator){0};
}

static void measure_task(void *argument, gml_share share)
{
    gml_evaluator *evaluator = argument;
    gml_rows rows = gml_workspace_rows(&evaluator->workspace, evaluator->rows, share.first);
    gml_panel_gather(&evaluator->workspace, &evaluator->input, rows);
    gml_panel_forward(&evaluator->workspace, rows, 0, evaluator->workspace.network->spec.layer_count);
    evaluator->panel_results[share.first] =
        gml_panel_loss(&evaluator->workspace, &evaluator->objective, &evaluator->target, rows, GML_PANEL_MEASURE);
}

/* Totals over a dataset. */
typedef struct measured {
    gml_panel_result sum;
    double divisor;         /* of the loss */
    size_t samples, values; /* without missing targets */
} measured;

/* Evaluates the chunk that starts with sample `first`; adds its sums to `all`. */
static gml_status measure_chunk(gml_evaluator *evaluator, size_t first, measured *all)
{
    const gml_network *network = evaluator->network;
    gml_status status = begin_chunk(evaluator, first);
    if (status != GML_OK) {
        return status;
    }
    gml_phase phase = {.count = gml_workspace_panels(&evaluator->workspace, evaluator->rows), .task = measure_task};
    double flops = evaluator->workspace.row_flops * (double)evaluator->rows;
    gml_plan_run(network->context, &evaluator->pace,
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = evaluator,
                                   .flops = flops,
                                   .calls_blas = evaluator->workspace.calls_blas,
                                   .usual = evaluator->rows == evaluator->batch && !evaluator->follows});
    for (size_t i = 0; i < phase.count; i++) {
        const gml_panel_result *result = &evaluator->panel_results[i];
        if (result->bad.row != SIZE_MAX) {
            return gml_target_refuse(network, &evaluator->target, &result->bad);
        }
        all->sum.loss += result->loss;
        all->sum.correct += result->correct;
        all->sum.squared_error += result->squared_error;
    }
    all->divisor += evaluator->target.divisor;
    all->samples += evaluator->target.samples;
    all->values += evaluator->target.values;
    return GML_OK;
}

static gml_metrics make_metrics(const gml_evaluator *evaluator, const measured *all)
{
    const gml_panel_result *sum = &all->sum;
    bool classes = evaluator->dataset->schema.task == GML_TASK_CLASSIFICATION;
    return (gml_metrics){
        .samples = evaluator->dataset->size,
        .loss = sum->loss / all->divisor,
        .accuracy = classes ? (double)sum->correct / (double)all->samples : NAN,
        .rmse = classes ? NAN : sqrt(sum->squared_error / (double)all->values),
        .r2 = classes || evaluator->target_square == 0 ? NAN : 1 - sum->squared_error / evaluator->target_square,
    };
}

gml_status gml_evaluator_run(gml_evaluator *evaluator, gml_metrics *metrics)
{
    measured all = {0};
    gml_status status = GML_OK;
    for (size_t first = 0; first < evaluator->dataset->size && status == GML_OK; first += evaluator->rows) {
        status = measure_chunk(evaluator, first, &all);
    }
    if (status == GML_OK) {
        *metrics = make_metrics(evaluator, &all);
    }
    return status;
}

void gml_evaluator_follow(gml_evaluator *evaluator, const gml_pace *pace, double flops)
{
    evaluator->follows = pace->usual > 0 && evaluator->workspace.row_flops * (double)evaluator->batch <= flops;
    if (evaluator->follows) {
        evaluator->pace.alone = pace->alone;
    }
}

/* Evaluates up to the first chunk with a non-finite loss; the workspace then holds that chunk. */
gml_status gml_evaluator_fail(gml_evaluator *evaluator, const char *what, double loss)
{
    const gml_network *network = evaluator->network;
    measured all = {0};
    gml_status status = GML_OK;
    for (size_t first = 0; first < evaluator->dataset->size && status == GML_OK && isfinite(all.sum.loss);
         first += evaluator->rows) {
        status = measure_chunk(evaluator, first, &all);
    }
    char wrong[GML_WRONG_SIZE];
    gml_refusal_begin(what, loss, wrong);
    if (status == GML_OK) {
        status = gml_refuse_values(&evaluator->workspace, &evaluator->target.names, evaluator->rows,
                                   network->spec.layer_count, wrong, GML_ERROR_DATA);
    }
    return status != GML_OK ? status
                            : gml_fail(network->context, GML_ERROR_DIVERGED,
                                       "%s, though the values of all layers are finite; %s", wrong, gml_remedies);
}

gml_status gml_evaluate(const gml_network *network, const gml_dataset *dataset, const char *loss, gml_metrics *metrics)
{
    gml_status status =
        gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {"metrics", metrics}, {0}});
    if (status != GML_OK) {
        return status;
    }
    gml_evaluator evaluator;
    loss = loss != NULL ? loss : gml_network_fact(network, "loss");
    status = gml_evaluator_create(network, dataset, "evaluation", loss, &evaluator);
    if (status != GML_OK) {
        return status;
    }
    status = gml_network_check_samples(network, dataset, 0, dataset->size, gml_matrix_none(), NULL);
    if (status == GML_OK) {
        status = gml_evaluator_run(&evaluator, metrics);
    }
    gml_evaluator_destroy(&evaluator);
    return status;
}
