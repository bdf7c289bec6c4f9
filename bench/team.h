/* bench/team.h - threads for what is no work of the library: peaks, bare products, callers. */
#ifndef GML_BENCH_TEAM_H
#define GML_BENCH_TEAM_H

#include <stddef.h>

typedef struct bench_phase {
    size_t count;
    void (*task)(void *argument, size_t index); /* once for each index below count, in any order */
} bench_phase;

/* Runs the phases one after another on so many threads, tasks one by one, with a barrier after each phase. */
void bench_team_run(size_t threads, const bench_phase *phases, size_t phase_count, void *argument);

/* Processors this process may use; 1 in a build without OpenMP. */
size_t bench_processors(void);

#endif
