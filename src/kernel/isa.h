/* kernel/isa.h - what changes from one instruction set to the next: the names seen from outside.
 *
 * Meson compiles files that hold no reals once for each instruction set, with GML_ISA_SUFFIX as its name, _v4 say; the
 * others include kernel/real.h. */
#ifndef GML_KERNEL_ISA_H
#define GML_KERNEL_ISA_H

#include <stdint.h>
#include <string.h>

#include "kernel/kernel.h"

#define GML_JOIN(a, b)          a##b
#define GML_JOIN_EXPANDED(a, b) GML_JOIN(a, b)

/* The name of a symbol that other files see: GML_FOR_ISA(gml_order_kernels) is gml_order_kernels_v4, say. */
#define GML_FOR_ISA(name) GML_JOIN_EXPANDED(name, GML_ISA_SUFFIX)

/* A loop body given as a function must be part of its loop, or the loop is no vector loop. */
#define GML_INLINE static inline __attribute__((always_inline))

extern const struct gml_order_kernels GML_FOR_ISA(gml_order_kernels);

#endif
