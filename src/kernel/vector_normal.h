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
    real p = 0x1.e04004141beaap-23;
    p = p * a + 0x1.d32c85bf6f6eap-18;
    p = p * a + 0x1.be34986d5807ap-14;
    p = p * a + 0x1.1025567162f5bp-10;
    p = p * a + 0x1.d237c68a5e211p-8;
    p = p * a + 0x1.23e38607b74edp-5;
    p = p * a + 0x1.0e35389d819fcp-3;
    p = p * a + 0x1.6db176476650ap-2;
    p = p * a + 0x1.5bcfc051fb77ap-1;
    p = p * a + 0x1.a7cd530e5961bp-1;
    return (p * a + 0x1p-1) * REAL_UNLIFT;
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

/* The Mills ratio for 0 <= a <= 14.6, error 2^-27.3. That the denominator is monic saves a product. */
GML_INLINE real mills_numerator(real a)
{
    real p = 0.398946836843192f * REAL_UNLIFT;
    p = p * a + 3.93582537515294f * REAL_UNLIFT;
    p = p * a + 17.7410079388255f * REAL_UNLIFT;
    p = p * a + 42.4210338691063f * REAL_UNLIFT;
    return p * a + 48.3709809702218f * REAL_UNLIFT;
}

GML_INLINE real mills_denominator(real a)
{
    real p = a + 9.86626824484658f;
    p = p * a + 45.4557440112529f;
    p = p * a + 116.392620795160f;
    p = p * a + 162.031026265965f;
    return p * a + 96.7419613611887f;
}

#endif

#define REAL_DENSITY_AT_0 ((real)0x1.9884533d43651p-2) /* 1 / sqrt(2 pi) */

/* e^(-a^2 / 2), lifted as in kernel/vector.h, for a from 0 to REAL_NORMAL_HIGHEST. */
GML_INLINE real bell_lifted(real a)
{
    return exp_product_lifted((real)-0.5 * a, a);
}

/* (1 - Phi(a)) e^(a^2 / 2), for the same a, times REAL_UNLIFT, which costs nothing here. */
GML_INLINE real mills_ratio_unlifting(real a)
{
    return mills_numerator(a) / mills_denominator(a);
}

#endif
