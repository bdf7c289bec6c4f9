/* tests/kernel/product_case.h - a product of random matrices, and its entries one by one, for tests of the library's
 * own products. */
#ifndef GML_TESTS_PRODUCT_CASE_H
#define GML_TESTS_PRODUCT_CASE_H

#include <string.h>

#include "kernel/product/gemm.h"
#include "kernel/product/product.h"
#include "kernel_tables.h"

enum { GAP = 3 /* between rows */ };

/* How the sums begin. */
typedef enum sum_start { AT_ZERO, AT_BIAS, AT_C, STARTS } sum_start;

typedef struct product_form {
    size_t m, n, k;
    bool a_transposed, b_transposed;
    sum_start start;
} product_form;

/* [rows x cols] with GAP entries between the rows that are NaN, and none after the last row. */
static inline void *make_matrix(const gml_kernels *kernels, size_t rows, size_t cols, uint64_t seed)
{
    size_t stride = cols + GAP, count = rows * stride - GAP;
    void *drawn = random_entries(kernels, count, seed), *matrix = malloc(count * kernels->size);
    ck_assert_ptr_nonnull(matrix);
    for (size_t i = 0; i < count; i++) {
        put(kernels, matrix, i, i % stride < cols ? get(kernels, drawn, i) : NAN);
    }
    free(drawn);
    return matrix;
}

typedef struct product {
    gml_gemm call;
    void *a, *b, *c, *before, *bias; /* before: C as it was */
} product;

static _Alignas(64) char product_memory[GML_PRODUCT_BYTES]; /* as a context lends it */

static inline product make_product(const gml_kernels *kernels, const product_form *form)
{
    product made = {.call = {.m = form->m, .n = form->n, .k = form->k}};
    size_t a_rows = form->a_transposed ? form->k : form->m, a_cols = form->a_transposed ? form->m : form->k;
    size_t b_rows = form->b_transposed ? form->n : form->k, b_cols = form->b_transposed ? form->k : form->n;
    made.call.a = made.a = make_matrix(kernels, a_rows, a_cols, 1);
    made.call.b = made.b = make_matrix(kernels, b_rows, b_cols, 2);
    made.call.c = made.c = make_matrix(kernels, form->m, form->n, 3);
    made.before = make_matrix(kernels, form->m, form->n, 3);
    made.bias = form->start == AT_BIAS ? make_matrix(kernels, 1, form->n, 4) : NULL;
    made.call.a_stride = a_cols + GAP;
    made.call.b_stride = b_cols + GAP;
    made.call.c_stride = form->n + GAP;
    made.call.a_transposed = form->a_transposed;
    made.call.b_transposed = form->b_transposed;
    made.call.accumulate = form->start == AT_C;
    made.call.memory = product_memory;
    return made;
}

static inline void free_product(product *made)
{
    free(made->a), free(made->b), free(made->c), free(made->before), free(made->bias);
}

/* Entry (i, j) computed alone, as a product of one row and one column. */
static inline double entry_alone(const gml_kernels *kernels, const product *made, size_t i, size_t j)
{
    double entry[1] = {0};
    gml_gemm alone = made->call;
    alone.m = alone.n = 1;
    memcpy(entry, (char *)made->before + (i * alone.c_stride + j) * kernels->size, kernels->size);
    alone.a = (char *)made->a + i * (alone.a_transposed ? 1 : alone.a_stride) * kernels->size;
    alone.b = (char *)made->b + j * (alone.b_transposed ? alone.b_stride : 1) * kernels->size;
    alone.c = entry;
    kernels->product->run(&alone, made->bias != NULL ? (char *)made->bias + j * kernels->size : NULL);
    return get(kernels, entry, 0);
}

/* To the bit, but for what kind of no number. */
static inline bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* All entries of columns [first, last) are what they are alone. */
static inline void check_against_alone(const gml_kernels *kernels, const product *made, size_t first, size_t last)
{
    kernels->product->run(&made->call, made->bias);
    for (size_t i = 0; i < made->call.m; i++) {
        for (size_t j = first; j < last; j++) {
            double alone = entry_alone(kernels, made, i, j);
            double found = get(kernels, made->c, i * made->call.c_stride + j);
            ck_assert_msg(same(found, alone), "%s %s, A%s B%s: entry (%zu, %zu) is %a, and %a alone",
                          gml_dtype_name(kernels->dtype), kernels->isa, made->call.a_transposed ? "'" : "",
                          made->call.b_transposed ? "'" : "", i, j, found, alone);
        }
    }
}

#endif
