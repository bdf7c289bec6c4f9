/* optimizer/schedule.h - a schedule bound to a fit: the learning rate of each step. */
#ifndef GML_OPTIMIZER_SCHEDULE_H
#define GML_OPTIMIZER_SCHEDULE_H

#include <stdbool.h>

#include "base/call.h"
#include "base/saved.h"
#include "gemmule/schedule.h"

typedef struct gml_schedule gml_schedule;

typedef struct gml_schedule_row {
    gml_entry entry;
    /* The factor of the base rate, t units after the warm-up; `whole`, at least 1, is the length of the fit after the
     * warm-up. */
    double (*factor)(const gml_schedule *schedule, double t, double whole);
    bool follows_scores; /* its state multiplies the rate by a factor that depends on the scores of epochs */
} gml_schedule_row;

struct gml_schedule {
    gml_call call;
    const gml_schedule_row *row;
    double base;
    size_t unit;          /* steps of a unit of time: 1, or those of an epoch */
    double whole, warmup; /* lengths of the fit and of its warm-up, in units */
    bool rises;           /* the scores that it follows are better if they are greater; false after binding */
};

/* The state of a schedule that follows scores. */
typedef struct gml_schedule_state {
    double factor;  /* of the rate; 1 at the start */
    double best;    /* the best score, negated if scores rise */
    size_t worse;   /* epochs in a row without improvement */
    size_t resting; /* epochs of the cooldown that are left */
} gml_schedule_state;

/* Rounds a length to whole units; a length below 1 is a share of `whole`. */
double gml_schedule_length(double length, double whole);

/* Reads a schedule, null for "constant", for a fit of `steps` steps. Errors: name, argument. */
gml_status gml_schedule_bind(gml_context *context, const char *text, double base, size_t steps, size_t steps_per_epoch,
                             gml_schedule *schedule);

gml_schedule_state gml_schedule_begin(void);

/* Adds the state to the list of a checkpoint. */
void gml_schedule_list(gml_schedule_state *state, gml_saved *saved);

/* Returns the learning rate of a step, counted from 0. */
double gml_schedule_at(const gml_schedule *schedule, const gml_schedule_state *state, size_t step);

/* Records the score of an epoch, if the schedule follows scores. */
void gml_schedule_observe(const gml_schedule *schedule, gml_schedule_state *state, double score);

#endif
