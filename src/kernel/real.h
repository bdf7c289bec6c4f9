/* kernel/real.h - the type `real` and the names of external symbols for each variant of the kernels.
 *
 * Meson compiles the kernels once for each (type, instruction set), with GML_SUFFIX as the variant's name, such as
 * _f32_v4. GML_DOUBLE is defined if real is double. */
#ifndef GML_KERNEL_REAL_H
#define GML_KERNEL_REAL_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel/isa.h"

#ifdef GML_DOUBLE
typedef double real;
typedef uint64_t real_bits;
typedef int64_t real_int;
#define GML_REAL GML_F64
#else
typedef float real;
typedef uint32_t real_bits;
typedef int32_t real_int;
#define GML_REAL GML_F32
#endif

/* The name of an external symbol: GML_VARIANT(gml_norm_kernels) is gml_norm_kernels_f32_v4, for example. */
#define GML_VARIANT(name) GML_JOIN_EXPANDED(name, GML_SUFFIX)

GML_INLINE real real_from_bits(real_bits bits)
{
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

GML_INLINE real_bits bits_from_real(real x)
{
    real_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

GML_INLINE real absolute(real x)
{
#ifdef GML_DOUBLE
    return fabs(x);
#else
    return fabsf(x);
#endif
}

GML_INLINE real square_root(real x)
{
#ifdef GML_DOUBLE
    return sqrt(x);
#else
    return sqrtf(x);
#endif
}

#endif
