/* base/parallel.h - the one place where threads come from.
 *
 * Work is a list of phases; a phase is `count` independent tasks, whose number and cut depend on shapes alone, never on
 * the number of threads. Between phases there is a barrier, and `finish` runs on the caller's thread. */
#ifndef GML_BASE_PARALLEL_H
#define GML_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

/* What a thread takes at once: tasks [first, first + count) of a phase. */
typedef struct gml_share {
    size_t part; /* the phase's */
    size_t first, count;
    size_t worker; /* which of the threads, below their number: no two shares under way have the same */
} gml_share;

typedef struct gml_phase {
    unsigned work;                                 /* what the tasks do, for whoever describes the list */
    size_t part;                                   /* for the tasks, if one function serves several phases */
    size_t count;                                  /* tasks */
    size_t run;                                    /* neighbouring tasks may be given out together, up to so many, where
                                                      that leaves enough for all threads; 0: one by one */
    bool jobs;                                     /* tasks so long that threads sleep until the last has ended, begun
                                                      in the order of their numbers */
    void (*task)(void *argument, gml_share share); /* so that each task is in one share, in any order */
    bool (*finish)(void *argument, size_t part);   /* null, or run once after all tasks; false ends the list here */
} gml_phase;

/* How many threads gml_parallel_run takes, given up to `threads` of them, where it is called from. */
size_t gml_parallel_threads(size_t threads, const gml_phase *phases, size_t phase_count);

/* Runs the phases one after another on up to `threads` threads, the caller's among them; on the caller's alone where it
 * is itself one of a team, so that nobody asks for more threads than there are, and in the child of a fork() after a
 * run on several threads. Allocates nothing once the threads are there. */
void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument);

/* Processors this process may use. */
size_t gml_parallel_processors(void);

/* Was the build made with OpenMP? */
bool gml_parallel_has_openmp(void);

#endif
