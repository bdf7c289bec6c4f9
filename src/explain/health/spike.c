/* explain/health/spike.c - the robust z-score of a series. */
#include "explain/health/spike.h"

#include <math.h>
#include <string.h>

void gml_spike_begin(gml_spike *spike)
{
    *spike = (gml_spike){.start = NAN, .worst = NAN, .value = NAN, .median = NAN};
}

static size_t kept(const gml_spike *spike)
{
    return spike->count < GML_SPIKE_VALUES ? spike->count : GML_SPIKE_VALUES;
}

/* The middle of ascending values, or the mean of the middle two. */
static double middle(const double *sorted, size_t count)
{
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
}

/* The median of |x - center| over ascending x: the nearest values lie next to the center on both sides. */
static double median_deviation(const double *sorted, size_t count, double center)
{
    size_t above = 0;
    while (above < count && sorted[above] < center) {
        above++;
    }
    size_t below = above; /* the next value below is at below - 1 */
    double last = 0, before = 0;
    for (size_t i = 0; i <= count / 2; i++) {
        double up = above < count ? sorted[above] - center : INFINITY;
        double down = below > 0 ? center - sorted[below - 1] : INFINITY;
        before = last;
        last = up <= down ? up : down;
        above += up <= down;
        below -= up > down;
    }
    return count % 2 == 1 ? last : (before + last) / 2;
}

double gml_spike_score(const gml_spike *spike, double value)
{
    size_t count = kept(spike);
    if (count < GML_SPIKE_START) {
        return NAN;
    }
    double median = middle(spike->sorted, count);
    double deviation = fmax(1.4826 * median_deviation(spike->sorted, count, median), 0.01 * fabs(median));
    return deviation > 0 ? (value - median) / deviation : value > median ? INFINITY : 0;
}

/* Replaces the oldest value in the ring and in the sorted list. */
static void keep(gml_spike *spike, double value)
{
    size_t count = kept(spike), place = spike->count % GML_SPIKE_VALUES;
    if (spike->count >= GML_SPIKE_VALUES) {
        size_t old = 0;
        while (spike->sorted[old] != spike->recent[place]) {
            old++;
        }
        memmove(spike->sorted + old, spike->sorted + old + 1, (--count - old) * sizeof *spike->sorted);
    }
    size_t at = count;
    while (at > 0 && spike->sorted[at - 1] > value) {
        spike->sorted[at] = spike->sorted[at - 1];
        at--;
    }
    spike->sorted[at] = value;
    spike->recent[place] = value;
    spike->count++;
    if (spike->count == GML_SPIKE_START) {
        spike->start = middle(spike->sorted, GML_SPIKE_START);
    }
}

void gml_spike_add(gml_spike *spike, double value, double most, double share, size_t epoch)
{
    if (!isfinite(value)) {
        return;
    }
    double score = gml_spike_score(spike, value);
    if (score > most && value > share * spike->start) {
        if (spike->spikes++ == 0) {
            spike->first = epoch;
        }
        if (!(spike->worst >= score)) {
            spike->worst = score;
            spike->value = value;
            spike->median = middle(spike->sorted, kept(spike));
            spike->at = epoch;
        }
    }
    keep(spike, value);
}
