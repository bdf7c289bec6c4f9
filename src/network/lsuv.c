/* network/lsuv.c - layer-sequential unit variance: scales the weights of a dense layer until its outputs for a batch
 * have variance 1 (Mishkin and Matas, All you need is a good init, 2015). */
#include <math.h>

#include "kernel/data/statistics.h"
#include "kernel/matrix/matrix.h"
#include "network/data_init.h"

enum { ROUNDS = 10 };                /* biases are not scaled, so one round may not be enough */
static const double NEAR_ONE = 0.01; /* tolerance of the variance */

/* The variance of all outputs of a layer about their one mean; NaN if one is not finite. */
static double variance_of(const gml_data_walk *walk, size_t index)
{
    size_t cols = walk->network->layers[index].out;
    double *mean = walk->column, *square = mean + cols, all = 0, sum = 0;
    gml_bad_entry bad;
    gml_column_scan scan = {
        .matrix = gml_matrix_view(walk->values[index + 1], walk->network->kernels->dtype, walk->rows, cols),
        .count = walk->rows};
    if (!gml_scan_deviation(&scan, mean, square, &bad)) {
        return NAN;
    }
    for (size_t j = 0; j < cols; j++) {
        all += mean[j] / (double)cols;
    }
    for (size_t j = 0; j < cols; j++) {
        sum += square[j] + (double)walk->rows * (mean[j] - all) * (mean[j] - all);
    }
    return sum / ((double)walk->rows * (double)cols);
}

/* Checks the variance without biases: biases that differ between units would hide outputs that are constant. */
static gml_status check_variance(const gml_data_walk *walk, size_t index)
{
    gml_data_walk_multiply(walk, index, false);
    double variance = variance_of(walk, index);
    return variance > 0 ? GML_OK
                        : gml_fail(walk->network->context, GML_ERROR_DATA,
                                   "layer %zu: the variance of its outputs on the batch is %g; it must be above 0",
                                   index + 1, variance);
}

gml_status gml_lsuv_set(const gml_data_walk *walk, size_t index)
{
    const gml_layer *layer = &walk->network->layers[index];
    gml_status status = check_variance(walk, index);
    for (size_t round = 0; status == GML_OK && round < ROUNDS; round++) {
        gml_data_walk_multiply(walk, index, true);
        double variance = variance_of(walk, index);
        if (fabs(variance - 1) <= NEAR_ONE) {
            break;
        }
        double factor = 1 / sqrt(variance);
        walk->network->kernels->matrix->scale_columns(layer->weight_rows * layer->weight_cols, 1, 1, &factor,
                                                      layer->weight);
    }
    return status;
}
