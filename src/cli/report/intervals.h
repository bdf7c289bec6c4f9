/* cli/report/intervals.h - prediction intervals as text and as JSON: what a model has, and how they hold on data. */
#ifndef GML_CLI_INTERVALS_H
#define GML_CLI_INTERVALS_H

#include <jansson.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

/* How the intervals of a model hold on data. Zero-initialised: not measured. */
typedef struct interval_report {
    const gml_network *network;
    gml_interval_score *scores; /* [targets], or null */
} interval_report;

/* Measures the intervals of a network; a network without intervals leaves the report as it is. */
gml_status make_interval_report(const gml_network *network, const gml_dataset *data, interval_report *report);
void clear_interval_report(interval_report *report);

/* Print a table with a row for each target: of the quantiles of a network, and of a report on stdout. Nothing if there
 * are no intervals. */
void print_intervals(FILE *stream, const gml_network *network);
void print_interval_report(const interval_report *report);

/* Prints a line of the network's intervals, with the report on the test part if there is one. Nothing without them. */
void print_interval_line(FILE *stream, const gml_network *network, const interval_report *test);

/* Return an object: level, score, and samples and quantiles, or for each of the `targets` what was measured. JSON null
 * if there are no intervals, or they were not measured. */
json_t *intervals_json(const gml_network *network);
json_t *interval_report_json(const interval_report *report);

#endif
