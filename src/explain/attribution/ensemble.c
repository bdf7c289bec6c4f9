/* explain/attribution/ensemble.c - explanations of an ensemble: the mean of its members', chunk by chunk of samples.
 * A network whose last layer is `average` is explained as a whole, for the class that its mean prediction has.
 *
 * The output of an ensemble is the mean of its members' outputs, and its score is defined as the mean of their scores.
 * All methods but the choice of the class are linear in the explained quantity, so the mean of the attributions adds up
 * to it as those of each member do. */
#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "engine/predict.h"
#include "explain/attribution/attribution.h"
#include "kernel/data/data.h"
#include "kernel/explain/explain.h"
#include "network/ensemble.h"

enum { MOST_ROWS = 2048, CHUNK_BYTES = 32 << 20 };

typedef struct ensemble_chunk {
    const gml_network *network;
    const gml_attribution_options *options;
    size_t rows;                     /* of a chunk, at most */
    void *outputs;                   /* [rows x outputs] of the ensemble */
    size_t *classes;                 /* [rows]: the predicted ones */
    double *own;                     /* [rows x columns]: of one member */
    gml_attribution_report *reports; /* [rows]: of one member */
    void *arena;
    size_t arena_size;
} ensemble_chunk;

static void lay_out(void *owner, gml_layout *layout)
{
    ensemble_chunk *chunk = owner;
    const gml_network *network = chunk->network;
    chunk->outputs =
        gml_layout_take(layout, chunk->arena, chunk->rows, gml_network_outputs(network), network->kernels->size);
    chunk->classes = gml_layout_take(layout, chunk->arena, chunk->rows, 1, sizeof(size_t));
    chunk->own = gml_layout_take(layout, chunk->arena, chunk->rows, gml_network_columns(network), sizeof(double));
    chunk->reports = gml_layout_take(layout, chunk->arena, chunk->rows, 1, sizeof *chunk->reports);
}

/* Finds the classes that the mean predicts, which all members explain: the mean of their scores may prefer others. */
static gml_status predict_classes(const ensemble_chunk *chunk, gml_matrix x)
{
    const gml_network *network = chunk->network;
    const size_t outputs = gml_network_outputs(network);
    gml_attribution job = {.network = gml_network_of_layers(network)};
    gml_status status = gml_attribution_settle(&job, chunk->options->explained);
    job.score = false; /* outputs are read */
    job.probe.outputs = outputs;
    if (status != GML_OK) {
        return status;
    }
    const gml_matrix predicted = gml_matrix_view(chunk->outputs, network->kernels->dtype, x.rows, outputs);
    status = gml_network_predict(network, x, predicted);
    for (size_t i = 0; status == GML_OK && i < x.rows; i++) {
        const char *y = (const char *)chunk->outputs + i * outputs * network->kernels->size;
        chunk->classes[i] = gml_attribution_predicted(&job, y);
    }
    return status;
}

/* Adds the share of one member to a report, of which the first sets the quantity. */
static void add_report(gml_attribution_report *all, const gml_attribution_report *own, double share, bool first)
{
    *all = first ? (gml_attribution_report){.output = own->output, .which = own->which} : *all;
    all->value += share * own->value;
    all->base += share * own->base;
    all->sum += share * own->sum;
    all->biases += share * own->biases;
    all->epsilon += share * own->epsilon;
    all->error += share * own->error;
}

/* Adds the share of member `index` to the attributions and reports of a chunk. */
static gml_status add_member(const ensemble_chunk *chunk, size_t index, gml_matrix x, gml_matrix attributions,
                             gml_attribution_report *reports)
{
    const gml_ensemble *ensemble = chunk->network->ensemble;
    const gml_kernels *wide = chunk->network->context->kernels[GML_F64];
    const double share = 1 / (double)ensemble->count;
    gml_status status = gml_attribute_layers(ensemble->members[index], x, chunk->options, chunk->classes,
                                             gml_matrix_f64(chunk->own, x.rows, attributions.cols), chunk->reports);
    for (size_t i = 0; status == GML_OK && i < x.rows; i++) {
        double *row = (double *)attributions.data + i * attributions.stride;
        if (index == 0) {
            memset(row, 0, attributions.cols * sizeof *row);
        }
        wide->explain->add_rows(1, attributions.cols, &share, chunk->own + i * attributions.cols, row);
        if (reports != NULL) {
            add_report(&reports[i], &chunk->reports[i], share, index == 0);
        }
    }
    return status;
}

