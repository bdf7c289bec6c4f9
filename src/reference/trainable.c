/* reference/trainable.c - trainable activations: value, and derivatives with respect to x and to the parameters. */
#include <math.h>
#include <string.h>

#include "reference/functions.h"

static unsigned positive(double x, const double *theta, const double *p)
{
    (void)theta, (void)p;
    return x > 0;
}

static gml_reference_entry prelu_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    by[0] = x > 0 ? 0 : x;
    return (gml_reference_entry){x > 0 ? x : theta[0] * x, isnan(x) ? x : x > 0 ? 1 : theta[0]};
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

static gml_reference_entry swish_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double u = theta[0] * x;
    by[0] = x * x * sigmoid_slope(u);
    return (gml_reference_entry){x * sigmoid(u), sigmoid(u) + u * sigmoid_slope(u)};
}

static gml_reference_entry scaled_sigmoid_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double s = sigmoid(theta[1] * x), slope = sigmoid_slope(theta[1] * x);
    by[0] = s;
    by[1] = theta[0] * x * slope;
    return (gml_reference_entry){theta[0] * s, theta[0] * theta[1] * slope};
}

static gml_reference_entry scaled_tanh_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double t = tanh(theta[1] * x);
    by[0] = t;
    by[1] = theta[0] * x * (1 - t * t);
    return (gml_reference_entry){theta[0] * t, theta[0] * theta[1] * (1 - t * t)};
}

static gml_reference_entry snake_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double a = theta[0], s = sin(a * x);
    by[0] = a == 0 ? x * x : (x * sin(2 * a * x) - s * s / a) / a;
    return (gml_reference_entry){a == 0 ? x : x + s * s / a, 1 + sin(2 * a * x)};
}

static gml_reference_entry pelu_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double b = theta[1] < 0.1 ? 0.1 : theta[1], slope = theta[0] / b * (x > 0 ? 1 : exp(x / b));
    by[0] = x > 0 ? x / b : expm1(x / b);
    by[1] = theta[1] < 0.1 ? 0 : -x / b * slope;
    return (gml_reference_entry){theta[0] * by[0], slope};
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

/* Sets `by` and returns the slope. */
static double line_slope(double x, const double *theta, const double *p, double *by)
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
static gml_reference_entry piecewise_linear_at(double x, const double *theta, const double *p, double *by)
{
    double sum = isnan(x) ? x : 0, slope = line_slope(x, theta, p, by);
    for (size_t k = 0; k < 2 * (size_t)p[0] + 3; k++) {
        sum += theta[k] * by[k];
    }
    return (gml_reference_entry){sum, slope};
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

static unsigned rational_piece(double x, const double *theta, const double *p)
{
    (void)p;
    double unused;
    return polynomial(x, theta + 6, 1, 4, &unused) > 0;
}

static gml_reference_entry rational_at(double x, const double *theta, const double *p, double *by)
{
    (void)p;
    double held = fmin(fmax(x, -0x1p20), 0x1p20), top_slope, bottom_slope;
    double top = polynomial(held, theta, 0, 5, &top_slope), bottom = polynomial(held, theta + 6, 1, 4, &bottom_slope);
    double sign = (bottom > 0) - (bottom < 0), q = 1 + fabs(bottom), y = isnan(x) ? x : top / q;
    for (int k = 0; k <= 5; k++) {
        by[k] = pow(held, k) / q;
    }
    for (int k = 1; k <= 4; k++) {
        by[5 + k] = -y / q * sign * pow(held, k);
    }
    return (gml_reference_entry){y, isnan(x) ? x : held == x ? (top_slope - y * sign * bottom_slope) / q : 0};
}

/* Returns component i of a mixture; null: none. */
static const gml_reference_activation *part(const double *p, size_t i)
{
    const gml_reference_activation *row = gml_reference_activation_at((size_t)p[i]);
    return row->at != NULL ? row : NULL;
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

static gml_reference_entry mixture_at(double x, const double *theta, const double *p, double *by)
{
    gml_reference_entry sum = {0, 0}, parts[PARTS];
    size_t count = part_count(p);
    for (size_t i = 0, k = 0; i < PARTS; i++) {
        if (part(p, i) != NULL) {
            double argument = default_argument(part(p, i)), weight = softmax_weight(theta, count, k);
            parts[k] = part(p, i)->at(x, &argument);
            sum.value += weight * parts[k].value;
            sum.slope += weight * parts[k++].slope;
        }
    }
    for (size_t k = 0; k < count; k++) {
        by[k] = softmax_weight(theta, count, k) * (parts[k].value - sum.value);
    }
    return sum;
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

/* p: f, a */
static gml_reference_entry mix_at(double x, const double *theta, const double *p, double *by)
{
    double argument = default_argument(part(p, 0)), a = theta[0];
    gml_reference_entry f = part(p, 0)->at(x, &argument);
    by[0] = f.value - x;
    return (gml_reference_entry){x + a * (f.value - x), 1 + a * (f.slope - 1)};
}

static unsigned mix_piece(double x, const double *theta, const double *p)
{
    (void)theta;
    return gml_reference_piece(part(p, 0), x);
}

static const gml_reference_trainable rows[] = {
    {"prelu", prelu_at, positive},
    {"swish", swish_at, NULL},
    {"scaled_sigmoid", scaled_sigmoid_at, NULL},
    {"scaled_tanh", scaled_tanh_at, NULL},
    {"snake", snake_at, NULL},
    {"pelu", pelu_at, positive},
    {"piecewise_linear", piecewise_linear_at, line_piece},
    {"rational", rational_at, rational_piece},
    {"mixture", mixture_at, mixture_piece},
    {"mix", mix_at, mix_piece},
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
