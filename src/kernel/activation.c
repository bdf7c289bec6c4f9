/* kernel/activation.c - the table of activations, and those whose backward pass needs no more than their value, or that
 * are pieces of lines. */
#include "kernel/activation_map.h"

/* ---- the functions: value and slope at a point, slope from what is saved ----
 * Each is written so that NaN is in no branch but the one that hands it on. */

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

/* Its derivative is 0, so training takes the straight-through estimator 1[|x| <= 1]. */
GML_INLINE point step(real x, const real *k)
{
    (void)k;
    real size = absolute(x);
    return (point){.value = x >= 0 ? 1 : (x < 0 ? 0 : x), .slope = size <= 1 ? 1 : (size > 1 ? 0 : x)};
}

GML_INLINE real saved_slope(real slope, const real *k)
{
    (void)k;
    return slope;
}

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

GML_INLINE real relu_slope(real x, const real *k)
{
    (void)k;
    return x > 0 ? 1 : (x <= 0 ? 0 : x);
}

GML_INLINE point relu(real x, const real *k)
{
    return (point){.value = x <= 0 ? 0 : x, .slope = relu_slope(x, k)};
}

/* k is the slope on the left. As it is >= 0 the sign of y is that of x, so that one slope serves both. If it is 0,
 * -infinity gives NaN. */
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

/* Of every row that saves its slope. */
static void slope_backward(const gml_backward_call *call)
{
    backward(call, NULL, saved_slope);
}

static void sigmoid_forward(const gml_forward_call *call)
{
    forward(call, NULL, sigmoid);
}

static void sigmoid_backward(const gml_backward_call *call)
{
    backward(call, NULL, sigmoid_slope);
}

static void tanh_forward(const gml_forward_call *call)
{
    forward(call, NULL, hyperbolic_tangent);
}

static void tanh_backward(const gml_backward_call *call)
{
    backward(call, NULL, tanh_slope);
}

static void relu_forward(const gml_forward_call *call)
{
    forward(call, NULL, relu);
}

static void relu_backward(const gml_backward_call *call)
{
    backward(call, NULL, relu_slope);
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

const gml_activation_kernel GML_VARIANT(gml_activations)[] = {
    {.name = "identity", .slope_from_value = 1, .identity = 1, .forward = identity_forward, .backward = identity_backward},
    {.name = "step", .slope_from_value = 0, .forward = step_forward, .backward = slope_backward},
    {.name = "sigmoid", .slope_from_value = 1, .forward = sigmoid_forward, .backward = sigmoid_backward},
    {.name = "tanh", .slope_from_value = 1, .forward = tanh_forward, .backward = tanh_backward},
    {.name = "relu", .slope_from_value = 1, .forward = relu_forward, .backward = relu_backward},
    {.name = "leaky_relu", .slope_from_value = 1, .forward = leaky_relu_forward, .backward = leaky_relu_backward},
    {.name = "gelu", .slope_from_value = 0, .forward = GML_VARIANT(gml_gelu_forward), .backward = slope_backward},
    {.name = "gelu_tanh",
     .slope_from_value = 0,
     .forward = GML_VARIANT(gml_gelu_tanh_forward),
     .backward = slope_backward},
    {.name = "silu", .slope_from_value = 0, .forward = GML_VARIANT(gml_silu_forward), .backward = slope_backward},
    {.name = "mish", .slope_from_value = 0, .forward = GML_VARIANT(gml_mish_forward), .backward = slope_backward},
    {.name = "softplus",
     .slope_from_value = 0,
     .forward = GML_VARIANT(gml_softplus_forward),
     .backward = slope_backward},
    {.name = "softmax",
     .slope_from_value = 1,
     .whole_rows = 1,
     .forward = GML_VARIANT(gml_softmax_forward),
     .backward = GML_VARIANT(gml_softmax_backward)},
    {.name = NULL},
};
