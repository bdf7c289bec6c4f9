/* explain/attribution/relevance.c - layer-wise relevance propagation by the epsilon rule.
 *
 * A layer that is affine in its inputs, z = x A + d, shares the relevance R of z by S = R / (z + epsilon sign(z)):
 *
 *     relevance of its inputs   x (S A')      absorbed by d: d S      absorbed by epsilon: epsilon sign(z) S
 *
 * Activations pass relevance on unchanged. A residual layer, z = x + e, shares it between both of its inputs. In the
 * workspace, `gradient` of a layer holds R, then S. */
#include <string.h>

#include "base/layout.h"
#include "explain/attribution/attribution.h"
#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "kernel/explain/explain.h"
#include "kernel/matrix/matrix.h"

typedef struct gml_relevance {
    size_t layers, batch, widest, size;
    void *zeros;              /* [widest]: an input of 0 */
    void *offsets;            /* [layers x widest]: d of each layer */
    void *sums;               /* [batch x widest]: z, or products with residual layers; panels may be at different
                                 layers, and each has its rows */
    double *biases, *epsilon; /* [batch]: absorbed relevance of each row */
    void *arena;
    size_t arena_size;
} gml_relevance;

/* ---- preparation ---- */

static void lay_out(void *owner, gml_layout *layout)
{
    gml_relevance *own = owner;
    own->zeros = gml_layout_take(layout, own->arena, own->widest, 1, own->size);
    own->offsets = gml_layout_take(layout, own->arena, own->layers, own->widest, own->size);
    own->sums = gml_layout_take(layout, own->arena, own->batch, own->widest, own->size);
    own->biases = gml_layout_take(layout, own->arena, own->batch, 1, sizeof(double));
    own->epsilon = gml_layout_take(layout, own->arena, own->batch, 1, sizeof(double));
}

/* True if the layer passes relevance on unchanged. */
static bool passes_on(const gml_layer *layer)
{
    return layer->kind->trains_only || (layer->kind->activates && !layer->kind->dense);
}

static gml_status refuse_layers(const gml_attribution *job)
{
    const gml_network *network = job->network;
    if (job->probe.predicts) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "relevance is not defined for predictions of a network that %s; explain the score",
                        network->log_targets ? "learns logarithms of its targets" : "limits them");
    }
    for (size_t i = 0; i < network->spec.layer_count; i++) {
        const gml_layer *layer = &network->layers[i];
        if (layer->kind->whole_rows) {
            return gml_fail(network->context, GML_ERROR_ARGUMENT,
                            "relevance is not defined for layer %zu, %s: its outputs are not sums of its inputs' parts",
                            i + 1, layer->kind->entry.name);
        }
        if (job->probe.workspace.layers[i].activation->whole_rows) {
            return gml_fail(network->context, GML_ERROR_ARGUMENT,
                            "relevance is not defined for layer %zu, %s: each output depends on all sums%s", i + 1,
                            layer->spec->activation.entry->name,
                            i + 1 == network->spec.layer_count ? "; explain the score in place of the output" : "");
        }
    }
    return GML_OK;
}

/* Computes d of a layer: its sums for inputs of 0. */
static void find_offset(const gml_attribution *job, size_t index)
{
    const gml_relevance *own = job->own;
    const gml_layer *layer = &job->network->layers[index];
    void *offset = (char *)own->offsets + index * own->widest * own->size;
    memset(offset, 0, own->widest * own->size);
    if (!passes_on(layer) && !layer->kind->reads_earlier) {
        layer->kind->forward(&(gml_layer_call){
            .layer = layer,
            .activation = gml_kernels_activation(layer->kernels, "identity"),
            .native = layer->weight != NULL && gml_plan_native_forward(job->network, index, 1),
            .rows = 1,
            .batch = 1,
            .cols = layer->out,
            .x = own->zeros,
            .x_stride = layer->in,
            .y = offset,
            .y_stride = layer->out,
        });
    }
}

