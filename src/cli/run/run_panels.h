/* cli/run/run_panels.h - the charts of runs of training: which curves lie in which, and their axes. */
#ifndef GML_CLI_RUN_PANELS_H
#define GML_CLI_RUN_PANELS_H

#include "cli/chart/chart.h"
#include "cli/run/run_curves.h"

enum { MOST_PANELS = 3 };

/* One chart, and the curves in it. The curves point into the runs. The chart points to `curves`: after a copy, set that
 * pointer anew. */
typedef struct run_panel {
    chart chart;
    chart_curve curves[3 * MOST_RUNS];
    size_t rows;   /* in the terminal */
    double height; /* in SVG */
} run_panel;

/* In SVG, the classes of curves: those of a run, and of the losses of single batches. */
extern const char *const run_classes[MOST_RUNS];
extern const char *const run_batch_class;

/* Makes the panels that have curves: loss, metric, learning rate. Returns their number; all have the same x axis. */
size_t run_panels_make(const run_curves *const *runs, size_t count, run_panel made[MOST_PANELS]);

#endif
