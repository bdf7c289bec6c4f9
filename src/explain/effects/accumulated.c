/* explain/effects/accumulated.c - accumulated local effects. */
#include <math.h>
#include <string.h>

#include "base/layout.h"
#include "base/view.h"
#include "explain/effects/outputs.h"
#include "gemmule/effects.h"
#include "kernel/data/data.h"
#include "kernel/effect/effect.h"

enum { BLOCK = 1024 };

typedef struct accumulated_run {
    gml_outputs outputs;
    size_t feature, edge_count;
    const double *edges;
    size_t *bins;              /* [block] of the samples */
    double *x, *lower, *upper; /* [block] of the column */
    double *low;               /* [block x outputs] predictions at the lower edges */
    double *sums, *totals;     /* [bins x outputs], [bins] */
    void *arena;
    size_t arena_size;
} accumulated_run;

static void lay_out(void *owner, gml_layout *layout)
{
    accumulated_run *run = owner;
    const size_t block = run->outputs.most, outputs = gml_network_outputs(run->outputs.network), real = sizeof(double);
    run->bins = gml_layout_take(layout, run->arena, block, 1, sizeof(size_t));
    run->x = gml_layout_take(layout, run->arena, block, 1, real);
    run->lower = gml_layout_take(layout, run->arena, block, 1, real);
    run->upper = gml_layout_take(layout, run->arena, block, 1, real);
    run->low = gml_layout_take(layout, run->arena, block, outputs, real);
    run->sums = gml_layout_take(layout, run->arena, run->edge_count - 1, outputs, real);
    run->totals = gml_layout_take(layout, run->arena, run->edge_count - 1, 1, real);
}

/* Reads a block and finds the intervals of its samples. */
static void read_block(accumulated_run *run, size_t first)
{
    gml_outputs *outputs = &run->outputs;
    gml_outputs_read(outputs, first);
    outputs->network->context->kernels[GML_F64]->data->gather(
        &(gml_gather_call){.rows = outputs->rows,
                           .cols = 1,
                           .source = (const char *)outputs->inputs + run->feature * gml_dtype_size(outputs->dtype),
                           .source_dtype = outputs->dtype,
                           .source_stride = outputs->dataset->schema.features,
                           .target = run->x,
                           .target_stride = 1});
    gml_find_bins(outputs->rows, run->x, run->edge_count, run->edges, run->bins);
    gml_take_edges(outputs->rows, run->x, run->edges, run->bins, run->lower, run->upper);
}

/* Adds the differences of a block's predictions between the two edges of each sample's interval. */
static gml_status add_block(accumulated_run *run, size_t first)
{
    gml_outputs *outputs = &run->outputs;
    const size_t cols = gml_network_outputs(outputs->network);
    read_block(run, first);
    gml_outputs_replace(outputs, run->feature, run->lower, true);
    gml_status status = gml_outputs_predict(outputs, first);
    if (status != GML_OK) {
        return status;
    }
    memcpy(run->low, outputs->values, outputs->rows * cols * sizeof *run->low);
    gml_outputs_replace(outputs, run->feature, run->upper, true);
    status = gml_outputs_predict(outputs, first);
    if (status == GML_OK) {
        gml_add_bin_differences(
            &(gml_bin_block){outputs->rows, cols, run->bins, outputs->weights, run->low, outputs->values}, run->sums,
            run->totals);
    }
    return status;
}

static gml_status run_blocks(accumulated_run *run, gml_matrix effects, double *weights)
{
    const size_t bins = run->edge_count - 1, cols = gml_network_outputs(run->outputs.network);
    gml_status status = GML_OK;
    memset(run->sums, 0, bins * cols * sizeof *run->sums);
    memset(run->totals, 0, bins * sizeof *run->totals);
    for (size_t first = 0; first < run->outputs.dataset->size && status == GML_OK; first += run->outputs.rows) {
        status = add_block(run, first);
    }
    if (status == GML_OK) {
        gml_accumulate_bins(bins, cols, run->sums, run->totals, effects.stride, effects.data);
        if (weights != NULL) {
            memcpy(weights, run->totals, bins * sizeof *weights);
        }
    }
    return status;
}

static gml_status check_edges(gml_context *context, const double *edges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(edges[i]) || (i > 0 && !(edges[i] > edges[i - 1]))) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "edge %zu of %zu is %g; finite, ascending edges are needed",
                            i + 1, count, edges[i]);
        }
    }
    return count > 0 ? GML_OK : gml_fail(context, GML_ERROR_ARGUMENT, "there are no edges");
}

static gml_status check_arguments(const gml_network *network, const gml_dataset *dataset, size_t feature,
                                  const double *edges, size_t edge_count, gml_matrix effects)
{
    gml_context *context = network->context;
    if (feature >= gml_network_columns(network)) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there is no input %zu; the network has %zu", feature,
                        gml_network_columns(network));
    }
    gml_status status = check_edges(context, edges, edge_count);
    if (status == GML_OK) {
        status = gml_view_check(context, "effects", effects, GML_F64, edge_count, gml_network_outputs(network));
    }
    if (status == GML_OK) {
        status = gml_network_check_samples(network, dataset, 0, dataset->size, gml_matrix_none(), NULL);
    }
    return status == GML_OK ? gml_network_check_names(network, &dataset->schema) : status;
}

gml_status gml_accumulated_effects(const gml_network *network, const gml_dataset *dataset, size_t feature,
                                   const double *edges, size_t edge_count, gml_matrix effects, double *weights)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"network", network}, {"dataset", dataset}, {"edges", edges}, {0}});
    if (status == GML_OK) {
        status = check_arguments(network, dataset, feature, edges, edge_count, effects);
    }
    accumulated_run run = {.feature = feature, .edges = edges, .edge_count = edge_count};
    status = status == GML_OK ? gml_outputs_create(network, dataset, BLOCK, &run.outputs) : status;
    if (status == GML_OK) {
        status = gml_layout_make(context, lay_out, &run, "accumulated effects", network->description, &run.arena,
                                 &run.arena_size);
    }
    status = status == GML_OK ? run_blocks(&run, effects, weights) : status;
    if (network != NULL) {
        gml_release(context, run.arena, run.arena_size, 1);
        gml_outputs_destroy(&run.outputs);
    }
    return status;
}
