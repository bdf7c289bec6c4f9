/* network/per_unit.c - sets each unit of a dense layer by data: its weights are scaled until its outputs before the
 * bias have standard deviation 1, and its bias is minus a random convex combination of some of these outputs. So the
 * zero of each unit lies among the samples. */
#include <math.h>

#include "kernel/data/data.h"
#include "kernel/data/statistics.h"
#include "kernel/matrix/matrix.h"
#include "kernel/random/random.h"
#include "network/data_init.h"

/* Steps of the stream of initial biases up to here belong to their first drawing. */
static const uint64_t SECOND_DRAWING = (uint64_t)1 << 40;

/* Numbers that the biases of a layer are computed from. */
typedef struct drawing {
    size_t points, units;
    double *outputs; /* [rows x units], before the bias */
    double *random;  /* [units x 2 points], from 0 to 1: samples, then logarithms of weights */
    double *bias;    /* [units] */
} drawing;

/* b = -sum of c_i z_i, c_i = e_i / sum of e, e_i ~ Exp(1), over random samples i */
static double bias_of(const drawing *of, size_t rows, size_t unit)
{
    const double *random = of->random + 2 * of->points * unit;
    double sum = 0, total = 0;
    for (size_t i = 0; i < of->points; i++) {
        const size_t row = (size_t)(random[i] * (double)rows);
        const double weight = -log1p(-random[of->points + i]); /* the numbers are below 1 */
        sum += weight * of->outputs[row * of->units + unit];
        total += weight;
    }
    return total > 0 ? -sum / total : 0;
}

static void set_biases(const gml_data_walk *walk, size_t index, const drawing *of)
{
    const gml_layer *layer = &walk->network->layers[index];
    const gml_kernels *kernels = layer->kernels, *wide = walk->network->context->kernels[GML_F64];
    const gml_stream stream = {
        .seed = walk->seed, .purpose = GML_RANDOM_BIASES, .step = SECOND_DRAWING, .layer = (uint32_t)index};
    wide->random->fill_uniform(
        &(gml_fill_call){.count = 2 * of->points * of->units, .target = of->random, .stream = stream, .a = 0, .b = 1});
    wide->data->gather(&(gml_gather_call){.rows = walk->rows,
                                          .cols = of->units,
                                          .source = walk->values[index + 1],
                                          .source_dtype = kernels->dtype,
                                          .source_stride = of->units,
                                          .target = of->outputs,
                                          .target_stride = of->units});
    for (size_t j = 0; j < of->units; j++) {
        of->bias[j] = bias_of(of, walk->rows, j);
    }
    kernels->data->gather(&(gml_gather_call){.rows = 1,
                                             .cols = of->units,
                                             .source = of->bias,
                                             .source_dtype = GML_F64,
                                             .source_stride = of->units,
                                             .target = layer->bias,
                                             .target_stride = of->units});
}

static size_t points_of(const gml_data_walk *walk)
{
    return (size_t)walk->call.values[0];
}

/* For each unit: its outputs, random numbers and its bias. */
size_t gml_per_unit_room(const gml_data_walk *walk)
{
    return walk->rows + 2 * points_of(walk) + 1;
}

/* Draws the biases of a layer from its outputs before them. */
static void draw_biases(const gml_data_walk *walk, size_t index)
{
    drawing of = {.points = points_of(walk), .units = walk->network->layers[index].out};
    of.outputs = walk->room;
    of.random = of.outputs + walk->rows * of.units;
    of.bias = of.random + 2 * of.points * of.units;
    set_biases(walk, index, &of);
}

/* Divides the weights of each unit by the deviation of its outputs; a unit with constant outputs keeps them. */
static gml_status scale_units(const gml_data_walk *walk, size_t index)
{
    const gml_layer *layer = &walk->network->layers[index];
    double *mean = walk->column, *scale = mean + layer->out;
    gml_bad_entry bad;
    const gml_column_scan scan = {
        .matrix = gml_matrix_view(walk->values[index + 1], layer->kernels->dtype, walk->rows, layer->out),
        .count = walk->rows};
    if (!gml_scan_standard(&scan, mean, scale, &bad)) {
        return gml_fail(walk->network->context, GML_ERROR_DATA,
                        "layer %zu: the output of unit %zu for sample %zu is %g; finite outputs with a finite variance "
                        "are needed",
                        index + 1, bad.col + 1, bad.row + 1, bad.value);
    }
    for (size_t j = 0; j < layer->out; j++) {
        scale[j] = scale[j] > 0 ? scale[j] : 1;
    }
    layer->kernels->matrix->scale_columns(layer->in, layer->out, layer->out, scale, layer->weight);
    return GML_OK;
}

/* Members of an ensemble share weights, and scales of their own set them apart: such a layer stays as it is. */
gml_status gml_per_unit_set(const gml_data_walk *walk, size_t index)
{
    const gml_layer *layer = &walk->network->layers[index];
    if (layer->spec->members > 1) {
        return GML_OK;
    }
    gml_data_walk_multiply(walk, index, false);
    gml_status status = scale_units(walk, index);
    if (status == GML_OK && layer->bias != NULL) {
        gml_data_walk_multiply(walk, index, false);
        draw_biases(walk, index);
    }
    return status;
}
