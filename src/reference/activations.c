/* reference/activations.c - activations: value and slope at one x, smooth pieces; softmax on rows. NaN gives NaN. */
#include "reference/functions.h"

#include <math.h>
#include <string.h>

/* ---- smooth pieces ---- */

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

static unsigned hard_sigmoid_piece(double x)
{
    return piece_of(x, -3, 3);
}

static unsigned hard_tanh_piece(double x)
{
    return piece_of(x, -1, 1);
}

static unsigned relu6_piece(double x)
{
    return piece_of(x, 0, 6);
}

/* ---- bounded functions ---- */

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

/* The slope is the straight-through estimator of Hubara et al.: the derivative itself is 0, which gives no gradient. */
static gml_reference_entry step_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){isnan(x) ? x : x >= 0, isnan(x) ? x : fabs(x) <= 1};
}

static gml_reference_entry sign_at(double x, const double *p)
{
    return (gml_reference_entry){isnan(x) ? x : (x > 0) - (x < 0), step_at(x, p).slope};
}

/* Two branches, so that exp never overflows. y (1 - y), with both factors from exp(-|x|): no cancellation for y near 1.
 */
static gml_reference_entry sigmoid_at(double x, const double *p)
{
    (void)p;
    double e = exp(-fabs(x));
    return (gml_reference_entry){x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)), e / ((1 + e) * (1 + e))};
}

/* 1 / cosh(x)^2 = 1 - y^2, without cancellation. */
static gml_reference_entry tanh_at(double x, const double *p)
{
    (void)p;
    double c = cosh(x);
    return (gml_reference_entry){tanh(x), 1 / c / c};
}

static gml_reference_entry log_sigmoid_at(double x, const double *p)
{
    return (gml_reference_entry){(x < 0 ? x : 0) - log1p(exp(-fabs(x))), sigmoid_at(-x, p).value};
}

static gml_reference_entry lecun_tanh_at(double x, const double *p)
{
    gml_reference_entry inner = tanh_at(2 * x / 3, p);
    return (gml_reference_entry){1.7159 * inner.value, 1.7159 * 2 / 3 * inner.slope};
}

static gml_reference_entry softsign_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){isinf(x) ? copysign(1, x) : x / (1 + fabs(x)), 1 / (1 + fabs(x)) / (1 + fabs(x))};
}

static gml_reference_entry hard_sigmoid_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){clamped(x / 6 + 0.5, 0, 1), between(x, -3, 3) / 6};
}

static gml_reference_entry hard_tanh_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){clamped(x, -1, 1), between(x, -1, 1)};
}

static gml_reference_entry relu6_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){clamped(x, 0, 6), between(x, 0, 6)};
}

/* exp(-x^2) falls to 0 faster than x grows. */
static gml_reference_entry gaussian_at(double x, const double *p)
{
    (void)p;
    double y = exp(-x * x);
    return (gml_reference_entry){y, y == 0 ? 0 : -2 * x * y};
}

static gml_reference_entry sine_at(double x, const double *p)
{
    return (gml_reference_entry){sin(p[0] * x), p[0] * cos(p[0] * x)};
}

/* ---- functions that grow ---- */

static gml_reference_entry identity_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){x, isnan(x) ? x : 1};
}

static gml_reference_entry relu_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){x <= 0 ? 0 : x, isnan(x) ? x : x > 0};
}

static gml_reference_entry squared_relu_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){x <= 0 ? 0 : x * x, x <= 0 ? 0 : 2 * x};
}

static gml_reference_entry leaky_relu_at(double x, const double *p)
{
    return (gml_reference_entry){x <= 0 ? p[0] * x : x, isnan(x) ? x : x > 0 ? 1 : p[0]};
}

static gml_reference_entry elu_at(double x, const double *p)
{
    return (gml_reference_entry){x > 0 ? x : p[0] * expm1(x), x > 0 ? 1 : p[0] * exp(x)};
}

static gml_reference_entry celu_at(double x, const double *p)
{
    return (gml_reference_entry){x > 0 ? x : p[0] * expm1(x / p[0]), x > 0 ? 1 : exp(x / p[0])};
}

static gml_reference_entry selu_at(double x, const double *p)
{
    (void)p;
    const double gain = 1.0507009873554804934193349852946, alpha = 1.6732632423543772848170429916717;
    gml_reference_entry elu = elu_at(x, &alpha);
    return (gml_reference_entry){gain * elu.value, gain * elu.slope};
}

static gml_reference_entry exponential_at(double x, const double *p)
{
    (void)p;
    return (gml_reference_entry){exp(x), exp(x)};
}

/* For x < 0 by the conjugate, b / 2 / (root - x), without cancellation. */
static gml_reference_entry squareplus_at(double x, const double *p)
{
    double root = hypot(x, sqrt(p[0])), y = x > 0 ? (x + root) / 2 : p[0] / 2 / (root - x);
    return (gml_reference_entry){y, isinf(x) ? x > 0 : y / root};
}

static double softplus_of(double x)
{
    return fmax(x, 0) + log1p(exp(-fabs(x)));
}

