/* tune/rate.h - the parts of the search for a learning rate. */
#ifndef GML_TUNE_RATE_H
#define GML_TUNE_RATE_H

#include <stdbool.h>

#include "gemmule/tune.h"

enum { GML_RATE_STEPS = 200, GML_RATE_TRIAL_STEPS = 100, GML_RATE_FINAL_STEPS = 3000 };

/* What to search, completed: no zeros that stand for defaults. */
typedef struct gml_rate_search {
    const gml_network *network;
    const gml_dataset *train;      /* of the range test */
    const gml_dataset *validation; /* of the trials */
    const gml_dataset *part;       /* that the trials train on */
    gml_train_options train_options;
    gml_rate_options options;
    gml_rate_point *points; /* [options.steps] */
    gml_rate_result *result;
} gml_rate_search;

/* ---- curve.c ---- */

/* Computes the smoothed loss of point `index` from the point before it and its own loss. */
void gml_rate_smooth(gml_rate_point *points, size_t index);

/* True if the curve has diverged at its last point: its average is far above the lowest one. */
bool gml_rate_diverged(const gml_rate_point *points, size_t count);

/* Finds the suggestion of a curve without divergence: sets curve_rate, and, if there is none, the reason. `limit` of
 * the result is set. */
void gml_rate_judge_curve(const gml_rate_point *points, size_t count, gml_rate_result *result);

/* ---- range.c ---- */

/* Runs the range test: sets points, limit, steps and stopped of the result. Errors: those of gml_fit. */
gml_status gml_rate_run_range(const gml_rate_search *search);

/* ---- trials.c ---- */

/* Runs the trials: sets trial, trials, start_loss, rate and reason of the result; adds to steps. Errors: as above. */
gml_status gml_rate_run_trials(const gml_rate_search *search);

#endif
