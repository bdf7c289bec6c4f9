/* bench/stream.h - time per sample against the number of samples, and memory of training besides the data. */
#ifndef GML_BENCH_STREAM_H
#define GML_BENCH_STREAM_H

#include "harness.h"

/* Times one epoch on 10^4 to 10^7 samples of 16 u8 columns, streamed and shuffled; appends the cases to `cases`. */
void bench_stream_run(const bench_options *options, json_t *cases);

#endif
