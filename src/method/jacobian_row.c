/* method/jacobian_row.c - one row of the Jacobian: backpropagates one output of one sample. */
#include <string.h>

#include "kernel/product/product.h"
#include "method/jacobian.h"

static const double *layer_input(const gml_jacobian *jacobian, size_t layer, size_t sample)
{
    size_t stride;
    const double *x = gml_workspace_layer_input(&jacobian->workspace, layer, &stride);
    return x + sample * stride;
}

/* Writes dW = x' dz of each matrix, with a row of x and of dz for each member that shares it. */
static void write_weights(const gml_jacobian *jacobian, size_t index, gml_rows one, double *row)
{
    const gml_layer *layer = &jacobian->network->layers[index];
    const gml_layer_memory *memory = &jacobian->workspace.layers[index];
    const size_t in = layer->in / layer->members, out = layer->weight_cols;
    gml_gemm outer = {.m = in, .n = out, .k = layer->shares, .a_transposed = true, .a_stride = in};
    outer.b_stride = outer.c_stride = out;
    for (size_t i = 0; i < layer->matrices; i++) {
        outer.a = layer_input(jacobian, index, one.first) + i * in;
        outer.b = (const double *)memory->gradient + one.first * memory->stride + i * out;
        outer.c = row + i * in * out;
        jacobian->network->kernels->product->run(&outer, NULL);
    }
    if (layer->directions) {
        gml_weight_norm_project(layer, 0, layer->out, row, layer->out);
    }
}

/* Writes one layer's columns: those of its weights, and the vector gradients that the backward pass left. */
static void write_layer(const gml_jacobian *jacobian, size_t index, gml_rows one, double *row)
{
    const gml_layer *layer = &jacobian->network->layers[index];
    const gml_layer_memory *memory = &jacobian->workspace.layers[index];
    if (layer->weight != NULL) {
        write_weights(jacobian, index, one, row);
        row += layer->weight_rows * layer->weight_cols;
    }
    const double *partial = (const double *)memory->partial + one.panel * layer->vector_entries;
    for (size_t i = 0; i < layer->vector_count; i++) {
        const gml_vector *vector = &layer->vectors[i];
        if (vector->role != GML_ROLE_STATISTIC) {
            memcpy(row, partial + vector->offset, vector->count * sizeof *row);
            row += vector->count;
        }
    }
}

void gml_jacobian_write_row(const gml_jacobian *jacobian, gml_rows one, size_t output)
{
    size_t layers = jacobian->network->spec.layer_count;
    const gml_layer_memory *last = &jacobian->workspace.layers[layers - 1];
    double *seed = (double *)last->gradient + one.first * last->stride;
    memset(seed, 0, jacobian->outputs * sizeof *seed);
    seed[output] = 1;
    gml_panel_backward(&jacobian->workspace, one, 0, layers);
    double *row = jacobian->j + (one.first * jacobian->outputs + output) * jacobian->parameters;
    for (size_t i = 0; i < layers; i++) {
        write_layer(jacobian, i, one, row + jacobian->columns[i]);
    }
}
