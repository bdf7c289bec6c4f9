/* bench/gemm_ways.h - the ways to compute one matrix product that bench_gemm compares. */
#ifndef GML_BENCH_GEMM_WAYS_H
#define GML_BENCH_GEMM_WAYS_H

#include "kernel/kernel.h"
#include "peak.h"
#include "product.h"

typedef struct bench_product {
    const char *net; /* description of the net it belongs to */
    gml_dtype dtype;
    const gml_kernels *kernels; /* of the native product */
    gml_gemm call;
    bench_spacing spacing;
    size_t panel; /* rows of C per task */
    size_t threads;
    bench_peak peaks[2]; /* on one thread, on all */
} bench_product;

/* The first BENCH_ALONE ways use one thread; they alone are timed with strides that are not packed. */
enum bench_gemm_way {
    BENCH_NATIVE,
    BENCH_WHOLE_ALONE,
    BENCH_PANELS_ALONE,
    BENCH_PEAK_ALONE,
    BENCH_ALONE,
    BENCH_WHOLE = BENCH_ALONE,
    BENCH_PANELS,
    BENCH_PEAK,
    BENCH_WAYS
};

typedef struct bench_way {
    const char *name;
    void (*run)(void *product); /* takes a bench_product */
    size_t peak;                /* the way that is its limit; of a peak, itself */
} bench_way;

extern const bench_way bench_ways[BENCH_WAYS];

/* Returns the number of ways in which the product is timed. */
size_t bench_way_count(const bench_product *bench);

/* Chooses the panel size on all threads, in `seconds` for each size. */
void bench_panel_choose(bench_product *bench, double seconds);

/* Compares an entry of the result of each way with a plain dot product; ends the program on a difference. */
void bench_ways_verify(bench_product *bench);

#endif
