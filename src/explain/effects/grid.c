/* explain/effects/grid.c - the points of a column at which its effect is computed. */
#include <math.h>
#include <string.h>

#include "data/range.h"
#include "gemmule/effects.h"
#include "kernel/data/data.h"
#include "kernel/effect/effect.h"

enum { POINTS = 100, BINS = 40 };

static const double low_share = 0.05, high_share = 0.95;

/* Copies a column, ascending, into memory that the caller frees. Errors: memory, data (a value is not finite). */
static gml_status sort_column(const gml_dataset *dataset, size_t feature, double **sorted)
{
    gml_context *context = dataset->context;
    if (feature >= dataset->schema.features) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there is no input %zu; the data has %zu", feature,
                        dataset->schema.features);
    }
    double *x = gml_allocate(context, dataset->size, sizeof *x, "a sorted column");
    if (x == NULL) {
        return GML_ERROR_MEMORY;
    }
    context->kernels[GML_F64]->data->gather(&(gml_gather_call){
        .rows = dataset->size,
        .cols = 1,
        .source = (const char *)dataset->inputs.data + feature * gml_dtype_size(dataset->inputs.dtype),
        .source_dtype = dataset->inputs.dtype,
        .source_stride = dataset->inputs.stride,
        .order = dataset->order,
        .target = x,
        .target_stride = 1});
    const size_t bad = context->kernels[GML_F64]->data->first_nonfinite(dataset->size, x);
    if (bad < dataset->size) {
        const gml_bad_entry entry = {bad, feature, x[bad]};
        gml_release(context, x, dataset->size, sizeof *x);
        return gml_dataset_refuse_entry(dataset, false, &entry, "its effect");
    }
    gml_sort_numbers(dataset->size, x);
    *sorted = x;
    return GML_OK;
}

/* Hyndman and Fan's quantiles with alpha = beta = 0.4, as scipy.stats.mstats.mquantiles. */
static double quantile(size_t count, const double *sorted, double share)
{
    const double n = (double)count, place = n * share + 0.4 + share * 0.2;
    const double below = floor(fmin(fmax(place, 1), n - 1)), part = fmin(fmax(place - below, 0), 1);
    const size_t k = (size_t)below;
    return count == 1 ? sorted[0] : (1 - part) * sorted[k - 1] + part * sorted[k];
}

static bool are_close(double a, double b)
{
    return fabs(a - b) <= 1e-8 + 1e-5 * fabs(b); /* numpy.allclose */
}

static void fill_line(size_t points, double low, double high, double *values)
{
    for (size_t i = 0; i < points; i++) {
        values[i] = low + (double)i * ((high - low) / (double)(points - 1));
    }
    values[points - 1] = high;
}

static gml_status complete_options(gml_context *context, gml_grid_options *options)
{
    const bool given = options->low != 0 || options->high != 0;
    options->points = options->points != 0 ? options->points : POINTS;
    options->low = given ? options->low : low_share;
    options->high = given ? options->high : high_share;
    if (options->points < 2) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a grid of %zu points; at least 2 are needed", options->points);
    }
    if (!(options->low >= 0 && options->low < options->high && options->high <= 1)) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "a grid from percentile %g to %g; two ascending numbers from 0 to 1 are needed", options->low,
                        options->high);
    }
    return GML_OK;
}

gml_status gml_effect_grid(const gml_dataset *dataset, size_t feature, const gml_grid_options *options, double *values,
                           size_t *count)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"dataset", dataset}, {"values", values}, {"count", count}, {0}});
    gml_grid_options complete = options != NULL ? *options : (gml_grid_options){0};
    double *sorted = NULL;
    status = status == GML_OK ? complete_options(context, &complete) : status;
    status = status == GML_OK ? sort_column(dataset, feature, &sorted) : status;
    if (status != GML_OK) {
        return status;
    }
    double low = quantile(dataset->size, sorted, complete.low), high = quantile(dataset->size, sorted, complete.high);
    if (are_close(low, high)) {
        low = sorted[0];
        high = sorted[dataset->size - 1];
    }
    const size_t different = gml_unique_numbers(dataset->size, sorted);
    *count = different < complete.points ? different : complete.points;
    if (different < complete.points) {
        memcpy(values, sorted, different * sizeof *values);
    } else {
        fill_line(complete.points, low, high, values);
    }
    gml_release(context, sorted, dataset->size, sizeof *sorted);
    return GML_OK;
}

gml_status gml_effect_edges(const gml_dataset *dataset, size_t feature, size_t bins, double *edges, size_t *count)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"dataset", dataset}, {"edges", edges}, {"count", count}, {0}});
    double *sorted = NULL;
    status = status == GML_OK ? sort_column(dataset, feature, &sorted) : status;
    if (status != GML_OK) {
        return status;
    }
    const size_t n = dataset->size;
    bins = bins != 0 ? bins : BINS;
    edges[0] = sorted[0];
    for (size_t k = 1; k <= bins; k++) { /* the least value that a share of k / bins does not exceed */
        const double place = ceil((double)n * (double)k / (double)bins);
        edges[k] = sorted[k == bins || place >= (double)n ? n - 1 : place < 1 ? 0 : (size_t)place - 1];
    }
    *count = gml_unique_numbers(bins + 1, edges);
    gml_release(context, sorted, n, sizeof *sorted);
    return GML_OK;
}
