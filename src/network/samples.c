/* network/samples.c - inputs that a network takes, and the samples of a dataset whose prediction is finite. */
#include <limits.h>
#include <math.h>

#include "base/text.h"
#include "base/view.h"
#include "data/field.h"
#include "data/range.h"
#include "data/transform/transform.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"
#include "network/ensemble.h"

gml_status gml_check_inputs(const gml_network *network, gml_matrix x)
{
    gml_context *context = network->context;
    if (x.data == NULL || gml_dtype_size(x.dtype) == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "inputs are missing or have an unknown dtype");
    }
    const size_t columns = gml_network_columns(network);
    if (x.cols != columns || x.stride < x.cols || x.rows == 0 || x.stride > INT_MAX || gml_view_overflows(x)) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "inputs are [%zu x %zu] with a stride of %zu; at least one row of %zu is needed", x.rows,
                        x.cols, x.stride, columns);
    }
    return GML_OK;
}

void gml_network_read_inputs(const gml_network *network, gml_matrix x, void *inputs)
{
    if (network->preparation != NULL) {
        const gml_matrix prepared = gml_matrix_view(inputs, network->kernels->dtype, x.rows, network->spec.inputs);
        gml_preparation_rows(network->preparation, x, NULL, x.rows, prepared);
        return;
    }
    network->kernels->data->gather(&(gml_gather_call){.rows = x.rows,
                                                      .cols = x.cols,
                                                      .source = x.data,
                                                      .source_dtype = x.dtype,
                                                      .source_stride = x.stride,
                                                      .shift = network->input.shift,
                                                      .scale = network->input.scale,
                                                      .target = inputs,
                                                      .target_stride = x.cols});
}

/* ---- samples that are not finite ---- */

/* Samples of a dataset, within its size. */
typedef struct sample_range {
    const gml_dataset *dataset;
    size_t first, count;
} sample_range;

/* Finds the first sample with an input that is not finite as the first layer reads it, and its first such column. */
static bool find_unfit(const gml_network *network, const sample_range *of, gml_bad_entry *bad)
{
    const gml_dtype dtype = network->kernels->dtype;
    if (network->preparation == NULL) {
        const gml_reading reading = {.dtype = dtype,
                                     .shift = network->input.shift,
                                     .scale = network->input.scale,
                                     .first = of->first,
                                     .count = of->count};
        return gml_dataset_find_unfit(of->dataset, &reading, bad);
    }
    for (size_t done = 0; done < of->count;) {
        gml_batch_room room;
        const gml_batch batch = gml_dataset_batch(of->dataset, of->first + done, of->count - done, &room);
        if (gml_preparation_find_unfit(network->preparation, &batch, dtype, bad)) {
            bad->row += of->first + done;
            return true;
        }
        done += batch.rows;
    }
    return false;
}

/* Returns the network, or the member of an ensemble, that does not take the first of these samples which is unfit; null
 * if all samples are taken. */
static const gml_network *find_refuser(const gml_network *network, const sample_range *of, gml_bad_entry *bad)
{
    const gml_ensemble *ensemble = network->ensemble;
    const gml_network *refuser = NULL;
    if (ensemble == NULL) {
        return find_unfit(network, of, bad) ? network : NULL;
    }
    for (size_t i = 0; i < ensemble->count; i++) {
        gml_bad_entry here;
        if (find_unfit(ensemble->members[i], of, &here) && (refuser == NULL || here.row < bad->row)) {
            refuser = ensemble->members[i];
            *bad = here;
        }
    }
    return refuser;
}

static gml_status refuse_unfit(const gml_network *network, const gml_dataset *dataset, const gml_bad_entry *bad)
{
    if (network->preparation == NULL) {
        return gml_dataset_refuse_entry(dataset, false, bad,
                                        network->kernels->dtype == GML_F32 ? "a network in f32" : "a network in f64");
    }
    if (!isnan(bad->value)) {
        return gml_dataset_refuse_entry(dataset, false, bad, "its preparation");
    }
    char place[GML_ORIGIN_SIZE], name[GML_EXCERPT_NAME_SIZE];
    gml_excerpt_name(gml_dataset_feature_name(dataset, bad->col), name);
    gml_dataset_place(dataset, bad->row, place);
    return gml_fail(dataset->context, GML_ERROR_DATA,
                    "%s: input %zu%s is missing, and its preparation does not fill missing cells; impute does", place,
                    bad->col + 1, name);
}

