/* bench/process.h - programs run as whole processes: seconds by the clock, most resident memory, and what they print.
 */
#ifndef GML_BENCH_PROCESS_H
#define GML_BENCH_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct bench_process {
    double seconds;    /* from before it was started until after it ended */
    double resident;   /* bytes it had in memory at most */
    char output[2048]; /* what it wrote to its standard output, cut to this size */
} bench_process;

/* Runs a program found as the shell would find it. `library_path`: null, or LD_LIBRARY_PATH for it. False if it could
 * not be started or did not end with 0; `quiet` then keeps its complaints to itself. */
bool bench_process_run(const char *const *arguments, const char *library_path, bool quiet, bench_process *process);

#endif
