/* cli/chart/learned_chart.h - the trained activation of a layer as a chart, for terminals and pages. */
#ifndef GML_CLI_LEARNED_CHART_H
#define GML_CLI_LEARNED_CHART_H

#include "cli/chart/activation_plot.h"
#include "cli/chart/chart.h"

enum { LEARNED_MOST = 12 };

typedef struct learned_chart {
    chart chart; /* the initial activation, then units: each, or LEARNED_MOST of them */
    chart_curve curves[LEARNED_MOST + 1];
    double x[ACTIVATION_POINTS], y[LEARNED_MOST + 1][ACTIVATION_POINTS];
} learned_chart;

/* Fills the chart, which must stay where it is, with the activation of layer `layer`. `units`: sets of parameters, at
 * least 1. Errors: those of gml_network_apply_activation. */
gml_status learned_chart_fill(const gml_network *network, size_t layer, size_t units, learned_chart *made);

#endif
