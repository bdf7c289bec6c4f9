/* kernel/product/gemm.h - the one door to OpenBLAS.
 *
 * Every call is single-threaded: threads are ours (base/parallel.h), so that results do not depend on how many there
 * are. */
#ifndef GML_KERNEL_PRODUCT_GEMM_H
#define GML_KERNEL_PRODUCT_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "gemmule/matrix.h"

/* op(A) [m x k] times op(B) [k x n]; each matrix with its row stride, in entries. All sizes at most INT_MAX, which the
 * plan sees to; of the other calls as well. */
typedef struct gml_gemm {
    size_t m, n, k;
    const void *a, *b;
    void *c;
    size_t a_stride, b_stride, c_stride;
    bool a_transposed, b_transposed;
    bool accumulate; /* C += instead of C = */
    void *memory;    /* of the library's own products: GML_PRODUCT_BYTES, on a 64-byte line; or null */
} gml_gemm;

enum { GML_PRODUCT_BYTES = 57 * 1024 };

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

/* Solves A x = b for a symmetric A [n x n], of which the lower triangle is read and overwritten by its Cholesky factor;
 * x takes the place of b. False if A is not positive definite: b is then as it was. */
bool gml_gemm_solve(size_t n, double *a, double *b);

/* From the first open to the last close in the process OpenBLAS runs one thread a call; then the host's setting is put
 * back. The thread that opens the door closes it, on any number of threads at once, and may nest: a thread that has it
 * open already only counts. The first time takes a lock that the whole process shares. So the rule is:
 * - work on a batch opens the door in gml_plan_run (engine/plan.h), where one of its products is OpenBLAS's;
 * - work on one thread that does not go through there opens it around its products;
 * - a fit holds it open from its first step to its last. */
void gml_gemm_open(void);
void gml_gemm_close(void);

/* The name of the kernels that OpenBLAS runs: "SkylakeX", say. */
const char *gml_gemm_core(void);

/* "OpenBLAS 0.3.21 pthread, kernels for SkylakeX", say: which it has chosen for this processor. */
const char *gml_gemm_backend(void);

#endif
