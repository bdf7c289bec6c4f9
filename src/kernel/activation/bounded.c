/* kernel/activation/bounded.c - curved activations bounded on at least one side, whose slope is a function of their
 * value: only the value is saved. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"

/* ---- the functions: value and slope at a point; slope from the value ---- */

GML_INLINE point sigmoid(real x, const real *k)
{
    (void)k;
    return sigmoid_point(x);
}

GML_INLINE real sigmoid_slope(real y, const real *k)
{
    (void)k;
    return y * (1 - y);
}

GML_INLINE point exponential_function(real x, const real *k)
{
    (void)k;
    real e = exponential(x);
    return (point){.value = e, .slope = e};
}

GML_INLINE real exponential_slope(real y, const real *k)
{
    (void)k;
    return y;
}

GML_INLINE point hyperbolic_tangent(real x, const real *k)
{
    (void)k;
    return tanh_point(x);
}

GML_INLINE real tanh_slope(real y, const real *k)
{
    (void)k;
    return 1 - y * y;
}

#define LECUN_GAIN  ((real)1.7159)
#define LECUN_STEEP ((real)(2.0 / 3))

/* 1.7159 tanh(2 x / 3) */
GML_INLINE point lecun_tanh(real x, const real *k)
{
    (void)k;
    point t = tanh_point(LECUN_STEEP * x);
    return (point){.value = LECUN_GAIN * t.value, .slope = LECUN_GAIN * LECUN_STEEP * t.slope};
}

GML_INLINE real lecun_tanh_slope(real y, const real *k)
{
    (void)k;
    return LECUN_STEEP / LECUN_GAIN * (LECUN_GAIN - y) * (LECUN_GAIN + y);
}

#ifdef GML_DOUBLE
#define REAL_RATIO_HIGHEST 0x1p600 /* above it x / (1 + x) rounds to 1, and the square of 1 / (1 + x) to 0 */
#else
#define REAL_RATIO_HIGHEST 0x1p100f
#endif

/* x / (1 + |x|) */
GML_INLINE point softsign(real x, const real *k)
{
    (void)k;
    real a = size_within(x, REAL_RATIO_HIGHEST), inverse = 1 / (1 + a);
    return (point){.value = with_sign(a * inverse, x), .slope = inverse * inverse};
}

GML_INLINE real softsign_slope(real y, const real *k)
{
    (void)k;
    real rest = 1 - absolute(y);
    return rest * rest;
}

/* gain x for x > 0, else gain alpha (e^(x / width) - 1): ELU, CELU and SELU. k holds */
enum { GAIN, ALPHA, NARROWNESS }; /* gain, gain alpha, and 1 / width */

GML_INLINE point exponential_unit(real x, const real *k)
{
    exp_pair left = exp_pair_below((x > 0 ? 0 : x) * k[NARROWNESS]);
    return (point){.value = x < 0 ? k[ALPHA] * left.less_1 : k[GAIN] * x,
                   .slope = x > 0 ? k[GAIN] : k[ALPHA] * k[NARROWNESS] * left.e};
}

GML_INLINE real exponential_unit_slope(real y, const real *k)
{
    return y > 0 ? k[GAIN] : (y + k[ALPHA]) * k[NARROWNESS];
}

/* ---- the rows ---- */

static void sigmoid_forward(const gml_forward_call *call)
{
    forward(call, NULL, sigmoid);
}

static void sigmoid_backward(const gml_backward_call *call)
{
    backward(call, NULL, sigmoid_slope);
}

static void exponential_forward(const gml_forward_call *call)
{
    forward(call, NULL, exponential_function);
}

static void exponential_backward(const gml_backward_call *call)
{
    backward(call, NULL, exponential_slope);
}

static void tanh_forward(const gml_forward_call *call)
{
    forward(call, NULL, hyperbolic_tangent);
}

static void tanh_backward(const gml_backward_call *call)
{
    backward(call, NULL, tanh_slope);
}

static void lecun_tanh_forward(const gml_forward_call *call)
{
    forward(call, NULL, lecun_tanh);
}

static void lecun_tanh_backward(const gml_backward_call *call)
{
    backward(call, NULL, lecun_tanh_slope);
}

static void softsign_forward(const gml_forward_call *call)
{
    forward(call, NULL, softsign);
}

static void softsign_backward(const gml_backward_call *call)
{
    backward(call, NULL, softsign_slope);
}

static void elu_forward(const gml_forward_call *call)
{
    const real k[] = {1, (real)call->parameters[0], 1};
    forward(call, k, exponential_unit);
}

static void elu_backward(const gml_backward_call *call)
{
    const real k[] = {1, (real)call->parameters[0], 1};
    backward(call, k, exponential_unit_slope);
}

static void celu_forward(const gml_forward_call *call)
{
    const real k[] = {1, (real)call->parameters[0], (real)(1 / call->parameters[0])};
    forward(call, k, exponential_unit);
}

static void celu_backward(const gml_backward_call *call)
{
    const real k[] = {1, (real)call->parameters[0], (real)(1 / call->parameters[0])};
    backward(call, k, exponential_unit_slope);
}

/* The fixed point of mean 0 and variance 1 (Klambauer et al., 2017). */
#define SELU_GAIN  1.0507009873554804934193349852946
#define SELU_ALPHA 1.6732632423543772848170429916717

static void selu_forward(const gml_forward_call *call)
{
    const real k[] = {(real)SELU_GAIN, (real)(SELU_GAIN * SELU_ALPHA), 1};
    forward(call, k, exponential_unit);
}

static void selu_backward(const gml_backward_call *call)
{
    const real k[] = {(real)SELU_GAIN, (real)(SELU_GAIN * SELU_ALPHA), 1};
    backward(call, k, exponential_unit_slope);
}

const gml_activation_kernel GML_VARIANT(gml_bounded_activations)[] = {
    {.name = "sigmoid", .slope_from_value = 1, .forward = sigmoid_forward, .backward = sigmoid_backward},
    {.name = "tanh", .slope_from_value = 1, .forward = tanh_forward, .backward = tanh_backward},
    {.name = "lecun_tanh", .slope_from_value = 1, .forward = lecun_tanh_forward, .backward = lecun_tanh_backward},
    {.name = "softsign", .slope_from_value = 1, .forward = softsign_forward, .backward = softsign_backward},
    {.name = "elu", .slope_from_value = 1, .forward = elu_forward, .backward = elu_backward, .usual = 1},
    {.name = "celu", .slope_from_value = 1, .forward = celu_forward, .backward = celu_backward, .usual = 1},
    {.name = "selu", .slope_from_value = 1, .forward = selu_forward, .backward = selu_backward},
    {.name = "exponential", .slope_from_value = 1, .forward = exponential_forward, .backward = exponential_backward},
    {.name = NULL},
};
