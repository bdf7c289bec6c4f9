/* layer/scale.c - factors of columns: y = x scale, and y = x scale + bias. */
#include <string.h>

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

/* Moves the numbers of each member, one for a group of its columns, to these columns. */
static void spread(const gml_layer *layer, size_t groups)
{
    const double *arguments = layer->spec->kind.values;
    const size_t width = layer->out / layer->members, size = layer->kernels->size;
    char *scale = layer->vectors[SCALE].values;
    for (size_t i = layer->members; i-- > 0;) { /* the last first, since groups are fewer than columns */
        memmove(scale + i * width * size, scale + i * groups * size, groups * size);
        layer->kernels->embed->spread(width, (size_t)arguments[GROUP], arguments[SIGNS] != 0 && arguments[STD] == 0,
                                      scale + i * width * size);
    }
}

void gml_scale_start(const gml_layer *layer, gml_stream stream)
{
    const double *arguments = layer->spec->kind.values;
    const size_t group = (size_t)arguments[GROUP], groups = (layer->out / layer->members + group - 1) / group;
    gml_fill_call fill = {.count = layer->members * groups, .target = layer->vectors[SCALE].values, .stream = stream};
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
    spread(layer, groups);
}
