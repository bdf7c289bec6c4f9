/* cli/shell/progress.h - the progress of training on stderr: a bar on a terminal, and a line for each epoch. */
#ifndef GML_CLI_PROGRESS_H
#define GML_CLI_PROGRESS_H

#include <stdbool.h>

#include "gemmule/gemmule.h"

typedef struct progress_bar {
    bool quiet;
    bool terminal;
    const char *metric; /* of the score; "loss": the validation loss */
    double score;       /* of the last epoch; NaN: none */
    bool drawn;         /* the terminal shows a bar */
    double next;        /* seconds into the fit at which the bar is redrawn */
    double next_line;   /* seconds into the fit at which an epoch of many prints a line */
} progress_bar;

/* `quiet`: nothing is printed. `metric`: of the fit; the caller's, or null. */
progress_bar progress_create(bool quiet, const char *metric);

/* Call after each batch. Draws at most ten times a second, and only on a terminal. */
void progress_batch(progress_bar *bar, const gml_progress *progress);

/* Call after each epoch. Prints a line; in a run of many epochs at most two a second. */
void progress_epoch(progress_bar *bar, const gml_progress *progress);

/* Erases the bar. */
void progress_clear(progress_bar *bar);

/* True if stderr is a terminal on which a line can be overwritten. */
bool progress_overwrites(void);

/* The columns of a line that fits in the terminal. Its last column stays free, because some terminals wrap when it is
 * written. */
size_t progress_width(void);

#endif
