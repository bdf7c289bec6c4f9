/* bench/peak.h - upper bounds of the machine's speed: multiply-adds in registers, and copies of memory streams.
 *
 * Both are contenders, timed in turns with the code that is compared with them. Like the kernels, the loops are
 * compiled for each type and instruction set. */
#ifndef GML_BENCH_PEAK_H
#define GML_BENCH_PEAK_H

#include "gemmule/matrix.h"

enum { BENCH_STREAMS = 5 };

/* Streams of a copy: write[k] = read[k], or read[0] if there are fewer reads, for each entry. One stream more may be
 * read than written. A write may be in place. reads:writes is one of 0:1, 1:1, 1:2, 2:1, 3:2 and 4:3. */
typedef struct bench_streams {
    size_t count;
    size_t reads, writes;
    const void *read[BENCH_STREAMS];
    void *write[BENCH_STREAMS];
    gml_dtype source; /* type of the reads; differs from the loops' type only with 1:1 */
} bench_streams;

typedef struct bench_loops {
    const char *isa;
    gml_dtype dtype;
    /* Runs `rounds` rounds of `flops` operations each in registers. The result depends on all of them. */
    double (*multiply_add)(size_t rounds, double factor, double term);
    double flops;
    void (*copy)(const bench_streams *streams, double zero);
} bench_loops;

/* Returns the loops for a type and an instruction set, or null; isa null: the one in use. */
const bench_loops *bench_loops_find(gml_dtype dtype, const char *isa);

/* Returns the bytes read and written per entry, over all streams. */
double bench_streams_bytes(const bench_streams *streams, gml_dtype dtype);

/* Multiply-adds on `threads` threads. */
typedef struct bench_peak {
    const bench_loops *loops;
    size_t threads;
    double flops; /* per run */
} bench_peak;

bench_peak bench_peak_make(gml_dtype dtype, size_t threads);

/* A contender; takes a bench_peak. */
void bench_peak_run(void *peak);

/* Returns the peak in FLOP/s, from its fastest run, the one least disturbed. */
double bench_peak_speed(const bench_peak *peak, double seconds);

/* A contender; takes a bench_copy. */
typedef struct bench_copy {
    const bench_loops *loops;
    bench_streams streams;
} bench_copy;

void bench_copy_run(void *copy);

#endif
