/* reference/activations.c - activations: value, slope, pieces. NaN goes in, NaN comes out. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

static double identity_value(double x, const double *p)
{
    (void)p;
    return x;
}

static double identity_slope(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : 1;
}

static unsigned positive(double x)
{
    return x > 0;
}

static unsigned not_negative(double x)
{
    return x >= 0;
}

static double step_value(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : x >= 0;
}

/* The straight-through estimator of Hubara et al.: the derivative itself is 0 and would teach nothing. */
static double step_slope(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : fabs(x) <= 1;
}

/* Two branches, so that exp never overflows. */
static double sigmoid_value(double x, const double *p)
{
    (void)p;
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

/* y (1 - y) with both factors written in exp(-|x|), which loses nothing where y is near 1. */
static double sigmoid_slope(double x, const double *p)
{
    (void)p;
    double e = exp(-fabs(x));
    return e / ((1 + e) * (1 + e));
}

static double tanh_value(double x, const double *p)
{
    (void)p;
    return tanh(x);
}

/* 1 / cosh^2 is 1 - y^2 without its cancellation. */
static double tanh_slope(double x, const double *p)
{
    (void)p;
    double c = cosh(x);
    return 1 / c / c;
}

static double relu_value(double x, const double *p)
{
    (void)p;
    return x <= 0 ? 0 : x;
}

static double relu_slope(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : x > 0;
}

static double leaky_relu_value(double x, const double *p)
{
    return x <= 0 ? p[0] * x : x;
}

static double leaky_relu_slope(double x, const double *p)
{
    if (isnan(x)) {
        return x;
    }
    return x > 0 ? 1 : p[0];
}

/* y[j] = exp(z[j]) / sum of exp(z), shifted by the greatest entry so that nothing overflows. */
static void softmax_row(size_t cols, const double *z, double *y)
{
    double greatest = -INFINITY;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
    }
    double sum = 0;
    for (size_t j = 0; j < cols; j++) {
        y[j] = exp(z[j] - greatest);
        sum += y[j];
    }
    for (size_t j = 0; j < cols; j++) {
        y[j] /= sum;
    }
}

/* y[j] of one entry, where there is no room for the row. */
static double softmax_entry(size_t cols, const double *z, size_t j)
{
    double sum = 0;
    for (size_t m = 0; m < cols; m++) {
        sum += exp(z[m] - z[j]);
    }
    return 1 / sum;
}

/* dz[j] = y[j] (dy[j] - sum over m of dy[m] y[m]) */
static void softmax_backward(size_t cols, const double *z, const double *dy, double *dz)
{
    double mean = 0;
    for (size_t j = 0; j < cols; j++) {
        mean += dy[j] * softmax_entry(cols, z, j);
    }
    for (size_t j = 0; j < cols; j++) {
        dz[j] = softmax_entry(cols, z, j) * (dy[j] - mean);
    }
}

static const gml_reference_activation activations[] = {
    {"identity", identity_value, identity_slope, NULL, NULL, NULL},
    {"step", step_value, step_slope, not_negative, NULL, NULL},
    {"sigmoid", sigmoid_value, sigmoid_slope, NULL, NULL, NULL},
    {"tanh", tanh_value, tanh_slope, NULL, NULL, NULL},
    {"relu", relu_value, relu_slope, positive, NULL, NULL},
    {"leaky_relu", leaky_relu_value, leaky_relu_slope, positive, NULL, NULL},
    {"softmax", NULL, NULL, NULL, softmax_row, softmax_backward},
};

const gml_reference_activation *gml_reference_find_activation(const char *name)
{
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++) {
        if (strcmp(activations[i].name, name) == 0) {
            return &activations[i];
        }
    }
    return NULL;
}

void gml_reference_activate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                            const double *z, double *y)
{
    if (activation->row_value != NULL) {
        activation->row_value(cols, z, y);
        return;
    }
    for (size_t j = 0; j < cols; j++) {
        y[j] = activation->value(z[j], parameters);
    }
}

void gml_reference_differentiate(const gml_reference_activation *activation, const double *parameters, size_t cols,
                                 const double *z, const double *dy, double *dz)
{
    if (activation->row_backward != NULL) {
        activation->row_backward(cols, z, dy, dz);
        return;
    }
    for (size_t j = 0; j < cols; j++) {
        dz[j] = dy[j] * activation->slope(z[j], parameters);
    }
}

unsigned gml_reference_piece(const gml_reference_activation *activation, double x)
{
    return activation->piece == NULL ? 0 : activation->piece(x);
}
