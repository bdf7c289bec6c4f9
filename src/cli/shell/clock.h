/* cli/shell/clock.h - the clock that times are measured by. */
#ifndef GML_CLI_CLOCK_H
#define GML_CLI_CLOCK_H

#include <time.h>

/* Returns seconds of a clock that only goes forward. */
static inline double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

#endif
