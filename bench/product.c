/* bench/product.c - matrix products to be timed. */
#include "product.h"

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "setup.h"

const char *const bench_spacing_names[BENCH_SPACINGS] = {"packed", "power of two", "padded"};

/* Returns the stride of rows of `width` entries, in entries. */
static size_t stride_of(gml_dtype dtype, size_t width, bench_spacing spacing)
{
    enum { LEAST = 4096, LINE = 64 };
    size_t size = gml_dtype_size(dtype), bytes = LEAST;
    if (spacing == BENCH_PACKED) {
        return width;
    }
    while (bytes < width * size) {
        bytes *= 2;
    }
    return (spacing == BENCH_PADDED ? bytes + LINE : bytes) / size;
}

/* Allocates the matrices. The gaps between rows hold numbers as well. */
static gml_gemm make_spaced(gml_dtype dtype, gml_gemm product, bench_spacing spacing)
{
    const gml_kernels *kernels = gml_kernels_find(dtype, NULL);
    size_t a_rows = product.a_transposed ? product.k : product.m, a_cols = product.a_transposed ? product.m : product.k;
    size_t b_rows = product.b_transposed ? product.n : product.k, b_cols = product.b_transposed ? product.k : product.n;
    product.a_stride = stride_of(dtype, a_cols, spacing);
    product.b_stride = stride_of(dtype, b_cols, spacing);
    product.c_stride = stride_of(dtype, product.n, spacing);
    product.a = bench_random(kernels, a_rows * product.a_stride, 1);
    product.b = bench_random(kernels, b_rows * product.b_stride, 2);
    product.c = bench_allocate(product.m * product.c_stride, kernels->size);
    return product;
}

gml_gemm bench_product_make(gml_dtype dtype, size_t m, size_t n, size_t k, bool a_transposed, bool b_transposed)
{
    gml_gemm product = {.m = m, .n = n, .k = k, .a_transposed = a_transposed, .b_transposed = b_transposed};
    return make_spaced(dtype, product, BENCH_PACKED);
}

gml_gemm bench_product_respace(gml_dtype dtype, const gml_gemm *product, bench_spacing spacing)
{
    return make_spaced(dtype, *product, spacing);
}

void bench_product_free(gml_gemm *product)
{
    free((void *)(uintptr_t)product->a);
    free((void *)(uintptr_t)product->b);
    free(product->c);
}

double bench_product_flops(const gml_gemm *product)
{
    return 2.0 * (double)product->m * (double)product->n * (double)product->k;
}

const char *bench_product_form(const gml_gemm *product)
{
    return product->a_transposed ? "TN" : product->b_transposed ? "NT" : "NN";
}

gml_gemm bench_product_part(gml_dtype dtype, const gml_gemm *product, size_t row, size_t rows, size_t col, size_t cols)
{
    size_t size = gml_dtype_size(dtype);
    gml_gemm part = *product;
    part.m = product->m - row < rows ? product->m - row : rows;
    part.n = product->n - col < cols ? product->n - col : cols;
    part.a = (const char *)part.a + row * (part.a_transposed ? 1 : part.a_stride) * size;
    part.b = (const char *)part.b + col * (part.b_transposed ? part.b_stride : 1) * size;
    part.c = (char *)part.c + (row * part.c_stride + col) * size;
    return part;
}

/* Returns entry (i, j) of C as a dot product; sets `size` to the sum of absolute terms, the scale of rounding errors.
 */
static double dot(gml_dtype dtype, const gml_gemm *call, size_t i, size_t j, double *size)
{
    double sum = 0;
    *size = 0;
    for (size_t l = 0; l < call->k; l++) {
        size_t a = call->a_transposed ? l * call->a_stride + i : i * call->a_stride + l;
        size_t b = call->b_transposed ? j * call->b_stride + l : l * call->b_stride + j;
        double term = bench_get(dtype, call->a, a) * bench_get(dtype, call->b, b);
        sum += term;
        *size += fabs(term);
    }
    return sum;
}

void bench_product_verify(gml_dtype dtype, const gml_gemm *product, const char *name, void (*run)(void *argument),
                          void *argument)
{
    double bound = dtype == GML_F32 ? 1e-5 : 1e-13, size;
    size_t i = product->m - 1, j = product->n - 1, last = i * product->c_stride + j;
    double wanted = dot(dtype, product, i, j, &size);
    bench_put(dtype, product->c, last, 77); /* must be overwritten */
    run(argument);
    double found = bench_get(dtype, product->c, last);
    if (!(fabs(found - wanted) <= bound * size)) {
        bench_fail("%s: the last entry of C is %g and not %g: nothing is timed", name, found, wanted);
    }
}
