/* cli/explain/first_layer.c - the weights of the units of the first layer, and which of them a picture shows. */
#include "cli/explain/first_layer.h"

#include <math.h>
#include <string.h>

#include "cli/report/ranking.h"

bool first_layer_of(const gml_network *network, first_layer *layer)
{
    gml_block block;
    size_t i = 0;
    while (gml_network_block(network, i, &block) == GML_OK && block.role != GML_ROLE_WEIGHT) {
        i++;
    }
    if (i == gml_network_block_count(network) || block.values.rows != gml_network_inputs(network)) {
        return false;
    }
    *layer = (first_layer){block.values, gml_network_input_scaling(network).scale};
    return true;
}

double first_layer_weight(const first_layer *layer, size_t input, size_t unit)
{
    const gml_matrix *weights = &layer->weights;
    const size_t at = input * weights->stride + unit;
    if (layer->scale != NULL && layer->scale[input] == 0) {
        return 0;
    }
    return weights->dtype == GML_F64 ? ((const double *)weights->data)[at] : (double)((const float *)weights->data)[at];
}

void first_layer_unit(const first_layer *layer, size_t unit, double *values)
{
    for (size_t i = 0; i < layer->weights.rows; i++) {
        values[i] = first_layer_weight(layer, i, unit);
    }
}

static void find_norms(const first_layer *layer, double *norms)
{
    const size_t units = layer->weights.cols;
    memset(norms, 0, units * sizeof *norms);
    for (size_t i = 0; i < layer->weights.rows; i++) {
        for (size_t unit = 0; unit < units; unit++) {
            const double weight = first_layer_weight(layer, i, unit);
            norms[unit] += weight * weight;
        }
    }
    for (size_t unit = 0; unit < units; unit++) {
        norms[unit] = isnan(norms[unit]) ? -1 : norms[unit];
    }
}

size_t first_layer_choose(const first_layer *layer, double *norms, size_t most, size_t *units)
{
    double scores[FIRST_LAYER_MOST];
    ranking greatest = {.most = most < FIRST_LAYER_MOST ? most : FIRST_LAYER_MOST, .items = units, .scores = scores};
    find_norms(layer, norms);
    for (size_t unit = 0; unit < layer->weights.cols; unit++) {
        ranking_add(&greatest, unit, norms[unit]);
    }
    return greatest.count;
}
