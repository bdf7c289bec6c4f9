/* bench/process.h - runs programs as processes: wall-clock time, peak resident memory, output. */
#ifndef GML_BENCH_PROCESS_H
#define GML_BENCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_process {
    double seconds;    /* wall-clock time from start to exit */
    double resident;   /* peak resident memory in bytes */
    char output[2048]; /* standard output, cut to this size */
} bench_process;

/* Runs a program, found by PATH. `library_path`: its LD_LIBRARY_PATH, or null. `quiet`: discards its standard error.
 * Returns false if it could not be started or its exit code was not 0. */
bool bench_process_run(const char *const *arguments, const char *library_path, bool quiet, bench_process *process);

#endif
