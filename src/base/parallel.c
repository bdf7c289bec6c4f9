/* base/parallel.c - runs phases of tasks on OpenMP threads, or on the calling thread without OpenMP. */
#include "base/parallel.h"

#ifdef _OPENMP
#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>
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

/* How many tasks a thread takes at once where `threads` run: as many as may be, so long as there is a share for each.
 */
static size_t share_size(const gml_phase *phase, size_t threads)
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
        size_t size = share_size(&phases[p], 1);
        for (size_t i = 0; i * size < phases[p].count; i++) {
            do_share(&phases[p], size, i, 0, argument);
        }
        if (phases[p].finish != NULL && !phases[p].finish(argument, phases[p].part)) {
            return;
        }
    }
}

#ifdef _OPENMP
enum { CACHE_LINE = 64, MOST_QUEUES = 64, SPINS = 20000, YIELDS = 20000 };

/* The shares of a phase are distributed over one queue per thread: queue q has shares q, q + queues, q + 2 queues, and
 * so on. A thread first takes the shares of its own queue, whose data is in its cache from the step before. Then it
 * takes shares of other queues, so that an interrupted thread does not delay the phase. Jobs are in a single queue. */
typedef struct task_queue {
    _Alignas(CACHE_LINE) atomic_size_t taken;
} task_queue;

/* The barrier of a team of threads, and their queues. */
typedef struct meeting_place {
    size_t asked, queue_count; /* threads, and queues for them */
    _Alignas(CACHE_LINE) atomic_size_t arrived;
    _Alignas(CACHE_LINE) atomic_size_t meetings; /* number of completed meetings */
    task_queue queues[MOST_QUEUES];
} meeting_place;

static void fill_queues(meeting_place *place)
{
    for (size_t q = 0; q < place->queue_count; q++) {
        atomic_store_explicit(&place->queues[q].taken, 0, memory_order_relaxed);
    }
}

static void open_place(meeting_place *place, size_t asked)
{
    place->asked = asked;
    place->queue_count = asked < MOST_QUEUES ? asked : MOST_QUEUES;
    atomic_init(&place->arrived, 0);
    atomic_init(&place->meetings, 0);
    fill_queues(place);
}

/* Waits in round `round` of a barrier: spins for about a phase of a small step, then yields, then sleeps. OpenMP's own
 * barriers spin for milliseconds: on a loaded machine, that keeps the awaited thread from running. Yielding alone is
 * not enough if the awaited thread has a lower priority. */
static void wait_round(size_t round)
{
    const struct timespec nap = {.tv_nsec = 50000};
    if (round >= SPINS + YIELDS) {
        nanosleep(&nap, NULL);
    } else if (round >= SPINS) {
        sched_yield();
    }
}

/* Waits for all threads. The last one to arrive fills the queues for the next phase, if a phase has ended. */
static void meet(meeting_place *place, size_t threads, bool phase_ends)
{
    size_t meeting = atomic_load_explicit(&place->meetings, memory_order_relaxed);
    if (atomic_fetch_add_explicit(&place->arrived, 1, memory_order_acq_rel) + 1 == threads) {
        if (phase_ends) {
            fill_queues(place);
        }
        atomic_store_explicit(&place->arrived, 0, memory_order_relaxed);
        atomic_store_explicit(&place->meetings, meeting + 1, memory_order_release);
        return;
    }
    for (size_t round = 0; atomic_load_explicit(&place->meetings, memory_order_acquire) == meeting; round++) {
        wait_round(round);
    }
}

/* Takes the next share of queue `queue`; returns `shares` or more if it is empty. Reads before the atomic increment, so
 * an empty queue's cache line is not claimed. */
static size_t take_from(meeting_place *place, size_t queue, size_t queues, size_t shares)
{
    atomic_size_t *taken = &place->queues[queue].taken;
    if (atomic_load_explicit(taken, memory_order_relaxed) * queues + queue >= shares) {
        return shares;
    }
    return atomic_fetch_add_explicit(taken, 1, memory_order_relaxed) * queues + queue;
}

static void work(meeting_place *place, const gml_phase *phase, size_t worker, void *argument)
{
    size_t size = share_size(phase, place->asked), shares = (phase->count + size - 1) / size;
    size_t queues = phase->jobs ? 1 : place->queue_count, index;
    for (size_t helped = 0; helped < queues; helped++) {
        size_t queue = (worker + helped) % queues;
        while ((index = take_from(place, queue, queues, shares)) < shares) {
            do_share(phase, size, index, worker, argument);
        }
    }
}

/* Every thread goes through the list of phases. OpenMP may provide fewer threads than requested. After jobs, threads
 * wait at OpenMP's final barrier. */
static void run_together(size_t asked, const gml_phase *phases, size_t phase_count, void *argument)
{
    bool going = true;
    meeting_place place;
    open_place(&place, asked);
#pragma omp parallel num_threads((int)asked) default(none) shared(phases, phase_count, argument, going, place)
    for (size_t p = 0; p < phase_count && going; p++) {
        size_t threads = (size_t)omp_get_num_threads(), worker = (size_t)omp_get_thread_num();
        work(&place, &phases[p], worker, argument);
        if (phases[p].jobs && p + 1 == phase_count && phases[p].finish == NULL) {
            break;
        }
        meet(&place, threads, true);
        if (phases[p].finish != NULL) {
            if (worker == 0) {
                going = phases[p].finish(argument, phases[p].part);
            }
            meet(&place, threads, false);
        }
    }
}

/* ---- fork ---- */

/* A child process after fork() lacks the threads of the OpenMP run time, and libgomp would wait for them forever.
 * Therefore the child of a process that has run a team computes everything on the calling thread. */
static atomic_bool alone;
static bool forks_are_seen;

static void stay_alone(void)
{
    atomic_store_explicit(&alone, true, memory_order_relaxed);
}

static void see_forks(void)
{
    forks_are_seen = pthread_atfork(NULL, NULL, stay_alone) == 0;
}

/* Registers the fork handler before the first team runs; returns false if that fails for lack of memory. */
static bool may_run_together(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, see_forks);
    return forks_are_seen;
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
    bool team = threads > 1 && !omp_in_parallel() && !atomic_load_explicit(&alone, memory_order_relaxed);
    return team ? threads : 1;
#else
    (void)threads, (void)phases, (void)phase_count;
    return 1;
#endif
}

void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument)
{
#ifdef _OPENMP
    threads = gml_parallel_threads(threads, phases, phase_count);
    if (threads > 1 && may_run_together()) {
        run_together(threads, phases, phase_count, argument);
        return;
    }
#endif
    run_alone(phases, phase_count, argument);
}
