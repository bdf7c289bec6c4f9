/* gemmule/tune.h - choosing the learning rate: a range test and short trials. Includes what else chooses: the search
 * for whole recipes (gemmule/search.h) and cross-validation (gemmule/cross_validate.h). */
#ifndef GEMMULE_TUNE_H
#define GEMMULE_TUNE_H

#include "gemmule/cross_validate.h"
#include "gemmule/search.h"
#include "gemmule/train.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A step of the range test. */
typedef struct gml_rate_point {
    double rate;     /* of the step */
    double loss;     /* of the step's batches before the update */
    double smoothed; /* exponential moving average of the losses so far, without the bias of its start */
} gml_rate_point;

/* A candidate for the learning rate. */
typedef struct gml_rate_trial {
    double rate;
    double loss;  /* validation loss of its longest trial, where its score is best; infinity: the trial diverged */
    size_t steps; /* of its longest trial */
    double score; /* by the metric of the fit, by default that loss; NaN: none */
} gml_rate_trial;

enum { GML_RATE_TRIALS = 9, GML_RATE_REASON_SIZE = 256 };

/* Zero-initialised means the default. */
typedef struct gml_rate_options {
    double least, most; /* rates of the range test; 0: 1e-6 and 10, inside the range of the optimizer's `lr` */
    size_t steps;       /* of the range test, at least 10; 0: 200 */
    gml_choice trials;  /* no: suggest a rate from the curve of the range test alone; else run trials */
    size_t trial_steps; /* of each of the first trials; 0: 100 */
    size_t final_steps; /* of each of the last trials, but no more than the fit has; 0: 3000 */
    void *user;
    int (*on_batch)(void *user, double rate); /* after each batch, with its rate; null: none. Not 0 stops the search,
                                                 with GML_OK. Trials call it from several threads at once */
} gml_rate_options;

typedef struct gml_rate_result {
    double rate;                           /* the suggestion; 0: there is none */
    char reason[GML_RATE_REASON_SIZE];     /* one sentence: how the rate was chosen, or why there is none */
    double curve_rate;                     /* the suggestion of the curve alone; 0: none */
    double limit;                          /* the rate at which the range test diverged; 0: it did not */
    size_t points;                         /* steps of the range test that were made */
    size_t trials;                         /* elements of `trial` that are used */
    gml_rate_trial trial[GML_RATE_TRIALS]; /* ascending by rate */
    double start_loss;                     /* validation loss before training; NaN without trials */
    size_t steps;                          /* of the range test and all trials together */
    int stopped;                           /* return value of the callback that stopped the search; else 0 */
    double start_score;                    /* score before training; NaN without trials, or where it is not defined */
} gml_rate_result;

/* Suggests a learning rate for gml_fit(network, train, validation, train_options, ...).
 *
 * validation     null, or the data that the fit is validated on. Null: trials hold back a fifth of `train`; with fewer
 *                than 10 samples they are judged by the loss on all of them
 * train_options  null, or the options of the fit. Its learning_rate, and an `lr` in its optimizer, are ignored
 * options        may be null
 * points         null, or [options->steps, or 200], written: the curve of the range test, result->points elements
 *
 * The range test (Smith, Cyclical learning rates for training neural networks, 2017) trains a copy of the network while
 * the rate grows by a constant factor from `least` to `most`. It ends when the loss is no longer finite, or its moving
 * average (decay 0.9) exceeds the lowest average by 3 times that average, that is, at 4 times a positive average. This
 * rate is the limit.
 *
 * The rule for the curve alone: the curve is clear if the average falls, from its value after a tenth of the steps, by
 * at least 1 % and by 4 standard deviations of its noise. The noise is estimated from the differences between losses
 * and averages. The suggestion is then a tenth of the rate with the lowest average.
 *
 * One curve is noisy, and tells nothing about later epochs. So by default trials decide. The candidates are the up to 9
 * greatest of the rates 10^k and 3.162 10^k in the range of the test, up to half a decade above the limit. Each trains
 * a copy of the network for `trial_steps` steps, by gml_fit with its schedule, and is judged by its best score after
 * any of its epochs and at its end, or with keep_best no by the score at its end. The score is the fit's metric, by
 * default the validation loss; of equal scores the lower loss is better. Trials ignore `patience` and `halvings`. The
 * better half, rounded up, is trained again, from the start, for twice the steps, and so on until one is left
 * (successive halving: Jamieson and Talwalkar, 2016). This one and the candidates next to it are then trained for
 * `final_steps` steps, and the best of them is the suggestion; of equal ones the lowest rate. There is no suggestion if
 * no trial lowers the validation loss by at least 1 %, or with a metric if no trial improves the score.
 *
 * The network is unchanged. The result has the same bits for any number of threads. Trials run side by side, as by
 * gml_fit_many: they need memory for 9 copies of the network, and for a trainer on each thread. With the default
 * options the search takes at most some 14000 steps, and some 4.6 times the steps of a fit of 3000.
 *
 * Errors: argument (a full-batch optimizer, which has no rate to find; options out of range), and those of gml_fit;
 * diverged only if the loss is not finite before the first step. */
GML_API gml_status gml_find_rate(const gml_network *network, const gml_dataset *train, const gml_dataset *validation,
                                 const gml_train_options *train_options, const gml_rate_options *options,
                                 gml_rate_point *points, gml_rate_result *result);

#ifdef __cplusplus
}
#endif
#endif
