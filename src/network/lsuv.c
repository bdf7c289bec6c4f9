/* network/lsuv.c - layer-sequential unit variance: scales the weights of each dense layer, first to last, until
 * its outputs for a batch have variance 1 (Mishkin and Matas, All you need is a good init, 2015).
 *
 * Runs once before training: on one thread, with memory for all values of the batch. */
#include <math.h>

#include "kernel/data/statistics.h"
#include "kernel/matrix/matrix.h"
#include "kernel/product/gemm.h"
#include "layer/layer.h"
#include "network/network.h"

enum { ROUNDS = 10 };                /* biases are not scaled, so one round may not be enough */
static const double NEAR_ONE = 0.01; /* tolerance of the variance */

typedef struct batch {
    gml_network *network;
    const gml_activation_kernel *identity;
    size_t rows;
    void **values;  /* [layers + 1]: the inputs, then each layer's outputs, packed */
    double *column; /* [2 x widest]: means and sums of squares */
} batch;

static size_t cols_of(const gml_network *network, size_t value)
{
    return value == 0 ? network->spec.inputs : network->layers[value - 1].out;
}

/* The variance of all entries of a value about their one mean; NaN if one is not finite. */
static double variance_of(const batch *of, size_t value)
{
    size_t cols = cols_of(of->network, value);
    double *mean = of->column, *square = mean + cols, all = 0, sum = 0;
    gml_bad_entry bad;
    gml_column_scan scan = {.matrix = gml_matrix_view(of->values[value], of->network->kernels->dtype, of->rows, cols),
                            .count = of->rows};
    if (!gml_scan_deviation(&scan, mean, square, &bad)) {
        return NAN;
    }
    for (size_t j = 0; j < cols; j++) {
        all += mean[j] / (double)cols;
    }
    for (size_t j = 0; j < cols; j++) {
        sum += square[j] + (double)of->rows * (mean[j] - all) * (mean[j] - all);
    }
    return sum / ((double)of->rows * (double)cols);
}

/* `layer` is the one at `index`, or that without its biases. */
static void run_layer(const batch *of, size_t index, const gml_layer *layer, const gml_activation_kernel *activation)
{
    gml_layer_call call = {.layer = layer, .activation = activation, .rows = of->rows, .batch = of->rows};
    call.cols = call.y_stride = layer->out;
    call.x_stride = layer->in;
    call.x = of->values[index];
    call.y = of->values[index + 1];
    if (layer->kind->reads_earlier) {
        call.earlier = of->values[layer->earlier];
        call.earlier_stride = layer->out;
    }
    layer->kind->forward(&call);
}

/* Checks the variance without biases: biases that differ between units would hide outputs that are constant. */
static gml_status check_variance(const batch *of, size_t index)
{
    gml_layer bare = of->network->layers[index];
    bare.bias = NULL;
    run_layer(of, index, &bare, of->identity);
    double variance = variance_of(of, index + 1);
    return variance > 0 ? GML_OK
                        : gml_fail(of->network->context, GML_ERROR_DATA,
                                   "layer %zu: the variance of its outputs on the batch is %g; it must be above 0",
                                   index + 1, variance);
}

static gml_status scale_layer(const batch *of, size_t index)
{
    const gml_layer *layer = &of->network->layers[index];
    const gml_kernels *kernels = of->network->kernels;
    gml_status status = check_variance(of, index);
    if (status != GML_OK) {
        return status;
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        run_layer(of, index, layer, of->identity);
        double variance = variance_of(of, index + 1);
        if (fabs(variance - 1) <= NEAR_ONE) {
            break;
        }
        double factor = 1 / sqrt(variance);
        kernels->matrix->scale_columns(layer->in * layer->out, 1, 1, &factor, layer->weight);
    }
    return GML_OK;
}

static gml_status scale_layers(const batch *of, gml_matrix x)
{
    const gml_network *network = of->network;
    gml_status status = GML_OK;
    gml_network_read_inputs(network, x, of->values[0]);
    gml_gemm_open();
    for (size_t i = 0; status == GML_OK && i < network->spec.layer_count; i++) {
        if (network->layers[i].weight != NULL) {
            status = scale_layer(of, i);
        } else if (network->layers[i].scaled != NULL) {
            gml_weight_norm_start(&network->layers[i]);
        }
        run_layer(of, i, &network->layers[i], network->layers[i].activation);
    }
    gml_gemm_close();
    return status;
}

static gml_status allocate_values(batch *of)
{
    const gml_network *network = of->network;
    gml_context *context = network->context;
    size_t count = network->spec.layer_count + 1, widest = 0;
    of->values = gml_allocate(context, count, sizeof *of->values, "the values' places");
    for (size_t i = 0; of->values != NULL && i < count; i++) {
        of->values[i] = NULL;
    }
    for (size_t i = 0; of->values != NULL && i < count; i++) {
        size_t entries, cols = cols_of(network, i);
        widest = cols > widest ? cols : widest;
        if (__builtin_mul_overflow(of->rows, cols, &entries)) {
            return gml_fail(context, GML_ERROR_SHAPE, "%zu samples are more than can be counted", of->rows);
        }
        of->values[i] = gml_allocate(context, entries, network->kernels->size, "the values of a layer");
        if (of->values[i] == NULL) {
            return GML_ERROR_MEMORY;
        }
    }
    of->column = of->values != NULL ? gml_allocate(context, widest, 2 * sizeof *of->column, "means of columns") : NULL;
    return of->column != NULL ? GML_OK : GML_ERROR_MEMORY;
}

static void release_values(batch *of)
{
    const gml_network *network = of->network;
    size_t count = network->spec.layer_count + 1, widest = 0;
    for (size_t i = 0; of->values != NULL && i < count; i++) {
        size_t cols = cols_of(network, i);
        widest = cols > widest ? cols : widest;
        gml_release(network->context, of->values[i], of->rows * cols, network->kernels->size);
    }
    gml_release(network->context, of->column, widest, 2 * sizeof *of->column);
    gml_release(network->context, of->values, count, sizeof *of->values);
}

gml_status gml_network_scale_to_data(gml_network *network, gml_matrix x)
{
    batch of = {.network = network, .rows = x.rows};
    gml_status status = gml_refuse_null(NULL, __func__, (gml_argument[]){{"network", network}, {0}});
    if (status == GML_OK) {
        status = gml_refuse_ensemble(network, __func__);
    }
    if (status == GML_OK) {
        status = gml_check_inputs(network, x);
    }
    if (status != GML_OK) {
        return status;
    }
    of.identity = gml_kernels_activation(network->kernels, "identity");
    status = allocate_values(&of);
    if (status == GML_OK) {
        status = scale_layers(&of, x);
    }
    release_values(&of);
    return status;
}
