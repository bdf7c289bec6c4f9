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
    const char *metric; /* that trials are judged by; null: the validation loss */
    bool rises;         /* a greater value is better */
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

/* ---- score.c ---- */

typedef struct gml_rate_score {
    double score; /* NaN: none */
    double loss;
} gml_rate_score;

/* True if a is better than b, by the score and then by the loss. */
bool gml_rate_is_better(const gml_rate_search *search, gml_rate_score a, gml_rate_score b);

/* Scores a network as it is. `loss` as in gml_evaluate. Errors: those of gml_score_network. */
gml_status gml_rate_score_network(const gml_rate_search *search, const gml_network *network, const char *loss,
                                  gml_rate_score *found);

/* Finds the metric that trials are judged by, and the figures before training. Errors: as above. */
gml_status gml_rate_begin_scores(gml_rate_search *search);

/* True if a trial is better than the network before training: its loss by 1 %, or its score. */
bool gml_rate_improves(const gml_rate_search *search, const gml_rate_trial *trial);

/* ---- trials.c ---- */

/* Runs the trials: sets metric and rises of the search; trial, trials, start_loss, rate and reason of the result; adds
 * to steps. Errors: as above. */
gml_status gml_rate_run_trials(gml_rate_search *search);

#endif
