/* kernel/vector.h - elementary functions without branches, which the compiler vectorises.
 *
 * Maximum error in ULP of the exact value, over all arguments of the stated range, in both types, with or without FMA
 * (tested by tests/kernel/accuracy.c):
 *
 *   exp_below       e^x for x <= 0                    1.25; underflow is gradual
 *   exp_pair_below  e^x - 1 for x <= 0                2.0
 *   exponential     e^x for all x                     2.0; underflow is gradual
 *   log1p_unit      log(1 + u) for u = exp_below(x)   2.0, both together
 *   log_above       log x for x >= 1                  1.5; normal x < 1: absolute error at most 1 ULP of 1
 *   sigmoid         1 / (1 + e^-x)                    3.0; underflow is gradual; slope 4.5
 *   tanh            (e^x - e^-x) / (e^x + e^-x)       3.0; slope 4.5
 *
 * Over every float the maxima were 1.01 for exp, 2.40 for sigmoid, 2.50 for tanh and 4.22 for the slopes.
 *
 * NaN gives NaN; infinities give the limits; tanh keeps the sign of zero. The polynomials are minimax in the relative
 * error of the whole function, by Remez exchange. */
#ifndef GML_KERNEL_VECTOR_H
#define GML_KERNEL_VECTOR_H

#include "kernel/real.h"

#ifdef GML_DOUBLE

enum { REAL_MANTISSA = 52, REAL_BIAS = 1023, REAL_LIFT = 512 };
#define REAL_ROUNDER    (0x1.8p52 + REAL_BIAS + REAL_LIFT) /* x + rounder - rounder rounds x to the nearest integer */
#define REAL_LN2_HIGH   0x1.62e42feep-1                    /* its product with an exponent is exact */
#define REAL_LN2_LOW    0x1.a39ef35793c76p-33
#define REAL_LIFTING    0x1p512
#define REAL_UNLIFT     0x1p-512
#define REAL_EXP_LOWEST (-746.0)              /* e^x is 0 from here down */
#define REAL_HEAD       (~(real_bits)0 << 27) /* mask of the leading bits: a product of two such numbers is exact */

/* (e^r - 1 - r) / r^2 for |r| <= log(2) / 2, given r and its square; error 2^-57.9 of e^r */
GML_INLINE real exp_polynomial(real r, real square)
{
    real p = 0x1.ad7f69b90fcc1p-26 * r + 0x1.28ad72fee4121p-22;
    p = p * square + (0x1.71df2554c3995p-19 * r + 0x1.a0199a0c2eac4p-16);
    p = p * square + (0x1.a01a012a57026p-13 * r + 0x1.6c16c1842a271p-10);
    p = p * square + (0x1.1111111127be6p-7 * r + 0x1.555555555087cp-5);
    return p * square + (0x1.55555555554fap-3 * r + 0x1.000000000000ap-1);
}

/* (2 atanh(s) - 2 s) / s^3 in terms of z = s^2, for 0 <= s <= 1 / 3, error 2^-64.6 of 2 atanh(s) */
GML_INLINE real atanh_polynomial(real z)
{
    real p = 0x1.514781987ea98p-3;
    p = p * z + 0x1.1e75688e1df32p-4;
    p = p * z + 0x1.c17159010b112p-4;
    p = p * z + 0x1.dfe26a61637a5p-4;
    p = p * z + 0x1.112348549b6bap-3;
    p = p * z + 0x1.3b12d5b4b2beep-3;
    p = p * z + 0x1.745d1e04592e5p-3;
    p = p * z + 0x1.c71c71a5d6dd5p-3;
    p = p * z + 0x1.24924924c1e4dp-2;
    p = p * z + 0x1.999999999955cp-2;
    return p * z + 0x1.5555555555556p-1;
}

#else

enum { REAL_MANTISSA = 23, REAL_BIAS = 127, REAL_LIFT = 64 };
#define REAL_ROUNDER    (0x1.8p23f + REAL_BIAS + REAL_LIFT)
#define REAL_LN2_HIGH   0x1.63p-1f
#define REAL_LN2_LOW    (-0x1.bd0106p-13f)
#define REAL_LIFTING    0x1p64f
#define REAL_UNLIFT     0x1p-64f
#define REAL_EXP_LOWEST (-104.0f)
#define REAL_HEAD       (~(real_bits)0 << 12)

