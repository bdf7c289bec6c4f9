/* explain/effects/grid.c - the points of a column at which its effect is computed. */
#include <math.h>
#include <string.h>

#include "base/least.h"
#include "data/range.h"
#include "gemmule/effects.h"
#include "kernel/data/data.h"
#include "kernel/effect/effect.h"

enum { POINTS = 100, BINS = 40 };

static const double low_share = 0.05, high_share = 0.95;

/* A column of a dataset, ascending, without missing cells where the dataset may have them. */
typedef struct sorted_column {
    double *x; /* [count], of `room` numbers that the caller frees */
    size_t count, room;
} sorted_column;

static void clear_column(gml_context *context, sorted_column *sorted)
{
    gml_release(context, sorted->x, sorted->room, sizeof *sorted->x);
}

static size_t drop_missing(size_t count, double *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isnan(x[i])) {
            x[kept++] = x[i];
        }
    }
    return kept;
}

static void gather_column(const gml_dataset *dataset, size_t feature, double *x)
{
    gml_batch_room room;
    gml_batch batch;
    for (size_t first = 0; first < dataset->size; first += batch.rows) {
        batch = gml_dataset_batch(dataset, first, dataset->size - first, &room);
        dataset->context->kernels[GML_F64]->data->gather(
            &(gml_gather_call){.rows = batch.rows,
                               .cols = 1,
                               .source = (const char *)batch.x.data + feature * gml_dtype_size(batch.x.dtype),
                               .source_dtype = batch.x.dtype,
                               .source_stride = batch.x.stride,
                               .order = batch.order,
                               .target = x + first,
                               .target_stride = 1});
    }
}

/* Errors: argument (no such column, no known cell), memory, data (a value is not finite). */
static gml_status sort_column(const gml_dataset *dataset, size_t feature, sorted_column *sorted)
{
    gml_context *context = dataset->context;
    if (feature >= dataset->schema.features) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "there is no input %zu; the data has %zu", feature,
                        dataset->schema.features);
    }
    *sorted = (sorted_column){.room = dataset->size, .count = dataset->size};
    double *x = sorted->x = gml_allocate(context, dataset->size, sizeof *x, "a sorted column");
    if (x == NULL) {
        return GML_ERROR_MEMORY;
    }
    gather_column(dataset, feature, x);
    const bool may_miss = dataset->schema.columns != NULL;
    size_t bad = 0;
    while (bad < dataset->size && (isfinite(x[bad]) || (may_miss && isnan(x[bad])))) {
        bad++;
    }
    gml_status status = GML_OK;
    sorted->count = bad == dataset->size ? drop_missing(bad, x) : bad;
    if (bad < dataset->size) {
        status = gml_dataset_refuse_entry(dataset, false, &(gml_bad_entry){bad, feature, x[bad]}, "its effect");
    } else if (sorted->count == 0) {
        status = gml_fail(context, GML_ERROR_DATA, "input %zu is missing in all samples", feature + 1);
    }
    if (status != GML_OK) {
        clear_column(context, sorted);
        return status;
    }
    gml_sort_numbers(sorted->count, x);
    return GML_OK;
}

/* ---- categories ---- */

/* The number of samples at each different value; returns how many there are, and makes the values unique. */
static size_t count_values(sorted_column *sorted, double *counts)
{
    size_t different = 0;
    for (size_t i = 0; i < sorted->count; i++) {
        if (different == 0 || sorted->x[i] != sorted->x[different - 1]) {
            counts[different] = 0;
            sorted->x[different++] = sorted->x[i];
        }
        counts[different - 1]++;
    }
    return different;
}

