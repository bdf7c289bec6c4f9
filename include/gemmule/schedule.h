/* gemmule/schedule.h - how the learning rate changes over a fit. */
#ifndef GEMMULE_SCHEDULE_H
#define GEMMULE_SCHEDULE_H

#include "gemmule/context.h"
#include "gemmule/entry.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The table of schedules, row by row; null past the last.
 *
 * Arguments that are lengths: below 1 a share of the fit, from 1 on a number of steps (updates of the weights), and 0
 * as the row says. With `by=epoch` both the lengths and the schedule count epochs, so that the rate changes between
 * epochs alone. During the warm-up the rate rises to its full height in equal steps; all else is counted from its end,
 * and shares are of what is left of the fit. Final rates are shares of the base rate, which is the optimizer's. */
GML_API const gml_entry *gml_schedule_entry(size_t index);

/* The learning rate that a schedule gives a step of a fit, for plots and loops of one's own.
 *
 * schedule  a call as in "cosine(warmup=500)"; null: "constant"
 * base      the rate that the schedule scales, above 0
 * step      from 0; past the end of the fit the rate goes on as the formula does
 * steps     of the whole fit, at least 1; steps_per_epoch likewise
 * rate      filled; not below 0
 *
 * `reduce_on_plateau` follows losses, which are not told here: the rate is that of a loss which always falls. Errors:
 * name, argument. */
GML_API gml_status gml_schedule_rate(gml_context *context, const char *schedule, double base, size_t step, size_t steps,
                                     size_t steps_per_epoch, double *rate);

#ifdef __cplusplus
}
#endif
#endif
