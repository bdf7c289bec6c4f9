/* kernel/product/gemm.h - the only code that calls OpenBLAS.
 *
 * Every call runs on one thread. Parallelism comes from base/parallel.h, so results do not depend on the number of
 * threads. */
#ifndef GML_KERNEL_PRODUCT_GEMM_H
#define GML_KERNEL_PRODUCT_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/matrix.h"

/* op(A) [m x k] times op(B) [k x n]. Strides are between rows, in entries. In this and the other calls all sizes are at
 * most INT_MAX, which the plan checks. */
typedef struct gml_gemm {
    size_t m, n, k;
    const void *a, *b;
    void *c;
    size_t a_stride, b_stride, c_stride;
    bool a_transposed, b_transposed;
    bool accumulate; /* C += instead of C = */
    bool half_zero;  /* about half of A is expected to be 0; only gml_product_is_native reads it */
    void *memory;    /* for native products: GML_PRODUCT_BYTES, aligned to 64 bytes; or null */
} gml_gemm;

enum { GML_PRODUCT_BYTES = 464 * 1024 };

/* True if OpenBLAS computes a product of this size with its small-matrix kernels, which pack nothing. Their rounding
 * may differ from that of the regular kernels. */
bool gml_gemm_is_small(size_t m, size_t n, size_t k);

/* True if OpenBLAS's kernels for this processor compute an entry of C by the same instructions wherever it lies in C.
 * Adjacent products can then be merged into one call without changing a bit. Most kernels treat the edges of C
 * differently: false. Contexts keep the answer in `blas_merges`. */
bool gml_gemm_merges(void);

/* C = op(A) op(B), or C += op(A) op(B), in GML_F32 or GML_F64. */
void gml_gemm_run(gml_dtype dtype, const gml_gemm *call);

/* The lower triangle of the symmetric matrix C [n x n]: C = A'A, or C += A'A, of A [k x n], in double. */
typedef struct gml_square {
    size_t n, k;
    const double *a;
    double *c;
    size_t a_stride, c_stride;
    bool accumulate;
} gml_square;

void gml_gemm_square(const gml_square *call);

/* Solves A x = b for a symmetric A [n x n]. Reads the lower triangle of A and overwrites it with the Cholesky factor;
 * writes x to b. False if A is not positive definite; b is then unchanged. */
bool gml_gemm_solve(size_t n, double *a, double *b);

/* Computes the singular values of A [m x n], packed, in double and descending: values [min(m, n)]. Overwrites A. `work`
 * has `count` doubles, as gml_gemm_singular_memory says. False if A is not finite or the iteration does not converge.
 */
size_t gml_gemm_singular_memory(size_t m, size_t n);
bool gml_gemm_singular_values(size_t m, size_t n, double *a, double *values, double *work, size_t count);

/* gml_gemm_open() sets OpenBLAS to one thread per call; the last gml_gemm_close() in the process restores the host's
 * setting. Any number of threads may hold it open, each with its own pair of calls. Pairs may nest; only the outermost
 * takes the lock, which the whole process shares. So:
 * - gml_plan_run (engine/plan.h) opens around work on a batch that has an OpenBLAS product;
 * - single-threaded work that does not use gml_plan_run opens around its products;
 * - a fit holds it open from its first step to its last. */
void gml_gemm_open(void);
void gml_gemm_close(void);

/* Returns the name of the kernels that OpenBLAS runs, such as "SkylakeX". */
const char *gml_gemm_core(void);

/* Returns a description such as "OpenBLAS 0.3.21 pthread, kernels for SkylakeX". */
const char *gml_gemm_backend(void);

#endif
