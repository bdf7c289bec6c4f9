/* reference/activations.c - activations: value, slope, smooth pieces. NaN gives NaN. */
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

static unsigned side(double x)
{
    return x > 0 ? 2 : x >= 0;
}

/* Returns the number of the piece of x: below, between or above two bounds. */
static unsigned piece_of(double x, double low, double high)
{
    return x >= high ? 2 : x > low;
}

static double step_value(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : x >= 0;
}

/* The straight-through estimator of Hubara et al.: the derivative itself is 0, which gives no gradient. */
static double step_slope(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : fabs(x) <= 1;
}

/* Two branches, so that exp never overflows. */
static double sign_value(double x, const double *p)
{
    (void)p;
    return isnan(x) ? x : (x > 0) - (x < 0);
}

static double sigmoid_value(double x, const double *p)
{
    (void)p;
    return x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
}

static double exponential_value(double x, const double *p)
{
    (void)p;
    return exp(x);
}

/* y (1 - y), with both factors from exp(-|x|): no cancellation for y near 1. */
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

/* 1 / cosh(x)^2 = 1 - y^2, without cancellation. */
static double tanh_slope(double x, const double *p)
{
    (void)p;
    double c = cosh(x);
    return 1 / c / c;
}

static double log_sigmoid_value(double x, const double *p)
{
    (void)p;
    return (x < 0 ? x : 0) - log1p(exp(-fabs(x)));
}

static double log_sigmoid_slope(double x, const double *p)
{
    return sigmoid_value(-x, p);
}

static double lecun_tanh_value(double x, const double *p)
{
    (void)p;
    return 1.7159 * tanh(2 * x / 3);
}

static double lecun_tanh_slope(double x, const double *p)
{
    return 1.7159 * 2 / 3 * tanh_slope(2 * x / 3, p);
}

static double softsign_value(double x, const double *p)
{
    (void)p;
    return isinf(x) ? copysign(1, x) : x / (1 + fabs(x));
}

static double softsign_slope(double x, const double *p)
{
    (void)p;
    return 1 / (1 + fabs(x)) / (1 + fabs(x));
}

