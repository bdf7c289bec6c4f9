/* layer/gate.c - gated linear units: the second half of 2n inputs, through an activation, scales the first.
 *
 *     y = a g(b),   d/da = dy g(b),   d/db = dy a g'(b)
 *
 * g(b) and a g'(b) are saved side by side for the backward pass (Shazeer, GLU Variants Improve Transformer, 2020). */
#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "layer/layer.h"

static const double no_parameters[GML_MAX_PARAMETERS];

static void *half_of(const gml_layer_call *call, const void *matrix, size_t half)
{
    return (char *)matrix + half * call->layer->out * call->layer->kernels->size;
}

static void multiply(const gml_layer_call *call, const void *a, size_t a_stride, const void *b, size_t b_stride,
                     void *out, size_t out_stride)
{
    gml_pair_call product = {.rows = call->rows, .cols = call->layer->out};
    product.a = a;
    product.a_stride = a_stride;
    product.b = b;
    product.b_stride = b_stride;
    product.out = out;
    product.out_stride = out_stride;
    call->layer->kernels->entry->multiply(&product);
}

/* g(b) into `value`, g'(b) into `slope` unless that is null. */
static void open_gate(const gml_layer_call *call, void *value, void *slope, size_t stride)
{
    const gml_kernels *kernels = call->layer->kernels;
    gml_gather_call copy = {.rows = call->rows, .cols = call->layer->out, .source_dtype = kernels->dtype};
    copy.source = half_of(call, call->x, 1);
    copy.source_stride = call->x_stride;
    copy.target = value;
    copy.target_stride = stride;
    kernels->data->gather(&copy);
    gml_forward_call gate = {.rows = call->rows, .cols = call->layer->out, .stride = stride};
    gate.z = gate.y = value;
    gate.slope = slope;
    gate.parameters = no_parameters;
    call->layer->gate->forward(&gate);
}

void gml_gate_forward(const gml_layer_call *call)
{
    if (call->saved == NULL) {
        open_gate(call, call->y, NULL, call->y_stride);
        multiply(call, call->x, call->x_stride, call->y, call->y_stride, call->y, call->y_stride);
        return;
    }
    void *value = half_of(call, call->saved, 0), *slope = half_of(call, call->saved, 1);
    open_gate(call, value, slope, call->saved_stride);
    multiply(call, call->x, call->x_stride, value, call->saved_stride, call->y, call->y_stride);
    multiply(call, call->x, call->x_stride, slope, call->saved_stride, slope, call->saved_stride);
}

void gml_gate_propagate(const gml_layer_call *call)
{
    for (size_t half = 0; half < 2; half++) {
        multiply(call, call->gradient, call->y_stride, half_of(call, call->saved, half), call->saved_stride,
                 half_of(call, call->dx, half), call->dx_stride);
    }
}
