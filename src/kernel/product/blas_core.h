/* kernel/product/blas_core.h - whether OpenBLAS runs kernels for an older processor than this one.
 *
 * OpenBLAS chooses its kernels by processor model. A version that does not know the model chooses old ones: 0.3.21 runs
 * Prescott's on Emerald Rapids, five times slower than SkylakeX's. */
#ifndef GML_KERNEL_PRODUCT_BLAS_CORE_H
#define GML_KERNEL_PRODUCT_BLAS_CORE_H

#include <stdbool.h>

#include "gemmule/context.h"

enum { GML_BLAS_ADVICE_SIZE = 256 };

/* The instructions that OpenBLAS's kernels use, or that a processor has. */
typedef enum gml_blas_level { GML_BLAS_SSE = 0, GML_BLAS_AVX, GML_BLAS_AVX2, GML_BLAS_AVX512 } gml_blas_level;

/* True if other kernels than `core`, such as "Prescott", would be faster on this kind of processor. `text` then names
 * them and the environment variable; `level` is a warning unless the processor is one level above. False for an unknown
 * name. */
bool gml_blas_core_advise(const char *core, gml_blas_level processor, gml_log_level *level,
                          char text[GML_BLAS_ADVICE_SIZE]);

/* Returns the level of this processor. */
gml_blas_level gml_blas_level_here(void);

/* Returns the advice for OpenBLAS as it runs here; null if there is none. `level` may be null. */
const char *gml_blas_advice(gml_log_level *level);

#endif
