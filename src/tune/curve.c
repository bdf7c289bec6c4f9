/* tune/curve.c - the curve of a range test: smoothing, divergence, and the rate that it suggests. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tune/rate.h"

enum { LEAST_POINTS = 10 };

static const double decay = 0.9;       /* of the moving average */
static const double least_drop = 0.01; /* of the average, as a share of its start */
static const double noise_factor = 4;  /* least drop in standard deviations of the average */

/* a_i = (1 - d) sum_j d^(i-j) loss_j / (1 - d^(i+1)): the average of Adam's moments. */
void gml_rate_smooth(gml_rate_point *points, size_t index)
{
    const double weight = 1 - pow(decay, (double)index); /* of the losses before */
    const double before = index > 0 ? points[index - 1].smoothed * weight : 0;
    points[index].smoothed = (decay * before + (1 - decay) * points[index].loss) / (1 - pow(decay, (double)index + 1));
}

static size_t lowest_point(const gml_rate_point *points, size_t count)
{
    size_t lowest = 0;
    for (size_t i = 1; i < count; i++) {
        lowest = points[i].smoothed < points[lowest].smoothed ? i : lowest;
    }
    return lowest;
}

bool gml_rate_diverged(const gml_rate_point *points, size_t count)
{
    const double lowest = points[lowest_point(points, count)].smoothed;
    /* Near a loss of 0 the fall so far is the measure. */
    const double scale = fmax(fabs(lowest), 0.1 * (points[0].smoothed - lowest));
    return count >= LEAST_POINTS && points[count - 1].smoothed > lowest + 3 * scale;
}

static int compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The standard deviation of the average that the losses' noise causes: by the median of |loss - average|, which the few
 * points of a steep fall do not change. The median is 0.6745 standard deviations of a normal distribution. An average
 * with decay d has (1 - d) / (1 + d) of the variance of a loss. The last of at most MOST points are looked at. */
static double noise_of_average(const gml_rate_point *points, size_t count)
{
    enum { MOST = 512 };
    double sizes[MOST];
    const size_t used = count < MOST ? count : MOST;
    for (size_t i = 0; i < used; i++) {
        const gml_rate_point *point = &points[count - used + i];
        sizes[i] = fabs(point->loss - point->smoothed);
    }
    qsort(sizes, used, sizeof *sizes, compare_numbers);
    return sizes[used / 2] / 0.6745 * sqrt((1 - decay) / (1 + decay));
}

void gml_rate_judge_curve(const gml_rate_point *points, size_t count, gml_rate_result *result)
{
    result->curve_rate = 0;
    if (count < LEAST_POINTS) {
        snprintf(result->reason, sizeof result->reason, "no clear answer: the loss diverges at a rate of %.3g already",
                 result->limit);
        return;
    }
    const size_t start = count / 10, lowest = lowest_point(points, count);
    const double before = points[start].smoothed, drop = before - points[lowest].smoothed;
    const double noise = noise_of_average(points, count);
    if (lowest <= start || drop < least_drop * fabs(before)) {
        snprintf(result->reason, sizeof result->reason,
                 "no clear answer: the smoothed loss does not fall, from %.4g at first to %.4g at its lowest", before,
                 points[lowest].smoothed);
    } else if (drop < noise_factor * noise) {
        snprintf(result->reason, sizeof result->reason,
                 "no clear answer: the smoothed loss falls by %.3g only, and its noise is %.3g", drop, noise);
    } else {
        result->curve_rate = fmax(points[lowest].rate / 10, points[0].rate);
        snprintf(result->reason, sizeof result->reason, "a tenth of the rate %.3g, where the smoothed loss is lowest",
                 points[lowest].rate);
    }
}
