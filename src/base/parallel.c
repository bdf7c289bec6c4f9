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

size_t gml_parallel_share(const gml_phase *phase, size_t threads)
{
    size_t size = phase->count / threads;
    size_t most = phase->run > 0 ? phase->run : 1;
    return size > most ? most : size > 0 ? size : 1;
}

static void do_share(const gml_phase *phase, size_t size, size_t index, size_t worker, void *argument)
{
    size_t first = index * size, left = phase->count - first;
    phase->task(argument, (gml_share){phase->part, first, left < size ? left : size, worker});
}

static void run_alone(const gml_phase *phases, size_t phase_count, void *argument)
{
    for (size_t p = 0; p < phase_count; p++) {
        size_t size = gml_parallel_share(&phases[p], 1);
        for (size_t i = 0; i * size < phases[p].count; i++) {
            do_share(&phases[p], size, i, 0, argument);
        }
        if (phases[p].finish != NULL && !phases[p].finish(argument, phases[p].part)) {
            return;
        }
    }
}

#ifdef _OPENMP
/* Every thread walks the list of phases; shares are handed out one by one. The barriers are the end of each `for`, and
 * the one after `finish`. */
static void run_together(size_t threads, const gml_phase *phases, size_t phase_count, void *argument)
{
    bool going = true;
#pragma omp parallel num_threads((int)threads) default(none) shared(threads, phases, phase_count, argument, going)
    for (size_t p = 0; p < phase_count && going; p++) {
        size_t size = gml_parallel_share(&phases[p], threads);
        size_t shares = (phases[p].count + size - 1) / size;
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < shares; i++) {
            do_share(&phases[p], size, i, (size_t)omp_get_thread_num(), argument);
        }
        if (phases[p].finish != NULL) {
#pragma omp master
            going = phases[p].finish(argument, phases[p].part);
#pragma omp barrier
        }
    }
}
#endif

size_t gml_parallel_threads(size_t threads, const gml_phase *phases, size_t phase_count)
{
#ifdef _OPENMP
    size_t most = 1;
    for (size_t p = 0; p < phase_count; p++) {
        most = phases[p].count > most ? phases[p].count : most;
    }
    threads = threads < most ? threads : most;
    return threads > 1 && !omp_in_parallel() ? threads : 1;
#else
    (void)threads, (void)phases, (void)phase_count;
    return 1;
#endif
}

void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument)
{
#ifdef _OPENMP
    threads = gml_parallel_threads(threads, phases, phase_count);
    if (threads > 1) {
        run_together(threads, phases, phase_count, argument);
        return;
    }
#endif
    run_alone(phases, phase_count, argument);
}
