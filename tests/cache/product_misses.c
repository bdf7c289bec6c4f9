/* tests/cache/product_misses.c - native products with strides that are a power of two and with padded ones, for
 * product_misses.py, which counts the misses of each call of multiply() in a simulated cache.
 *
 * Usage: product_misses ISA f32|f64 M N K. Prints a line for each call, in order: form and stride in bytes. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/kernel.h"
#include "kernel/product/product.h"

enum { LINE = 64, PAGE = 4096 };

void multiply(const gml_kernels *kernels, const gml_gemm *call);

/* The simulator dumps its counters when this returns. */
__attribute__((noinline)) void multiply(const gml_kernels *kernels, const gml_gemm *call)
{
    kernels->product->run(call, NULL);
}

/* Returns memory that begins on a page, so that strides alone decide which sets of a cache are used. It holds numbers
 * near 0 other than 0: products skip terms that are 0. */
static void *allocate(size_t bytes)
{
    void *memory = aligned_alloc(PAGE, (bytes + PAGE - 1) / PAGE * PAGE);
    if (memory == NULL) {
        fprintf(stderr, "no memory\n");
        exit(EXIT_FAILURE);
    }
    return memset(memory, 1, bytes);
}

static void run_case(const gml_kernels *kernels, const char *form, gml_gemm call, size_t stride_bytes)
{
    size_t rows = call.m > call.n ? call.m : call.n, stride = stride_bytes / kernels->size;
    rows = rows > call.k ? rows : call.k;
    void *matrices[3], *memory = allocate(GML_PRODUCT_BYTES);
    for (size_t i = 0; i < 3; i++) {
        matrices[i] = allocate(rows * stride_bytes);
    }
    call.a = matrices[0];
    call.b = matrices[1];
    call.c = matrices[2];
    call.a_stride = call.b_stride = call.c_stride = stride;
    call.a_transposed = form[0] == 'T';
    call.b_transposed = form[1] == 'T';
    call.memory = memory;
    multiply(kernels, &call);
    printf("%s %zu\n", form, stride_bytes);
    for (size_t i = 0; i < 3; i++) {
        free(matrices[i]);
    }
    free(memory);
}

int main(int argc, char **argv)
{
    static const char *const forms[] = {"NN", "NT", "TN"};
    if (argc != 6) {
        fprintf(stderr, "usage: %s ISA f32|f64 M N K\n", argv[0]);
        return 64;
    }
    const gml_kernels *kernels = gml_kernels_find(strcmp(argv[2], "f64") == 0 ? GML_F64 : GML_F32, argv[1]);
    if (kernels == NULL) {
        fprintf(stderr, "there is no kernel set %s here\n", argv[1]);
        return 77;
    }
    gml_gemm call = {.m = strtoul(argv[3], NULL, 10), .n = strtoul(argv[4], NULL, 10), .k = strtoul(argv[5], NULL, 10)};
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        run_case(kernels, forms[i], call, PAGE);
        run_case(kernels, forms[i], call, PAGE + LINE);
    }
    return EXIT_SUCCESS;
}