gml_status gml_network_check_range(const gml_network *network, const gml_dataset *dataset)
{
    gml_bad_entry bad;
    const bool prepared = network->preparation != NULL;
    if (prepared && find_unfit(network, &(sample_range){dataset, 0, dataset->size}, &bad)) {
        return refuse_unfit(network, dataset, &bad);
    }
    return gml_dataset_check_range(dataset, network->kernels->dtype, !prepared);
}

/* The first row of predictions with an entry that is not finite; false if there is none. */
static bool find_bad_prediction(const gml_network *network, gml_matrix predictions, gml_bad_entry *bad)
{
    const gml_kernels *kernels = network->context->kernels[predictions.dtype];
    const bool dense = predictions.stride == predictions.cols; /* all rows at once */
    const size_t count = dense ? predictions.rows * predictions.cols : predictions.cols;
    for (size_t row = 0; row < (dense ? 1 : predictions.rows); row++) {
        const char *at = (const char *)predictions.data + row * predictions.stride * kernels->size;
        const size_t entry = kernels->data->first_nonfinite(count, at);
        if (entry < count) {
            *bad = (gml_bad_entry){.row = row + entry / predictions.cols,
                                   .col = entry % predictions.cols,
                                   .value = gml_entry_at(kernels->dtype, at, entry)};
            return true;
        }
    }
    return false;
}

static gml_status refuse_prediction(const gml_dataset *dataset, size_t sample, const gml_bad_entry *bad)
{
    char place[GML_ORIGIN_SIZE], number[GML_NUMBER_SIZE];
    gml_dataset_place(dataset, sample, place);
    gml_text_from_double(bad->value, number);
    return gml_fail(dataset->context, GML_ERROR_DATA,
                    "%s: number %zu of the prediction is %s; a finite number is needed", place, bad->col + 1, number);
}

static gml_status check_call(const gml_network *network, const gml_dataset *dataset, size_t first, size_t count,
                             gml_matrix predictions)
{
    gml_context *context = network->context;
    if (dataset->schema.features != gml_network_columns(network)) {
        return gml_fail(context, GML_ERROR_SHAPE, "the data has %zu inputs a sample; the network takes %zu",
                        dataset->schema.features, gml_network_columns(network));
    }
    if (first > dataset->size || count > dataset->size - first) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "samples %zu to %zu of a dataset of %zu", first + 1, first + count,
                        dataset->size);
    }
    if (predictions.data == NULL) {
        return GML_OK;
    }
    if (predictions.dtype != GML_F32 && predictions.dtype != GML_F64) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "predictions: f32 or f64, not %s",
                        gml_dtype_name(predictions.dtype));
    }
    return gml_view_check(context, "predictions", predictions, predictions.dtype, count, predictions.cols);
}

gml_status gml_network_check_samples(const gml_network *network, const gml_dataset *dataset, size_t first, size_t count,
                                     gml_matrix predictions, size_t *sample)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = check_call(network, dataset, first, count, predictions);
    }
    if (status != GML_OK) {
        return status;
    }
    gml_bad_entry input, prediction;
    const gml_network *refuser = find_refuser(network, &(sample_range){dataset, first, count}, &input);
    bool bad_prediction = predictions.data != NULL && find_bad_prediction(network, predictions, &prediction);
    if (refuser == NULL && !bad_prediction) {
        return GML_OK;
    }
    bool by_input = refuser != NULL && (!bad_prediction || input.row <= first + prediction.row);
    size_t found = by_input ? input.row : first + prediction.row;
    if (sample != NULL) {
        *sample = found;
    }
    return by_input ? refuse_unfit(refuser, dataset, &input) : refuse_prediction(dataset, found, &prediction);
}
