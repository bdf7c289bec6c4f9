/* method/line_search.c - algorithms 3.5 and 3.6 of Nocedal and Wright, Numerical Optimization, 2nd edition. */
#include "method/line_search.h"

#include <math.h>

static const double C1 = 1e-4, C2 = 0.9;

/* Returns the minimiser of the cubic through the values and slopes of two points: (3.59). NaN if there is none or a
 * value is infinite. */
static double cubic_minimum(const gml_line_point *p, const gml_line_point *q)
{
    double d1 = p->slope + q->slope - 3 * (p->value - q->value) / (p->length - q->length);
    double d2 = copysign(sqrt(d1 * d1 - p->slope * q->slope), q->length - p->length);
    return q->length - (q->length - p->length) * ((q->slope + d2 - d1) / (q->slope - p->slope + 2 * d2));
}

/* Returns x if it is in [low, high], else `otherwise`. */
static double within(double x, double low, double high, double otherwise)
{
    return x >= low && x <= high ? x : otherwise;
}

static bool decreases_enough(const gml_line *line, const gml_line_point *point)
{
    return point->value <= line->start.value + C1 * point->length * line->start.slope;
}

static bool is_flat_enough(const gml_line *line, const gml_line_point *point)
{
    return fabs(point->slope) <= -C2 * line->start.slope;
}

static gml_status evaluate(gml_line *line, double length, gml_line_point *point)
{
    *point = (gml_line_point){.length = length};
    gml_status status = line->evaluate(line->argument, point);
    if (!isfinite(point->value) || !isfinite(point->slope)) {
        point->value = INFINITY;
        point->slope = NAN;
    }
    line->evaluations--;
    return status;
}

/* Algorithm 3.6. `low` is the best point with sufficient decrease, or the start; points between it and `high` meet both
 * conditions. Trials stay a tenth of the interval away from its ends. */
static gml_status zoom(gml_line *line, gml_line_point low, gml_line_point high, gml_line_point *found)
{
    gml_line_point trial = low;
    while (line->evaluations > 1) {
        double span = high.length - low.length, middle = low.length + span / 2;
        double left = fmin(low.length, high.length) + 0.1 * fabs(span), right = left + 0.8 * fabs(span);
        double length = within(cubic_minimum(&low, &high), left, right, middle);
        if (length == low.length || length == high.length) {
            break;
        }
        gml_status status = evaluate(line, length, &trial);
        if (status != GML_OK) {
            return status;
        }
        if (!decreases_enough(line, &trial) || trial.value >= low.value) {
            high = trial;
            continue;
        }
        if (is_flat_enough(line, &trial)) {
            *found = trial;
            return GML_OK;
        }
        if (trial.slope * span >= 0) {
            high = low;
        }
        low = trial;
    }
    *found = low;
    bool elsewhere = low.length != trial.length && low.length > 0;
    return elsewhere ? evaluate(line, low.length, found) : GML_OK;
}

/* Algorithm 3.5. If a step is too short, the next trial is the minimiser of the cubic, limited to 2 to 10 times the
 * length. */
gml_status gml_line_search(gml_line *line, double first, gml_line_point *found)
{
    gml_line_point last = line->start, trial = line->start;
    for (double length = first; line->evaluations > 0;) {
        gml_status status = evaluate(line, length, &trial);
        if (status != GML_OK) {
            return status;
        }
        if (!decreases_enough(line, &trial) || (last.length > 0 && trial.value >= last.value)) {
            return zoom(line, last, trial, found);
        }
        if (is_flat_enough(line, &trial)) {
            break;
        }
        if (trial.slope >= 0) {
            return zoom(line, trial, last, found);
        }
        length = within(cubic_minimum(&last, &trial), 2 * trial.length, 10 * trial.length, 2 * trial.length);
        last = trial;
    }
    *found = trial;
    return GML_OK;
}
