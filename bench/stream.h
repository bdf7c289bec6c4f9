/* bench/stream.h - what a sample costs as there are more of them, and what memory training takes beside the data. */
#ifndef GML_BENCH_STREAM_H
#define GML_BENCH_STREAM_H

#include "harness.h"

/* Times training once on each of 10^4 to 10^7 samples of 16 u8 columns, streamed and shuffled, and appends the cases to
 * `cases`. */
void bench_stream_run(const bench_options *options, json_t *cases);

#endif
