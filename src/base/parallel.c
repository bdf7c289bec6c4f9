/* base/parallel.c - phases of tasks on OpenMP threads, or on the caller's thread where there are none. */
#include "base/parallel.h"

#ifdef _OPENMP
#include <omp.h>
#endif

bool gml_parallel_has_openmp(void)
{
#ifdef _OPENMP
    return true;
#else
    return false;
#endif
}

size_t gml_parallel_processors(void)
{
#ifdef _OPENMP
    int count = omp_get_num_procs();
#else
    int count = 1;
#endif
    return count > 0 ? (size_t)count : 1;
}

static void run_alone(const gml_phase *phases, size_t phase_count, void *argument)
{
    for (size_t p = 0; p < phase_count; p++) {
        for (size_t i = 0; i < phases[p].count; i++) {
            phases[p].task(argument, i);
        }
        if (phases[p].finish != NULL && !phases[p].finish(argument)) {
            return;
        }
    }
}

#ifdef _OPENMP
/* Every thread walks the list of phases; tasks are handed out one by one, so that a thread that was interrupted does
 * not hold up the rest. The barriers are the end of each `for`, and the one after `finish`. */
static void run_together(int threads, const gml_phase *phases, size_t phase_count, void *argument)
{
    bool going = true;
#pragma omp parallel num_threads(threads) default(none) shared(phases, phase_count, argument, going)
    for (size_t p = 0; p < phase_count && going; p++) {
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < phases[p].count; i++) {
            phases[p].task(argument, i);
        }
        if (phases[p].finish != NULL) {
#pragma omp master
            going = phases[p].finish(argument);
#pragma omp barrier
        }
    }
}
#endif

void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument)
{
    size_t most = 0;
    for (size_t p = 0; p < phase_count; p++) {
        most = phases[p].count > most ? phases[p].count : most;
    }
    threads = threads < most ? threads : most;
#ifdef _OPENMP
    if (threads > 1 && !omp_in_parallel()) {
        run_together((int)threads, phases, phase_count, argument);
        return;
    }
#endif
    (void)threads;
    run_alone(phases, phase_count, argument);
}
