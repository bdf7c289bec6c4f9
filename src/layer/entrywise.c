/* layer/entrywise.c - layers that take each entry by itself: activations, residuals, dropout and noise. */
#include <math.h>

#include "kernel/data/data.h"
#include "kernel/entry/entry.h"
#include "kernel/random/random.h"
#include "layer/layer.h"

static void *entry_of(const gml_layer_call *call, const void *matrix, size_t stride, size_t row)
{
    return matrix != NULL ? (char *)matrix + (row * stride + call->col) * call->layer->kernels->size : NULL;
}

static void copy(const gml_layer_call *call, const void *from, size_t from_stride, void *to, size_t to_stride)
{
    gml_gather_call gather = {.rows = call->rows, .cols = call->cols, .source_dtype = call->layer->kernels->dtype};
    gather.source = entry_of(call, from, from_stride, 0);
    gather.source_stride = from_stride;
    gather.target = entry_of(call, to, to_stride, 0);
    gather.target_stride = to_stride;
    call->layer->kernels->data->gather(&gather);
}

void gml_copy_gradient(const gml_layer_call *call)
{
    copy(call, call->gradient, call->y_stride, call->dx, call->dx_stride);
}

/* ---- activations ---- */

void gml_activation_layer_forward(const gml_layer_call *call)
{
    if (call->x_stride == call->y_stride) {
        gml_activate(call, call->x, NULL);
    } else {
        copy(call, call->x, call->x_stride, call->y, call->y_stride);
        gml_activate(call, call->y, NULL);
    }
}

/* ---- residuals ---- */

void gml_residual_forward(const gml_layer_call *call)
{
    gml_pair_call sum = {.rows = call->rows, .cols = call->cols};
    sum.a = entry_of(call, call->x, call->x_stride, 0);
    sum.a_stride = call->x_stride;
    sum.b = entry_of(call, call->earlier, call->earlier_stride, 0);
    sum.b_stride = call->earlier_stride;
    sum.out = entry_of(call, call->y, call->y_stride, 0);
    sum.out_stride = call->y_stride;
    call->layer->kernels->entry->add(&sum);
}

/* ---- dropout and noise ---- */

/* The stream position of an entry. Each row begins at a multiple of the stream's block. */
static size_t first_number(const gml_layer_call *call, size_t row)
{
    enum { BLOCK = 4 };
    size_t width = (call->layer->out + BLOCK - 1) / BLOCK * BLOCK;
    return (call->first_row + row) * width + call->col;
}

/* The rate of dropout or the deviation of noise, which a schedule may lower. */
static double strength_of(const gml_layer_call *call)
{
    return call->noise != NULL ? call->layer->spec->kind.values[0] * call->noise_factor : 0;
}

/* A dropped entry becomes `zero`, any other x * scale + shift. */
typedef struct thinning {
    double zero, scale, shift;
} thinning;

static void drop(const gml_layer_call *call, thinning to, const void *x, size_t x_stride, void *y, size_t y_stride)
{
    gml_dropout_call drop = {.count = call->cols, .rate = strength_of(call)};
    drop.dropped = to.zero;
    drop.scale = to.scale;
    drop.shift = to.shift;
    drop.stream = *call->noise;
    for (size_t i = 0; i < call->rows; i++) {
        drop.first = first_number(call, i);
        drop.x = entry_of(call, x, x_stride, i);
        drop.y = entry_of(call, y, y_stride, i);
        call->layer->kernels->random->dropout(&drop);
    }
}

static thinning plain(const gml_layer_call *call)
{
    return (thinning){.scale = 1 / (1 - strength_of(call))};
}

/* Dropped entries become what SELU gives for -infinity; then mean 0 and variance 1 are put back (Klambauer et al.,
 * Self-Normalizing Neural Networks, 2017, section "New dropout technique"). */
static thinning alpha(const gml_layer_call *call)
{
    const double lowest = -1.7580993408473766, rate = strength_of(call);
    double scale = 1 / sqrt((1 - rate) * (1 + rate * lowest * lowest));
    double shift = -scale * rate * lowest;
    return (thinning){.zero = scale * lowest + shift, .scale = scale, .shift = shift};
}

static void drop_forward(const gml_layer_call *call, thinning to)
{
    if (call->noise == NULL) {
        copy(call, call->x, call->x_stride, call->y, call->y_stride);
    } else {
        drop(call, to, call->x, call->x_stride, call->y, call->y_stride);
    }
}

static void drop_back(const gml_layer_call *call, thinning to)
{
    if (call->noise == NULL) {
        gml_copy_gradient(call);
    } else {
        drop(call, (thinning){.scale = to.scale}, call->gradient, call->y_stride, call->dx, call->dx_stride);
    }
}

void gml_dropout_forward(const gml_layer_call *call)
{
    drop_forward(call, plain(call));
}

void gml_dropout_propagate(const gml_layer_call *call)
{
    drop_back(call, plain(call));
}

void gml_alpha_dropout_forward(const gml_layer_call *call)
{
    drop_forward(call, alpha(call));
}

void gml_alpha_dropout_propagate(const gml_layer_call *call)
{
    drop_back(call, alpha(call));
}

void gml_gaussian_noise_forward(const gml_layer_call *call)
{
    if (call->noise == NULL) {
        copy(call, call->x, call->x_stride, call->y, call->y_stride);
        return;
    }
    gml_noise_call noise = {.count = call->cols, .deviation = strength_of(call)};
    noise.stream = *call->noise;
    for (size_t i = 0; i < call->rows; i++) {
        noise.first = first_number(call, i);
        noise.x = entry_of(call, call->x, call->x_stride, i);
        noise.y = entry_of(call, call->y, call->y_stride, i);
        call->layer->kernels->random->add_noise(&noise);
    }
}
