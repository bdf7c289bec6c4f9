/* kernel/activation/series.c - trainable activations that are linear in fixed functions, or a quotient of such sums:
 * piecewise linear and rational. */
#include "kernel/activation/rows.h"
#include "kernel/activation/trainable_map.h"

/* ---- piecewise_linear ----
 * The knots are evenly spaced from -range to range. Theta holds the heights at the knots, then the slopes to the left
 * and right of them. With u the position of x in knots, clamped to the ends, the value is the sum of the heights times
 * hats max(0, 1 - |u - k|), plus the lines outside. At a knot the slope is the left one. */

typedef struct knots {
    size_t last;
    real range, density; /* knots per unit of x */
} knots;

static knots knots_of(const strip *s)
{
    size_t last = s->count - 3;
    real range = (real)s->parameters[1];
    return (knots){.last = last, .range = range, .density = (real)last / (2 * range)};
}

static void find_places(const strip *s, knots of, real *u)
{
    real last = (real)of.last;
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        real place = (s->x[j] + of.range) * of.density;
        u[j] = place <= 0 ? 0 : (place >= last ? last : place);
    }
}

GML_INLINE real hat(real u, real k)
{
    real height = 1 - absolute(u - k);
    return height <= 0 ? 0 : height;
}

/* The part of x beyond the knots: at most 0 on the left, at least 0 on the right. */
GML_INLINE real left_of(real x, real range)
{
    return x < -range ? x + range : 0;
}

GML_INLINE real right_of(real x, real range)
{
    return x > range ? x - range : 0;
}

static void line_values(const strip *s, knots of, const real *u)
{
    const real *left = s->theta + (of.last + 1) * STRIP, *right = left + STRIP, *height = s->theta;
    real *value = s->value;
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        value[j] = fading(left_of(s->x[j], of.range), left[j]) + fading(right_of(s->x[j], of.range), right[j]);
    }
    for (size_t k = 0; k <= of.last; k++, height += STRIP) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            value[j] += height[j] * hat(u[j], (real)k);
        }
    }
}

static void line_slopes(const strip *s, knots of, const real *u)
{
    const real *left = s->theta + (of.last + 1) * STRIP, *right = left + STRIP, *height = s->theta;
    real *slope = s->slope, *by = s->by, *by_left = by + (of.last + 1) * STRIP, *by_right = by_left + STRIP;
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        real x = s->x[j];
        by_left[j] = left_of(x, of.range);
        by_right[j] = right_of(x, of.range);
        slope[j] = x <= -of.range ? left[j] : (x > of.range ? right[j] : x - x);
    }
    for (size_t k = 0; k <= of.last; k++, height += STRIP, by += STRIP) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            real away = u[j] - (real)k, x = s->x[j];
            real side = away > 0 ? (away <= 1 ? -of.density : 0) : (away > -1 ? of.density : 0);
            by[j] = hat(u[j], (real)k);
            slope[j] += x <= -of.range ? 0 : (x > of.range ? 0 : side * height[j]);
        }
    }
}

static void piecewise_linear_strip(const strip *s)
{
    _Alignas(64) real u[STRIP];
    knots of = knots_of(s);
    find_places(s, of, u);
    if (s->value != NULL) {
        line_values(s, of, u);
    } else {
        line_slopes(s, of, u);
    }
}

static void piecewise_linear_forward(const gml_forward_call *call)
{
    trainable_forward(call, piecewise_linear_strip);
}

static void piecewise_linear_backward(const gml_backward_call *call)
{
    trainable_backward(call, piecewise_linear_strip);
}

/* ---- rational ----
 * P(x) / Q(x), P = a_0 + a_1 x + ... + a_5 x^5, Q = 1 + |B|, B = b_1 x + ... + b_4 x^4. x is clamped to
 * +-RATIONAL_HIGHEST, or its powers would overflow. */

enum { TOP = 5, BOTTOM = 4 };
#define RATIONAL_HIGHEST 0x1p20f

typedef struct quotient {
    real x, held; /* x clamped, and 1 if it was not clamped, else 0 */
    real p, q, p_slope, q_slope;
    real sign; /* of B */
} quotient;

/* The coefficients of one entry are STRIP apart from `theta` on. */
GML_INLINE quotient quotient_at(real x, const real *theta)
{
    const size_t top = TOP, bottom = BOTTOM;
    const real *a = theta, *b = theta + top * STRIP; /* b[k * STRIP] is b_k for k from 1 on */
    real at = x <= -RATIONAL_HIGHEST ? -RATIONAL_HIGHEST : (x >= RATIONAL_HIGHEST ? RATIONAL_HIGHEST : x);
    real p = a[top * STRIP], p_slope = 0, r = b[bottom * STRIP], r_slope = 0;
#pragma GCC unroll 8
    for (size_t k = top; k-- > 0;) {
        p_slope = p_slope * at + p;
        p = p * at + a[k * STRIP];
    }
#pragma GCC unroll 8
    for (size_t k = bottom - 1; k > 0; k--) {
        r_slope = r_slope * at + r;
        r = r * at + b[k * STRIP];
    }
    r_slope = r_slope * at + r;
    r *= at;
    real sign = r > 0 ? 1 : (r < 0 ? -1 : 0);
    return (quotient){.x = at,
                      .held = at == x ? 1 : 0,
                      .p = p,
                      .q = 1 + absolute(r),
                      .p_slope = p_slope,
                      .q_slope = sign * r_slope,
                      .sign = sign};
}

static void rational_strip(const strip *s)
{
    const real *x = s->x, *theta = s->theta;
    real *value = s->value, *slope = s->slope, *by = s->by;
    if (value != NULL) {
#pragma omp simd
        for (size_t j = 0; j < s->width; j++) {
            quotient f = quotient_at(x[j], theta + j);
            value[j] = f.p / f.q;
        }
        return;
    }
#pragma omp simd
    for (size_t j = 0; j < s->width; j++) {
        quotient f = quotient_at(x[j], theta + j);
        real inverse = 1 / f.q, y = f.p * inverse, top = inverse, bottom = -y * f.sign * inverse;
        slope[j] = (f.p_slope - y * f.q_slope) * inverse * f.held;
#pragma GCC unroll 8
        for (size_t k = 0; k <= TOP; k++) {
            by[k * STRIP + j] = top;
            top *= f.x;
        }
#pragma GCC unroll 8
        for (size_t k = 1; k <= BOTTOM; k++) {
            bottom *= f.x;
            by[(TOP + k) * STRIP + j] = bottom;
        }
    }
}

static void rational_forward(const gml_forward_call *call)
{
    trainable_forward(call, rational_strip);
}

static void rational_backward(const gml_backward_call *call)
{
    trainable_backward(call, rational_strip);
}

const gml_activation_kernel GML_VARIANT(gml_series_activations)[] = {
    {.name = "piecewise_linear", .forward = piecewise_linear_forward, .backward = piecewise_linear_backward},
    {.name = "rational", .forward = rational_forward, .backward = rational_backward},
    {.name = NULL},
};
