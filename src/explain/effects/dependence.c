/* explain/effects/dependence.c - partial dependence and individual conditional expectation. */
#include <string.h>

#include "base/view.h"
#include "explain/effects/outputs.h"
#include "explain/effects/team.h"
#include "gemmule/effects.h"
#include "kernel/data/data.h"
#include "kernel/effect/effect.h"

enum { BLOCK = 512 };

typedef struct dependence_run {
    const gml_network *network;
    const gml_dataset *dataset;
    const size_t *features;
    size_t feature_count;
    gml_matrix grid, averages, individual;
    gml_outputs *outputs; /* [count]: of each thread */
    size_t count;
} dependence_run;

/* Predicts all samples with the columns at the values of one point. */
static gml_status predict_point(void *argument, size_t point, size_t worker)
{
    const dependence_run *run = argument;
    gml_outputs *outputs = &run->outputs[worker];
    const size_t samples = run->dataset->size, cols = gml_network_outputs(run->network);
    const double *values = gml_view_row(run->grid, point);
    double *average = gml_view_row(run->averages, point), total = 0;
    memset(average, 0, cols * sizeof *average);
    for (size_t first = 0; first < samples; first += outputs->rows) {
        gml_outputs_read(outputs, first);
        for (size_t j = 0; j < run->feature_count; j++) {
            gml_outputs_replace(outputs, run->features[j], &values[j], false);
        }
        gml_status status = gml_outputs_predict(outputs, first);
        if (status != GML_OK) {
            return status;
        }
        total += gml_add_weighted_rows(outputs->rows, cols, outputs->values, outputs->weights, outputs->sums, average);
        for (size_t i = 0; run->individual.data != NULL && i < outputs->rows; i++) {
            memcpy(gml_view_row(run->individual, point * samples + first + i), outputs->values + i * cols,
                   cols * sizeof *average);
        }
    }
    if (!(total > 0)) { /* of a part of a split; a whole dataset has some */
        return gml_fail(run->network->context, GML_ERROR_DATA,
                        "the weights of these samples are 0; a mean prediction needs some above 0");
    }
    for (size_t j = 0; j < cols; j++) {
        average[j] /= total;
    }
    return GML_OK;
}

static gml_status make_outputs(dependence_run *run)
{
    gml_context *context = run->network->context;
    run->count = gml_team_size(context, run->grid.rows);
    run->outputs = gml_allocate(context, run->count, sizeof *run->outputs, "partial dependence");
    if (run->outputs == NULL) {
        return GML_ERROR_MEMORY;
    }
    memset(run->outputs, 0, run->count * sizeof *run->outputs);
    gml_status status = GML_OK;
    for (size_t i = 0; i < run->count && status == GML_OK; i++) {
        status = gml_outputs_create(run->network, run->dataset, BLOCK, &run->outputs[i]);
    }
    return status;
}

static gml_status run_points(dependence_run *run)
{
    gml_context *context = run->network->context;
    gml_status status = make_outputs(run);
    status = status == GML_OK ? gml_team_run(context, run->grid.rows, predict_point, run) : status;
    for (size_t i = 0; run->outputs != NULL && i < run->count; i++) {
        gml_outputs_destroy(&run->outputs[i]);
    }
    gml_release(context, run->outputs, run->count, sizeof *run->outputs);
    return status;
}

/* ---- checks ---- */

static gml_status check_features(const dependence_run *run)
{
    gml_context *context = run->network->context;
    const size_t inputs = gml_network_columns(run->network);
    for (size_t i = 0; i < run->feature_count; i++) {
        if (run->features[i] >= inputs) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "there is no input %zu; the network has %zu", run->features[i],
                            inputs);
        }
    }
    return run->feature_count > 0 ? GML_OK : gml_fail(context, GML_ERROR_ARGUMENT, "there are no features");
}

static gml_status check_grid(const dependence_run *run)
{
    gml_context *context = run->network->context;
    for (size_t i = 0; i < run->grid.rows; i++) {
        const double *row = gml_view_row(run->grid, i);
        const size_t bad = context->kernels[GML_F64]->data->first_nonfinite(run->grid.cols, row);
        if (bad < run->grid.cols) {
            return gml_fail(context, GML_ERROR_DATA, "point %zu of the grid is %g for input %zu", i + 1, row[bad],
                            run->features[bad]);
        }
    }
    return GML_OK;
}

static gml_status check_views(const dependence_run *run)
{
    gml_context *context = run->network->context;
    const size_t points = run->grid.rows, outputs = gml_network_outputs(run->network);
    size_t all;
    if (__builtin_mul_overflow(points, run->dataset->size, &all)) {
        return gml_fail(context, GML_ERROR_SHAPE, "%zu points and %zu samples exceed the address space", points,
                        run->dataset->size);
    }
    gml_status status = gml_view_check(context, "grid", run->grid, GML_F64, points, run->feature_count);
    if (status == GML_OK) {
        status = gml_view_check(context, "averages", run->averages, GML_F64, points, outputs);
    }
    return status == GML_OK && run->individual.data != NULL
               ? gml_view_check(context, "individual", run->individual, GML_F64, all, outputs)
               : status;
}

gml_status gml_partial_dependence(const gml_network *network, const gml_dataset *dataset, const size_t *features,
                                  size_t feature_count, gml_matrix grid, gml_matrix averages, gml_matrix individual)
{
    gml_context *context = network != NULL ? network->context : gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"network", network}, {"dataset", dataset}, {"features", features}, {0}});
    if (status != GML_OK) {
        return status;
    }
    dependence_run run = {network, dataset, features, feature_count, grid, averages, individual, NULL, 0};
    status = check_features(&run);
    status = status == GML_OK ? check_views(&run) : status;
    status = status == GML_OK ? check_grid(&run) : status;
    if (status == GML_OK) {
        status = gml_network_check_samples(network, dataset, 0, dataset->size, gml_matrix_none(), NULL);
    }
    status = status == GML_OK ? gml_network_check_names(network, &dataset->schema) : status;
    return status == GML_OK ? run_points(&run) : status;
}
