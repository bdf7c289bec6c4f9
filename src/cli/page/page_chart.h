/* cli/page/page_chart.h - a chart on a page. */
#ifndef GML_CLI_PAGE_PAGE_CHART_H
#define GML_CLI_PAGE_PAGE_CHART_H

#include "cli/chart/chart.h"

typedef struct page_chart {
    const chart *chart;
    const char *const *names; /* [chart->count] of the curves, for tooltips; of any source */
    double width, height;
    const char *label; /* accessible name */
} page_chart;

/* Writes a chart as a picture in which page.js shows the values under the mouse. Points that have room get a dot with a
 * tooltip. */
void page_chart_write(FILE *stream, const page_chart *of);

#endif
