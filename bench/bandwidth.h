/* bench/bandwidth.h - the roofline's other limit. */
#ifndef GML_BENCH_BANDWIDTH_H
#define GML_BENCH_BANDWIDTH_H

#include "harness.h"

/* Measures the memory bandwidth on `threads` threads, reads plus writes, in bytes per second. */
json_t *bench_bandwidth_time(const bench_options *options, size_t threads);

#endif
