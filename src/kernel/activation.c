/* kernel/activation.c - activations that take entry by entry, as rows of one mechanism; softmax.c has the other. */
#include "kernel/variant.h"
#include "kernel/vector.h"

/* f(x) and f'(x); `a` is the activation's parameter. */
typedef point point_function(real x, real a);

/* f'(x) from what the forward pass saved. */
typedef real slope_function(real saved, real a);

enum { NARROW = 64 }; /* rows shorter than this are better taken as one long row, their bias added beforehand */

/* ---- the mechanism ---- */

GML_INLINE void map_row(size_t count, const real *z, const real *bias, real *y, real *slope, real a, point_function *f)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        point p = f(bias != NULL ? z[j] + bias[j] : z[j], a);
        y[j] = p.value;
        if (slope != NULL) {
            slope[j] = p.slope;
        }
    }
}

/* What is null is a constant in each branch, so that no loop asks for it. */
GML_INLINE void map_any_row(size_t count, const real *z, const real *bias, real *y, real *slope, real a,
                            point_function *f)
{
    if (bias != NULL && slope != NULL) {
        map_row(count, z, bias, y, slope, a, f);
    } else if (bias != NULL) {
        map_row(count, z, bias, y, NULL, a, f);
    } else if (slope != NULL) {
        map_row(count, z, NULL, y, slope, a, f);
    } else {
        map_row(count, z, NULL, y, NULL, a, f);
    }
}

static void add_bias(size_t rows, size_t cols, const real *z, const real *bias, real *y)
{
    for (size_t i = 0; i < rows; i++, z += cols, y += cols) {
#pragma omp simd
        for (size_t j = 0; j < cols; j++) {
            y[j] = z[j] + bias[j];
        }
    }
}

GML_INLINE void forward(const gml_forward_call *call, real a, point_function *f)
{
    size_t rows = call->rows, cols = call->cols;
    const real *z = call->z, *bias = call->bias;
    real *y = call->y, *slope = call->slope;
    if (call->stride == cols && bias != NULL && cols < NARROW) {
        add_bias(rows, cols, z, bias, y);
        z = y;
        bias = NULL;
    }
    if (call->stride == cols && bias == NULL) {
        cols *= rows;
        rows = rows > 0;
    }
    for (size_t i = 0; i < rows; i++) {
        size_t start = i * call->stride;
        map_any_row(cols, z + start, bias, y + start, slope != NULL ? slope + start : NULL, a, f);
    }
}

GML_INLINE void multiply_row(size_t count, real *gradient, const real *saved, real *sum, real a, slope_function *slope)
{
#pragma omp simd
    for (size_t j = 0; j < count; j++) {
        gradient[j] *= slope(saved[j], a);
        if (sum != NULL) {
            sum[j] += gradient[j];
        }
    }
}

GML_INLINE void backward(const gml_backward_call *call, real a, slope_function *slope)
{
    size_t rows = call->rows, cols = call->cols;
    real *gradient = call->gradient, *sum = call->bias_gradient;
    const real *saved = call->saved;
    bool flat = call->stride == cols && (sum == NULL || cols < NARROW);
    if (flat) {
        multiply_row(rows * cols, gradient, saved, NULL, a, slope);
        if (sum != NULL) {
            GML_VARIANT(gml_sum_rows)(rows, cols, gradient, sum);
        }
        return;
    }
    if (sum != NULL) {
        memset(sum, 0, cols * sizeof *sum);
    }
    for (size_t i = 0; i < rows; i++, gradient += call->stride, saved += call->stride) {
        if (sum != NULL) {
            multiply_row(cols, gradient, saved, sum, a, slope);
        } else {
            multiply_row(cols, gradient, saved, NULL, a, slope);
        }
    }
}

/* ---- the functions: value and slope at a point, slope from what is saved ----
 * Each is written so that NaN is in no branch but the one that hands it on. */

GML_INLINE point identity(real x, real a)
{
    (void)a;
    return (point){.value = x, .slope = 1};
}

