/* gemmule/cross_validate.h - cross-validation: how well the networks of a recipe predict samples they have not seen. */
#ifndef GEMMULE_CROSS_VALIDATE_H
#define GEMMULE_CROSS_VALIDATE_H

#include "gemmule/recipe.h"
#include "gemmule/split.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One network: trained on the training part of a fold, measured on the validation part. */
typedef struct gml_cv_fold {
    size_t repeat, fold;   /* from 0 */
    size_t training;       /* samples of the training part */
    size_t inner;          /* samples of the training part that were held back for the fit's own validation; 0: none */
    size_t validation;     /* samples of the validation part, which the fit does not see */
    int finished;          /* 1: trained and measured; 0: not begun, stopped or diverged */
    gml_status status;     /* GML_OK, or GML_ERROR_DIVERGED */
    gml_fit_report report; /* all 0 if not begun */
    const gml_metric_value *values; /* [metrics of the result], if finished */
} gml_cv_fold;

/* A metric over the finished folds. The figures are NaN where too few folds have a value. */
typedef struct gml_cv_metric {
    const char *metric;             /* the call */
    size_t folds;                   /* finished folds in which it is defined; the figures are of these */
    size_t undefined;               /* finished folds in which it is not */
    char reason[GML_METRIC_REASON]; /* why it is not, in the first of them; "": it is defined in all */
    double mean;
    double deviation;        /* standard deviation of the values: the sum of squares divided by folds - 1 */
    double low, high;        /* confidence interval of the mean; see gml_cross_validate */
    gml_metric_value pooled; /* of all samples at once; mean over the repeats */
} gml_cv_metric;

/* What cross-validation found. It owns all it points to. */
typedef struct gml_cv_result {
    size_t folds, repeats; /* of the split */
    size_t finished;       /* networks, at most folds * repeats */
    size_t diverged;       /* likewise */
    int stopped;           /* return value of the callback that stopped it; else 0 */
    double confidence;     /* of the intervals */
    size_t metrics;
    const gml_cv_metric *metric; /* [metrics] */
    const gml_cv_fold *fold;     /* [repeats * folds]: fold f of repeat r is fold[r * folds + f] */
    /* Predictions of each sample by the networks that have not seen it. Probabilities if the loss reads logits or
     * probabilities, [n x 1] of class 1 or [n x classes]; else scores or values as gml_network_predict gives them, with
     * variances after the means for gaussian_nll. A row is NaN if no such network has finished. No matrices during
     * on_fold. */
    gml_matrix predictions;        /* [n x outputs] f64: means over the repeats */
    gml_matrix repeat_predictions; /* [repeats * n x outputs] f64: sample i of repeat r is row r * n + i */
    int probabilities;             /* 1: the predictions are probabilities */
} gml_cv_result;

/* Zero-initialised means the default. */
typedef struct gml_cv_options {
    double confidence; /* of the intervals, in (0, 1); 0: 0.95 */
    double validation; /* share of each training part that is held back for the validation of its fit, in (0, 1); 0: 0.2
                          if the recipe needs it, else none; see below */
    void *user;
    int (*on_batch)(void *user, size_t index, const gml_progress *progress); /* after each batch of fold[index]; null:
                                                                                none. Called from several threads */
    int (*on_fold)(void *user, const gml_cv_result *so_far, size_t index); /* when fold[index] has finished or diverged,
                                                                              one call at a time; null: none */
} gml_cv_options;

/* Trains a network for each fold of each repeat of a split, and measures it on the samples it has not seen.
 *
 * recipe   null: the default. It has no checkpoint and no resume; an observer is ignored
 * dataset  with targets
 * split    of `dataset`; null: 5 folds of the kind "auto" and one repeat, with seed recipe->fit.seed. A split without
 *          folds is allowed: each repeat then has one validation part
 * metrics  [count] calls; count may be 0
 * options  may be null
 * result   written; gml_cv_destroy frees it
 *
 * Each network is made by gml_recipe_network for the training part of its fold, so that no statistic of the validation
 * part reaches it. The network i = repeat * folds + fold has i added to the seeds recipe->options.seed and
 * recipe->fit.seed. Its batch and epochs are those of gml_recipe_fit_options. Metrics are those of gml_score_network.
 *
 * The validation part of a fold does not choose when its fit ends, or the weights that it keeps: the measure would be
 * too good. Fits have no validation data, unless options->validation is given or the recipe needs it: its fit has a
 * metric, patience or keep_best yes. Then that share of the training part is held back, by the kind of the split and
 * with the seed of the fit, and the network is made for and trained on the rest.
 *
 * Networks are trained side by side, each on one thread, as by gml_fit_many. Memory is needed for one network and
 * trainer on each thread, and for 8 bytes for each sample, output and repeat. The result has the same bits for any
 * number of threads.
 *
 * The interval is mean -+ t sqrt(1 / J + q) deviation, where J is the number of values, t the quantile (1 + confidence)
 * / 2 of Student's t distribution with J - 1 degrees of freedom, and q the mean ratio of the samples of validation part
 * and training part, 1 / (K - 1) for K folds. The term q is for the training parts that the networks share: without it,
 * intervals would be too short. Source: the corrected resampled t-test of Nadeau and Bengio, Inference for the
 * generalization error, 2003; for repeated folds Bouckaert and Frank, 2004. It is not cut at the bounds of the metric:
 * it may go beyond 1 for accuracy.
 *
 * `pooled` is computed from the predictions of all samples in a repeat, each by the network that has not seen it, and
 * is the mean over the repeats. It differs from `mean` for a metric that is no mean over samples, such as r2 or
 * roc_auc. It is not defined if a sample has no prediction in some repeat.
 *
 * A callback that returns not 0 stops it, with GML_OK: the result has the folds that have finished. If networks have
 * diverged, the return value is diverged, with the first of them in the message, and the result is written: it has the
 * other folds. After any other error the result is not written.
 *
 * Errors: argument (a split of another dataset, a recipe with a checkpoint, options out of range, metrics that do not
 * fit the task), those of gml_split_create, gml_recipe_network, gml_fit and gml_score_network. A message about a
 * network begins with its fold and repeat, from 1. */
GML_API gml_status gml_cross_validate(const gml_recipe *recipe, const gml_dataset *dataset, const gml_split *split,
                                      const char *const *metrics, size_t count, const gml_cv_options *options,
                                      gml_cv_result **result);

/* Frees a result; null is allowed. */
GML_API void gml_cv_destroy(gml_cv_result *result);

#ifdef __cplusplus
}
#endif
#endif
