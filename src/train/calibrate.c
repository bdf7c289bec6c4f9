/* train/calibrate.c - temperature scaling of a network: its logits on a dataset, and the change of its parameters. */
#include "gemmule/calibrate.h"

#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "base/text.h"
#include "engine/objective.h"
#include "engine/plan.h"
#include "kernel/data/data.h"
#include "kernel/measure/accumulate.h"
#include "kernel/measure/temperature.h"
#include "measure/network_scorer.h"
#include "network/logits.h"
#include "train/temperature.h"

/* Samples per chunk; a barrier follows each chunk. */
enum { CHUNK = 1024 };

typedef struct calibration {
    gml_network *network;
    const gml_dataset *dataset;
    size_t layer; /* that is divided */
    gml_workspace workspace;
    size_t chunk, rows; /* rows: of the current chunk */
    gml_input input;
    gml_pace pace;
    double *logits, *targets; /* [chunk x outputs], [chunk] */
    gml_margins all;
    size_t arena_size;
    void *arena;
} calibration;

/* ---- what can be calibrated ---- */

/* True if the outputs are, or stand for, probabilities of classes. */
static bool gives_classes(const gml_network *network, const gml_objective *objective)
{
    const char *last = gml_network_last_activation(network)->entry->name;
    const char *link = objective->row->link != NULL ? objective->row->link : "";
    const bool logits = strcmp(last, "identity") == 0;
    const bool softmax =
        strcmp(last, "softmax") == 0 || (strcmp(link, "softmax") == 0 && (logits || strcmp(last, "log_softmax") == 0));
    const bool sigmoid = strcmp(last, "sigmoid") == 0 || (strcmp(link, "sigmoid") == 0 && logits);
    return !objective->row->scores && (gml_network_outputs(network) == 1 ? sigmoid : softmax);
}

static gml_status check_ending(calibration *of, const gml_objective *objective)
{
    const gml_network *network = of->network;
    if (of->dataset->schema.task != GML_TASK_CLASSIFICATION) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "calibration is of probabilities of classes, and the targets are values");
    }
    if (!gives_classes(network, objective) || network->output.scale != NULL) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "calibration needs probabilities of classes: softmax, or sigmoid of one output, as the last "
                        "activation or in the loss; the network has %zu %s outputs%s and is trained with %s",
                        gml_network_outputs(network), gml_network_last_activation(network)->entry->name,
                        network->output.scale != NULL ? ", which are scaled," : "", objective->row->entry.name);
    }
    return gml_network_logit_layer(network, &of->layer);
}

/* ---- logits ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    calibration *of = owner;
    const size_t samples = of->dataset->size, real = sizeof(double);
    of->logits = gml_layout_take(layout, of->arena, of->chunk, gml_network_outputs(of->network), real);
    of->targets = gml_layout_take(layout, of->arena, of->chunk, 1, real);
    of->all.margins = gml_layout_take(layout, of->arena, samples, of->all.others, real);
    of->all.weights = gml_layout_take(layout, of->arena, samples, 1, real);
}

static void forward_task(void *argument, gml_share share)
{
    const calibration *of = argument;
    const gml_rows rows = gml_workspace_rows(&of->workspace, of->rows, share.first);
    gml_panel_gather(&of->workspace, &of->input, rows);
    gml_panel_forward(&of->workspace, rows, 0, of->network->spec.layer_count);
}

static void to_doubles(const calibration *of, gml_matrix from, const size_t *order, double *to)
{
    of->network->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = of->rows,
                                                                            .cols = from.cols,
                                                                            .source = from.data,
                                                                            .source_dtype = from.dtype,
                                                                            .source_stride = from.stride,
                                                                            .order = order,
                                                                            .target = to,
                                                                            .target_stride = from.cols});
}

static gml_status check_logits(const calibration *of, const gml_batch *batch)
{
    const size_t outputs = gml_network_outputs(of->network), count = of->rows * outputs;
    const size_t bad = gml_first_not_finite(count, of->logits, false);
    if (bad == count) {
        return GML_OK;
    }
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&batch->names, bad / outputs, place);
    return gml_fail(of->network->context, GML_ERROR_DATA, "%s: logit %zu is %g; a finite number is needed", place,
                    bad % outputs + 1, of->logits[bad]);
}

/* Computes the logits of a chunk in the last layer of the workspace. */
static void forward(calibration *of, const gml_batch *batch)
{
    const gml_workspace *workspace = &of->workspace;
    of->rows = batch->rows;
    gml_workspace_input(&of->workspace, batch->x, batch->order, &of->input);
    const gml_phase phase = {.count = gml_workspace_panels(workspace, of->rows), .task = forward_task};
    gml_plan_run(of->network->context, &of->pace,
                 &(gml_batch_work){.phases = &phase,
                                   .phase_count = 1,
                                   .argument = of,
                                   .flops = workspace->row_flops * (double)of->rows,
                                   .calls_blas = workspace->calls_blas,
                                   .usual = of->rows == of->chunk});
}

