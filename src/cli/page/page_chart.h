/* cli/page/page_chart.h - a chart on a page. */
#ifndef GML_CLI_PAGE_PAGE_CHART_H
#define GML_CLI_PAGE_PAGE_CHART_H

#include "cli/chart/chart.h"

/* Writes a chart as a picture in which page.js shows the values under the mouse. `names` [of->count] are those of its
 * curves. Curves of at most MOST_POINTS points get a dot with a tooltip at each. */
enum { MOST_POINTS = 64 };

typedef struct page_chart {
    const chart *chart;
    const char *const *names;
    double width, height;
    const char *label; /* accessible name */
} page_chart;

void page_chart_write(FILE *stream, const page_chart *of);

#endif
