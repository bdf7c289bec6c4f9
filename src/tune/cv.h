/* tune/cv.h - the parts of cross-validation. */
#ifndef GML_TUNE_CV_H
#define GML_TUNE_CV_H

#include <pthread.h>
#include <stdatomic.h>

#include "data/split/split.h"
#include "gemmule/cross_validate.h"
#include "measure/scorer.h"

/* A result and its memory. */
typedef struct gml_cv_owned {
    gml_cv_result result; /* the first field: gml_cv_destroy gets its address */
    gml_context *context;
    size_t samples, outputs;
    size_t text;              /* bytes of all calls, with their terminating nulls */
    gml_cv_metric *metrics;   /* [metrics] */
    gml_cv_fold *folds;       /* [repeats * folds] */
    gml_metric_value *values; /* [repeats * folds x metrics] */
    double *each, *mean;      /* [repeats * samples x outputs], [samples x outputs]; the same for one repeat */
    char *calls;              /* [text] */
    void *arena;
    size_t arena_size;
} gml_cv_owned;

/* The failure of the network with the lowest number. */
typedef struct gml_cv_failure {
    size_t index; /* SIZE_MAX: none */
    gml_status status;
    char message[GML_MESSAGE_SIZE];
} gml_cv_failure;

/* What the tasks share. */
typedef struct gml_cv_run {
    gml_context *context;
    gml_recipe recipe;
    const gml_dataset *dataset;
    const gml_split *split;
    const char *const *calls;
    size_t count;
    gml_cv_options options;  /* completed: validation is 0 only if nothing is held back */
    gml_scorer_setup scores; /* how predictions of the networks are read */
    gml_cv_owned *made;
    pthread_mutex_t lock; /* of `made` but for the predictions, of the failures and of on_fold */
    atomic_int stopped;   /* return value of a callback, or 0 */
    atomic_size_t failed; /* index of `error` */
    gml_cv_failure error, divergence;
} gml_cv_run;

/* ---- cv_result.c ---- */

/* Makes run->made, in which no fold has finished, for networks with so many outputs. Errors: shape, memory. */
gml_status gml_cv_make_result(gml_cv_run *run, size_t outputs, int probabilities);

/* ---- cv_fold.c ---- */

/* Trains and measures network `index`, unless a callback stops it: sets training, inner, validation and report of the
 * fold, and its values and predictions. Errors: those of gml_cross_validate. */
gml_status gml_cv_run_fold(gml_cv_run *run, size_t index, gml_cv_fold *fold);

/* ---- cv_summary.c ---- */

/* Computes the figures of all metrics from the finished folds, in their order. */
void gml_cv_summarize(gml_cv_owned *made);

/* Computes the mean predictions, and the metrics of all samples at once. Errors: memory, data. */
gml_status gml_cv_pool(const gml_cv_run *run);

#endif
