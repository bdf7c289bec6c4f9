/* reference/trainable.c - trainable activations: value, and derivatives with respect to x and to the parameters. */
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

static double scaled_sigmoid_value(double x, const double *theta, const double *p)
{
    (void)p;
    return theta[0] * sigmoid(theta[1] * x);
}

static double scaled_sigmoid_slope(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    by[0] = sigmoid(theta[1] * x);
    by[1] = theta[0] * x * sigmoid_slope(theta[1] * x);
    return theta[0] * theta[1] * sigmoid_slope(theta[1] * x);
}

static double scaled_tanh_value(double x, const double *theta, const double *p)
{
    (void)p;
    return theta[0] * tanh(theta[1] * x);
}

static double scaled_tanh_slope(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double t = tanh(theta[1] * x);
    by[0] = t;
    by[1] = theta[0] * x * (1 - t * t);
    return theta[0] * theta[1] * (1 - t * t);
}

static double snake_value(double x, const double *theta, const double *p)
{
    (void)p;
    double a = theta[0], s = sin(a * x);
    return a == 0 ? x : x + s * s / a;
}

static double snake_slope(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double a = theta[0], s = sin(a * x);
    by[0] = a == 0 ? x * x : (x * sin(2 * a * x) - s * s / a) / a;
    return 1 + sin(2 * a * x);
}

static double pelu_value(double x, const double *theta, const double *p)
{
    (void)p;
    double b = theta[1] < 0.1 ? 0.1 : theta[1];
    return theta[0] * (x > 0 ? x / b : expm1(x / b));
}

static double pelu_slope(double x, const double *theta, const double *p, double *by)
{
    double b = theta[1] < 0.1 ? 0.1 : theta[1], slope = theta[0] / b * (x > 0 ? 1 : exp(x / b));
    const double one[] = {1, theta[1]};
    by[0] = pelu_value(x, one, p);
    by[1] = theta[1] < 0.1 ? 0 : -x / b * slope;
    return slope;
}

/* Returns the index of the knot left of x; -1 and 2 p[0] for x outside the knots. */
static double knot_before(double x, const double *p)
{
    return ceil(fmin(fmax((x + p[1]) / p[1] * p[0], 0), 2 * p[0] + 1)) - 1;
}

static unsigned line_piece(double x, const double *theta, const double *p)
{
    (void)theta;
    return (unsigned)(knot_before(x, p) + 1);
}

static double piecewise_linear_slope(double x, const double *theta, const double *p, double *by)
{
    size_t last = 2 * (size_t)p[0];
    double spacing = p[1] / p[0], before = knot_before(x, p);
    memset(by, 0, (last + 3) * sizeof *by);
    if (isnan(x)) {
        return x;
    }
    if (before < 0 || before >= 2 * p[0]) {
        size_t end = before < 0 ? 0 : last, slope = before < 0 ? last + 1 : last + 2;
        by[end] = 1;
        by[slope] = before < 0 ? x + p[1] : x - p[1];
        return theta[slope];
    }
    size_t k = (size_t)before;
    by[k + 1] = (x + p[1]) / spacing - before;
    by[k] = 1 - by[k + 1];
    return (theta[k + 1] - theta[k]) / spacing;
}

/* Linear in theta. */
static double piecewise_linear_value(double x, const double *theta, const double *p)
{
    double by[32], sum = isnan(x) ? x : 0;
    piecewise_linear_slope(x, theta, p, by);
    for (size_t k = 0; k < 2 * (size_t)p[0] + 3; k++) {
        sum += theta[k] * by[k];
    }
    return sum;
}

/* Returns the sum of c[k] x^k for k from first to last; sets *slope to its derivative. */
static double polynomial(double x, const double *c, int first, int last, double *slope)
{
    double sum = 0;
    *slope = 0;
    for (int k = first; k <= last; k++) {
        sum += c[k - first] * pow(x, k);
        *slope += k > 0 ? k * c[k - first] * pow(x, k - 1) : 0;
    }
    return sum;
}

