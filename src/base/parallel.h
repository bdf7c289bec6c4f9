/* base/parallel.h - the one place where threads come from.
 *
 * Work is a list of phases; a phase is `count` independent tasks, whose number and cut depend on shapes alone, never on
 * the number of threads. Between phases there is a barrier, and `finish` runs on the caller's thread. */
#ifndef GML_BASE_PARALLEL_H
#define GML_BASE_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct gml_phase {
    size_t count;                               /* tasks */
    void (*task)(void *argument, size_t index); /* run once for each index below count, in any order */
    bool (*finish)(void *argument);             /* null, or run once after all tasks; false ends the list here */
} gml_phase;

/* Runs the phases one after another on up to `threads` threads, the caller's among them; on the caller's alone where it
 * is itself one of a team, so that nobody asks for more threads than there are. Allocates nothing once the threads are
 * there. */
void gml_parallel_run(size_t threads, const gml_phase *phases, size_t phase_count, void *argument);

/* Processors this process may use. */
size_t gml_parallel_processors(void);

/* Was the build made with OpenMP? */
bool gml_parallel_has_openmp(void);

#endif