gml_status gml_relevance_prepare(gml_attribution *job)
{
    const gml_network *network = job->network;
    gml_status status = refuse_layers(job);
    if (status != GML_OK) {
        return status;
    }
    gml_relevance *own = gml_allocate(network->context, 1, sizeof *own, "relevance");
    if (own == NULL) {
        return GML_ERROR_MEMORY;
    }
    *own = (gml_relevance){.layers = network->spec.layer_count,
                           .batch = gml_probe_block(&job->probe),
                           .widest = job->probe.inputs,
                           .size = network->kernels->size};
    for (size_t i = 0; i < own->layers; i++) {
        own->widest = network->layers[i].out > own->widest ? network->layers[i].out : own->widest;
    }
    job->own = own;
    status = gml_layout_make(network->context, lay_out, own, "relevance", network->description, &own->arena,
                             &own->arena_size);
    if (status == GML_OK) {
        memset(own->zeros, 0, own->widest * own->size);
        gml_gemm_open();
        for (size_t i = 0; i < own->layers; i++) {
            find_offset(job, i);
        }
        gml_gemm_close();
    }
    return status;
}

void gml_relevance_finish(gml_attribution *job)
{
    gml_relevance *own = job->own;
    gml_release(job->network->context, own->arena, own->arena_size, 1);
    gml_release(job->network->context, own, 1, sizeof *own);
}

/* ---- one panel ---- */

/* A panel on its way back, and the matrices by value: 0: the inputs, i + 1: outputs of layer i. */
typedef struct relevance_panel {
    const gml_attribution *job;
    const gml_relevance *own;
    const gml_workspace *workspace;
    gml_rows rows;
} relevance_panel;

static gml_matrix panel_of(const relevance_panel *panel, const void *memory, size_t cols, size_t stride)
{
    gml_matrix whole = gml_matrix_view(memory, panel->job->network->kernels->dtype, panel->own->batch, cols);
    whole.stride = stride;
    return gml_matrix_rows(whole, panel->rows.first, panel->rows.count);
}

static gml_matrix value_of(const relevance_panel *panel, size_t value)
{
    size_t stride;
    const void *x = gml_workspace_layer_input(panel->workspace, value, &stride);
    const gml_network *network = panel->job->network;
    return panel_of(panel, x, value > 0 ? network->layers[value - 1].out : network->spec.inputs, stride);
}

/* Where the relevance of a value is: `gradient` of its layer, or the gradients of the inputs. */
static gml_matrix relevance_of(const relevance_panel *panel, size_t value)
{
    const gml_network *network = panel->job->network;
    if (value == 0) {
        return panel_of(panel, panel->job->probe.gradients, network->spec.inputs, network->spec.inputs);
    }
    const gml_layer_memory *memory = &panel->workspace->layers[value - 1];
    return panel_of(panel, memory->gradient, network->layers[value - 1].out, memory->stride);
}

static gml_pair_call pair(gml_matrix a, gml_matrix b, gml_matrix out)
{
    return (gml_pair_call){.rows = a.rows,
                           .cols = a.cols,
                           .a = a.data,
                           .b = b.data,
                           .out = out.data,
                           .a_stride = a.stride,
                           .b_stride = b.stride,
                           .out_stride = out.stride};
}

/* The relevance of the output that is explained: factor y[column]. The shift counts as a bias. */
static void start(const relevance_panel *panel, const gml_attribution_sweep *sweep, const size_t *columns)
{
    const gml_attribution *job = panel->job;
    const gml_kernels *kernels = job->network->kernels;
    const size_t outputs = job->probe.outputs;
    const gml_matrix relevance = relevance_of(panel, job->network->spec.layer_count);
    const gml_pair_call product = pair(relevance, value_of(panel, job->network->spec.layer_count), relevance);
    kernels->explain->select_columns(relevance.rows, outputs, columns + panel->rows.first, relevance.data);
    kernels->entry->multiply(&product);
    for (size_t i = 0; i < relevance.rows; i++) {
        const gml_explained_output *explained = &job->explained[sweep->begin + panel->rows.first + i];
        kernels->matrix->scale_columns(outputs, 1, 1, &explained->factor,
                                       (char *)relevance.data + i * outputs * kernels->size);
        panel->own->biases[panel->rows.first + i] = explained->shift;
        panel->own->epsilon[panel->rows.first + i] = 0;
    }
}

