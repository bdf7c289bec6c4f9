/* network/adapt_inputs.c - the scaling of inputs, fitted to data: (x - shift) * scale.
 *
 * Means and deviations of more than GML_EVEN_SAMPLES samples are those of as many, as in preparations: more samples do
 * not make them better, and a pass over a large table takes seconds. */
#include "data/range.h"
#include "data/rows.h"
#include "network/network.h"

/* Fits the columns that are constant in the samples that were drawn to all samples: they may vary elsewhere. */
static bool fit_constant(const gml_dataset *dataset, const gml_scaling *scaling, gml_bad_entry *bad)
{
    gml_column_scan scan = gml_dataset_inputs_scan(dataset);
    const gml_matrix all = scan.matrix;
    bool fine = true;
    for (size_t j = 0; fine && j < all.cols; j++) {
        if (scaling->scale[j] == 0) {
            scan.matrix.data = (char *)all.data + j * gml_dtype_size(all.dtype);
            scan.matrix.cols = 1;
            fine = gml_scan_standard(&scan, scaling->shift + j, scaling->scale + j, bad);
            bad->col = j;
        }
    }
    return fine;
}

/* Mean and deviation of samples that are drawn evenly. All inputs must be finite; those of f64 data for an f32 network
 * have been checked (gml_network_check_range). */
static gml_status fit_drawn(const gml_network *network, const gml_dataset *dataset, const gml_scaling *scaling)
{
    gml_context *context = dataset->context;
    const size_t count = GML_EVEN_SAMPLES;
    gml_column_scan scan = gml_dataset_inputs_scan(dataset);
    gml_bad_entry bad;
    const bool checked = dataset->inputs.dtype == GML_F64 && network->kernels->dtype == GML_F32;
    gml_status status = checked ? GML_OK : gml_dataset_check_finite(dataset);
    size_t *rows = status == GML_OK ? gml_allocate(context, count, sizeof *rows, "samples for statistics") : NULL;
    if (rows == NULL) {
        return status != GML_OK ? status : GML_ERROR_MEMORY;
    }
    for (size_t i = 0; i < count; i++) {
        rows[i] = gml_dataset_row(dataset, gml_even_sample(dataset, i, count));
    }
    scan.chosen = (gml_selection){.rows = rows};
    scan.count = count;
    const bool fine = gml_scan_standard(&scan, scaling->shift, scaling->scale, &bad);
    gml_release(context, rows, count, sizeof *rows);
    bad.row = fine ? 0 : gml_even_sample(dataset, bad.row, count);
    return fine && fit_constant(dataset, scaling, &bad)
               ? GML_OK
               : gml_dataset_refuse_entry(dataset, false, &bad, "the variance of its column");
}

/* Fits shift and scale to the inputs: of more than GML_EVEN_SAMPLES samples, means and deviations are those of as many.
 */
static gml_status fit_line(const gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind,
                           const gml_scaling *scaling)
{
    const gml_column_scan scan = gml_dataset_inputs_scan(dataset);
    gml_bad_entry bad;
    if (kind == GML_SCALING_STANDARD && dataset->size > GML_EVEN_SAMPLES) {
        return fit_drawn(network, dataset, scaling);
    }
    return (kind == GML_SCALING_STANDARD ? gml_scan_standard(&scan, scaling->shift, scaling->scale, &bad)
                                         : gml_scan_unit(&scan, scaling->shift, scaling->scale, &bad))
               ? GML_OK
               : gml_dataset_refuse_entry(dataset, false, &bad, "the variance of its column");
}

gml_status gml_network_learn_inputs(const gml_network *network, const gml_dataset *dataset, gml_scaling_kind kind,
                                    gml_scaling *scaling)
{
    gml_context *context = network->context;
    size_t cols = dataset->inputs.cols;
    if (kind == GML_SCALING_AUTO) {
        kind = dataset->inputs.dtype == GML_U8 ? GML_SCALING_UNIT : GML_SCALING_STANDARD;
    }
    gml_status status = gml_scaling_create(context, cols, scaling);
    if (status == GML_OK) {
        status = fit_line(network, dataset, kind, scaling);
    }
    if (status != GML_OK) {
        return status;
    }
    if (kind == GML_SCALING_NONE) { /* the scan looked for numbers that are not finite */
        gml_scaling_clear(context, scaling, cols);
        return GML_OK;
    }
    return gml_scaling_check(context, "inputs", scaling, cols, true);
}