static double rational_value(double x, const double *theta, const double *p)
{
    (void)p;
    double unused, held = fmin(fmax(x, -0x1p20), 0x1p20);
    return isnan(x) ? x
                    : polynomial(held, theta, 0, 5, &unused) / (1 + fabs(polynomial(held, theta + 6, 1, 4, &unused)));
}

static unsigned rational_piece(double x, const double *theta, const double *p)
{
    (void)p;
    double unused;
    return polynomial(x, theta + 6, 1, 4, &unused) > 0;
}

static double rational_slope(double x, const double *theta, const double *p, double *by)
{
    double held = fmin(fmax(x, -0x1p20), 0x1p20), top_slope, bottom_slope;
    polynomial(held, theta, 0, 5, &top_slope);
    double bottom = polynomial(held, theta + 6, 1, 4, &bottom_slope), y = rational_value(x, theta, p);
    double sign = (bottom > 0) - (bottom < 0), q = 1 + fabs(bottom);
    for (int k = 0; k <= 5; k++) {
        by[k] = pow(held, k) / q;
    }
    for (int k = 1; k <= 4; k++) {
        by[5 + k] = -y / q * sign * pow(held, k);
    }
    return isnan(x) ? x : held == x ? (top_slope - y * sign * bottom_slope) / q : 0;
}

/* Returns component i of a mixture; null: none. */
static const gml_reference_activation *part(const double *p, size_t i)
{
    const gml_reference_activation *row = gml_reference_activation_at((size_t)p[i]);
    return row->value != NULL ? row : NULL;
}

/* Returns the default of the activation's argument. */
static double default_argument(const gml_reference_activation *row)
{
    return strcmp(row->name, "leaky_relu") == 0 ? 0.01 : strcmp(row->name, "squareplus") == 0 ? 4 : 1;
}

enum { PARTS = 4 };

/* Returns the softmax weight of component k. */
static double softmax_weight(const double *theta, size_t count, size_t k)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += exp(theta[i] - theta[k]);
    }
    return 1 / sum;
}

static size_t part_count(const double *p)
{
    size_t count = 0;
    for (size_t i = 0; i < PARTS; i++) {
        count += part(p, i) != NULL;
    }
    return count;
}

static double mixture_value(double x, const double *theta, const double *p)
{
    double sum = 0;
    for (size_t i = 0, k = 0; i < PARTS; i++) {
        if (part(p, i) != NULL) {
            double argument = default_argument(part(p, i));
            sum += softmax_weight(theta, part_count(p), k++) * part(p, i)->value(x, &argument);
        }
    }
    return sum;
}

static double mixture_slope(double x, const double *theta, const double *p, double *by)
{
    double y = mixture_value(x, theta, p), slope = 0;
    for (size_t i = 0, k = 0; i < PARTS; i++) {
        if (part(p, i) != NULL) {
            double argument = default_argument(part(p, i)), weight = softmax_weight(theta, part_count(p), k);
            by[k++] = weight * (part(p, i)->value(x, &argument) - y);
            slope += weight * part(p, i)->slope(x, &argument);
        }
    }
    return slope;
}

static unsigned mixture_piece(double x, const double *theta, const double *p)
{
    (void)theta;
    unsigned pieces = 0;
    for (size_t i = 0; i < PARTS; i++) {
        pieces = 4 * pieces + (part(p, i) != NULL ? gml_reference_piece(part(p, i), x) : 0);
    }
    return pieces;
}

static const gml_reference_trainable rows[] = {
    {"prelu", prelu_value, prelu_slope, positive},
    {"swish", swish_value, swish_slope, NULL},
    {"scaled_sigmoid", scaled_sigmoid_value, scaled_sigmoid_slope, NULL},
    {"scaled_tanh", scaled_tanh_value, scaled_tanh_slope, NULL},
    {"snake", snake_value, snake_slope, NULL},
    {"pelu", pelu_value, pelu_slope, positive},
    {"piecewise_linear", piecewise_linear_value, piecewise_linear_slope, line_piece},
    {"rational", rational_value, rational_slope, rational_piece},
    {"mixture", mixture_value, mixture_slope, mixture_piece},
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
