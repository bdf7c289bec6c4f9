/* cli/page/health.h - the charts of the health of one layer over the epochs. */
#ifndef GML_CLI_PAGE_HEALTH_H
#define GML_CLI_PAGE_HEALTH_H

#include <jansson.h>
#include <stdio.h>

#include "cli/chart/chart.h"
#include "gemmule/gemmule.h"

enum { HEALTH_WIDTH = 240, HEALTH_HEIGHT = 170 }; /* of a small chart */

/* The axes that the charts of all layers share, so that layers can be compared. */
typedef struct health_axes {
    chart_axis epoch, gradient, update, spectrum;
} health_axes;

/* What the charts of a layer are made of. */
typedef struct health_layer {
    const json_t *lines;           /* array of lines of health, by epoch */
    size_t index;                  /* of the layer, from 0 */
    const double *singular_values; /* [singular_count], descending; or null */
    size_t singular_count;
    const health_axes *axes;
} health_layer;

/* The object of a layer in a line of health; null if there is none. */
const json_t *health_layer_of(const json_t *line, size_t index);

/* The axes for the lines; those of the spectrum cover nothing yet. */
health_axes health_axes_of(const json_t *lines);

/* Writes the figures of a layer, each with its caption: distribution of values, flat units, gradient norm, update
 * ratio, singular values. Those without data are left out. */
void health_charts_write(FILE *stream, const health_layer *layer);

/* ---- ridges.c ---- */

/* Writes the distribution of the layer's values as a ridge for each of some epochs, the last at the bottom. Nothing if
 * no samples were observed. */
void ridges_write(FILE *stream, const health_layer *layer);

#endif
