/* bench/bare.h - the GEMM calls of a training step and nothing else: a lower bound for the time of a step on OpenBLAS.
 *
 * Threads are used in two ways. Inside OpenBLAS: one call after another. Outside: tasks over panels of rows, then
 * panels of weights, with single-threaded OpenBLAS; panel sizes and number of threads are the best of a few candidates.
 * A step is compared with the faster way. The code has its own memory and does not use gemmule's plan. */
#ifndef GML_BENCH_BARE_H
#define GML_BENCH_BARE_H

#include "setup.h"

/* How the work is cut with threads outside OpenBLAS. */
typedef struct bench_cut {
    size_t rows;    /* of a panel of the batch */
    size_t entries; /* the most in a panel of weights, which has at least one row */
    size_t threads;
} bench_cut;

typedef struct bench_bare {
    const bench_net *net;
    gml_dtype dtype;
    size_t layers, threads;
    void *y[8];               /* [batch x sizes[i]]: the inputs, then each layer's outputs */
    void *gradient[8];        /* gradients dZ of the same shapes */
    void *weight[8];          /* [in x out] */
    void *weight_gradient[8]; /* likewise */
    bench_cut cut;
} bench_bare;

/* Allocates and fills the memory, and chooses the cut; tries each twice for about `slice` seconds. */
bench_bare bench_bare_make(const bench_net *net, gml_dtype dtype, size_t threads, double slice);
void bench_bare_free(bench_bare *bare);

/* Contenders; each takes a bench_bare. */
void bench_bare_inside(void *bare);
void bench_bare_outside(void *bare);

/* Returns the greatest difference between the two ways' weight gradients of layer 0, over the greatest entry. */
double bench_bare_apart(bench_bare *bare);

#endif