/* The most frequent levels, ascending; of equally frequent ones the first. Errors: memory. */
static gml_status take_frequent(gml_context *context, sorted_column *sorted, size_t points, double *values,
                                size_t *count)
{
    const size_t room = sorted->count;
    double *counts = gml_allocate(context, room, 2 * sizeof *counts, "the frequencies of levels");
    if (counts == NULL) {
        return GML_ERROR_MEMORY;
    }
    const size_t different = count_values(sorted, counts), taken = gml_least(different, points);
    double *ordered = counts + room;
    memcpy(ordered, counts, different * sizeof *ordered);
    gml_sort_numbers(different, ordered);
    const double least = ordered[different - taken];
    size_t equal = 0; /* levels with the least frequency that are taken */
    for (size_t i = different - taken; i < different && ordered[i] == least; i++) {
        equal++;
    }
    *count = 0;
    for (size_t i = 0; i < different; i++) {
        if (counts[i] > least || (counts[i] == least && equal > 0)) {
            equal -= counts[i] == least;
            values[(*count)++] = sorted->x[i];
        }
    }
    gml_release(context, counts, room, 2 * sizeof *counts);
    return GML_OK;
}

/* The levels of a category; of more than there are points, the most frequent. */
static gml_status take_levels(gml_context *context, size_t levels, sorted_column *sorted, size_t points, double *values,
                              size_t *count)
{
    if (levels > points) {
        return take_frequent(context, sorted, points, values, count);
    }
    for (*count = 0; *count < levels; ++*count) {
        values[*count] = (double)*count;
    }
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

static void take_points(const sorted_column *sorted, const gml_grid_options *options, double *values, size_t *count)
{
    double low = quantile(sorted->count, sorted->x, options->low);
    double high = quantile(sorted->count, sorted->x, options->high);
    if (are_close(low, high)) {
        low = sorted->x[0];
        high = sorted->x[sorted->count - 1];
    }
    const size_t different = gml_unique_numbers(sorted->count, sorted->x);
    *count = different < options->points ? different : options->points;
    if (different < options->points) {
        memcpy(values, sorted->x, different * sizeof *values);
    } else {
        fill_line(options->points, low, high, values);
    }
}

gml_status gml_effect_grid(const gml_dataset *dataset, size_t feature, const gml_grid_options *options, double *values,
                           size_t *count)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"dataset", dataset}, {"values", values}, {"count", count}, {0}});
    gml_grid_options complete = options != NULL ? *options : (gml_grid_options){0};
    sorted_column sorted = {0};
    status = status == GML_OK ? complete_options(context, &complete) : status;
    status = status == GML_OK ? sort_column(dataset, feature, &sorted) : status;
    if (status != GML_OK) {
        return status;
    }
    const gml_column column = gml_schema_column(&dataset->schema, feature);
    if (column.kind == GML_COLUMN_CATEGORY) {
        status = take_levels(context, column.level_count, &sorted, complete.points, values, count);
    } else {
        take_points(&sorted, &complete, values, count);
    }
    clear_column(context, &sorted);
    return status;
}

gml_status gml_effect_edges(const gml_dataset *dataset, size_t feature, size_t bins, double *edges, size_t *count)
{
    gml_context *context = gml_dataset_context(dataset);
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"dataset", dataset}, {"edges", edges}, {"count", count}, {0}});
    sorted_column sorted = {0};
    status = status == GML_OK ? sort_column(dataset, feature, &sorted) : status;
    if (status != GML_OK) {
        return status;
    }
    const size_t n = sorted.count;
    bins = bins != 0 ? bins : BINS;
    edges[0] = sorted.x[0];
    for (size_t k = 1; k <= bins; k++) { /* the least value that a share of k / bins does not exceed */
        const double place = ceil((double)n * (double)k / (double)bins);
        edges[k] = sorted.x[k == bins || place >= (double)n ? n - 1 : place < 1 ? 0 : (size_t)place - 1];
    }
    *count = gml_unique_numbers(bins + 1, edges);
    const size_t different = gml_unique_numbers(n, sorted.x);
    if (gml_schema_column(&dataset->schema, feature).kind == GML_COLUMN_CATEGORY && different <= bins + 1) {
        memcpy(edges, sorted.x, different * sizeof *edges); /* all levels, the rare ones too */
        *count = different;
    }
    clear_column(context, &sorted);
    return GML_OK;
}
