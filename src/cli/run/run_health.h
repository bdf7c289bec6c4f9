/* cli/run/run_health.h - the lines of a log about the health of layers: how they are made and what they hold. */
#ifndef GML_CLI_RUN_HEALTH_H
#define GML_CLI_RUN_HEALTH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "gemmule/gemmule.h"

enum {
    MOST_HEALTH_LINES = 200,    /* of one run, besides the last */
    MOST_HEALTH_LAYERS = 10000, /* in all lines of one run */
    MOST_ALARM_UNITS = 32,      /* units that an alarm lists */
    MOST_LINE_ALARMS = 1024,    /* alarms of a line */
    MOST_LINE_LAYERS = 4096     /* layers of a line */
};

/* A figure of a layer: a member of the line, and a field of gml_layer_health. */
typedef struct run_health_figure {
    const char *name;
    bool count; /* the field is a size_t; else a double, null if it is not finite */
    size_t field;
} run_health_figure;

/* Returns the number of epochs from one line of health to the next, in a run of `epochs` epochs. */
size_t run_health_every(const gml_network *network, size_t epochs);

/* The options of a health for a page: lines have enough observed samples for new figures, also in a run of few steps.
 */
gml_health_options run_health_options(const gml_network *network, const gml_train_options *fit, size_t samples);

/* The line of an epoch. Null: there are no figures, or not enough memory. */
json_t *run_health_line(const gml_network *network, const gml_health *health, size_t epoch);

/* ---- run_health_copy.c ---- */

/* All figures of a layer but its histogram; ends with a row without a name. */
extern const run_health_figure run_health_figures[];

/* Copies what a line of health is documented to have. Returns null and sets `wrong` if a member has another type or
 * there are too many of them. */
json_t *run_health_copy(const json_t *line, const char **wrong);

#endif
