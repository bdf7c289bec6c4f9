/* bench/product.h - one matrix product with its memory, and a check of its result. */
#ifndef GML_BENCH_PRODUCT_H
#define GML_BENCH_PRODUCT_H

#include "kernel/product/gemm.h"

/* How far the rows of the matrices of a product lie apart. Lines of a cache that are a power of two of at least 4 KiB
 * apart fall on one of its sets; one line more spreads them over all. */
typedef enum bench_spacing {
    BENCH_PACKED, /* rows follow each other */
    BENCH_POWER,  /* the least power of two that holds a row, at least 4 KiB */
    BENCH_PADDED, /* the same and one line of 64 bytes */
    BENCH_SPACINGS
} bench_spacing;

extern const char *const bench_spacing_names[BENCH_SPACINGS];

/* Makes C [m x n] = op(A) [m x k] op(B) [k x n] with random matrices. */
gml_gemm bench_product_make(gml_dtype dtype, size_t m, size_t n, size_t k, bool a_transposed, bool b_transposed);

/* Returns the same product on copies of its matrices that have other strides. */
gml_gemm bench_product_respace(gml_dtype dtype, const gml_gemm *product, bench_spacing spacing);
void bench_product_free(gml_gemm *product);

/* Returns the floating-point operations. */
double bench_product_flops(const gml_gemm *product);

/* Returns "NN", "NT" or "TN". */
const char *bench_product_form(const gml_gemm *product);

/* Returns the product for rows [row, row + rows) and columns [col, col + cols) of C, clipped to C. */
gml_gemm bench_product_part(gml_dtype dtype, const gml_gemm *product, size_t row, size_t rows, size_t col, size_t cols);

/* Runs the product. Ends the program if the last entry of C, which the last task writes, differs from a plain dot
 * product. */
void bench_product_verify(gml_dtype dtype, const gml_gemm *product, const char *name, void (*run)(void *argument),
                          void *argument);

#endif
