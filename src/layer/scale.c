/* layer/scale.c - factors of columns: y = x scale, and y = x scale + bias. */
#include "kernel/embed/embed.h"
#include "kernel/random/random.h"
#include "layer/layer.h"

enum { SCALE, BIAS };       /* their vectors, in this order; scale has the first alone */
enum { GROUP, STD, SIGNS }; /* the arguments of both */

static void *at_column(const gml_layer_call *call, const void *matrix, size_t first)
{
    return matrix != NULL ? (char *)matrix + (first + call->col) * call->layer->kernels->size : NULL;
}

static gml_affine_call call_of(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    const bool has_bias = layer->vector_count > BIAS;
    gml_affine_call affine = {.rows = call->rows, .cols = call->cols};
    affine.x = at_column(call, call->x, 0);
    affine.x_stride = call->x_stride;
    affine.y_stride = call->y_stride;
    affine.scale = at_column(call, layer->vectors[SCALE].values, 0);
    affine.bias = has_bias ? at_column(call, layer->vectors[BIAS].values, 0) : NULL;
    affine.scale_sum = at_column(call, call->partial, layer->vectors[SCALE].offset);
    affine.bias_sum = has_bias ? at_column(call, call->partial, layer->vectors[BIAS].offset) : NULL;
    affine.dx = at_column(call, call->dx, 0);
    affine.dx_stride = call->dx_stride;
    return affine;
}

void gml_scale_forward(const gml_layer_call *call)
{
    gml_affine_call affine = call_of(call);
    affine.y = at_column(call, call->y, 0);
    call->layer->kernels->embed->affine(&affine);
}

void gml_scale_derive(const gml_layer_call *call)
{
    gml_affine_call affine = call_of(call);
    affine.y = at_column(call, call->gradient, 0);
    call->layer->kernels->embed->affine_sums(&affine);
}

void gml_scale_propagate(const gml_layer_call *call)
{
    gml_affine_call affine = call_of(call);
    affine.y = at_column(call, call->gradient, 0);
    call->layer->kernels->embed->affine_backward(&affine);
}

const char *gml_scale_settle(gml_layer_spec *spec)
{
    spec->units = spec->in;
    return spec->kind.values[GROUP] == (double)(size_t)spec->kind.values[GROUP] ? NULL : "group must be a whole number";
}

void gml_scale_start(const gml_layer *layer, gml_stream stream)
{
    const double *arguments = layer->spec->kind.values;
    const size_t group = (size_t)arguments[GROUP];
    void *scale = layer->vectors[SCALE].values;
    gml_fill_call fill = {.count = (layer->out + group - 1) / group, .target = scale, .stream = stream};
    if (arguments[STD] > 0) {
        fill.b = arguments[STD];
        layer->kernels->random->fill_normal(&fill);
    } else if (arguments[SIGNS] != 0) {
        fill.a = -1;
        fill.b = 1;
        layer->kernels->random->fill_uniform(&fill);
    } else {
        return;
    }
    layer->kernels->embed->spread(layer->out, group, arguments[SIGNS] != 0 && arguments[STD] == 0, scale);
}
