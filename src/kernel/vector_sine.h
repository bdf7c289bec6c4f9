/* kernel/vector_sine.h - sine and cosine without branches, for |x| up to SINE_HIGHEST.
 *
 * Range reduction (Cody and Waite): r = x - n pi in [-pi/2, pi/2]. The sine and cosine of x are those of r, negated for
 * odd n. Errors: sine 2.5 ULP, cosine 5 ULP; near zeros other than the sine's at 0, in ULP of 1/4. */
#ifndef GML_KERNEL_VECTOR_SINE_H
#define GML_KERNEL_VECTOR_SINE_H

#include "kernel/vector.h"

#define SINE_HIGHEST 0x1p20

#ifdef GML_DOUBLE

/* (sin r - r) / r^3 in terms of s = r^2, error 2^-54.6 of sin r */
GML_INLINE real sine_polynomial(real s)
{
    real p = 0x1.89a48587adbd9p-49;
    p = p * s - 0x1.ae5138b9dfa52p-41;
    p = p * s + 0x1.6124015b4828ep-33;
    p = p * s - 0x1.ae6455a1d6c25p-26;
    p = p * s + 0x1.71de3a545670fp-19;
    p = p * s - 0x1.a01a01a018aadp-13;
    p = p * s + 0x1.1111111111107p-7;
    return p * s - 0x1.5555555555555p-3;
}

/* (cos r - 1 + r^2 / 2) / r^4 in terms of s = r^2, error 2^-55.8 */
GML_INLINE real cosine_polynomial(real s)
{
    real p = -0x1.5eeafb5aadf8dp-53;
    p = p * s + 0x1.ae5a5d31ace31p-45;
    p = p * s - 0x1.9396fdb45ceccp-37;
    p = p * s + 0x1.1eed8ea6c7793p-29;
    p = p * s - 0x1.27e4fb771a86ap-22;
    p = p * s + 0x1.a01a01a019783p-16;
    p = p * s - 0x1.6c16c16c16c13p-10;
    return p * s + 0x1.5555555555555p-5;
}

#else

/* (sin r - r) / r^3 in terms of s = r^2, error 2^-25.6 of sin r */
GML_INLINE real sine_polynomial(real s)
{
    real p = -0x1.9db1cap-26f;
    p = p * s + 0x1.719692p-19f;
    p = p * s - 0x1.a01906p-13f;
    p = p * s + 0x1.11111p-7f;
    return p * s - 0x1.555556p-3f;
}

/* (cos r - 1 + r^2 / 2) / r^4 in terms of s = r^2, error 2^-26.3 */
GML_INLINE real cosine_polynomial(real s)
{
    real p = -0x1.1d0944p-22f;
    p = p * s + 0x1.9fd76ap-16f;
    p = p * s - 0x1.6c163ep-10f;
    return p * s + 0x1.555556p-5f;
}

#endif

/* x - n pi, and (-1)^n */
typedef struct half_turns {
    real r, sign;
} half_turns;

#if defined GML_FMA && !defined GML_DOUBLE

/* With FMA float is enough: x - n head, where head has the leading 24 bits of pi, is a float, and the next bits of pi
 * leave an error below 2^-28. `excess` is subtracted from x. Rounding of x / pi may miss n by a little: |r| < 1.65. */
GML_INLINE half_turns subtract_half_turns(real x, real excess)
{
    const real rounder = 0x1.8p23f;
    real sum = fused(x, 0x1.45f306p-2f, rounder), n = sum - rounder;
    real r = fused(-n, 0x1.921fb4p+1f, x) - fused(n, 0x1.4442d2p-23f, excess);
    return (half_turns){.r = r, .sign = real_from_bits(bits_from_real(1) | bits_from_real(sum) << 31)};
}

GML_INLINE half_turns take_half_turns(real x)
{
    return subtract_half_turns(x, 0);
}

/* of x y */
GML_INLINE half_turns take_product_half_turns(real x, real y)
{
    return subtract_half_turns(x * y, fused(-x, y, x * y));
}

#else

/* In double, with pi in three parts. The products of n and the first two parts are exact. */
GML_INLINE half_turns subtract_half_turns(double x)
{
    const double rounder = 0x1.8p52;
    double n = (x * 0x1.45f306dc9c883p-2 + rounder) - rounder;
    double odd = n - 2 * ((n * 0.5 + rounder) - rounder); /* -1, 0 or 1 */
    double r = ((x - n * 0x1.921fb544p+1) - n * 0x1.0b4611a6p-33) - n * 0x1.3198a2e037073p-68;
    return (half_turns){.r = (real)r, .sign = (real)(1 - 2 * odd * odd)};
}

GML_INLINE half_turns take_half_turns(real x)
{
    return subtract_half_turns((double)x);
}

/* of x y */
GML_INLINE half_turns take_product_half_turns(real x, real y)
{
    return subtract_half_turns((double)x * (double)y);
}

#endif

GML_INLINE real sine_of(half_turns t)
{
    real s = t.r * t.r, size = t.r + t.r * (s * sine_polynomial(s));
    return t.sign * (t.r == 0 ? t.r : size); /* the sum would turn -0 into 0 */
}

GML_INLINE real cosine_of(half_turns t)
{
    real s = t.r * t.r;
    return t.sign * ((1 - (real)0.5 * s) + s * s * cosine_polynomial(s));
}

#endif