/* (e^r - 1 - r) / r^2 for |r| <= log(2) / 2, given r and its square; error 2^-28.2 of e^r */
GML_INLINE real exp_polynomial(real r, real square)
{
    real p = 0x1.6a2438p-10f * square + (0x1.1239e2p-7f * r + 0x1.5558f2p-5f);
    return p * square + (0x1.555492p-3f * r + 0x1.fffffcp-2f);
}

/* (2 atanh(s) - 2 s) / s^3 in terms of z = s^2, for 0 <= s <= 1 / 3, error 2^-27.7 of 2 atanh(s) */
GML_INLINE real atanh_polynomial(real z)
{
    real p = 0x1.1efa3cp-2f;
    p = p * z + 0x1.1eb5bcp-2f;
    p = p * z + 0x1.99d28p-2f;
    return p * z + 0x1.5555p-1f;
}

#endif

#define REAL_LN2   ((real)0x1.62e42fefa39efp-1)
#define REAL_LOG2E ((real)0x1.71547652b82fep+0)

#ifdef GML_FMA
/* x y + z, rounded once */
GML_INLINE real fused(real x, real y, real z)
{
#ifdef GML_DOUBLE
    return __builtin_fma(x, y, z);
#else
    return __builtin_fmaf(x, y, z);
#endif
}
#else
GML_INLINE real head_of(real x)
{
    return real_from_bits(bits_from_real(x) & REAL_HEAD);
}
#endif

/* min(|x|, bound); NaN stays NaN. */
GML_INLINE real size_within(real x, real bound)
{
    real a = absolute(x);
    return bound < a ? bound : a;
}

/* The same by integer comparison of the bits, for loops bound by floating-point units. NaN becomes the bound; the
 * caller must propagate NaN itself. */
GML_INLINE real size_capped(real x, real bound)
{
    real_int size = (real_int)bits_from_real(absolute(x)), cap = (real_int)bits_from_real(bound);
    return real_from_bits((real_bits)(size < cap ? size : cap));
}

/* x with the sign of `sign`, for x >= 0 */
GML_INLINE real with_sign(real x, real sign)
{
    return real_from_bits(bits_from_real(x) | (bits_from_real(sign) & (real_bits)1 << (sizeof(real) * 8 - 1)));
}

/* e^x = scale (1 + tail), where scale is a power of two times 2^REAL_LIFT, so that neither it nor e^x is denormal, and
 * |tail| < 0.42. Adding the rounder leaves n in the low bits of the sum; a shift moves n to the exponent. */
typedef struct exp_parts {
    real scale, tail;
} exp_parts;

GML_INLINE exp_parts exp_parts_from(real sum, real r)
{
    real square = r * r;
    return (exp_parts){.scale = real_from_bits(bits_from_real(sum) << REAL_MANTISSA),
                       .tail = r + square * exp_polynomial(r, square)};
}

/* Cody and Waite: x = n log(2) + r. */
GML_INLINE exp_parts exp_split(real x)
{
    real sum = x * REAL_LOG2E + REAL_ROUNDER;
    real n = sum - REAL_ROUNDER;
    return exp_parts_from(sum, (x - n * REAL_LN2_HIGH) - n * REAL_LN2_LOW);
}

/* The same for e^(x y), where x y has more digits than a real: x y - n log(2) is rounded once, by FMA. Without FMA x y
 * is split into the exact product of the heads and a small rest. */
GML_INLINE exp_parts exp_split_product(real x, real y)
{
#ifdef GML_FMA
    real sum = x * (y * REAL_LOG2E) + REAL_ROUNDER;
    real n = sum - REAL_ROUNDER;
    return exp_parts_from(sum, fused(x, y, -(n * REAL_LN2_HIGH)) - n * REAL_LN2_LOW);
#else
    real x_head = head_of(x), y_head = head_of(y);
    real product = x_head * y_head, rest = (x - x_head) * y + x_head * (y - y_head);
    real sum = (product + rest) * REAL_LOG2E + REAL_ROUNDER;
    real n = sum - REAL_ROUNDER;
    return exp_parts_from(sum, ((product - n * REAL_LN2_HIGH) - n * REAL_LN2_LOW) + rest);
#endif
}

/* e^x 2^lift. Multiplying by REAL_UNLIFT as the last operation rounds only if that product is denormal. */
GML_INLINE real exp_join(exp_parts parts)
{
    return parts.scale * parts.tail + parts.scale;
}

/* Valid for x from 1.2 REAL_EXP_LOWEST to (REAL_LIFT - 1/2) log 2; undefined values beyond, for both functions. */
GML_INLINE real exp_lifted(real x)
{
    return exp_join(exp_split(x));
}

