/* kernel/vector_normal.h - the normal distribution without branches, for GELU.
 *
 * Its distribution function is Phi(x) = (1 + erf(x / sqrt(2))) / 2, or erfc(-x / sqrt(2)) / 2 where that sum would
 * cancel. The tail 1 - Phi(a), a >= 0, is e^(-a^2 / 2), which underflows, times the Mills ratio, which varies slowly.
 */
#ifndef GML_KERNEL_VECTOR_NORMAL_H
#define GML_KERNEL_VECTOR_NORMAL_H

#include "kernel/lanes.h"
#include "kernel/vector.h"

#ifdef GML_DOUBLE

#define REAL_NORMAL_HIGHEST 38.7 /* a (1 - Phi(a)) is 0 from here up */

/* The Mills ratio (1 - Phi(a)) e^(a^2 / 2) for 0 <= a <= 38.7, error 2^-59.9, as a quotient of polynomials with
 * positive coefficients, whose sums do not cancel. The numerator includes the factor REAL_UNLIFT. */
GML_INLINE real mills_numerator(real a)
{
    real p = 0x1.e04004141beaap-23 * REAL_UNLIFT;
    p = p * a + 0x1.d32c85bf6f6eap-18 * REAL_UNLIFT;
    p = p * a + 0x1.be34986d5807ap-14 * REAL_UNLIFT;
    p = p * a + 0x1.1025567162f5bp-10 * REAL_UNLIFT;
    p = p * a + 0x1.d237c68a5e211p-8 * REAL_UNLIFT;
    p = p * a + 0x1.23e38607b74edp-5 * REAL_UNLIFT;
    p = p * a + 0x1.0e35389d819fcp-3 * REAL_UNLIFT;
    p = p * a + 0x1.6db176476650ap-2 * REAL_UNLIFT;
    p = p * a + 0x1.5bcfc051fb77ap-1 * REAL_UNLIFT;
    p = p * a + 0x1.a7cd530e5961bp-1 * REAL_UNLIFT;
    return p * a + 0x1p-1 * REAL_UNLIFT;
}

GML_INLINE real mills_denominator(real a)
{
    real p = 0x1.2cf3bc93f845ep-21;
    p = p * a + 0x1.24c2019520c8ep-16;
    p = p * a + 0x1.1834a1ffc653fp-12;
    p = p * a + 0x1.575f14de44bffp-9;
    p = p * a + 0x1.2882671010c24p-6;
    p = p * a + 0x1.785820c3023dp-4;
    p = p * a + 0x1.645ff96a965dfp-2;
    p = p * a + 0x1.f57b510aada4fp-1;
    p = p * a + 0x1.000facd135facp1;
    p = p * a + 0x1.687734e2d0ae6p1;
    p = p * a + 0x1.3a07be567d8a2p1;
    return p * a + 1;
}

#else

#define REAL_NORMAL_HIGHEST 14.6f

/* The same for 0 <= a <= 14.6, error 2^-27.3. The denominator is monic, which saves a multiplication. */
GML_INLINE real mills_numerator(real a)
{
    real p = 0x1.988586p-2f * REAL_UNLIFT;
    p = p * a + 0x1.f7c92p1f * REAL_UNLIFT;
    p = p * a + 0x1.1bdb2cp4f * REAL_UNLIFT;
    p = p * a + 0x1.535e48p5f * REAL_UNLIFT;
    return p * a + 0x1.82f7c4p5f * REAL_UNLIFT;
}

GML_INLINE real mills_denominator(real a)
{
    real p = a + 0x1.3bb878p3f;
    p = p * a + 0x1.6ba55ep5f;
    p = p * a + 0x1.d1920cp6f;
    p = p * a + 0x1.440fe2p7f;
    return p * a + 0x1.82f7c4p6f;
}

#endif

#define REAL_DENSITY_AT_0 ((real)0x1.9884533d43651p-2) /* 1 / sqrt(2 pi) */

/* e^(-a^2 / 2), lifted as in kernel/vector.h, for a from 0 to REAL_NORMAL_HIGHEST. */
GML_INLINE real bell_lifted(real a)
{
    return exp_product_lifted((real)-0.5 * a, a);
}

#ifdef GML_TABLE_LANES

/* The same by tables in registers. With a^2 = n / 2 + r, |r| <= 1/4, no irrational constant enters: r is rounded once,
 * and e^(-n / 4) is a product of two table entries. */
GML_INLINE vector bell_lifted_lanes(vector a)
{
    /* e^(-i / 4) */
    static const real fine[16] = {
        0x1p+0f,        0x1.8ebefap-1f, 0x1.368b3p-1f,  0x1.e3b40ep-2f, 0x1.78b564p-2f, 0x1.256184p-2f,
        0x1.c8f878p-3f, 0x1.63e398p-3f, 0x1.152aaap-3f, 0x1.afb718p-4f, 0x1.50385cp-4f, 0x1.05d938p-4f,
        0x1.97db0cp-5f, 0x1.3da368p-5f, 0x1.eec102p-6f, 0x1.815094p-6f,
    };
    /* e^(-4 i), lifted; the last five are not used */
    static const real coarse[32] = {
        0x1p+64f,        0x1.2c155cp+58f, 0x1.5fc21p+52f,  0x1.9c54c4p+46f, 0x1.e355bcp+40f, 0x1.1b4866p+35f,
        0x1.4c1078p+29f, 0x1.853f02p+23f, 0x1.c8465p+17f,  0x1.0b6c3ap+12f, 0x1.397924p+6f,  0x1.6f741ep+0f,
        0x1.aebabap-6f,  0x1.f8e6c2p-12f, 0x1.27ec46p-17f, 0x1.5ae192p-23f, 0x1.969d48p-29f, 0x1.dca23cp-35f,
        0x1.175afp-40f,  0x1.4775ep-46f,  0x1.7fd974p-52f, 0x1.c1f2dap-58f, 0x1.07b712p-63f, 0x1.352088p-69f,
        0x1.6a5beap-75f, 0x1.a8c1f2p-81f, 0x1.f1e6b6p-87f,
    };
    const real rounder = 0x1.8p22f; /* x + rounder holds round(2 x) in its low bits */
    vector sum = fused_lanes(a, a, rounder + (vector){0});
    vector r = fused_lanes(a, a, rounder - sum);
    which_lanes n = (which_lanes)sum;
    vector p = 0x1.551c6ep-9f * r - 0x1.55aa96p-6f; /* e^(-r / 2), error 2^-25.5 */
    p = p * r + 0x1.000018p-3f;
    p = p * r - 0x1.ffffeap-2f;
    p = p * r + 1;
    return look_up_16(fine, n) * look_up_32(coarse, n >> 4) * p;
}

#endif

/* (1 - Phi(a)) e^(a^2 / 2) times REAL_UNLIFT, for the same a. */
GML_INLINE real mills_ratio_unlifting(real a)
{
    return mills_numerator(a) / mills_denominator(a);
}

#endif
