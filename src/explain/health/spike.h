/* explain/health/spike.h - finds spikes of a series: values far above the median of those before them. */
#ifndef GML_EXPLAIN_SPIKE_H
#define GML_EXPLAIN_SPIKE_H

#include <stdbool.h>
#include <stddef.h>

enum { GML_SPIKE_VALUES = 64, GML_SPIKE_START = 16 };

typedef struct gml_spike {
    size_t count;                    /* values so far */
    double recent[GML_SPIKE_VALUES]; /* a ring of the last ones */
    double sorted[GML_SPIKE_VALUES]; /* the same, ascending */
    double start;                    /* the median of the first values; NaN before */
    size_t spikes;                   /* found so far */
    double worst, value, median;     /* the greatest z-score, its value and the median before it */
    size_t first, at;                /* epoch of the first spike, and of the worst one */
} gml_spike;

void gml_spike_begin(gml_spike *spike);

/* Adds a finite value of an epoch. It is a spike if its robust z-score is above `most` and it is above `share` of the
 * start. */
void gml_spike_add(gml_spike *spike, double value, double most, double share, size_t epoch);

/* (value - median) / (1.4826 MAD) over the recent values; the deviation is at least 1 % of the median. NaN for fewer
 * than GML_SPIKE_START values. */
double gml_spike_score(const gml_spike *spike, double value);

#endif