/* Appends the margins and weights of the chunk's samples that count. The weights are written behind those kept. */
static gml_status add_chunk(calibration *of, const gml_batch *batch)
{
    const size_t outputs = gml_network_outputs(of->network);
    const void *y = of->workspace.layers[of->network->spec.layer_count - 1].y;
    double *weights = of->all.weights + of->all.samples;
    forward(of, batch);
    to_doubles(of, gml_matrix_view((void *)y, of->network->kernels->dtype, of->rows, outputs), NULL, of->logits);
    to_doubles(of, batch->y, batch->order, of->targets);
    for (size_t i = 0; i < of->rows; i++) {
        const size_t row = batch->order != NULL ? batch->order[i] : i;
        weights[i] = batch->weights != NULL ? batch->weights[row] : 1;
    }
    gml_status status = check_logits(of, batch);
    if (status == GML_OK) {
        const size_t kept = gml_keep_known(of->rows, outputs, of->logits, 1, of->targets, weights);
        gml_write_margins(kept, outputs, of->logits, of->targets, of->all.margins + of->all.samples * of->all.others);
        of->all.samples += kept;
    }
    return status;
}

static gml_status collect(calibration *of)
{
    const gml_network *network = of->network;
    of->chunk = gml_least(of->dataset->size, CHUNK);
    of->all = (gml_margins){.others = gml_other_classes(gml_network_outputs(network))};
    const gml_workspace_options options = {.batch = of->chunk, .linear_output = true};
    gml_status status = gml_workspace_create(network, &options, &of->workspace);
    if (status == GML_OK) {
        status = gml_layout_make(network->context, lay_out, of, "a calibration", network->description, &of->arena,
                                 &of->arena_size);
    }
    for (size_t first = 0; first < of->dataset->size && status == GML_OK; first += of->rows) {
        gml_batch_room room;
        const gml_batch batch = gml_dataset_batch(of->dataset, first, of->chunk, &room);
        status = add_chunk(of, &batch);
    }
    return status;
}

/* ---- the change ---- */

/* Checks the data as metrics do, and computes the expected calibration error. */
static gml_status measure(const calibration *of, const gml_network *network, double *ece)
{
    const char *const metrics[] = {"ece"};
    gml_metric_value value = {0};
    gml_network_scorer scorer;
    gml_status status =
        gml_network_scorer_create(network, of->dataset, gml_network_fact(network, "loss"), metrics, 1, false, &scorer);
    if (status == GML_OK) {
        status = gml_network_scorer_run(&scorer, &value, gml_matrix_none());
    }
    gml_network_scorer_destroy(&scorer);
    *ece = value.value;
    return status;
}

static gml_status set_fact(gml_network *network, double temperature)
{
    char text[GML_NUMBER_SIZE];
    const char *earlier = gml_network_fact(network, "temperature");
    double before = 1;
    if (earlier == NULL || !gml_text_to_double(earlier, strlen(earlier), &before)) {
        before = 1;
    }
    gml_text_from_double(before * temperature, text);
    return gml_network_set_fact(network, "temperature", text);
}

/* Tries the change on a copy, so that a failure leaves the network as it is. */
static gml_status apply(calibration *of, gml_calibration *made)
{
    gml_network *copy = NULL;
    gml_status status = gml_network_copy(of->network, of->network->kernels->dtype, &copy);
    if (status == GML_OK && made->temperature != 1) {
        gml_network_scale_logits(copy, of->layer, 1 / made->temperature);
    }
    if (status == GML_OK) {
        status = measure(of, copy, &made->ece_after);
    }
    if (status == GML_OK) {
        status = set_fact(of->network, made->temperature);
    }
    if (status == GML_OK && made->temperature != 1) {
        gml_network_scale_logits(of->network, of->layer, 1 / made->temperature);
    }
    gml_network_destroy(copy);
    return status;
}

static gml_status calibrate(calibration *of, gml_calibration *made)
{
    gml_objective objective;
    gml_status status = gml_objective_bind(of->network, gml_network_fact(of->network, "loss"), &objective);
    if (status == GML_OK) {
        status = check_ending(of, &objective);
    }
    if (status == GML_OK) {
        status = measure(of, of->network, &made->ece_before);
    }
    if (status == GML_OK) {
        status = collect(of);
    }
    if (status == GML_OK) {
        gml_find_temperature(&of->all, made);
        status = apply(of, made);
    }
    gml_workspace_destroy(&of->workspace);
    gml_release(of->network->context, of->arena, of->arena_size, 1);
    return status;
}

gml_status gml_calibrate(gml_network *network, const gml_dataset *dataset, gml_calibration *report)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status != GML_OK) {
        return status;
    }
    calibration of = {.network = network, .dataset = dataset};
    gml_calibration made = {.temperature = 1};
    status = calibrate(&of, &made);
    if (status == GML_OK && report != NULL) {
        *report = made;
    }
    return status;
}
