/* kernel/isa.h - the names of external symbols for each instruction set.
 *
 * Meson compiles files without reals once for each instruction set, with GML_ISA_SUFFIX as its name, such as _v4. Other
 * files include kernel/real.h. */
#ifndef GML_KERNEL_ISA_H
#define GML_KERNEL_ISA_H

#include <stdint.h>
#include <string.h>

#include "kernel/kernel.h"

#define GML_JOIN(a, b)          a##b
#define GML_JOIN_EXPANDED(a, b) GML_JOIN(a, b)

/* The name of an external symbol: GML_FOR_ISA(gml_order_kernels) is gml_order_kernels_v4, for example. */
#define GML_FOR_ISA(name) GML_JOIN_EXPANDED(name, GML_ISA_SUFFIX)

/* A function called in a loop must be inlined, or the loop is not vectorised. */
#define GML_INLINE static inline __attribute__((always_inline))

extern const struct gml_order_kernels GML_FOR_ISA(gml_order_kernels);

#endif
