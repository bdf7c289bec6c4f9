/* bench/team.c - phases of tasks on OpenMP threads. */
#include "team.h"

#ifdef _OPENMP
#include <omp.h>
#endif

size_t bench_processors(void)
{
#ifdef _OPENMP
    return (size_t)omp_get_num_procs();
#else
    return 1;
#endif
}

static void run_alone(const bench_phase *phases, size_t phase_count, void *argument)
{
    for (size_t p = 0; p < phase_count; p++) {
        for (size_t i = 0; i < phases[p].count; i++) {
            phases[p].task(argument, i);
        }
    }
}

static void run_together(size_t threads, const bench_phase *phases, size_t phase_count, void *argument)
{
    (void)threads; /* unused without OpenMP */
#pragma omp parallel num_threads((int)threads)
    for (size_t p = 0; p < phase_count; p++) {
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < phases[p].count; i++) {
            phases[p].task(argument, i);
        }
    }
}

/* Runs one thread without a team, whose start alone takes a microsecond. */
void bench_team_run(size_t threads, const bench_phase *phases, size_t phase_count, void *argument)
{
    size_t most = 0;
    for (size_t p = 0; p < phase_count; p++) {
        most = phases[p].count > most ? phases[p].count : most;
    }
    if (threads == 1 || most == 1) {
        run_alone(phases, phase_count, argument);
    } else {
        run_together(threads, phases, phase_count, argument);
    }
}
