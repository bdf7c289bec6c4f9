/* kernel/update/map.h - kernels of optimizer updates, built from a rule for one parameter: one pass over w, g and the
 * state. */
#ifndef GML_KERNEL_UPDATE_MAP_H
#define GML_KERNEL_UPDATE_MAP_H

#include <float.h>

#include "kernel/update/update.h"
#include "kernel/variant.h"

#ifdef GML_DOUBLE
#define REAL_LEAST_NORMAL DBL_MIN
#else
#define REAL_LEAST_NORMAL FLT_MIN
#endif

/* A parameter and its state. A struct by value: an array would prevent vectorisation. */
typedef struct parameter {
    real w, first, second, third;
} parameter;

/* The scalars of the step in the kernel's type. */
typedef struct scalars {
    real rate, mean_rate, momentum, beta1, fresh1, beta2, fresh2, unbias2, eps, initial_sum;
    real shrink, grow, least, greatest;
} scalars;

/* The compiler drops those that a rule does not read. */
GML_INLINE scalars scalars_of(const gml_update_scalars *s)
{
    return (scalars){.rate = (real)s->rate,
                     .mean_rate = (real)s->mean_rate,
                     .momentum = (real)s->momentum,
                     .beta1 = (real)s->beta1,
                     .fresh1 = (real)s->fresh1,
                     .beta2 = (real)s->beta2,
                     .fresh2 = (real)s->fresh2,
                     .unbias2 = (real)s->unbias2,
                     .eps = (real)s->eps,
                     .initial_sum = (real)s->initial_sum,
                     .shrink = (real)s->shrink,
                     .grow = (real)s->grow,
                     .least = (real)s->least,
                     .greatest = (real)s->greatest};
}

/* Returns the updated parameter. g is the scaled, clipped and regularised gradient. */
typedef parameter update_rule(scalars k, real g, parameter p);

/* -1, 1, or x where that is 0 or NaN */
GML_INLINE real sign_of(real x)
{
    return x > 0 ? 1 : x < 0 ? -1 : x;
}

/* g' = clip(g * scale) + l2 w; NaN stays NaN. */
GML_INLINE real final_gradient(real g, real w, real scale, real clip, real l2)
{
    g *= scale;
    g = g > clip ? clip : g;
    g = g < -clip ? -clip : g;
    return g + l2 * w;
}

/* Returns the state x, or 0 if x is denormal and its gradient g is 0. The mean of gradients that have become 0 (units
 * that relu silences) would stay denormal for ever, and roots and quotients of denormals take several times as long. */
GML_INLINE real settled(real x, real g)
{
    const real least = g == 0 ? REAL_LEAST_NORMAL : 0; /* shared by all states of the parameter */
    return absolute(x) < least ? 0 : x;
}

/* `states`, the number of state arrays of the rule, is a constant in each caller. */
GML_INLINE void update(const gml_update_call *call, size_t states, update_rule *rule)
{
    real *w = call->w, *first = call->state[0], *second = call->state[1], *third = call->state[2];
    const real *g = call->g;
    real scale = (real)call->gradient_scale, clip = (real)call->clip, l2 = (real)call->l2;
    real keep = (real)(1 - call->decay);
    scalars k = scalars_of(call->scalars);
#pragma omp simd
    for (size_t i = 0; i < call->count; i++) {
        parameter p = {.w = w[i] * keep};
        p.first = states > 0 ? first[i] : 0;
        p.second = states > 1 ? second[i] : 0;
        p.third = states > 2 ? third[i] : 0;
        real gradient = final_gradient(g[i], p.w, scale, clip, l2);
        p = rule(k, gradient, p);
        w[i] = p.w;
        if (states > 0) {
            first[i] = settled(p.first, gradient);
        }
        if (states > 1) {
            second[i] = settled(p.second, gradient);
        }
        if (states > 2) {
            third[i] = settled(p.third, gradient);
        }
    }
}

/* Rows of the table of optimizers: those of moments.c, and the one copied for custom optimizers. */
extern const gml_optimizer_kernel GML_VARIANT(gml_moment_optimizers)[], GML_VARIANT(gml_custom_optimizer);

#endif