static gml_reference_entry softplus_at(double x, const double *p)
{
    return (gml_reference_entry){isnan(x) ? x : softplus_of(p[0] * x) / p[0], sigmoid_at(p[0] * x, p).value};
}

/* ---- x times a factor from 0 to 1 ---- */

/* x * factor, 0 if the factor is 0: it falls to 0 faster than x grows. */
static double weighted(double x, double factor)
{
    return factor == 0 ? 0 : x * factor;
}

/* P(X < x) of a normal X, by erfc: accurate in the left tail; the slope adds x times the normal density. */
static gml_reference_entry gelu_at(double x, const double *p)
{
    (void)p;
    double below = erfc(-x / sqrt(2)) / 2, density = exp(-x * x / 2) / sqrt(8 * atan(1));
    return (gml_reference_entry){weighted(x, below), below + weighted(x, density)};
}

/* (1 + tanh(u / 2)) / 2 is the sigmoid of u. */
static gml_reference_entry gelu_tanh_at(double x, const double *p)
{
    double scale = 2 * sqrt(2 / (4 * atan(1)));
    gml_reference_entry share = sigmoid_at(scale * (x + 0.044715 * x * x * x), p);
    return (gml_reference_entry){weighted(x, share.value),
                                 share.value + weighted(x * scale * (1 + 3 * 0.044715 * x * x), share.slope)};
}

static gml_reference_entry silu_at(double x, const double *p)
{
    gml_reference_entry share = sigmoid_at(x, p);
    return (gml_reference_entry){weighted(x, share.value), share.value + weighted(x, share.slope)};
}

static gml_reference_entry hard_swish_at(double x, const double *p)
{
    double share = hard_sigmoid_at(x, p).value;
    return (gml_reference_entry){x == -INFINITY ? 0 : x * share, x <= -3 || x >= 3 ? x >= 3 : share + x / 6};
}

/* The chain rule: tanh' at the softplus, times the softplus' slope, which is the sigmoid. */
static gml_reference_entry mish_at(double x, const double *p)
{
    gml_reference_entry share = tanh_at(softplus_of(x), p);
    return (gml_reference_entry){weighted(x, share.value),
                                 share.value + weighted(x, share.slope * sigmoid_at(x, p).value)};
}

/* ---- functions of a row ---- */

static double greatest_of(size_t cols, const double *z)
{
    double greatest = -INFINITY;
    for (size_t j = 0; j < cols; j++) {
        greatest = fmax(greatest, z[j]);
    }
    return greatest;
}

/* y[j] = exp(z[j]) / sum of exp(z), shifted by the greatest entry against overflow. */
static void softmax_row(size_t cols, const double *z, double *y)
{
    double greatest = greatest_of(cols, z), sum = 0;
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
    double greatest = greatest_of(cols, z), sum = 0;
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

/* ---- the table ---- */

static const gml_reference_activation activations[] = {
    {"identity", identity_at, NULL, NULL, NULL},
    {"step", step_at, not_negative, NULL, NULL},
    {"sign", sign_at, side, NULL, NULL},
    {"sigmoid", sigmoid_at, NULL, NULL, NULL},
    {"log_sigmoid", log_sigmoid_at, NULL, NULL, NULL},
    {"hard_sigmoid", hard_sigmoid_at, hard_sigmoid_piece, NULL, NULL},
    {"tanh", tanh_at, NULL, NULL, NULL},
    {"hard_tanh", hard_tanh_at, hard_tanh_piece, NULL, NULL},
    {"lecun_tanh", lecun_tanh_at, NULL, NULL, NULL},
    {"softsign", softsign_at, NULL, NULL, NULL},
    {"relu", relu_at, positive, NULL, NULL},
    {"relu6", relu6_at, relu6_piece, NULL, NULL},
    {"squared_relu", squared_relu_at, NULL, NULL, NULL},
    {"leaky_relu", leaky_relu_at, positive, NULL, NULL},
    {"elu", elu_at, positive, NULL, NULL},
    {"celu", celu_at, positive, NULL, NULL},
    {"selu", selu_at, positive, NULL, NULL},
    {"exponential", exponential_at, NULL, NULL, NULL},
    {"softplus", softplus_at, NULL, NULL, NULL},
    {"squareplus", squareplus_at, NULL, NULL, NULL},
    {"gelu", gelu_at, NULL, NULL, NULL},
    {"gelu_tanh", gelu_tanh_at, NULL, NULL, NULL},
    {"silu", silu_at, NULL, NULL, NULL},
    {"hard_swish", hard_swish_at, hard_sigmoid_piece, NULL, NULL},
    {"mish", mish_at, NULL, NULL, NULL},
    {"gaussian", gaussian_at, NULL, NULL, NULL},
    {"sine", sine_at, NULL, NULL, NULL},
    {"softmax", NULL, NULL, softmax_row, softmax_backward},
    {"log_softmax", NULL, NULL, log_softmax_row, log_softmax_backward},
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
        y[j] = activation->at(z[j], parameters).value;
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
        dz[j] = dy[j] * activation->at(z[j], parameters).slope;
    }
}

unsigned gml_reference_piece(const gml_reference_activation *activation, double x)
{
    return activation->piece == NULL ? 0 : activation->piece(x);
}
