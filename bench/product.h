/* bench/product.h - one matrix product with memory of its own, and a check of what it gives. */
#ifndef GML_BENCH_PRODUCT_H
#define GML_BENCH_PRODUCT_H

#include "kernel/product/gemm.h"

/* C [m x n] = op(A) [m x k] op(B) [k x n] of random numbers, each packed. */
gml_gemm bench_product_make(gml_dtype dtype, size_t m, size_t n, size_t k, bool a_transposed, bool b_transposed);
void bench_product_free(gml_gemm *product);

/* "NN", "NT" or "TN" */
const char *bench_product_form(const gml_gemm *product);

/* Rows [row, row + rows) and columns [col, col + cols) of C, cut off where C ends. */
gml_gemm bench_product_part(gml_dtype dtype, const gml_gemm *product, size_t row, size_t rows, size_t col, size_t cols);

/* Runs it and ends the program unless the last entry of C, which the last task writes, is what a plain dot product
 * gives. */
void bench_product_verify(gml_dtype dtype, const gml_gemm *product, const char *name, void (*run)(void *argument),
                          void *argument);

#endif
