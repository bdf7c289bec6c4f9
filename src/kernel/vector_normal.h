/* kernel/vector_normal.h - the normal distribution without branches: what GELU is made of.
 *
 * Its distribution function Phi is (1 + erf(x / sqrt(2))) / 2 and, where that would cancel, erfc(-x / sqrt(2)) / 2. The
 * tail 1 - Phi(a) for a >= 0 is taken apart into e^(-a^2 / 2), which underflows, and the Mills ratio, which is tame. */
#ifndef GML_KERNEL_VECTOR_NORMAL_H
#define GML_KERNEL_VECTOR_NORMAL_H

#include "kernel/vector.h"

#ifdef GML_DOUBLE

#define REAL_NORMAL_HIGHEST 38.7 /* a (1 - Phi(a)) is 0 from here up */

/* The Mills ratio (1 - Phi(a)) e^(a^2 / 2) as a quotient of polynomials with positive coefficients, so that none of
 * their sums cancels, for 0 <= a <= 38.7, error 2^-59.9; the numerator is times REAL_UNLIFT. */
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

/* The same for 0 <= a <= 14.6, error 2^-27.3. That the denominator is monic saves a product. */
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

/* (1 - Phi(a)) e^(a^2 / 2), for the same a, times REAL_UNLIFT. */
GML_INLINE real mills_ratio_unlifting(real a)
{
    return mills_numerator(a) / mills_denominator(a);
}

#endif
