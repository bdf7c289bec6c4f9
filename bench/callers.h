/* bench/callers.h - predictions of concurrent callers that share a network. */
#ifndef GML_BENCH_CALLERS_H
#define GML_BENCH_CALLERS_H

#include "harness.h"
#include "setup.h"

/* Times 1, 2, 4, ... callers, and one for each thread of the options, in float. Appends a case for each batch. */
void bench_callers_run(const bench_options *options, const bench_net *net, json_t *cases);

#endif
