/* kernel/activation/trainable.c - trainable activations with one or two parameters. */
#include "kernel/activation/rows.h"
#include "kernel/activation/trainable_map.h"
#include "kernel/vector_sine.h"

/* Value and derivatives at one point. Inlining removes those that are not used. */
typedef struct learned_point {
    real value, slope;
    real by[2];
} learned_point;

/* `a` and `b` are the parameters; b is 0 if there is only one. */
typedef learned_point learned_function(real x, real a, real b);

GML_INLINE void run_strip(const strip *s, size_t count, learned_function *f)
{
    const real *x = s->x, *a = s->theta, *b = s->theta + STRIP;
    real *value = s->value, *slope = s->slope, *by = s->by;
    if (value != NULL) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            value[j] = f(x[j], a[j], count > 1 ? b[j] : 0).value;
        }
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        learned_point p = f(x[j], a[j], count > 1 ? b[j] : 0);
        slope[j] = p.slope;
        by[j] = p.by[0];
        if (count > 1) {
            by[STRIP + j] = p.by[1];
        }
    }
}

/* ---- the functions ---- */

GML_INLINE learned_point prelu(real x, real a, real unused)
{
    (void)unused;
    return (learned_point){.value = x > 0 ? x : a * x, .slope = x > 0 ? 1 : (x <= 0 ? a : x), .by = {x > 0 ? 0 : x}};
}

GML_INLINE learned_point swish(real x, real beta, real unused)
{
    (void)unused;
    point s = sigmoid_point(beta * x);
    real bend = fading(x, s.slope);
    return (learned_point){.value = fading(x, s.value), .slope = s.value + beta * bend, .by = {fading(x, bend)}};
}

/* gain / (1 + e^(-slope x)) */
GML_INLINE learned_point scaled_sigmoid(real x, real gain, real slope)
{
    point s = sigmoid_point(slope * x);
    return (learned_point){
        .value = gain * s.value, .slope = gain * slope * s.slope, .by = {s.value, gain * fading(x, s.slope)}};
}

/* gain tanh(slope x) */
GML_INLINE learned_point scaled_tanh(real x, real gain, real slope)
{
    point t = tanh_point(slope * x);
    return (learned_point){
        .value = gain * t.value, .slope = gain * slope * t.slope, .by = {t.value, gain * fading(x, t.slope)}};
}

/* x + sin^2(u) / a, u = a x, as x + x sin(u) q, q = sin(u) / u, which does not divide by a. For |u| above SINE_HIGHEST
 * the sine term is 0. */
GML_INLINE learned_point snake(real x, real a, real unused)
{
    (void)unused;
    real u = a * x;
    bool far = absolute(u) > (real)SINE_HIGHEST;
    half_turns t = take_half_turns(far ? 0 : u);
    real s = sine_of(t), c = cosine_of(t), q = far ? 0 : (u == 0 ? 1 : s / u);
    return (learned_point){
        .value = x + fading(x, s * q), .slope = 1 + 2 * s * c, .by = {fading(x * x, q * (2 * c - q))}};
}

/* a x / b for x > 0, else a (e^(x / b) - 1); b is at least 0.1 */
GML_INLINE learned_point pelu(real x, real a, real b)
{
    bool held = b < (real)0.1;
    real inverse = 1 / (held ? (real)0.1 : b), u = x * inverse;
    exp_pair left = exp_pair_below(x > 0 ? 0 : u);
    real e = x > 0 ? 1 : left.e, rise = x < 0 ? left.less_1 : u, bend = a * inverse * e;
    return (learned_point){.value = a * rise, .slope = bend, .by = {rise, held ? 0 : -fading(u, bend)}};
}

/* ---- the rows ---- */

static void prelu_strip(const strip *s)
{
    run_strip(s, 1, prelu);
}

static void prelu_forward(const gml_forward_call *call)
{
    trainable_forward(call, prelu_strip);
}

static void prelu_backward(const gml_backward_call *call)
{
    trainable_backward(call, prelu_strip);
}

static void swish_strip(const strip *s)
{
    run_strip(s, 1, swish);
}

static void swish_forward(const gml_forward_call *call)
{
    trainable_forward(call, swish_strip);
}

static void swish_backward(const gml_backward_call *call)
{
    trainable_backward(call, swish_strip);
}

static void scaled_sigmoid_strip(const strip *s)
{
    run_strip(s, 2, scaled_sigmoid);
}

static void scaled_sigmoid_forward(const gml_forward_call *call)
{
    trainable_forward(call, scaled_sigmoid_strip);
}

static void scaled_sigmoid_backward(const gml_backward_call *call)
{
    trainable_backward(call, scaled_sigmoid_strip);
}

static void scaled_tanh_strip(const strip *s)
{
    run_strip(s, 2, scaled_tanh);
}

static void scaled_tanh_forward(const gml_forward_call *call)
{
    trainable_forward(call, scaled_tanh_strip);
}

static void scaled_tanh_backward(const gml_backward_call *call)
{
    trainable_backward(call, scaled_tanh_strip);
}

static void snake_strip(const strip *s)
{
    run_strip(s, 1, snake);
}

static void snake_forward(const gml_forward_call *call)
{
    trainable_forward(call, snake_strip);
}

static void snake_backward(const gml_backward_call *call)
{
    trainable_backward(call, snake_strip);
}

static void pelu_strip(const strip *s)
{
    run_strip(s, 2, pelu);
}

static void pelu_forward(const gml_forward_call *call)
{
    trainable_forward(call, pelu_strip);
}

static void pelu_backward(const gml_backward_call *call)
{
    trainable_backward(call, pelu_strip);
}

const gml_activation_kernel GML_VARIANT(gml_learned_activations)[] = {
    {.name = "prelu", .forward = prelu_forward, .backward = prelu_backward},
    {.name = "swish", .forward = swish_forward, .backward = swish_backward},
    {.name = "scaled_sigmoid", .forward = scaled_sigmoid_forward, .backward = scaled_sigmoid_backward},
    {.name = "scaled_tanh", .forward = scaled_tanh_forward, .backward = scaled_tanh_backward},
    {.name = "snake", .forward = snake_forward, .backward = snake_backward},
    {.name = "pelu", .forward = pelu_forward, .backward = pelu_backward},
    {.name = NULL},
};
