/* optimizer/schedule.h - a schedule bound to a fit: the learning rate of each step. */
#ifndef GML_OPTIMIZER_SCHEDULE_H
#define GML_OPTIMIZER_SCHEDULE_H

#include <stdbool.h>

#include "base/call.h"
#include "gemmule/schedule.h"

typedef struct gml_schedule gml_schedule;

typedef struct gml_schedule_row {
    gml_entry entry;
    size_t warmup, by; /* which parameters are `warmup` and `by`, counted from 1; 0: there is none */
    /* The factor of the base rate `t` steps (or epochs) after the warm-up, of `whole` that are left then, at least 1.
     */
    double (*factor)(const gml_schedule *schedule, double t, double whole);
    bool follows_loss; /* its state has a factor of its own */
} gml_schedule_row;

struct gml_schedule {
    gml_call call;
    const gml_schedule_row *row;
    double base;
    size_t unit;          /* steps in what the schedule counts: one, or an epoch */
    double whole, warmup; /* in these units: the fit, and the warm-up within it */
};

/* What losses have made of a schedule that follows them. */
typedef struct gml_schedule_state {
    double factor;  /* of the rate; 1 at the beginning */
    double best;    /* loss */
    size_t worse;   /* epochs in a row that were no better */
    size_t resting; /* epochs to come for which none is counted */
} gml_schedule_state;

const gml_schedule_row *gml_schedule_row_at(size_t index);

/* Reads a schedule, null for "constant", for a fit of `steps` steps. Errors: name, argument. */
gml_status gml_schedule_bind(gml_context *context, const char *text, double base, size_t steps, size_t steps_per_epoch,
                             gml_schedule *schedule);

gml_schedule_state gml_schedule_begin(void);

/* The rate of a step, from 0. */
double gml_schedule_at(const gml_schedule *schedule, const gml_schedule_state *state, size_t step);

/* The loss at the end of an epoch, for schedules that follow it. */
void gml_schedule_observe(const gml_schedule *schedule, gml_schedule_state *state, double loss);

/* ---- the formulas, row by row ---- */

double gml_schedule_constant(const gml_schedule *schedule, double t, double whole);
double gml_schedule_step(const gml_schedule *schedule, double t, double whole);
double gml_schedule_multi_step(const gml_schedule *schedule, double t, double whole);
double gml_schedule_exponential(const gml_schedule *schedule, double t, double whole);
double gml_schedule_polynomial(const gml_schedule *schedule, double t, double whole);
double gml_schedule_linear(const gml_schedule *schedule, double t, double whole);
double gml_schedule_cosine(const gml_schedule *schedule, double t, double whole);
double gml_schedule_one_cycle(const gml_schedule *schedule, double t, double whole);
double gml_schedule_inverse_sqrt(const gml_schedule *schedule, double t, double whole);

#endif
