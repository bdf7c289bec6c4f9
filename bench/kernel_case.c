/* bench/kernel_case.c - memory of the cases, and comparison of arrays. */
#include "kernel_case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NORMALS = 4096 };

bench_arrays bench_arrays_make(const gml_kernels *kernels, size_t count)
{
    bench_arrays arrays = {.kernels = kernels, .normals = bench_random(kernels, NORMALS, 1)};
    for (size_t k = 0; k < BENCH_ARRAYS; k++) {
        arrays.array[k] = bench_allocate(count, k == BENCH_SOURCE ? sizeof(double) : kernels->size);
    }
    arrays.column = bench_allocate(BENCH_WIDTH, sizeof(double));
    arrays.order = bench_allocate(count / BENCH_WIDTH, sizeof *arrays.order);
    return arrays;
}

void bench_arrays_free(bench_arrays *arrays)
{
    for (size_t k = 0; k < BENCH_ARRAYS; k++) {
        free(arrays->array[k]);
    }
    free(arrays->normals);
    free(arrays->column);
    free(arrays->order);
}

double *bench_doubles(const bench_arrays *arrays, const void *array, size_t count)
{
    double *copy = bench_allocate(count, sizeof *copy);
    for (size_t i = 0; i < count; i++) {
        copy[i] = bench_get(arrays->kernels->dtype, array, i);
    }
    return copy;
}

void bench_fill_normals(const bench_arrays *arrays, void *array, size_t count)
{
    size_t size = arrays->kernels->size;
    for (size_t first = 0; first < count; first += NORMALS) {
        size_t part = count - first < NORMALS ? count - first : NORMALS;
        memcpy((char *)array + first * size, arrays->normals, part * size);
    }
}

double bench_worst(const bench_arrays *arrays, const void *found, const double *wanted, size_t count)
{
    double apart = 0, greatest = 0;
    for (size_t i = 0; i < count; i++) {
        double difference = fabs(bench_get(arrays->kernels->dtype, found, i) - wanted[i]);
        apart = difference <= apart ? apart : difference; /* NaN is worst */
        greatest = fmax(greatest, fabs(wanted[i]));
    }
    return apart / fmax(greatest, 1e-30);
}
