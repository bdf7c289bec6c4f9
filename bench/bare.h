/* bench/bare.h - the GEMM calls of a training step and nothing else: what a step cannot be faster than.
 *
 * Two ways of threading: inside OpenBLAS, one call after another; and outside, cut into the tasks of gemmule's own plan
 * with OpenBLAS at one thread. Whichever is faster is the mark to measure a step against. */
#ifndef GML_BENCH_BARE_H
#define GML_BENCH_BARE_H

#include "network/workspace.h"

typedef struct bench_bare {
    gml_workspace workspace; /* of the network whose shapes are taken */
    size_t rows, threads;
} bench_bare;

/* Takes a bench_bare, as a contender does. */
void bench_bare_inside(void *bare);
void bench_bare_outside(void *bare);

#endif
