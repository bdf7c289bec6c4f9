/* kernel/trainable.c - the table of trainable activations, and those that learn one or two numbers. */
#include "kernel/trainable_map.h"

/* Value and derivatives at a point; what is not used costs nothing. */
typedef struct learned_point {
    real value, slope;
    real by[2];
} learned_point;

/* `a` and `b` are the numbers learned, the second 0 if there is but one. */
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

/* A product whose second factor goes to 0 faster than the first to infinity. */
GML_INLINE real fading(real growing, real factor)
{
    return factor == 0 ? 0 : growing * factor;
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

const gml_activation_kernel GML_VARIANT(gml_trainables)[] = {
    {.name = "prelu", .forward = prelu_forward, .backward = prelu_backward},
    {.name = "swish", .forward = swish_forward, .backward = swish_backward},
    {.name = NULL},
};