GML_INLINE real identity_slope(real y, real a)
{
    (void)y, (void)a;
    return 1;
}

/* Its derivative is 0, so training takes the straight-through estimator 1[|x| <= 1]. */
GML_INLINE point step(real x, real a)
{
    (void)a;
    real size = absolute(x);
    return (point){.value = x >= 0 ? 1 : (x < 0 ? 0 : x), .slope = size <= 1 ? 1 : (size > 1 ? 0 : x)};
}

GML_INLINE real saved_slope(real slope, real a)
{
    (void)a;
    return slope;
}

GML_INLINE point sigmoid(real x, real a)
{
    (void)a;
    return sigmoid_point(x);
}

GML_INLINE real sigmoid_slope(real y, real a)
{
    (void)a;
    return y * (1 - y);
}

GML_INLINE point hyperbolic_tangent(real x, real a)
{
    (void)a;
    return tanh_point(x);
}

GML_INLINE real tanh_slope(real y, real a)
{
    (void)a;
    return 1 - y * y;
}

GML_INLINE real relu_slope(real x, real a)
{
    (void)a;
    return x > 0 ? 1 : (x <= 0 ? 0 : x);
}

GML_INLINE point relu(real x, real a)
{
    return (point){.value = x <= 0 ? 0 : x, .slope = relu_slope(x, a)};
}

/* With a >= 0 the sign of y is that of x, so that one slope serves both. With a = 0, -infinity gives NaN. */
GML_INLINE real leaky_relu_slope(real x, real a)
{
    return x > 0 ? 1 : (x <= 0 ? a : x);
}

GML_INLINE point leaky_relu(real x, real a)
{
    return (point){.value = x > 0 ? x : a * x, .slope = leaky_relu_slope(x, a)};
}

/* ---- the rows ---- */

static void identity_forward(const gml_forward_call *call)
{
    forward(call, 0, identity);
}

static void identity_backward(const gml_backward_call *call)
{
    backward(call, 0, identity_slope);
}

static void step_forward(const gml_forward_call *call)
{
    forward(call, 0, step);
}

static void step_backward(const gml_backward_call *call)
{
    backward(call, 0, saved_slope);
}

static void sigmoid_forward(const gml_forward_call *call)
{
    forward(call, 0, sigmoid);
}

static void sigmoid_backward(const gml_backward_call *call)
{
    backward(call, 0, sigmoid_slope);
}

static void tanh_forward(const gml_forward_call *call)
{
    forward(call, 0, hyperbolic_tangent);
}

static void tanh_backward(const gml_backward_call *call)
{
    backward(call, 0, tanh_slope);
}

static void relu_forward(const gml_forward_call *call)
{
    forward(call, 0, relu);
}

static void relu_backward(const gml_backward_call *call)
{
    backward(call, 0, relu_slope);
}

static void leaky_relu_forward(const gml_forward_call *call)
{
    forward(call, (real)call->parameters[0], leaky_relu);
}

static void leaky_relu_backward(const gml_backward_call *call)
{
    backward(call, (real)call->parameters[0], leaky_relu_slope);
}

const gml_activation_kernel GML_VARIANT(gml_activations)[] = {
    {.name = "identity", .slope_from_value = 1, .forward = identity_forward, .backward = identity_backward},
    {.name = "step", .slope_from_value = 0, .forward = step_forward, .backward = step_backward},
    {.name = "sigmoid", .slope_from_value = 1, .forward = sigmoid_forward, .backward = sigmoid_backward},
    {.name = "tanh", .slope_from_value = 1, .forward = tanh_forward, .backward = tanh_backward},
    {.name = "relu", .slope_from_value = 1, .forward = relu_forward, .backward = relu_backward},
    {.name = "leaky_relu", .slope_from_value = 1, .forward = leaky_relu_forward, .backward = leaky_relu_backward},
    {.name = "softmax",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_softmax_forward),
     .backward = GML_VARIANT(gml_softmax_backward)},
    {.name = NULL},
};