/* Clamps x to [low, high]. */
static double clamped(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* 1 between the bounds, 0 outside. */
static double between(double x, double low, double high)
{
    return isnan(x) ? x : x > low && x < high;
}

static double hard_sigmoid_value(double x, const double *p)
{
    (void)p;
    return clamped(x / 6 + 0.5, 0, 1);
}

static double hard_sigmoid_slope(double x, const double *p)
{
    (void)p;
    return between(x, -3, 3) / 6;
}

static unsigned hard_sigmoid_piece(double x)
{
    return piece_of(x, -3, 3);
}

static double hard_tanh_value(double x, const double *p)
{
    (void)p;
    return clamped(x, -1, 1);
}

static double hard_tanh_slope(double x, const double *p)
{
    (void)p;
    return between(x, -1, 1);
}

static unsigned hard_tanh_piece(double x)
{
    return piece_of(x, -1, 1);
}

static double hard_swish_value(double x, const double *p)
{
    return x == -INFINITY ? 0 : x * hard_sigmoid_value(x, p);
}

static double hard_swish_slope(double x, const double *p)
{
    if (x <= -3 || x >= 3) {
        return x >= 3;
    }
    return hard_sigmoid_value(x, p) + x / 6;
}

static double relu6_value(double x, const double *p)
{
    (void)p;
    return clamped(x, 0, 6);
}

static double relu6_slope(double x, const double *p)
{
    (void)p;
    return between(x, 0, 6);
}

static unsigned relu6_piece(double x)
{
    return piece_of(x, 0, 6);
}

static double squared_relu_value(double x, const double *p)
{
    (void)p;
    return x <= 0 ? 0 : x * x;
}

static double squared_relu_slope(double x, const double *p)
{
    (void)p;
    return x <= 0 ? 0 : 2 * x;
}

static double elu_value(double x, const double *p)
{
    return x > 0 ? x : p[0] * expm1(x);
}

static double elu_slope(double x, const double *p)
{
    return x > 0 ? 1 : p[0] * exp(x);
}

static double celu_value(double x, const double *p)
{
    return x > 0 ? x : p[0] * expm1(x / p[0]);
}

static double celu_slope(double x, const double *p)
{
    return x > 0 ? 1 : exp(x / p[0]);
}

static const double selu_gain = 1.0507009873554804934193349852946, selu_alpha = 1.6732632423543772848170429916717;

static double selu_value(double x, const double *p)
{
    (void)p;
    return selu_gain * elu_value(x, &selu_alpha);
}

static double selu_slope(double x, const double *p)
{
    (void)p;
    return selu_gain * elu_slope(x, &selu_alpha);
}

static double gaussian_value(double x, const double *p)
{
    (void)p;
    return exp(-x * x);
}

static double gaussian_slope(double x, const double *p)
{
    (void)p;
    return exp(-x * x) == 0 ? 0 : -2 * x * exp(-x * x);
}

static double sine_value(double x, const double *p)
{
    return sin(p[0] * x);
}

static double sine_slope(double x, const double *p)
{
    return p[0] * cos(p[0] * x);
}

/* For x < 0 by the conjugate, b / 2 / (root - x), without cancellation. */
static double squareplus_value(double x, const double *p)
{
    double root = hypot(x, sqrt(p[0]));
    return x > 0 ? (x + root) / 2 : p[0] / 2 / (root - x);
}

static double squareplus_slope(double x, const double *p)
{
    double root = hypot(x, sqrt(p[0]));
    return isinf(x) ? x > 0 : squareplus_value(x, p) / root;
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

/* P(X < x) of a normal X, by erfc: accurate in the left tail. */
static double normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}

static double normal_density(double x)
{
    return exp(-x * x / 2) / sqrt(8 * atan(1));
}

/* x * factor, 0 if the factor is 0: it falls to 0 faster than x grows. */
static double weighted(double x, double factor)
{
    return factor == 0 ? 0 : x * factor;
}

static double gelu_value(double x, const double *p)
{
    (void)p;
    return weighted(x, normal_below(x));
}

static double gelu_slope(double x, const double *p)
{
    (void)p;
    return normal_below(x) + weighted(x, normal_density(x));
}

/* (1 + tanh(u / 2)) / 2 is the sigmoid of u. */
static double gelu_tanh_share(double x)
{
    return sigmoid_value(2 * sqrt(2 / (4 * atan(1))) * (x + 0.044715 * x * x * x), NULL);
}

static double gelu_tanh_value(double x, const double *p)
{
    (void)p;
    return weighted(x, gelu_tanh_share(x));
}

static double gelu_tanh_slope(double x, const double *p)
{
    (void)p;
    double scale = 2 * sqrt(2 / (4 * atan(1)));
    double bend = sigmoid_slope(scale * (x + 0.044715 * x * x * x), NULL);
    return gelu_tanh_share(x) + weighted(x * scale * (1 + 3 * 0.044715 * x * x), bend);
}

static double silu_value(double x, const double *p)
{
    return weighted(x, sigmoid_value(x, p));
}

static double silu_slope(double x, const double *p)
{
    return sigmoid_value(x, p) + weighted(x, sigmoid_slope(x, p));
}

static double softplus_of(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static double mish_value(double x, const double *p)
{
    (void)p;
    return weighted(x, tanh(softplus_of(x)));
}

/* The chain rule: tanh' at the softplus, times the softplus' slope, which is the sigmoid. */
static double mish_slope(double x, const double *p)
{
    double s = softplus_of(x);
    return tanh(s) + weighted(x, tanh_slope(s, p) * sigmoid_value(x, p));
}

static double softplus_value(double x, const double *p)
{
    return isnan(x) ? x : softplus_of(p[0] * x) / p[0];
}

static double softplus_slope(double x, const double *p)
{
    return sigmoid_value(p[0] * x, p);
}

/* y[j] = exp(z[j]) / sum of exp(z), shifted by the greatest entry against overflow. */
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

/* Returns entry j of the softmax, without memory for the row. */
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

static void log_softmax_row(size_t cols, const double *z, double *y)
{
    double greatest = -INFINITY;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
    }
    double sum = 0;
    for (size_t j = 0; j < cols; j++) {
        sum += exp(z[j] - greatest);
    }
    for (size_t j = 0; j < cols; j++) {
        y[j] = z[j] - greatest - log(sum);
    }
}

/* dz[j] = dy[j] - softmax(z)[j] (sum over m of dy[m]) */
static void log_softmax_backward(size_t cols, const double *z, const double *dy, double *dz)
{
    double sum = 0;
    for (size_t j = 0; j < cols; j++) {
        sum += dy[j];
    }
    for (size_t j = 0; j < cols; j++) {
        dz[j] = dy[j] - softmax_entry(cols, z, j) * sum;
    }
}

static const gml_reference_activation activations[] = {
    {"identity", identity_value, identity_slope, NULL, NULL, NULL},
    {"step", step_value, step_slope, not_negative, NULL, NULL},
    {"sign", sign_value, step_slope, side, NULL, NULL},
    {"sigmoid", sigmoid_value, sigmoid_slope, NULL, NULL, NULL},
    {"log_sigmoid", log_sigmoid_value, log_sigmoid_slope, NULL, NULL, NULL},
    {"hard_sigmoid", hard_sigmoid_value, hard_sigmoid_slope, hard_sigmoid_piece, NULL, NULL},
    {"tanh", tanh_value, tanh_slope, NULL, NULL, NULL},
    {"hard_tanh", hard_tanh_value, hard_tanh_slope, hard_tanh_piece, NULL, NULL},
    {"lecun_tanh", lecun_tanh_value, lecun_tanh_slope, NULL, NULL, NULL},
    {"softsign", softsign_value, softsign_slope, NULL, NULL, NULL},
    {"relu", relu_value, relu_slope, positive, NULL, NULL},
    {"relu6", relu6_value, relu6_slope, relu6_piece, NULL, NULL},
    {"squared_relu", squared_relu_value, squared_relu_slope, NULL, NULL, NULL},
    {"leaky_relu", leaky_relu_value, leaky_relu_slope, positive, NULL, NULL},
    {"elu", elu_value, elu_slope, positive, NULL, NULL},
    {"celu", celu_value, celu_slope, positive, NULL, NULL},
    {"selu", selu_value, selu_slope, positive, NULL, NULL},
    {"exponential", exponential_value, exponential_value, NULL, NULL, NULL},
    {"softplus", softplus_value, softplus_slope, NULL, NULL, NULL},
    {"squareplus", squareplus_value, squareplus_slope, NULL, NULL, NULL},
    {"gelu", gelu_value, gelu_slope, NULL, NULL, NULL},
    {"gelu_tanh", gelu_tanh_value, gelu_tanh_slope, NULL, NULL, NULL},
    {"silu", silu_value, silu_slope, NULL, NULL, NULL},
    {"hard_swish", hard_swish_value, hard_swish_slope, hard_sigmoid_piece, NULL, NULL},
    {"mish", mish_value, mish_slope, NULL, NULL, NULL},
    {"gaussian", gaussian_value, gaussian_slope, NULL, NULL, NULL},
    {"sine", sine_value, sine_slope, NULL, NULL, NULL},
    {"softmax", NULL, NULL, NULL, softmax_row, softmax_backward},
    {"log_softmax", NULL, NULL, NULL, log_softmax_row, log_softmax_backward},
};

const gml_reference_activation *gml_reference_activation_at(size_t index)
{
    return index < sizeof activations / sizeof *activations ? &activations[index] : NULL;
}

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
