/* kernel/activation/smooth.c - smooth activations that are not gates. Their slope is not a simple function of their
 * value: the forward pass saves it. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"
#include "kernel/vector_sine.h"

#ifdef GML_DOUBLE
#define REAL_SQUARE_HIGHEST 0x1p500 /* above it 1 + x^2 rounds to x^2, which might overflow */
#define REAL_BELL_HIGHEST   28.0    /* e^(-x^2) is 0 from here up */
#else
#define REAL_SQUARE_HIGHEST 0x1p60f
#define REAL_BELL_HIGHEST   10.5f
#endif

/* ---- the functions ---- */

/* log(1 + e^(b x)) / b, slope 1 / (1 + e^(-b x)); k = {b, 1 / b}, b > 0, or null for b = 1. */
GML_INLINE real softplus_early(real x, const real *k)
{
    return exp_below(-absolute(k != NULL ? k[0] * x : x));
}

GML_INLINE point softplus(real x, real e, const real *k)
{
    real tail = log1p_unit(e);
    return (point){.value = (x > 0 ? x : 0) + (k != NULL ? tail * k[1] : tail), .slope = (x < 0 ? e : 1) / (1 + e)};
}

/* (x + root) / 2, root = sqrt(x^2 + b), computed as max(x, 0) + tail, tail = b / (2 (root + |x|)), which does not
 * cancel. The slope is tail / root for x < 0, 1 minus that for x >= 0. k is b. */
GML_INLINE point squareplus(real x, const real *k)
{
    real a = absolute(x);
    real root = a > REAL_SQUARE_HIGHEST ? a : square_root(a * a + k[0]);
    real tail = (real)0.25 * k[0] / ((real)0.5 * root + (real)0.5 * a), share = tail / root; /* root + a may overflow */
    return (point){.value = (x > 0 ? x : 0) + tail, .slope = x < 0 ? share : 1 - share};
}

/* -log(1 + e^-x) */
GML_INLINE point log_sigmoid(real x, real e, const real *k)
{
    (void)k;
    return (point){.value = (x < 0 ? x : 0) - log1p_unit(e), .slope = (x < 0 ? 1 : e) / (1 + e)};
}

/* e^(-x^2) */
GML_INLINE point gaussian(real x, const real *k)
{
    (void)k;
    real a = size_within(x, REAL_BELL_HIGHEST), lifted = exp_product_lifted(-a, a);
    return (point){.value = lifted * REAL_UNLIFT, .slope = with_sign(2 * a * lifted * REAL_UNLIFT, -x)};
}

/* sin(k x) for |k x| up to SINE_HIGHEST */
GML_INLINE point sine(real x, const real *k)
{
    half_turns t = take_product_half_turns(k[0], x);
    return (point){.value = sine_of(t), .slope = k[0] * cosine_of(t)};
}

/* The same for all x, by the C library, which is not vectorised. */
GML_INLINE point sine_anywhere(real x, const real *k)
{
    double angle = (double)k[0] * (double)x;
    if (fabs(angle) <= SINE_HIGHEST) {
        return sine(x, k);
    }
    return (point){.value = (real)sin(angle), .slope = k[0] * (real)cos(angle)};
}

/* ---- the rows ---- */

static void softplus_forward(const gml_forward_call *call)
{
    const real k[] = {(real)call->parameters[0], (real)(1 / call->parameters[0])};
    if (k[0] == 1) {
        forward_in_two_passes(call, NULL, softplus_early, softplus);
    } else {
        forward_in_two_passes(call, k, softplus_early, softplus);
    }
}

static void squareplus_forward(const gml_forward_call *call)
{
    const real k[] = {(real)call->parameters[0]};
    forward(call, k, squareplus);
}

static void log_sigmoid_forward(const gml_forward_call *call)
{
    forward_in_two_passes(call, NULL, softplus_early, log_sigmoid);
}

static void gaussian_forward(const gml_forward_call *call)
{
    forward(call, NULL, gaussian);
}

GML_INLINE real max_magnitude(size_t count, const real *z, const real *bias)
{
    real most = 0;
#pragma omp simd reduction(max : most)
    for (size_t j = 0; j < count; j++) {
        real a = absolute(bias != NULL ? z[j] + bias[j] : z[j]);
        most = a > most ? a : most;
    }
    return most;
}

/* True if k |x| exceeds SINE_HIGHEST for some x. */
static bool exceeds_highest(const gml_forward_call *call, real k)
{
    const real *z = call->z, *bias = call->bias;
    real most = 0;
    for (size_t i = 0; i < call->rows; i++, z += call->stride) {
        real a = bias != NULL ? max_magnitude(call->cols, z, bias) : max_magnitude(call->cols, z, NULL);
        most = a > most ? a : most;
    }
    return (double)most * (double)k > SINE_HIGHEST / 2;
}

static void sine_forward(const gml_forward_call *call)
{
    const real k[] = {(real)call->parameters[0]};
    if (exceeds_highest(call, k[0])) {
        forward(call, k, sine_anywhere);
    } else {
        forward(call, k, sine);
    }
}

const gml_activation_kernel GML_VARIANT(gml_smooth_activations)[] = {
    {.name = "log_sigmoid", .forward = log_sigmoid_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "softplus", .forward = softplus_forward, .backward = GML_VARIANT(gml_slope_backward), .usual = 1},
    {.name = "squareplus", .forward = squareplus_forward, .backward = GML_VARIANT(gml_slope_backward), .usual = 4},
    {.name = "gaussian", .forward = gaussian_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "sine", .forward = sine_forward, .backward = GML_VARIANT(gml_slope_backward), .usual = 1},
    {.name = NULL},
};
