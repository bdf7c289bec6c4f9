/* bench/stream.h - what a sample costs in a fit as there are more of them, and what memory the fit takes beside the
 * data. */
#ifndef GML_BENCH_STREAM_H
#define GML_BENCH_STREAM_H

#include "harness.h"

/* Times one epoch over 10^4 to 10^7 samples of 16 u8 columns and appends its case to `cases`. */
void bench_stream_run(const bench_options *options, json_t *cases);

#endif
