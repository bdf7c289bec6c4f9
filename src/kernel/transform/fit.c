/* kernel/transform/fit.c - what transforms are fitted to: statistics of the known values of a column. */
#include <math.h>

#include "kernel/transform/transform.h"

size_t gml_keep_finite(size_t count, const double *x, double *kept)
{
    size_t finite = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(x[i])) {
            kept[finite++] = x[i];
        }
    }
    return finite;
}

/* Two passes: the second corrects the rounding of the first mean. Quotients are added, so that no sum overflows. */
double gml_sample_mean(size_t count, const double *x, double *deviation)
{
    double mean = 0, square = 0, rest = 0;
    for (size_t i = 0; i < count; i++) {
        mean += x[i] / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        const double d = x[i] - mean;
        rest += d / (double)count;
        square += d * (d / (double)count);
    }
    if (deviation != NULL) {
        *deviation = sqrt(square - rest * rest);
    }
    return mean + rest;
}

double gml_sample_quantile(size_t count, const double *x, size_t part, size_t parts)
{
    const double place = (double)part * (double)(count - 1) / (double)parts;
    const size_t left = (size_t)floor(place), right = left + 1 < count ? left + 1 : left;
    const double t = place - (double)left, step = x[right] - x[left];
    return t < 0.5 ? x[left] + step * t : x[right] - step * (1 - t);
}

double gml_sample_mode(size_t count, const double *x)
{
    double value = 0;
    size_t most = 0;
    for (size_t first = 0, next = 0; first < count; first = next) {
        while (next < count && x[next] == x[first]) {
            next++;
        }
        if (next - first > most) {
            most = next - first;
            value = x[first];
        }
    }
    return value;
}

void gml_count_codes(size_t count, const double *codes, size_t levels, size_t *counts)
{
    for (size_t i = 0; i < levels; i++) {
        counts[i] = 0;
    }
    for (size_t i = 0; i < count; i++) {
        if (codes[i] >= 0 && codes[i] < (double)levels) {
            counts[(size_t)codes[i]]++;
        }
    }
}
