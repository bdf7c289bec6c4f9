/* bench/peak.h - what the machine can do at most: multiply-adds in registers, and copies of streams of memory.
 *
 * Both are contenders, timed in turns with what they are held against. The loops are compiled once for each type and
 * instruction set, like the kernels. */
#ifndef GML_BENCH_PEAK_H
#define GML_BENCH_PEAK_H

#include "gemmule/matrix.h"

enum { BENCH_STREAMS = 5 };

/* Entry by entry, write[k] = read[k], or read[0] where there are fewer reads; the last of `reads` may be one more than
 * is written. A write may be the memory of its read. Mixes of reads:writes are 0:1, 1:1, 1:2, 2:1, 3:2 and 4:3. */
typedef struct bench_streams {
    size_t count;
    size_t reads, writes;
    const void *read[BENCH_STREAMS];
    void *write[BENCH_STREAMS];
    gml_dtype source; /* the type of what is read; another than the loops' only with 1:1 */
} bench_streams;

typedef struct bench_loops {
    const char *isa;
    gml_dtype dtype;
    /* Does `rounds` rounds of `flops` operations each in registers; the result only depends on all of them. */
    double (*multiply_add)(size_t rounds, double factor, double term);
    double flops;
    void (*copy)(const bench_streams *streams, double zero);
} bench_loops;

/* The loops for a type and an instruction set; isa null: the best that runs here. Null if there are none. */
const bench_loops *bench_loops_find(gml_dtype dtype, const char *isa);

/* Bytes an entry of all streams has together, what is read and what is written. */
double bench_streams_bytes(const bench_streams *streams, gml_dtype dtype);

/* Multiply-adds on `threads` threads at once. */
typedef struct bench_peak {
    const bench_loops *loops;
    size_t threads;
    double flops; /* of a run */
} bench_peak;

bench_peak bench_peak_make(gml_dtype dtype, size_t threads);

/* A contender; takes a bench_peak. */
void bench_peak_run(void *peak);

/* The speed of the peak in FLOP/s, given its fastest run: a peak is what the machine can do when nothing disturbs it.
 */
double bench_peak_speed(const bench_peak *peak, double seconds);

/* A contender; takes a bench_copy. */
typedef struct bench_copy {
    const bench_loops *loops;
    bench_streams streams;
} bench_copy;

void bench_copy_run(void *copy);

#endif
