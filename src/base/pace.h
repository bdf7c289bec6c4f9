/* base/pace.h - chooses between one thread and several for small steps, by timing both. The faster way depends on
 * caches that cores share and on the load of the machine. Results have the same bits either way. */
#ifndef GML_BASE_PACE_H
#define GML_BASE_PACE_H

#include "base/context.h"
#include "base/parallel.h"

/* Zero-initialised: several threads, until a trial finds one faster. */
typedef struct gml_pace {
    bool alone;       /* by the last trial, one thread is faster */
    unsigned stage;   /* between trials, or in one */
    size_t done;      /* steps done in this stage */
    size_t rest;      /* steps between trials */
    uint64_t took[2]; /* nanoseconds of a trial's timed steps: several threads, one thread */
    double usual;     /* nanoseconds of one step by the last trial; 0 before the first */
} gml_pace;

/* True if the next step must be timed. */
bool gml_pace_timed(const gml_pace *pace);

/* True if the next step runs on one thread. */
bool gml_pace_alone(const gml_pace *pace);

/* Call after each step; `nanoseconds` is its time, if gml_pace_timed asked for it. */
void gml_pace_count(gml_pace *pace, uint64_t nanoseconds);

/* Runs phases on up to `threads` threads (base/parallel.h), or on one if the pace chooses that. `counts`: the run is
 * comparable with the others of this pace and may be part of a trial; otherwise the last trial's result is used. */
void gml_pace_run(gml_pace *pace, const gml_context *context, bool counts, size_t threads, const gml_phase *phases,
                  size_t phase_count, void *argument);

#endif
