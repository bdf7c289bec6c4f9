/* optimizer/schedule_rate.c - a schedule in a fit: the learning rate of each step. */
#include <math.h>
#include <string.h>

#include "optimizer/optimizer.h"
#include "optimizer/schedule.h"

gml_status gml_schedule_bind(gml_context *context, const char *text, double base, size_t steps, size_t steps_per_epoch,
                             gml_schedule *schedule)
{
    text = text != NULL ? text : "constant";
    *schedule = (gml_schedule){.base = base};
    gml_status status = gml_call_parse(context, "schedule", gml_schedule_entry, text, strlen(text), &schedule->call);
    if (status != GML_OK) {
        return status;
    }
    schedule->row = gml_call_row(&schedule->call);
    schedule->unit = gml_call_value(&schedule->call, "by", 0) != 0 ? steps_per_epoch : 1;
    size_t units = (steps - 1) / schedule->unit + 1;
    schedule->whole = (double)units;
    schedule->warmup = gml_schedule_length(gml_call_value(&schedule->call, "warmup", 0), schedule->whole);
    return GML_OK;
}

gml_schedule_state gml_schedule_begin(void)
{
    return (gml_schedule_state){.factor = 1, .best = INFINITY};
}

void gml_schedule_list(gml_schedule_state *state, gml_saved *saved)
{
    gml_saved_number(saved, "schedule.factor", &state->factor);
    gml_saved_number(saved, "schedule.best", &state->best);
    gml_saved_count(saved, "schedule.worse", &state->worse, SIZE_MAX);
    gml_saved_count(saved, "schedule.resting", &state->resting, SIZE_MAX);
}

double gml_schedule_at(const gml_schedule *schedule, const gml_schedule_state *state, size_t step)
{
    size_t units = step / schedule->unit;
    double t = (double)units, warmup = schedule->warmup;
    double height = t < warmup ? (t + 1) / (warmup + 1) : 1;
    double factor = schedule->row->factor(schedule, fmax(t - warmup, 0), fmax(schedule->whole - warmup, 1));
    return schedule->base * height * factor * state->factor;
}

/* NaN is never better. */
void gml_schedule_observe(const gml_schedule *schedule, gml_schedule_state *state, double score)
{
    const double *p = schedule->call.values;
    const double signed_score = schedule->rises ? -score : score;
    const double border = isinf(state->best) ? state->best : state->best - p[2] * fabs(state->best);
    if (!schedule->row->follows_scores) {
        return;
    }
    state->worse++;
    if (signed_score < border) {
        state->best = signed_score;
        state->worse = 0;
    }
    if (state->resting > 0) {
        state->resting--;
        state->worse = 0;
    }
    if ((double)state->worse > p[1]) {
        state->factor = fmax(state->factor * p[0], p[4]);
        state->resting = (size_t)p[3];
        state->worse = 0;
    }
}

gml_status gml_schedule_rate(gml_context *context, const char *schedule, double base, size_t step, size_t steps,
                             size_t steps_per_epoch, double *rate)
{
    gml_status status = gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"rate", rate}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (!(base > 0) || base > GML_MAX_RATE) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "the base rate is %g; it must be above 0 and at most %g", base,
                        GML_MAX_RATE);
    }
    if (steps == 0 || steps_per_epoch == 0) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "a fit of %zu steps, %zu an epoch; at least 1 is needed of each",
                        steps, steps_per_epoch);
    }
    gml_schedule bound;
    status = gml_schedule_bind(context, schedule, base, steps, steps_per_epoch, &bound);
    if (status == GML_OK) {
        const gml_schedule_state state = gml_schedule_begin();
        *rate = gml_schedule_at(&bound, &state, step);
    }
    return status;
}
