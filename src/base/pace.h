/* base/pace.h - whether a small step is worth several threads: found by trying, for it depends on what the cores share
 * and on who else wants them, which nobody can know beforehand. It changes no bit of the result. */
#ifndef GML_BASE_PACE_H
#define GML_BASE_PACE_H

#include "base/context.h"
#include "base/parallel.h"

/* Zero-initialised: together, until a trial finds otherwise. */
typedef struct gml_pace {
    bool alone;       /* the answer of the last trial: one thread is faster */
    unsigned stage;   /* resting between trials, or trying */
    size_t done;      /* steps of this stage */
    size_t rest;      /* steps between trials */
    uint64_t took[2]; /* nanoseconds of the timed steps of a trial: together, alone */
    double usual;     /* of one step, by the last trial; 0 before */
} gml_pace;

/* Is the time of the step to come wanted? */
bool gml_pace_timed(const gml_pace *pace);

/* Should it run on one thread? */
bool gml_pace_alone(const gml_pace *pace);

/* After each step; `nanoseconds` is what it took, if that was wanted. */
void gml_pace_count(gml_pace *pace, uint64_t nanoseconds);

/* Runs phases on up to `threads` threads (base/parallel.h), or on one where the pace says so. `counts`: the run is like
 * the others of this pace, and may be part of a trial; else the answer of the last trial holds for it. */
void gml_pace_run(gml_pace *pace, const gml_context *context, bool counts, size_t threads, const gml_phase *phases,
                  size_t phase_count, void *argument);

#endif
