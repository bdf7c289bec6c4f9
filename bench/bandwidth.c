/* bench/bandwidth.c - a copy from memory to memory on all threads. */
#include "bandwidth.h"

#include <stdio.h>
#include <stdlib.h>

#include "peak.h"
#include "setup.h"
#include "team.h"

/* A copy in memory, a part on each thread. */
typedef struct bench_bandwidth {
    size_t threads;
    bench_copy *shares;
} bench_bandwidth;

static void copy_share(void *bandwidth, size_t index)
{
    const bench_bandwidth *bench = bandwidth;
    bench_copy_run(&bench->shares[index]);
}

static void run_bandwidth(void *bandwidth)
{
    bench_bandwidth *bench = bandwidth;
    bench_phase phase = {.count = bench->threads, .task = copy_share};
    bench_team_run(bench->threads, &phase, 1, bench);
}

json_t *bench_bandwidth_time(const bench_options *options, size_t threads)
{
    size_t count = options->quick ? 1 << 16 : 1 << 26;
    bench_bandwidth bench = {.threads = threads};
    float *from = bench_allocate(count, sizeof *from), *to = bench_allocate(count, sizeof *to);
    bench.shares = bench_allocate(bench.threads, sizeof *bench.shares);
    for (size_t i = 0; i < bench.threads; i++) {
        size_t first = i * count / bench.threads, past = (i + 1) * count / bench.threads;
        bench_streams streams = {.count = past - first, .reads = 1, .writes = 1, .source = GML_F32};
        streams.read[0] = from + first;
        streams.write[0] = to + first;
        bench.shares[i] = (bench_copy){bench_loops_find(GML_F32, NULL), streams};
    }
    bench_contender contender = {"copy", run_bandwidth, &bench};
    bench_result result;
    bench_compare(options, &contender, 1, &result);
    double speed = 2.0 * sizeof(float) * (double)count / result.median;
    printf("\nA copy from memory on %zu threads: %.1f GB/s, read and written\n", bench.threads, speed * 1e-9);
    free(from);
    free(to);
    free(bench.shares);
    return json_pack("{s:s, s:f, s:[o]}", "form", "copy", "bytes_a_second", speed, "contenders",
                     bench_to_json("copy", &result));
}
