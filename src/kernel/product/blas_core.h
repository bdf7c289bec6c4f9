/* kernel/product/blas_core.h - whether OpenBLAS runs kernels for an older processor than this one.
 *
 * OpenBLAS chooses its kernels by processor model. A version that does not know the model chooses old ones. On Emerald
 * Rapids 0.3.21 runs the kernels for Prescott, which are five times slower than those for SkylakeX. On A64FX it runs
 * the kernels for any ARMv8, which use a quarter of a vector. */
#ifndef GML_KERNEL_PRODUCT_BLAS_CORE_H
#define GML_KERNEL_PRODUCT_BLAS_CORE_H

#include <stdbool.h>

#include "gemmule/context.h"

enum { GML_BLAS_ADVICE_SIZE = 256 };

/* The instructions that OpenBLAS's kernels use, or that a processor has: those of x86-64, then those of aarch64. A
 * processor has GML_BLAS_SVE if its vectors are longer than 256 bits. With shorter ones NEON is as fast: Neoverse V1
 * executes two instructions of 256 bits a cycle, or four of 128. */
typedef enum gml_blas_level {
    GML_BLAS_SSE = 0,
    GML_BLAS_AVX,
    GML_BLAS_AVX2,
    GML_BLAS_AVX512,
    GML_BLAS_NEON,
    GML_BLAS_SVE
} gml_blas_level;

/* True if other kernels than `core`, such as "Prescott", would be faster on this kind of processor. `text` then names
 * them and the environment variable; `level` is a warning unless AVX-512 would replace AVX2. False for an unknown name,
 * and for a name of another architecture. */
bool gml_blas_core_advise(const char *core, gml_blas_level processor, gml_log_level *level,
                          char text[GML_BLAS_ADVICE_SIZE]);

/* Returns the level of this processor. */
gml_blas_level gml_blas_level_here(void);

/* Returns the advice for OpenBLAS as it runs here; null if there is none. `level` may be null. */
const char *gml_blas_advice(gml_log_level *level);

#endif
