/* gemmule/schedule.h - learning rate schedules. */
#ifndef GEMMULE_SCHEDULE_H
#define GEMMULE_SCHEDULE_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of schedules; null past the last row.
 *
 * A length argument below 1 is a fraction of the fit, from 1 on a number of steps (updates of the weights); each row
 * defines 0. With `by=epoch`, lengths and schedule count epochs: the rate is constant within an epoch. During the
 * warm-up the rate rises linearly to the base rate. Other lengths count from the end of the warm-up, and fractions are
 * of the remaining fit. Final rates are fractions of the base rate, which is the optimizer's `lr`. */
GML_API const gml_entry *gml_schedule_entry(size_t index);

/* Computes the learning rate of one step of a fit, for plots and for training loops in the caller's code.
 *
 * schedule         a call such as "cosine(warmup=500)"; null: "constant"
 * base             the base rate, above 0
 * step             from 0; past the end of the fit the formula is extrapolated
 * steps            number of steps in the whole fit, at least 1
 * steps_per_epoch  at least 1
 * rate             written; not below 0
 *
 * `reduce_on_plateau` depends on losses; this function assumes that the loss always falls. Thread-safe. Errors: name,
 * argument. */
GML_API gml_status gml_schedule_rate(gml_context *context, const char *schedule, double base, size_t step, size_t steps,
                                     size_t steps_per_epoch, double *rate);

#ifdef __cplusplus
}
#endif
#endif
