/* measure/metric.h - the table of metrics. */
#ifndef GML_MEASURE_METRIC_H
#define GML_MEASURE_METRIC_H

#include "base/call.h"
#include "gemmule/custom.h"
#include "gemmule/metrics.h"
#include "kernel/measure/accumulate.h"

/* A state that metrics are computed from. Metrics with the same accumulator share a state. */
typedef struct gml_accumulator {
    size_t (*size)(const gml_metric_shape *shape, const double *arguments); /* in doubles; SIZE_MAX on overflow */
    gml_accumulate *add;
    bool by_arguments;  /* metrics share a state only if their arguments are equal */
    bool keeps_samples; /* the size grows with the number of samples */
} gml_accumulator;

/* accumulators.c */
extern const gml_accumulator gml_margins_accumulator, gml_chances_accumulator, gml_top_accumulator,
    gml_bins_accumulator, gml_scores_accumulator, gml_errors_accumulator, gml_absolute_accumulator,
    gml_pinball_accumulator, gml_poisson_accumulator, gml_gamma_accumulator, gml_tweedie_accumulator;

/* Computes a metric from its state, or says why it is not defined. */
typedef void gml_metric_finish(const gml_metric_shape *shape, const double *arguments, double *state,
                               gml_metric_value *value);

typedef struct gml_metric_row {
    gml_entry entry;
    gml_task task; /* auto, for a custom metric: any */
    bool higher_is_better;
    bool needs_probability;
    const gml_accumulator *accumulator;
    gml_metric_finish *finish;
    const gml_custom_metric *custom; /* in place of accumulator and finish; else null */
} gml_metric_row;

/* The words of `average`, and of `multi`. */
enum { GML_AVERAGE_MACRO, GML_AVERAGE_WEIGHTED, GML_AVERAGE_MICRO, GML_AVERAGE_CLASS };
enum { GML_MULTI_OVR, GML_MULTI_OVO };
enum { GML_OUTPUTS_UNIFORM, GML_OUTPUTS_POOLED };

/* Says why a metric is not defined. */
void gml_metric_undefined(gml_metric_value *value, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* For classes (finish_classes.c). */
gml_metric_finish gml_finish_accuracy, gml_finish_balanced_accuracy, gml_finish_precision, gml_finish_recall,
    gml_finish_f1, gml_finish_cohen_kappa, gml_finish_matthews, gml_finish_top_k, gml_finish_log_loss, gml_finish_brier,
    gml_finish_ece;

/* For classes, of samples in order (finish_ranking.c). */
gml_metric_finish gml_finish_roc_auc, gml_finish_pr_auc;

/* For values (finish_values.c). */
gml_metric_finish gml_finish_mse, gml_finish_rmse, gml_finish_mae, gml_finish_median_ae, gml_finish_mape, gml_finish_r2,
    gml_finish_explained_variance, gml_finish_terms;

#endif
