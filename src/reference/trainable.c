/* reference/trainable.c - trainable activations: value, and the derivatives by x and by what is learned. */
#include <math.h>
#include <string.h>

#include "reference/functions.h"

static unsigned positive(double x, const double *theta, const double *p)
{
    (void)theta, (void)p;
    return x > 0;
}

static double prelu_value(double x, const double *theta, const double *p)
{
    (void)p;
    return x > 0 ? x : theta[0] * x;
}

static double prelu_slope(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    by[0] = x > 0 ? 0 : x;
    return isnan(x) ? x : x > 0 ? 1 : theta[0];
}

static double sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

/* s (1 - s) */
static double sigmoid_slope(double x)
{
    return sigmoid(x) * sigmoid(-x);
}

static double swish_value(double x, const double *theta, const double *p)
{
    (void)p;
    return x * sigmoid(theta[0] * x);
}

static double swish_slope(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double u = theta[0] * x;
    by[0] = x * x * sigmoid_slope(u);
    return sigmoid(u) + u * sigmoid_slope(u);
}

static const gml_reference_trainable rows[] = {
    {"prelu", prelu_value, prelu_slope, positive},
    {"swish", swish_value, swish_slope, NULL},
};

const gml_reference_trainable *gml_reference_find_trainable(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}
