/* layer/inputs.c - what layers on inputs share. */
#include "layer/inputs.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "kernel/data/data.h"
#include "kernel/random/random.h"

const char *gml_inputs_whole(const gml_layer_spec *spec, size_t fraction)
{
    for (size_t i = 0; i < spec->kind.entry->parameter_count; i++) {
        if (i != fraction && spec->kind.values[i] != floor(spec->kind.values[i])) {
            return "its arguments must be whole numbers";
        }
    }
    return NULL;
}

const char *gml_inputs_settle(gml_layer_spec *spec, double taken, double size)
{
    if (taken == 0) {
        return "it takes none of them; 0 means those of the data, which a recipe alone knows";
    }
    if (taken > (double)spec->in) {
        return "it takes more inputs than there are";
    }
    const double outputs = (double)spec->in + taken * (size - 1);
    if (outputs > INT_MAX) {
        return "it has too many outputs";
    }
    spec->units = (size_t)outputs;
    return NULL;
}

void *gml_inputs_at(const gml_layer_call *call, const void *matrix, size_t first)
{
    return matrix != NULL ? (char *)matrix + first * call->layer->kernels->size : NULL;
}

void *gml_inputs_sum(const gml_layer_call *call, size_t vector)
{
    return gml_inputs_at(call, call->partial, call->layer->vectors[vector].offset);
}

/* Columns of a matrix. */
typedef struct columns {
    const void *first;
    size_t stride;
} columns;

static void copy(const gml_layer_call *call, size_t count, columns from, columns to)
{
    gml_gather_call gather = {.rows = call->rows, .cols = count, .source_dtype = call->layer->kernels->dtype};
    gather.source = from.first;
    gather.source_stride = from.stride;
    gather.target = (void *)(uintptr_t)to.first;
    gather.target_stride = to.stride;
    if (count > 0) {
        call->layer->kernels->data->gather(&gather);
    }
}

void gml_inputs_pass(const gml_layer_call *call, size_t x_col, size_t y_col, size_t count)
{
    copy(call, count, (columns){gml_inputs_at(call, call->x, x_col), call->x_stride},
         (columns){gml_inputs_at(call, call->y, y_col), call->y_stride});
}

void gml_inputs_pass_back(const gml_layer_call *call, size_t x_col, size_t y_col, size_t count)
{
    copy(call, count, (columns){gml_inputs_at(call, call->gradient, y_col), call->y_stride},
         (columns){gml_inputs_at(call, call->dx, x_col), call->dx_stride});
}

void gml_inputs_clear_back(const gml_layer_call *call, size_t x_col, size_t count)
{
    for (size_t i = 0; i < call->rows; i++) {
        memset(gml_inputs_at(call, call->dx, i * call->dx_stride + x_col), 0, count * call->layer->kernels->size);
    }
}

static gml_fill_call fill_of(const gml_layer *layer, gml_stream stream, size_t vector)
{
    stream.step = vector;
    return (gml_fill_call){
        .count = layer->vectors[vector].count, .target = layer->vectors[vector].values, .stream = stream};
}

void gml_inputs_draw_uniform(const gml_layer *layer, gml_stream stream, size_t vector, double bound)
{
    gml_fill_call fill = fill_of(layer, stream, vector);
    fill.a = -bound;
    fill.b = bound;
    layer->kernels->random->fill_uniform(&fill);
}

void gml_inputs_draw_normal(const gml_layer *layer, gml_stream stream, size_t vector, double deviation, double bound)
{
    gml_fill_call fill = fill_of(layer, stream, vector);
    fill.b = deviation;
    fill.bound = bound;
    if (bound > 0) {
        layer->kernels->random->fill_truncated(&fill);
    } else {
        layer->kernels->random->fill_normal(&fill);
    }
}
