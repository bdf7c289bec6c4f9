/* kernel/activation/lines.c - piecewise linear activations, and two with a parabola: hard_swish and squared_relu.
 *
 * The branches are ordered so that NaN reaches only the one that propagates it. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"

/* ---- the functions: value and slope at a point; slope from the value ---- */

GML_INLINE point identity(real x, const real *k)
{
    (void)k;
    return (point){.value = x, .slope = 1};
}

GML_INLINE real identity_slope(real y, const real *k)
{
    (void)y, (void)k;
    return 1;
}

/* If the derivative is 0, training uses the straight-through estimator 1[|x| <= 1]. */
GML_INLINE real straight_through(real x)
{
    real size = absolute(x);
    return size <= 1 ? 1 : (size > 1 ? 0 : x);
}

GML_INLINE point step(real x, const real *k)
{
    (void)k;
    return (point){.value = x >= 0 ? 1 : (x < 0 ? 0 : x), .slope = straight_through(x)};
}

GML_INLINE point sign(real x, const real *k)
{
    (void)k;
    return (point){.value = x > 0 ? 1 : (x < 0 ? -1 : x), .slope = straight_through(x)};
}

GML_INLINE real relu_slope(real x, const real *k)
{
    (void)k;
    return x > 0 ? 1 : (x <= 0 ? 0 : x);
}

GML_INLINE point relu(real x, const real *k)
{
    return (point){.value = x <= 0 ? 0 : x, .slope = relu_slope(x, k)};
}

GML_INLINE point squared_relu(real x, const real *k)
{
    real positive = relu(x, k).value;
    return (point){.value = positive * positive, .slope = 2 * positive};
}

/* Between low and high: value x, slope 1. Outside: the nearer bound, slope 0. */
GML_INLINE real clamp(real x, real low, real high)
{
    return x <= low ? low : (x >= high ? high : x);
}

GML_INLINE real inside(real x, real low, real high)
{
    return x <= low ? 0 : (x >= high ? 0 : (x > low ? 1 : x));
}

GML_INLINE real relu6_slope(real x, const real *k)
{
    (void)k;
    return inside(x, 0, 6);
}

GML_INLINE point relu6(real x, const real *k)
{
    return (point){.value = clamp(x, 0, 6), .slope = relu6_slope(x, k)};
}

GML_INLINE real hard_tanh_slope(real x, const real *k)
{
    (void)k;
    return inside(x, -1, 1);
}

GML_INLINE point hard_tanh(real x, const real *k)
{
    return (point){.value = clamp(x, -1, 1), .slope = hard_tanh_slope(x, k)};
}

#define SIXTH ((real)(1.0 / 6))

/* x / 6 + 1/2, as (x + 3) / 6, which does not cancel near -3 */
GML_INLINE point hard_sigmoid(real x, const real *k)
{
    (void)k;
    return (point){.value = clamp((x + 3) * SIXTH, 0, 1), .slope = SIXTH * inside(x, -3, 3)};
}

GML_INLINE real hard_sigmoid_slope(real y, const real *k)
{
    (void)k;
    return SIXTH * inside(y, 0, 1);
}

/* x (x + 3) / 6 between -3 and 3 */
GML_INLINE point hard_swish(real x, const real *k)
{
    (void)k;
    return (point){.value = x <= -3 ? 0 : (x >= 3 ? x : x * ((x + 3) * SIXTH)),
                   .slope = x <= -3 ? 0 : (x >= 3 ? 1 : (2 * x + 3) * SIXTH)};
}

/* k >= 0 is the slope for x < 0. y has the sign of x, so one slope function serves both. For k = 0, -infinity gives
 * NaN. */
GML_INLINE real leaky_relu_slope(real x, const real *k)
{
    return x > 0 ? 1 : (x <= 0 ? k[0] : x);
}

GML_INLINE point leaky_relu(real x, const real *k)
{
    return (point){.value = x > 0 ? x : k[0] * x, .slope = leaky_relu_slope(x, k)};
}

/* ---- the rows ---- */

static void identity_forward(const gml_forward_call *call)
{
    forward(call, NULL, identity);
}

static void identity_backward(const gml_backward_call *call)
{
    backward(call, NULL, identity_slope);
}

static void step_forward(const gml_forward_call *call)
{
    forward(call, NULL, step);
}

static void sign_forward(const gml_forward_call *call)
{
    forward(call, NULL, sign);
}

static void relu_forward(const gml_forward_call *call)
{
    forward(call, NULL, relu);
}

static void relu_backward(const gml_backward_call *call)
{
    backward(call, NULL, relu_slope);
}

static void squared_relu_forward(const gml_forward_call *call)
{
    forward(call, NULL, squared_relu);
}

static void relu6_forward(const gml_forward_call *call)
{
    forward(call, NULL, relu6);
}

static void relu6_backward(const gml_backward_call *call)
{
    backward(call, NULL, relu6_slope);
}

static void leaky_relu_forward(const gml_forward_call *call)
{
    const real k[] = {(real)call->parameters[0]};
    forward(call, k, leaky_relu);
}

static void leaky_relu_backward(const gml_backward_call *call)
{
    const real k[] = {(real)call->parameters[0]};
    backward(call, k, leaky_relu_slope);
}

static void hard_sigmoid_forward(const gml_forward_call *call)
{
    forward(call, NULL, hard_sigmoid);
}

static void hard_sigmoid_backward(const gml_backward_call *call)
{
    backward(call, NULL, hard_sigmoid_slope);
}

static void hard_tanh_forward(const gml_forward_call *call)
{
    forward(call, NULL, hard_tanh);
}

static void hard_tanh_backward(const gml_backward_call *call)
{
    backward(call, NULL, hard_tanh_slope);
}

static void hard_swish_forward(const gml_forward_call *call)
{
    forward(call, NULL, hard_swish);
}

const gml_activation_kernel GML_VARIANT(gml_line_activations)[] = {
    {.name = "identity",
     .slope_from_value = 1,
     .identity = 1,
     .forward = identity_forward,
     .backward = identity_backward},
    {.name = "step", .forward = step_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "sign", .forward = sign_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "hard_sigmoid", .slope_from_value = 1, .forward = hard_sigmoid_forward, .backward = hard_sigmoid_backward},
    {.name = "hard_tanh", .slope_from_value = 1, .forward = hard_tanh_forward, .backward = hard_tanh_backward},
    {.name = "relu", .slope_from_value = 1, .forward = relu_forward, .backward = relu_backward},
    {.name = "relu6", .slope_from_value = 1, .forward = relu6_forward, .backward = relu6_backward},
    {.name = "squared_relu", .forward = squared_relu_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = "leaky_relu",
     .slope_from_value = 1,
     .forward = leaky_relu_forward,
     .backward = leaky_relu_backward,
     .usual = 0.01},
    {.name = "hard_swish", .forward = hard_swish_forward, .backward = GML_VARIANT(gml_slope_backward)},
    {.name = NULL},
};