GML_INLINE real exp_product_lifted(real x, real y)
{
    return exp_join(exp_split_product(x, y));
}

/* e^x for x <= 0 */
GML_INLINE real exp_below(real x)
{
    return exp_lifted(x < REAL_EXP_LOWEST ? REAL_EXP_LOWEST : x) * REAL_UNLIFT;
}

/* Subtracted from the bits of a scale: 2^REAL_LIFT times becomes 2^-REAL_LIFT times. If the lifted exponent has
 * overflowed into the sign, this borrows from it. */
#define REAL_LOWERING ((real_bits)(2 * REAL_LIFT) << REAL_MANTISSA)

/* e^x. Scaling down for x > 0 prevents an intermediate overflow, as lifting prevents an intermediate underflow below 0.
 */
GML_INLINE real exponential(real x)
{
    real within = x < REAL_EXP_LOWEST ? REAL_EXP_LOWEST : x > -REAL_EXP_LOWEST ? -REAL_EXP_LOWEST : x;
    exp_parts parts = exp_split(within);
    parts.scale = real_from_bits(bits_from_real(parts.scale) - (x > 0 ? REAL_LOWERING : 0));
    return exp_join(parts) * (x > 0 ? REAL_LIFTING : REAL_UNLIFT);
}

/* e^x and e^x - 1 for x <= 0, the latter without cancellation: scale tail + (scale - 1). */
typedef struct exp_pair {
    real e, less_1;
} exp_pair;

GML_INLINE exp_pair exp_pair_below(real x)
{
    exp_parts parts = exp_split(x < REAL_EXP_LOWEST ? REAL_EXP_LOWEST : x);
    real scale = parts.scale * REAL_UNLIFT;
    return (exp_pair){.e = exp_join(parts) * REAL_UNLIFT, .less_1 = scale * parts.tail + (scale - 1)};
}

/* log(1 + u) = 2 atanh(s) for s = u / (2 + u), 0 <= u <= 1, with 2 s as u - s u, since u is exact. */
GML_INLINE real log1p_unit(real u)
{
    real s = u / (2 + u);
    real z = s * s;
    return u - s * (u - z * atanh_polynomial(z));
}

/* log(x) for finite x >= 1: x = 2^k (1 + u), and all terms are positive. NaN has no k and is propagated. For normal x
 * below 1 the terms cancel; 0 gives a finite number. */
GML_INLINE real log_above(real x)
{
    real_bits bits = bits_from_real(x), fraction = ((real_bits)1 << REAL_MANTISSA) - 1;
    real k = (real)(int)((bits >> REAL_MANTISSA) - REAL_BIAS);
    real u = real_from_bits((bits & fraction) | (real_bits)REAL_BIAS << REAL_MANTISSA) - 1;
    return k * REAL_LN2 + log1p_unit(u) + (x - x);
}

/* x / y, given the rounded inverse of y. Correcting the product by FMA gives the bits of the quotient (P. Markstein,
 * 1990). It costs less than a second division of 512 bits, and not less than a shorter one. */
GML_INLINE real divided(real x, real y, real inverse)
{
#if defined GML_FMA && defined __AVX512F__
    real q = x * inverse;
    return fused(fused(-q, y, x), inverse, q);
#else
    (void)inverse;
    return x / y;
#endif
}

/* Value and derivative of a function at one point. Inlining removes the one that is not used. */
typedef struct point {
    real value, slope;
} point;

/* 1 / (1 + e^-x), from e^-|x|, which cannot overflow. The slope e / (1 + e)^2 stays accurate where y (1 - y) rounds to
 * 0. */
GML_INLINE point sigmoid_point(real x)
{
    real e = exp_below(-absolute(x));
    real whole = 1 + e;
    return (point){.value = (x >= 0 ? 1 : e) / whole, .slope = e / (whole * whole)};
}

/* tanh |x| = -m / (2 + m) with m = e^(-2|x|) - 1. The slope is 4 times that of the sigmoid at 2 x. */
GML_INLINE point tanh_point(real x)
{
    exp_pair p = exp_pair_below(-2 * absolute(x));
    real y = (0 - p.less_1) / (2 + p.less_1), whole = 1 + p.e; /* -m would be -0 for m = 0 */
    return (point){.value = with_sign(y, x), .slope = 4 * p.e / (whole * whole)};
}

#endif
