/* explain/health/verdicts.c - verdicts on units, from the counts of a window. */
#include <math.h>
#include <string.h>

#include "explain/health/health.h"

static const double SATURATED = 0.95;  /* share of samples where f' is flat */
static const double EXPLODING = 1000;  /* delta over that of the outputs */
static const double GREAT_VALUE = 1e4; /* root mean square of values */
static const double VANISHING = 1e-6;  /* delta over that of the outputs */

double gml_window_mean_square(const gml_window *window, size_t unit)
{
    double n = (double)window->samples, shift = window->sum[unit] / n;
    double variance = fmax(window->squares[unit] / n - shift * shift, 0), mean = window->center[unit] + shift;
    return mean * mean + variance;
}

/* The mean square of d loss / d z over samples and outputs. */
static double output_delta(const gml_health *health, const gml_window *window)
{
    const gml_watch *watch = &health->watches[health->output];
    double sum = 0;
    for (size_t i = 0; i < watch->units; i++) {
        sum += window->delta[watch->first + i];
    }
    return sum / ((double)window->samples * (double)watch->units);
}

static unsigned judge_slope(const gml_watch *watch, const gml_window *window, size_t unit)
{
    double flat = (double)window->flat[unit] / (double)window->samples;
    if (!watch->sloped) {
        return 0;
    }
    bool dead = !watch->two_sided && window->flat[unit] == window->samples;
    bool saturated = watch->two_sided && flat >= SATURATED;
    return (dead ? 1U << GML_ALARM_DEAD : 0) | (saturated ? 1U << GML_ALARM_SATURATED : 0);
}

/* `output`: of the gradient, or 0 if it is not known. A gradient of 0 comes from units that are flat, here or behind.
 */
static unsigned judge_gradient(const gml_window *window, size_t unit, double output, bool flat)
{
    bool broken = window->bins[unit * GML_OBSERVE_SLOTS + GML_OBSERVE_BINS] > 0;
    bool great = gml_window_mean_square(window, unit) > GREAT_VALUE * GREAT_VALUE;
    double delta = window->delta[unit] / (double)window->samples;
    bool exploding = output > 0 && !(delta <= EXPLODING * EXPLODING * output);
    bool vanishing = output > 0 && delta > 0 && delta < VANISHING * VANISHING * output && !flat;
    return (broken || great || exploding ? 1U << GML_ALARM_EXPLODING : 0) | (vanishing ? 1U << GML_ALARM_VANISHING : 0);
}

void gml_health_judge(gml_health *health)
{
    const gml_window *window = &health->windows[health->shown];
    memset(health->verdicts, 0, health->unit_count);
    if (window->samples < GML_HEALTH_LEAST) {
        return;
    }
    double output = window->gradients ? output_delta(health, window) : 0;
    for (size_t i = 0; i < health->layer_count; i++) {
        const gml_watch *watch = &health->watches[i];
        for (size_t unit = watch->first; watch->judged && unit < watch->first + watch->units; unit++) {
            unsigned verdict = judge_slope(watch, window, unit);
            verdict |= judge_gradient(window, unit, output, verdict != 0);
            verdict |= health->twins[unit] != SIZE_MAX ? 1U << GML_ALARM_DUPLICATED : 0;
            health->verdicts[unit] = (unsigned char)verdict;
        }
    }
}
