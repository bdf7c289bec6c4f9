/* reference/inputs.c - layers on the inputs of a network, as plain loops. */
#include "reference/layers.h"

static void add_to(const gml_reference_layer *layer, size_t vector, size_t entry, double value)
{
    if (layer->vector_gradients[vector] != NULL) {
        layer->vector_gradients[vector][entry] += value;
    }
}

/* ---- scale and affine: y = x scale + bias ---- */

enum { SCALE, BIAS };

void gml_reference_scale_forward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t i = 0; i < p->rows * layer->out; i++) {
        size_t column = i % layer->out;
        p->y[i] = p->x[i] * layer->vectors[SCALE][column] + (layer->vectors[BIAS] ? layer->vectors[BIAS][column] : 0);
    }
}

void gml_reference_scale_backward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t i = 0; i < p->rows * layer->out; i++) {
        size_t column = i % layer->out;
        add_to(layer, SCALE, column, p->dy[i] * p->x[i]);
        add_to(layer, BIAS, column, p->dy[i]);
        p->dx[i] += p->dy[i] * layer->vectors[SCALE][column];
    }
}
