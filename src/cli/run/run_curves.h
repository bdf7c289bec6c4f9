/* cli/run/run_curves.h - the curves of a run of training, from the lines of its log (docs/log-format.md). */
#ifndef GML_CLI_RUN_CURVES_H
#define GML_CLI_RUN_CURVES_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

enum { CURVE_POINTS = 2048 };

/* Points by epoch. Where there are more than fit, each point is the mean of `stride` of them. */
typedef struct run_curve {
    double x[CURVE_POINTS], y[CURVE_POINTS];
    size_t count, stride;
    double x_sum, y_sum; /* of `pending` points that do not make one yet */
    size_t pending;
} run_curve;

enum { CURVE_STEPS, CURVE_TRAIN, CURVE_VALIDATION, CURVE_SCORE, CURVE_RATE, RUN_CURVES };

enum { CURVE_TEXT = 160 };

/* Zero-initialised: nothing is known. */
typedef struct run_curves {
    const char *name;       /* of the run, for pictures of several; the caller's */
    char about[CURVE_TEXT]; /* data and network; "" */
    char metric[64];        /* of CURVE_SCORE: the metric of the fit, or with "loss" accuracy or RMSE; "" */
    bool by_loss;           /* the best epoch has the least validation loss */
    bool log_score;         /* lower is better, so that a logarithmic scale makes sense */
    double best_epoch;      /* 0: none */
    double best_score;
    run_curve curve[RUN_CURVES];
} run_curves;

/* Adds one line of the log. A run goes back when it resumes from a checkpoint, or after a divergence: a line then
 * replaces the earlier lines of the same or a later step. Lines of unknown types are left out. Returns null, or what is
 * wrong with the line. */
const char *run_curves_take(run_curves *curves, const json_t *line);

/* Adds the points that are pending. Call once after the last line. */
void run_curves_finish(run_curves *curves);

/* True if there is at least one loss. */
bool run_curves_exist(const run_curves *curves);

/* ---- run_read.c ---- */

/* Reads a log into curves that are zero but for the name. On failure prints a message that has the line. Returns the
 * exit code. */
int run_read(const char *path, run_curves *curves);

/* ---- run_plot.c ---- */

enum { MOST_RUNS = 8 };

/* Prints the curves of runs in the terminal. */
void run_plot_print(FILE *stream, const run_curves *const *runs, size_t count);

/* Draws them as the file `path`. On failure prints a message. Returns the exit code. */
int run_plot_draw(const char *path, const run_curves *const *runs, size_t count);

#endif
