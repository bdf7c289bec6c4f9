/* reference/norms.c - normalisation layers, as plain loops. */
#include <math.h>

#include "reference/layers.h"

enum { GAIN, BIAS, RUNNING_MEAN, RUNNING_VARIANCE }; /* the layers' vectors; rmsnorm has only the gain */

static void add_to(const gml_reference_layer *layer, size_t vector, size_t column, double value)
{
    if (layer->vector_gradients[vector] != NULL) {
        layer->vector_gradients[vector][column] += value;
    }
}

/* ---- normalisation of a line: `count` entries x[start], x[start + step], ... ---- */

typedef struct line {
    size_t start, step, count;
} line;

/* Returns u[k] = (x[k] - mean) / sqrt(variance + eps), with mean = 0 unless `centred`; sets rstd to the factor. */
static double normalise(const gml_reference_place *p, line at, bool centred, size_t k, double *rstd)
{
    double mean = 0, variance = 0;
    for (size_t i = 0; centred && i < at.count; i++) {
        mean += p->x[at.start + i * at.step] / (double)at.count;
    }
    for (size_t i = 0; i < at.count; i++) {
        double apart = p->x[at.start + i * at.step] - mean;
        variance += apart * apart / (double)at.count;
    }
    *rstd = 1 / sqrt(variance + p->layer->arguments[0]);
    return (p->x[at.start + k * at.step] - mean) * *rstd;
}

static void norm_line_forward(const gml_reference_place *p, line at, bool centred)
{
    for (size_t k = 0; k < at.count; k++) {
        size_t entry = at.start + k * at.step, column = entry % p->layer->out;
        double rstd, u = normalise(p, at, centred, k, &rstd);
        p->y[entry] = u * p->layer->vectors[GAIN][column] + (centred ? p->layer->vectors[BIAS][column] : 0);
    }
}

/* dx = rstd (g - mean(g) - u mean(g u)), g = dy gain; dgain = sum of dy u, dbias = sum of dy */
static void norm_line_backward(const gml_reference_place *p, line at, bool centred)
{
    double mean = 0, along = 0, rstd;
    for (size_t k = 0; k < at.count; k++) {
        size_t entry = at.start + k * at.step, column = entry % p->layer->out;
        double u = normalise(p, at, centred, k, &rstd);
        double g = p->dy[entry] * p->layer->vectors[GAIN][column];
        mean += centred ? g / (double)at.count : 0;
        along += g * u / (double)at.count;
        add_to(p->layer, GAIN, column, p->dy[entry] * u);
        add_to(p->layer, BIAS, column, p->dy[entry]);
    }
    for (size_t k = 0; k < at.count; k++) {
        size_t entry = at.start + k * at.step;
        double u = normalise(p, at, centred, k, &rstd);
        p->dx[entry] += rstd * (p->dy[entry] * p->layer->vectors[GAIN][entry % p->layer->out] - mean - u * along);
    }
}

typedef void line_work(const gml_reference_place *p, line at, bool centred);

static void each_row(const gml_reference_place *p, line_work *work, bool centred)
{
    for (size_t s = 0; s < p->rows; s++) {
        work(p, (line){.start = s * p->layer->out, .step = 1, .count = p->layer->out}, centred);
    }
}

static void each_column(const gml_reference_place *p, line_work *work)
{
    for (size_t o = 0; o < p->layer->out; o++) {
        work(p, (line){.start = o, .step = p->layer->out, .count = p->rows}, true);
    }
}

void gml_reference_layernorm_forward(const gml_reference_place *p)
{
    each_row(p, norm_line_forward, true);
}

void gml_reference_layernorm_backward(const gml_reference_place *p)
{
    each_row(p, norm_line_backward, true);
}

void gml_reference_rmsnorm_forward(const gml_reference_place *p)
{
    each_row(p, norm_line_forward, false);
}

void gml_reference_rmsnorm_backward(const gml_reference_place *p)
{
    each_row(p, norm_line_backward, false);
}

void gml_reference_batchnorm_forward(const gml_reference_place *p)
{
    each_column(p, norm_line_forward);
}

void gml_reference_batchnorm_backward(const gml_reference_place *p)
{
    each_column(p, norm_line_backward);
}

/* ---- batchnorm with its running statistics: y = (x - mean) / sqrt(variance + eps) gain + bias ---- */

static double running_slope(const gml_reference_layer *layer, size_t o)
{
    return layer->vectors[GAIN][o] / sqrt(layer->vectors[RUNNING_VARIANCE][o] + layer->arguments[0]);
}

void gml_reference_batchnorm_predict(const gml_reference_place *p)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        size_t o = i % p->layer->out;
        p->y[i] =
            (p->x[i] - p->layer->vectors[RUNNING_MEAN][o]) * running_slope(p->layer, o) + p->layer->vectors[BIAS][o];
    }
}

void gml_reference_batchnorm_predict_back(const gml_reference_place *p)
{
    for (size_t i = 0; i < p->rows * p->layer->out; i++) {
        p->dx[i] += p->dy[i] * running_slope(p->layer, i % p->layer->out);
    }
}

/* ---- weight_norm: y = x gain / |v| + bias, v column o of the weights of the layer before ---- */

/* Returns 1 / |v|; 0 if all weights of the unit are 0. */
static double inverse_length(const gml_reference_layer *dense, size_t o)
{
    double squares = 0;
    for (size_t i = 0; i < dense->in; i++) {
        squares += dense->weight[i * dense->out + o] * dense->weight[i * dense->out + o];
    }
    return squares > 0 ? 1 / sqrt(squares) : 0;
}

void gml_reference_weight_norm_forward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer;
    for (size_t o = 0; o < layer->out; o++) {
        double scale = layer->vectors[GAIN][o] * inverse_length(layer->scaled, o);
        for (size_t s = 0; s < p->rows; s++) {
            p->y[s * layer->out + o] = p->x[s * layer->out + o] * scale + layer->vectors[BIAS][o];
        }
    }
}

/* The loss depends on v through x, which the dense layer handles, and through 1 / |v|, which gives
 * dv -= (sum of dy x) gain v / |v|^3. */
void gml_reference_weight_norm_backward(const gml_reference_place *p)
{
    const gml_reference_layer *layer = p->layer, *dense = layer->scaled;
    for (size_t o = 0; o < layer->out; o++) {
        double inverse = inverse_length(dense, o), gain = layer->vectors[GAIN][o], along = 0;
        for (size_t s = 0; s < p->rows; s++) {
            double dy = p->dy[s * layer->out + o];
            along += dy * p->x[s * layer->out + o];
            p->dx[s * layer->out + o] += dy * gain * inverse;
            add_to(layer, BIAS, o, dy);
        }
        add_to(layer, GAIN, o, along * inverse);
        for (size_t i = 0; dense->weight_gradient != NULL && i < dense->in; i++) {
            double v = dense->weight[i * dense->out + o];
            dense->weight_gradient[i * dense->out + o] -= along * gain * v * inverse * inverse * inverse;
        }
    }
}
