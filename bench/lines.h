/* bench/lines.h - what a cache line costs that travels between two cores, and whether the cores share a near cache. */
#ifndef GML_BENCH_LINES_H
#define GML_BENCH_LINES_H

#include "harness.h"

/* Cores count as sharing a near cache if a line handed over from one to the other costs less than this. The threads of
 * one core and cores under one cache measure some 5 to 30 ns; cores that meet in a mesh, across dies or sockets 50 and
 * more. */
#define BENCH_NEAR_NANOSECONDS 40.0

/* Measures the first processor with each of up to 7 others, and prints the costs; appends a case to `cases`. */
void bench_lines_run(const bench_options *options, json_t *cases);

#endif
