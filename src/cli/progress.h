/* cli/progress.h - how a training run shows on stderr: a bar on a terminal, and a line for each epoch. */
#ifndef GML_CLI_PROGRESS_H
#define GML_CLI_PROGRESS_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

typedef struct progress_bar {
    bool quiet;
    bool terminal;
    bool rate;        /* the learning rate is shown */
    bool drawn;       /* a bar stands on the terminal's line */
    double next;      /* seconds into the fit before which the bar stays as it is */
    double next_line; /* and before which an epoch of many leaves no line */
} progress_bar;

/* A bar for stderr; a quiet one never shows. With `rate` it tells the learning rate. */
progress_bar progress_create(bool quiet, bool rate);

/* After each step: cheap, draws at most ten times a second, and on a terminal only. */
void progress_step(progress_bar *bar, const gml_progress *progress);

/* After each epoch: leaves a line, or, in a run of many short epochs, two a second. */
void progress_epoch(progress_bar *bar, const gml_progress *progress);

/* Takes the bar away. */
void progress_clear(progress_bar *bar);

#endif
