/* layer/norm.c - layers that normalise: rows (layernorm, rmsnorm) and columns (batchnorm). */
#include <string.h>

#include "kernel/entry/entry.h"
#include "kernel/norm/norm.h"
#include "layer/layer.h"

enum { GAIN, BIAS, MEAN, VARIANCE }; /* their vectors, in this order; rmsnorm has the gain alone */

static gml_norm_call call_of(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    size_t size = layer->kernels->size, start = call->col * size;
    gml_norm_call norm = {.rows = call->rows, .cols = call->cols};
    norm.x = (const char *)call->x + start;
    norm.x_stride = call->x_stride;
    norm.y_stride = call->y_stride;
    norm.gain = (const char *)layer->vectors[GAIN].values + start;
    norm.bias = layer->vector_count > BIAS ? (const char *)layer->vectors[BIAS].values + start : NULL;
    norm.eps = layer->spec->kind.values[0];
    if (call->partial != NULL) {
        norm.gain_sum = (char *)call->partial + layer->vectors[GAIN].offset * size + start;
        norm.bias_sum = norm.bias != NULL ? (char *)call->partial + layer->vectors[BIAS].offset * size + start : NULL;
    }
    return norm;
}

static gml_norm_call forward_call(const gml_layer_call *call)
{
    gml_norm_call norm = call_of(call);
    norm.y = (char *)call->y + call->col * call->layer->kernels->size;
    return norm;
}

static gml_norm_call backward_call(const gml_layer_call *call)
{
    gml_norm_call norm = call_of(call);
    norm.y = (char *)call->gradient + call->col * call->layer->kernels->size;
    norm.dx = call->dx != NULL ? (char *)call->dx + call->col * call->layer->kernels->size : NULL;
    norm.dx_stride = call->dx_stride;
    return norm;
}

/* ---- rows ---- */

void gml_row_norm_forward(const gml_layer_call *call)
{
    gml_norm_call norm = forward_call(call);
    call->layer->kernels->norm->row_norm(&norm);
}

void gml_row_norm_derive(const gml_layer_call *call)
{
    gml_norm_call norm = backward_call(call);
    call->layer->kernels->norm->row_norm_sums(&norm);
}

void gml_row_norm_propagate(const gml_layer_call *call)
{
    gml_norm_call norm = backward_call(call);
    call->layer->kernels->norm->row_norm_backward(&norm);
}

/* ---- columns ---- */

static void *statistic(const gml_layer_call *call, gml_statistic which, size_t col)
{
    return (char *)call->statistics + ((size_t)which * call->layer->out + col) * call->layer->kernels->size;
}

static void add_columns(const gml_layer_call *call, gml_norm_call *norm)
{
    const gml_layer *layer = call->layer;
    size_t start = call->col * layer->kernels->size;
    bool learned = call->statistics == NULL;
    norm->mean = learned ? (char *)layer->vectors[MEAN].values + start : statistic(call, GML_BATCH_MEAN, call->col);
    norm->variance =
        learned ? (char *)layer->vectors[VARIANCE].values + start : statistic(call, GML_BATCH_VARIANCE, call->col);
    norm->samples = learned ? 0 : (double)call->batch;
}

void gml_batchnorm_forward(const gml_layer_call *call)
{
    gml_norm_call norm = forward_call(call);
    add_columns(call, &norm);
    call->layer->kernels->norm->column_norm(&norm);
}

void gml_batchnorm_derive(const gml_layer_call *call)
{
    gml_norm_call norm = backward_call(call);
    add_columns(call, &norm);
    call->layer->kernels->norm->column_norm_sums(&norm);
}

void gml_batchnorm_propagate(const gml_layer_call *call)
{
    gml_norm_call norm = backward_call(call);
    add_columns(call, &norm);
    if (call->statistics != NULL) {
        norm.gain_sum = statistic(call, GML_GAIN_SUM, call->col);
        norm.bias_sum = statistic(call, GML_BIAS_SUM, call->col);
    } else { /* any numbers: they are multiplied by 0 samples */
        norm.gain_sum = norm.bias_sum = (void *)norm.gain;
    }
    call->layer->kernels->norm->column_norm_backward(&norm);
}

void gml_batchnorm_measure(const gml_layer_call *call, double *moments)
{
    call->layer->kernels->norm->column_moments(call->rows, call->layer->in, call->x, call->x_stride, moments);
}

/* Running mean and variance follow the batch's, the variance without bias, as PyTorch does. */
static void follow(const gml_layer_call *call, size_t vector, gml_statistic running, gml_statistic batch, double factor)
{
    const gml_layer *layer = call->layer;
    void *next = statistic(call, running, 0);
    memcpy(next, layer->vectors[vector].values, layer->out * layer->kernels->size);
    layer->kernels->entry->drift(layer->out, layer->spec->kind.values[1], factor, statistic(call, batch, 0), next);
}

void gml_batchnorm_settle(const gml_layer_call *call, const double *moments, size_t panel)
{
    const gml_layer *layer = call->layer;
    gml_moments_call join = {.rows = call->batch, .panel = panel, .cols = layer->in, .moments = moments};
    join.mean = statistic(call, GML_BATCH_MEAN, 0);
    join.variance = statistic(call, GML_BATCH_VARIANCE, 0);
    layer->kernels->norm->join_moments(&join);
    double batch = (double)call->batch;
    follow(call, MEAN, GML_RUNNING_MEAN, GML_BATCH_MEAN, 1);
    follow(call, VARIANCE, GML_RUNNING_VARIANCE, GML_BATCH_VARIANCE, batch > 1 ? batch / (batch - 1) : 1);
}

void gml_batchnorm_learn(const gml_layer_call *call)
{
    const gml_layer *layer = call->layer;
    size_t bytes = layer->out * layer->kernels->size;
    memcpy(layer->vectors[MEAN].values, statistic(call, GML_RUNNING_MEAN, 0), bytes);
    memcpy(layer->vectors[VARIANCE].values, statistic(call, GML_RUNNING_VARIANCE, 0), bytes);
}

void gml_batchnorm_settle_back(const gml_layer_call *call, const void *partials, size_t panels)
{
    const gml_layer *layer = call->layer;
    const gml_statistic which[] = {GML_GAIN_SUM, GML_BIAS_SUM};
    const size_t from[] = {GAIN, BIAS};
    for (size_t i = 0; i < 2; i++) {
        gml_pair_call sum = {.rows = 1, .cols = layer->out};
        sum.out = statistic(call, which[i], 0);
        memset(sum.out, 0, layer->out * layer->kernels->size);
        sum.a = sum.out;
        for (size_t p = 0; p < panels; p++) {
            sum.b = (const char *)partials +
                    (p * layer->vector_entries + layer->vectors[from[i]].offset) * layer->kernels->size;
            layer->kernels->entry->add(&sum);
        }
    }
}
