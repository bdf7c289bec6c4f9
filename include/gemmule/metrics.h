/* gemmule/metrics.h - losses and metrics: of a network on a dataset, and of predictions in memory.
 *
 * A metric is chosen by a call, such as "accuracy", "f1(average=macro)" or "pinball(quantile=0.9)". Each metric is for
 * classes or for values. Metrics for classes read one score for each class, or a single score for class 1; the class
 * with the greatest score is the predicted one, the first of equal ones. Some need probabilities. Values are those of
 * scikit-learn 1.2, which calls some metrics by other names (gml_entry.source).
 *
 * All metrics are weighted by sample weights. Samples with weight 0 and missing targets are skipped. Metrics of several
 * targets are means over the targets. Sums run in a fixed order: the bits are the same for any number of threads. */
#ifndef GEMMULE_METRICS_H
#define GEMMULE_METRICS_H

#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- the table ---- */

/* Returns row `index` of the table of metrics; null past the last row. */
GML_API const gml_entry *gml_metric_entry(size_t index);

/* Properties of a metric. */
typedef struct gml_metric_facts {
    gml_task task;         /* kind of the targets; auto, for a custom metric: any */
    int higher_is_better;  /* 1: the greatest value is the best; 0: the least */
    int needs_probability; /* 1: scores must be probabilities; 0: any scores or values */
    int keeps_samples;     /* 1: memory grows with the number of samples; 0: it does not */
} gml_metric_facts;

/* Returns the properties of a metric, given by name or call. Custom metrics of the context are included. Thread-safe.
 * Errors: name, argument. */
GML_API gml_status gml_metric_facts_of(gml_context *context, const char *metric, gml_metric_facts *facts);

/* ---- values ---- */

enum { GML_METRIC_REASON = 128 };

/* The value of a metric. */
typedef struct gml_metric_value {
    double value;                   /* NaN if the metric is not defined for these samples */
    char reason[GML_METRIC_REASON]; /* why it is not defined; "" if it is */
} gml_metric_value;

/* Predictions and targets in memory. Zero-initialised: none. */
typedef struct gml_score_data {
    gml_matrix predictions; /* [n x classes] scores, [n x 1] scores of class 1, or [n x k] values; f32 or f64, finite */
    gml_matrix targets;     /* [n x 1] class numbers or [n x k] values; any dtype */
    gml_matrix weights;  /* [n x 1] f64: sample weights, none below 0, with a finite sum above 0; or none: all are 1 */
    gml_task task;       /* auto: that of the metrics; for metrics without a task, classes if there is one column of
                            targets for several of predictions, else values */
    int signed_scores;   /* of a single score: 0: one above 1/2 predicts class 1; not 0: one above 0 does */
    int missing_targets; /* not 0: targets that are NaN are missing; 0: they are an error */
} gml_score_data;

/* Computes metrics of predictions.
 *
 * metrics    [count] calls; count may be 0
 * values     [count], written
 * confusion  gml_matrix_none(), or for classes [classes x classes] f64, written: entry (i, j) is the sum of the weights
 *            of samples of class i that are predicted as class j
 *
 * Takes one pass over the data for all metrics. Allocates working memory and frees it. Thread-safe. Errors: name,
 * argument (a metric that does not fit the task, a view without memory), shape, data (a prediction that is not finite,
 * an invalid target or weight: row, column and value in the message; nothing to measure), memory. */
GML_API gml_status gml_score(gml_context *context, const gml_score_data *data, const char *const *metrics, size_t count,
                             gml_metric_value *values, gml_matrix confusion);

/* Properties of one class in a confusion matrix; NaN where not defined. */
typedef struct gml_class_score {
    double precision, recall, f1;
    double support; /* sum of the weights of its samples */
} gml_class_score;

/* Returns the properties of class `index`, from 0; all NaN if there is no such class or the matrix is not a square one
 * of f64. Thread-safe. */
GML_API gml_class_score gml_confusion_class(gml_matrix confusion, size_t index);

/* ---- of a network on a dataset ---- */

typedef struct gml_metrics {
    size_t samples;
    double loss;     /* mean loss, on scaled targets if the network scales them */
    double accuracy; /* fraction of samples with the right class; NaN for regression */
    double rmse;     /* root mean squared error, in the unit of the targets; NaN for classification */
    double r2; /* 1 - squared error / squared deviation from the mean; NaN for classification and constant targets */
} gml_metrics;

/* Evaluates a network on a dataset with targets.
 *
 * The loss is weighted by the dataset's sample weights; accuracy, rmse and r2 are unweighted. Missing targets are
 * skipped. Class weights apply to training only.
 *
 * loss  a call, or null: the network's fact "loss", else the default for its last activation
 *
 * Allocates working memory and frees it. Thread-safe as long as no other thread changes the network. Errors: shape (the
 * dataset has other sizes or other input names than the network), name, data (an invalid target, or an input that is
 * not finite after conversion and scaling: place, column and value in the message), memory. */
GML_API gml_status gml_evaluate(const gml_network *network, const gml_dataset *dataset, const char *loss,
                                gml_metrics *metrics);

/* Computes metrics of a network on a dataset, as gml_score does of its predictions, weighted by the dataset's sample
 * weights. Missing targets are skipped.
 *
 * The loss is the network's fact "loss", or the default for its last activation. It tells how outputs are read: logits
 * become probabilities; a single output of hinge and squared_hinge is a score around 0; of the outputs of gaussian_nll
 * the means are compared with the targets.
 *
 * metrics    [count] calls; count may be 0
 * values     [count], written
 * confusion  gml_matrix_none(), or for classes [classes x classes] f64, written; as in gml_score
 *
 * Allocates working memory and frees it. Thread-safe as long as no other thread changes the network. Errors: as
 * gml_score and gml_evaluate. */
GML_API gml_status gml_score_network(const gml_network *network, const gml_dataset *dataset, const char *const *metrics,
                                     size_t count, gml_metric_value *values, gml_matrix confusion);

/* Computes metrics of each target by itself, for targets that are values; gml_score_network takes all together.
 *
 * values  [targets x count], written: row i is of target i. A target without a known value has none
 *
 * Errors and the rest: as gml_score_network, and argument (targets that are classes). */
GML_API gml_status gml_score_targets(const gml_network *network, const gml_dataset *dataset, const char *const *metrics,
                                     size_t count, gml_metric_value *values);

#ifdef __cplusplus
}
#endif
#endif