/* Turns R of a layer's sums, in its `gradient`, into S. */
static void share(const relevance_panel *panel, size_t index)
{
    const gml_relevance *own = panel->own;
    const gml_attribution *job = panel->job;
    const gml_layer_memory *memory = &panel->workspace->layers[index];
    const gml_matrix relevance = relevance_of(panel, index + 1);
    gml_matrix z = value_of(panel, index + 1);
    if (!memory->activation->identity) {
        /* Rows without gaps, as products of members need them, in the part of the memory that the panel has. */
        char *first = (char *)own->sums + panel->rows.first * (own->widest - z.cols) * own->size;
        const gml_matrix sums = gml_matrix_view(first, z.dtype, own->batch, z.cols);
        gml_panel_sums(panel->workspace, panel->rows, index, sums);
        z = gml_matrix_rows(sums, panel->rows.first, panel->rows.count);
    }
    job->network->kernels->explain->share_relevance(
        &(gml_relevance_call){.rows = z.rows,
                              .cols = z.cols,
                              .z = z.data,
                              .z_stride = z.stride,
                              .offset = (const char *)own->offsets + index * own->widest * own->size,
                              .epsilon = job->call.values[0],
                              .relevance = relevance.data,
                              .stride = relevance.stride,
                              .biases = own->biases + panel->rows.first,
                              .absorbed = own->epsilon + panel->rows.first});
}

static void copy(const relevance_panel *panel, gml_matrix from, gml_matrix to)
{
    panel->job->network->kernels->data->gather(&(gml_gather_call){.rows = from.rows,
                                                                  .cols = from.cols,
                                                                  .source = from.data,
                                                                  .source_dtype = from.dtype,
                                                                  .source_stride = from.stride,
                                                                  .target = to.data,
                                                                  .target_stride = to.stride});
}

/* Computes the relevance of a layer's inputs without what residual layers add. */
static void pass_layer(const relevance_panel *panel, size_t index)
{
    const gml_layer *layer = &panel->job->network->layers[index];
    const gml_matrix to = relevance_of(panel, index), from = relevance_of(panel, index + 1);
    if (passes_on(layer)) {
        copy(panel, from, to);
        return;
    }
    share(panel, index);
    gml_matrix whole = to;
    whole.data = index > 0 ? panel->workspace->layers[index - 1].gradient : panel->job->probe.gradients;
    gml_panel_propagate(panel->workspace, panel->rows, index, whole);
    const gml_pair_call product = pair(to, value_of(panel, index), to);
    panel->job->network->kernels->entry->multiply(&product);
}

/* Adds the part of a layer's inputs in every residual layer that reads them: their value times its S. */
static void add_readers(const relevance_panel *panel, size_t index)
{
    const gml_workspace *workspace = panel->workspace;
    const gml_entry_kernels *entry = panel->job->network->kernels->entry;
    const gml_matrix value = value_of(panel, index), to = relevance_of(panel, index);
    const gml_matrix part = panel_of(panel, panel->own->sums, value.cols, panel->own->widest);
    size_t reader = index > 0 ? workspace->layers[index - 1].reader : workspace->input_reader;
    for (; reader != 0; reader = workspace->layers[reader].next_reader) {
        const gml_pair_call product = pair(value, relevance_of(panel, reader + 1), part), sum = pair(to, part, to);
        entry->multiply(&product);
        entry->add(&sum);
    }
}

static void go_back(const gml_probe_run *run, gml_rows rows)
{
    const gml_attribution_sweep *sweep = run->argument;
    const relevance_panel panel = {sweep->job, sweep->job->own, &run->probe->workspace, rows};
    start(&panel, sweep, run->columns);
    for (size_t i = sweep->job->network->spec.layer_count; i-- > 0;) {
        pass_layer(&panel, i);
        add_readers(&panel, i);
    }
}

/* ---- all samples ---- */

static void fill_sample(gml_attribution *job, size_t sample, size_t first, size_t count, void *inputs)
{
    (void)first, (void)count; /* one row */
    memcpy(inputs, gml_attribution_inputs(job, job->x, sample), job->probe.inputs * job->network->kernels->size);
}

static void take_relevance(gml_attribution *job, const gml_attribution_piece *piece)
{
    const gml_relevance *own = job->own;
    const double one = 1;
    double *values = gml_attribution_values(job, piece->sample);
    gml_attribution_report *report = &job->reports[piece->sample];
    memset(values, 0, job->probe.inputs * sizeof *values);
    job->network->kernels->explain->add_rows(1, job->probe.inputs, &one, gml_probe_gradient(&job->probe, piece->at),
                                             values);
    report->base = 0;
    report->biases = own->biases[piece->at];
    report->epsilon = own->epsilon[piece->at];
}

gml_status gml_relevance_run(gml_attribution *job)
{
    gml_attribution_sweep sweep = {.job = job, .rows = 1, .fill = fill_sample, .back = go_back, .take = take_relevance};
    gml_attribution_sweep_run(&sweep);
    return GML_OK;
}
