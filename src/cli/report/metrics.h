/* cli/report/metrics.h - lists of metrics, and the report of `gemmule eval`. */
#ifndef GML_CLI_METRICS_H
#define GML_CLI_METRICS_H

#include <jansson.h>

#include "cli/shell/flags.h"

/* The value of --metric: calls, separated by commas. Zero-initialised: none are chosen. */
typedef struct metric_list {
    char *text; /* the calls one after another, each with its end */
    const char **calls;
    size_t count;
} metric_list;

void read_metrics(const flag *row, const char *text, void *field); /* metric_list */
void clear_metrics(metric_list *list);

/* What was measured of a model. */
typedef struct score_report {
    const gml_network *network;
    const char *const *calls; /* [count] */
    size_t count;
    gml_metric_value *values; /* [count] */
    bool averages;            /* the calls are those of classes by default, shown as a table */
    gml_metric_value *each;   /* [targets x count] of several targets that are values; or null */
    size_t targets;
    double *confusion; /* [classes x classes], or null */
    size_t classes;
} score_report;

/* Measures the metrics chosen, or if there are none the usual ones of the task. On failure prints a message. Returns
 * the exit code. */
int make_score_report(gml_context *context, const gml_network *network, const gml_dataset *data,
                      const metric_list *chosen, score_report *report);
void clear_score_report(score_report *report);

/* Prints the report after a first line. */
void print_score_report(const score_report *report);

/* Prints the confusion matrix of the report, or of more than 20 classes the pairs that are confused most; nothing if
 * the report has none. */
void print_confusion(const score_report *report);

/* Adds to an object: `metrics`, with null where not defined; `undefined`, the reasons; of several targets `targets`,
 * the same of each; for classes, unless metrics were chosen, `classes` and `confusion`. */
void add_score_report(json_t *object, const score_report *report);

#endif
