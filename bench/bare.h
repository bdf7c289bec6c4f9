/* bench/bare.h - the GEMM calls of a training step and nothing else: what a step over stock GEMMs cannot be faster
 * than.
 *
 * Two ways of threading: inside OpenBLAS, one call after another; and outside, cut into panels of rows and then panels
 * of weights with OpenBLAS at one thread, where the sizes of the panels and the number of threads are the best of a few
 * that were tried. Whichever is faster is the mark to measure a step against. It has memory of its own and knows
 * nothing of gemmule's plan. */
#ifndef GML_BENCH_BARE_H
#define GML_BENCH_BARE_H

#include "setup.h"

/* How the work is cut when threads are outside. */
typedef struct bench_cut {
    size_t rows;    /* of a panel of samples */
    size_t entries; /* of a panel of weights, at most, but for one row */
    size_t threads;
} bench_cut;

typedef struct bench_bare {
    const bench_net *net;
    gml_dtype dtype;
    size_t layers, threads;
    void *y[8];               /* [batch x sizes[i]]: the inputs, then each layer's outputs */
    void *gradient[8];        /* the same for d/dz */
    void *weight[8];          /* [in x out] */
    void *weight_gradient[8]; /* likewise */
    bench_cut cut;
} bench_bare;

/* Fills the memory and tries the cuts, each twice for about `slice` seconds. */
bench_bare bench_bare_make(const bench_net *net, gml_dtype dtype, size_t threads, double slice);
void bench_bare_free(bench_bare *bare);

/* Takes a bench_bare, as a contender does. */
void bench_bare_inside(void *bare);
void bench_bare_outside(void *bare);

/* The weight gradient of layer 0 that the two ways leave behind, compared; over the greatest entry. */
double bench_bare_apart(bench_bare *bare);

#endif