/* Explains the samples of a chunk by the members of an ensemble, or by a network that averages within. */
static gml_status attribute_chunk(const ensemble_chunk *chunk, gml_matrix x, gml_matrix attributions,
                                  gml_attribution_report *reports)
{
    const gml_network *network = chunk->network;
    gml_status status = predict_classes(chunk, x);
    if (status == GML_OK && network->ensemble == NULL) {
        return gml_attribute_layers(network, x, chunk->options, chunk->classes, attributions, reports);
    }
    for (size_t i = 0; status == GML_OK && i < network->ensemble->count; i++) {
        status = add_member(chunk, i, x, attributions, reports);
    }
    return status;
}

gml_status gml_attribute_means(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                               gml_matrix attributions, gml_attribution_report *reports)
{
    ensemble_chunk chunk = {.network = network, .options = options, .rows = gml_least(x.rows, MOST_ROWS)};
    gml_status status = gml_layout_make(network->context, lay_out, &chunk, "attributions", network->description,
                                        &chunk.arena, &chunk.arena_size);
    for (size_t first = 0; status == GML_OK && first < x.rows; first += chunk.rows) {
        const size_t count = gml_least(chunk.rows, x.rows - first);
        status = attribute_chunk(&chunk, gml_matrix_rows(x, first, count), gml_matrix_rows(attributions, first, count),
                                 reports != NULL ? reports + first : NULL);
    }
    gml_release(network->context, chunk.arena, chunk.arena_size, 1);
    return status;
}

/* ---- Jacobians ---- */

/* Sums of the members' Jacobians of some samples, and that of one member. */
typedef struct jacobian_chunk {
    const gml_network *network;
    size_t rows; /* of Jacobians, at most */
    double *sums;
    void *own;
    void *arena;
    size_t arena_size;
} jacobian_chunk;

static void lay_out_jacobian(void *owner, gml_layout *layout)
{
    jacobian_chunk *chunk = owner;
    const size_t columns = gml_network_columns(chunk->network);
    chunk->sums = gml_layout_take(layout, chunk->arena, chunk->rows, columns, sizeof(double));
    chunk->own = gml_layout_take(layout, chunk->arena, chunk->rows, columns, chunk->network->kernels->size);
}

/* Computes the mean Jacobian of some samples, [samples * outputs x columns]. */
static gml_status average_jacobians(const jacobian_chunk *chunk, gml_matrix x, gml_matrix jacobian)
{
    const gml_ensemble *ensemble = chunk->network->ensemble;
    const gml_kernels *kernels = chunk->network->kernels;
    const double share = 1 / (double)ensemble->count;
    const gml_matrix own = gml_matrix_view(chunk->own, kernels->dtype, jacobian.rows, jacobian.cols);
    gml_status status = GML_OK;
    memset(chunk->sums, 0, jacobian.rows * jacobian.cols * sizeof *chunk->sums);
    for (size_t i = 0; status == GML_OK && i < ensemble->count; i++) {
        status = gml_network_jacobian(ensemble->members[i], x, own);
        if (status == GML_OK) {
            kernels->explain->add_rows(1, jacobian.rows * jacobian.cols, &share, own.data, chunk->sums);
        }
    }
    kernels->data->gather(&(gml_gather_call){.rows = jacobian.rows,
                                             .cols = jacobian.cols,
                                             .source = chunk->sums,
                                             .source_dtype = GML_F64,
                                             .source_stride = jacobian.cols,
                                             .target = jacobian.data,
                                             .target_stride = jacobian.stride});
    return status;
}

gml_status gml_jacobian_ensemble(const gml_network *network, gml_matrix x, gml_matrix jacobian)
{
    const size_t outputs = gml_network_outputs(network), columns = gml_network_columns(network);
    const size_t fitting = CHUNK_BYTES / sizeof(double) / outputs / columns;
    const size_t samples = gml_least(x.rows, fitting > 0 ? gml_least(fitting, MOST_ROWS) : 1);
    jacobian_chunk chunk = {.network = network, .rows = samples * outputs};
    gml_status status = gml_layout_make(network->context, lay_out_jacobian, &chunk, "Jacobians", network->description,
                                        &chunk.arena, &chunk.arena_size);
    for (size_t first = 0; status == GML_OK && first < x.rows; first += samples) {
        const size_t count = gml_least(samples, x.rows - first);
        status = average_jacobians(&chunk, gml_matrix_rows(x, first, count),
                                   gml_matrix_rows(jacobian, first * outputs, count * outputs));
    }
    gml_release(network->context, chunk.arena, chunk.arena_size, 1);
    return status;
}
