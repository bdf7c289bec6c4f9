/* kernel/product/blas_core.h - whether OpenBLAS runs kernels that this processor leaves behind.
 *
 * OpenBLAS chooses its kernels by the model of the processor. A version that does not know the model takes those of an
 * old one: 0.3.21 takes Prescott's on Emerald Rapids, five times slower than SkylakeX's. */
#ifndef GML_KERNEL_PRODUCT_BLAS_CORE_H
#define GML_KERNEL_PRODUCT_BLAS_CORE_H

#include <stdbool.h>

#include "gemmule/context.h"

enum { GML_BLAS_ADVICE_SIZE = 256 };

/* The instructions that OpenBLAS's kernels use, or that a processor has. */
typedef enum gml_blas_level { GML_BLAS_SSE = 0, GML_BLAS_AVX, GML_BLAS_AVX2, GML_BLAS_AVX512 } gml_blas_level;

/* How a name of kernels, such as "Prescott", and a processor go together. True if others would be faster; `text` then
 * names them and the environment variable, and `level` is a warning unless the processor is one level above. False too
 * for a name that is not known. */
bool gml_blas_core_advise(const char *core, gml_blas_level processor, gml_log_level *level,
                          char text[GML_BLAS_ADVICE_SIZE]);

/* What this processor has. */
gml_blas_level gml_blas_level_here(void);

/* The advice for OpenBLAS as it runs here; null if there is none. `level` may be null. */
const char *gml_blas_advice(gml_log_level *level);

#endif
