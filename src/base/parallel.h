/* base/parallel.h - the only source of threads that compute.
 *
 * Work is a list of phases. A phase is `count` independent tasks; their number and boundaries depend on shapes only,
 * not on the number of threads. Phases are separated by barriers; `finish` runs on the caller's thread. */
#ifndef GML_BASE_PARALLEL_H
#define GML_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* The tasks that a thread takes at once: [first, first + count) of a phase. */
typedef struct gml_share {
    size_t part; /* of the phase */
    size_t first, count;
    size_t worker; /* index of the thread, below their number; differs between concurrent shares */
} gml_share;

typedef struct gml_phase {
    unsigned work;                                 /* kind of the tasks, for descriptions of the list */
    size_t part;                                   /* passed to the tasks: tells phases with the same function apart */
    size_t count;                                  /* number of tasks */
    size_t run;                                    /* most adjacent tasks in a share, if every thread still gets a
                                                      share; 0: one */
    bool jobs;                                     /* long tasks, started in order; idle threads sleep until the
                                                      last has ended */
    void (*task)(void *argument, gml_share share); /* each task is in exactly one share; any order */
    bool (*finish)(void *argument, size_t part);   /* null, or called once after all tasks; false stops the list */
} gml_phase;

/* Returns the number of threads that gml_parallel_run would use on the calling thread, at most `threads`. */
size_t gml_parallel_threads(size_t threads, const gml_phase *phases, size_t phase_count);

/* Runs the phases in order on up to `threads` threads, including the caller's. Runs on the caller's thread alone if
 * that is already in a team, and in a child process forked after a run on several threads. Allocates nothing once the
 * threads exist. */
void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument);

/* Returns the number of processors available to this process. */
size_t gml_parallel_processors(void);

/* True if the library was built with OpenMP. */
bool gml_parallel_has_openmp(void);

#endif
