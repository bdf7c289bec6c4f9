/* bench/team.h - threads for code outside the library: peaks, bare products, callers. */
#ifndef GML_BENCH_TEAM_H
#define GML_BENCH_TEAM_H

#include <stddef.h>

typedef struct bench_phase {
    size_t count;
    void (*task)(void *argument, size_t index); /* called once for each index below count, in any order */
} bench_phase;

/* Runs the phases in order on `threads` threads, with a barrier after each. */
void bench_team_run(size_t threads, const bench_phase *phases, size_t phase_count, void *argument);

/* Returns the number of processors available to this process; 1 in a build without OpenMP. */
size_t bench_processors(void);

#endif
