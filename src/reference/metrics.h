/* reference/metrics.h - metrics by their definitions, in double. */
#ifndef GML_REFERENCE_METRICS_H
#define GML_REFERENCE_METRICS_H

#include <stddef.h>

typedef struct gml_reference_scores {
    size_t samples, outputs;
    const double *predictions; /* [samples x outputs]: scores of classes, at least 2; or values */
    const double *targets;     /* [samples] class numbers, or [samples x outputs] values */
    const double *weights;     /* [samples]; null: all are 1 */
    const double *arguments;   /* of the metric's call, words by their index */
} gml_reference_scores;

typedef struct gml_reference_metric {
    const char *name;
    double (*value)(const gml_reference_scores *of); /* NaN if it is not defined */
} gml_reference_metric;

/* Returns the row of that name; null if there is none. */
const gml_reference_metric *gml_reference_find_metric(const char *name);

/* For rows of classes (metrics_order.c). */
double gml_reference_roc_auc(const gml_reference_scores *of);
double gml_reference_pr_auc(const gml_reference_scores *of);

/* For rows of values (metrics_values.c). */
double gml_reference_mse(const gml_reference_scores *of);
double gml_reference_rmse(const gml_reference_scores *of);
double gml_reference_mae(const gml_reference_scores *of);
double gml_reference_median_ae(const gml_reference_scores *of);
double gml_reference_r2(const gml_reference_scores *of);
double gml_reference_mape(const gml_reference_scores *of);
double gml_reference_explained_variance(const gml_reference_scores *of);
double gml_reference_pinball(const gml_reference_scores *of);
double gml_reference_poisson_deviance(const gml_reference_scores *of);
double gml_reference_gamma_deviance(const gml_reference_scores *of);
double gml_reference_tweedie_deviance(const gml_reference_scores *of);

/* The weight of sample i. */
static inline double gml_reference_weight(const gml_reference_scores *of, size_t i)
{
    return of->weights != NULL ? of->weights[i] : 1;
}

/* The score of a class, and the class of a sample. */
static inline double gml_reference_score(const gml_reference_scores *of, size_t i, size_t index)
{
    return of->predictions[i * of->outputs + index];
}

static inline size_t gml_reference_class_of(const gml_reference_scores *of, size_t i)
{
    return (size_t)of->targets[i];
}

#endif
