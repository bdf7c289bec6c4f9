/* optimizer/schedule_rate.c - the learning rate of a step: warm-up, lengths, and the formula of each schedule. */
#include <math.h>
#include <string.h>

#include "optimizer/optimizer.h"
#include "optimizer/schedule.h"

static const double pi = 3.14159265358979323846;

/* ---- lengths ---- */

/* In steps: below 1 it is a share of the whole. */
static double length_of(double length, double whole)
{
    return round(length < 1 ? length * whole : length);
}

/* The same for one that something is divided by; 0: the whole. */
static double span_of(double length, double whole)
{
    return length == 0 ? whole : fmax(length_of(length, whole), 1);
}

/* How far t has come on the way of that length, from 0 to 1; no way at all has been gone. */
static double share_of(double t, double length)
{
    return length > 0 ? fmin(t / length, 1) : 1;
}

/* Where the n-th of several lengths in a row begins, each `growth` times the one before. */
static double begin_of(double n, double first, double growth)
{
    return growth > 1 ? first * (pow(growth, n) - 1) / (growth - 1) : n * first;
}

/* How far t has come in its cycle. The logarithm finds the cycle but for rounding. */
static double cycle_share(double t, double first, double growth)
{
    double n = growth > 1 ? floor(log1p(t / first * (growth - 1)) / log(growth)) : floor(t / first);
    n += begin_of(n + 1, first, growth) <= t;
    n -= begin_of(n, first, growth) > t;
    return share_of(t - begin_of(n, first, growth), first * pow(growth, n));
}

/* ---- formulas ---- */

double gml_schedule_constant(const gml_schedule *schedule, double t, double whole)
{
    (void)schedule, (void)t, (void)whole;
    return 1;
}

double gml_schedule_step(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return pow(p[1], floor(t / span_of(p[0], whole)));
}

double gml_schedule_multi_step(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double factor = 1;
    for (size_t i = 0; i < 4; i++) {
        if (p[i] > 0 && length_of(p[i], whole) <= t) {
            factor *= p[4];
        }
    }
    return factor;
}

double gml_schedule_exponential(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return pow(p[0], t / span_of(p[1], whole));
}

/* p: end, length, restarts, growth */
static double decay_share(const double *p, double t, double whole)
{
    double length = span_of(p[1], whole);
    return p[2] != 0 ? cycle_share(t, length, p[3]) : share_of(t, length);
}

double gml_schedule_polynomial(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[1] + (1 - p[1]) * pow(1 - decay_share(p + 1, t, whole), p[0]);
}

double gml_schedule_linear(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[0] + (1 - p[0]) * (1 - decay_share(p, t, whole));
}

/* From 1 down to 0. */
static double half_cosine(double share)
{
    return (1 + cos(pi * share)) / 2;
}

double gml_schedule_cosine(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    return p[0] + (1 - p[0]) * half_cosine(decay_share(p, t, whole));
}

/* The peak is at the last step of the rise, the end at the last step of the fit. */
double gml_schedule_one_cycle(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double start = 1 / p[1], end = start / p[2];
    double rise = (p[0] < 1 ? p[0] * whole : fmin(p[0], whole)) - 1;
    bool rises = t < rise;
    double left = rises ? 1 - share_of(t, rise) : share_of(t - rise, whole - 1 - rise);
    double low = rises ? start : end;
    return low + (1 - low) * (p[3] == 0 ? half_cosine(left) : 1 - left);
}

double gml_schedule_inverse_sqrt(const gml_schedule *schedule, double t, double whole)
{
    const double *p = schedule->call.values;
    double length = p[0] == 0 ? schedule->warmup + 1 : span_of(p[0], whole);
    return 1 / sqrt(1 + t / length);
}

/* ---- a schedule in a fit ---- */

gml_status gml_schedule_bind(gml_context *context, const char *text, double base, size_t steps, size_t steps_per_epoch,
                             gml_schedule *schedule)
{
    text = text != NULL ? text : "constant";
    *schedule = (gml_schedule){.base = base};
    gml_status status = gml_call_parse(context, "schedule", gml_schedule_entry, text, strlen(text), &schedule->call);
    if (status != GML_OK) {
        return status;
    }
    const gml_schedule_row *row = gml_schedule_row_at(schedule->call.row);
    const double *p = schedule->call.values;
    schedule->row = row;
    schedule->unit = row->by != 0 && p[row->by - 1] != 0 ? steps_per_epoch : 1;
    size_t units = (steps - 1) / schedule->unit + 1;
    schedule->whole = (double)units;
    schedule->warmup = row->warmup != 0 ? length_of(p[row->warmup - 1], schedule->whole) : 0;
    return GML_OK;
}

gml_schedule_state gml_schedule_begin(void)
{
    return (gml_schedule_state){.factor = 1, .best = INFINITY};
}

double gml_schedule_at(const gml_schedule *schedule, const gml_schedule_state *state, size_t step)
{
    size_t units = step / schedule->unit;
    double t = (double)units, warmup = schedule->warmup;
    double height = t < warmup ? (t + 1) / (warmup + 1) : 1;
    double factor = schedule->row->factor(schedule, fmax(t - warmup, 0), fmax(schedule->whole - warmup, 1));
    return schedule->base * height * factor * state->factor;
}

/* A loss that is not a number is no better than any. */
void gml_schedule_observe(const gml_schedule *schedule, gml_schedule_state *state, double loss)
{
    const double *p = schedule->call.values;
    if (!schedule->row->follows_loss) {
        return;
    }
    state->worse++;
    if (loss < state->best * (1 - p[2])) {
        state->best = loss;
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
