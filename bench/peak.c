/* bench/peak.c - selects the loops of an instruction set, and runs them on one thread or all. */
#include "peak.h"

#include <string.h>

#include "setup.h"
#include "team.h"

extern const bench_loops bench_loops_f32_baseline, bench_loops_f64_baseline;
#ifdef GML_KERNELS_X86_64
extern const bench_loops bench_loops_f32_v3, bench_loops_f64_v3, bench_loops_f32_v4, bench_loops_f64_v4;
#endif
#ifdef GML_KERNELS_AARCH64
extern const bench_loops bench_loops_f32_neon, bench_loops_f64_neon;
#endif

static const bench_loops *const table[] = {
#ifdef GML_KERNELS_X86_64
    &bench_loops_f32_v4,       &bench_loops_f64_v4,       &bench_loops_f32_v3, &bench_loops_f64_v3,
#endif
#ifdef GML_KERNELS_AARCH64
    &bench_loops_f32_neon,     &bench_loops_f64_neon,
#endif
    &bench_loops_f32_baseline, &bench_loops_f64_baseline,
};

const bench_loops *bench_loops_find(gml_dtype dtype, const char *isa)
{
    isa = isa != NULL ? isa : bench_isa();
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i]->dtype == dtype && strcmp(table[i]->isa, isa) == 0) {
            return table[i];
        }
    }
    return NULL;
}

double bench_streams_bytes(const bench_streams *streams, gml_dtype dtype)
{
    return (double)(streams->reads * gml_dtype_size(streams->source) + streams->writes * gml_dtype_size(dtype));
}

/* ---- multiply-adds ---- */

/* A task takes some hundred microseconds, so its scheduling overhead is negligible. */
enum { ROUNDS = 40000, TASKS_A_THREAD = 4 };

/* Values unknown to the compiler; the chains converge to 2. */
static volatile double factor = 0.5, term = 1, zero = 0;
static volatile double unused;

static void multiply_add(void *argument, size_t index)
{
    const bench_peak *peak = argument;
    double sum = peak->loops->multiply_add(ROUNDS, factor, term);
    if (index == 0) {
        unused = sum;
    }
}

bench_peak bench_peak_make(gml_dtype dtype, size_t threads)
{
    bench_peak peak = {.loops = bench_loops_find(dtype, NULL), .threads = threads};
    peak.flops = peak.loops->flops * ROUNDS * (double)(TASKS_A_THREAD * threads);
    return peak;
}

void bench_peak_run(void *peak)
{
    bench_peak *bench = peak;
    bench_phase phase = {.count = TASKS_A_THREAD * bench->threads, .task = multiply_add};
    bench_team_run(bench->threads, &phase, 1, bench);
}

double bench_peak_speed(const bench_peak *peak, double seconds)
{
    return peak->flops / seconds;
}

/* ---- copies ---- */

void bench_copy_run(void *copy)
{
    const bench_copy *bench = copy;
    bench->loops->copy(&bench->streams, zero);
}
