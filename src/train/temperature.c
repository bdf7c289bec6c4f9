/* train/temperature.c - finds the temperature with the least cross-entropy.
 *
 * In b = 1 / T the mean cross-entropy is convex: its slope rises. Newton's method finds the zero of the slope, within a
 * bracket that each step narrows. */
#include "train/temperature.h"

#include <math.h>
#include <stdio.h>

#include "kernel/measure/temperature.h"

enum { MOST_ROUNDS = 200 };

/* Relative accuracy of b, some rounding errors of its sums. */
static const double accuracy = 1e-14;

static gml_tempered temper(const gml_margins *of, double b)
{
    return gml_temper(of->samples, of->others, of->margins, of->weights, b);
}

/* The slope is below 0 at `low` and above 0 at `high`. Newton's step is taken if it stays between them and the slope
 * has halved since the last step; else the bracket is halved. */
static double find_zero(const gml_margins *of, double low, double high)
{
    double b = 1, before = (double)INFINITY;
    for (size_t round = 0; round < MOST_ROUNDS; round++) {
        const gml_tempered at = temper(of, b);
        if (at.slope == 0) {
            break;
        }
        low = at.slope < 0 ? b : low;
        high = at.slope > 0 ? b : high;
        double next = b - at.slope / at.curvature;
        if (!(next > low && next < high) || fabs(at.slope) > before / 2) {
            next = sqrt(low * high);
        }
        before = fabs(at.slope);
        if (fabs(next - b) <= accuracy * b) {
            break;
        }
        b = next;
    }
    return b;
}

static double find_inverse(const gml_margins *of, char note[GML_CALIBRATION_NOTE])
{
    const double low = 1 / GML_GREATEST_TEMPERATURE, high = 1 / GML_LEAST_TEMPERATURE;
    const double greatest = gml_greatest_margin(of->samples * of->others, of->margins);
    const double slope = temper(of, 1).slope; /* 0 also where it underflows */
    if (greatest < 0 || (greatest == 0 && slope < 0)) {
        snprintf(note, GML_CALIBRATION_NOTE,
                 "no sample is predicted wrongly: they tell nothing about a temperature, and the network is unchanged");
        return 1;
    }
    if (slope == 0) {
        return 1;
    }
    if (temper(of, low).slope >= 0) {
        snprintf(note, GML_CALIBRATION_NOTE, "the loss falls up to the greatest temperature, %g",
                 GML_GREATEST_TEMPERATURE);
        return low;
    }
    if (temper(of, high).slope <= 0) {
        snprintf(note, GML_CALIBRATION_NOTE, "the loss falls down to the least temperature, %g", GML_LEAST_TEMPERATURE);
        return high;
    }
    return find_zero(of, low, high);
}

void gml_find_temperature(const gml_margins *of, gml_calibration *report)
{
    report->note[0] = '\0';
    const double inverse = find_inverse(of, report->note);
    report->temperature = 1 / inverse;
    report->samples = of->samples;
    report->loss_before = temper(of, 1).loss;
    report->loss_after = temper(of, inverse).loss;
}
