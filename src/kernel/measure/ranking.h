/* kernel/measure/ranking.h - accumulators that keep all samples, and statistics of their order. */
#ifndef GML_KERNEL_MEASURE_RANKING_H
#define GML_KERNEL_MEASURE_RANKING_H

#include "kernel/measure/accumulate.h"

/* ---- scores of classes ---- */

/* Returns the doubles of a state of gml_add_scores: class, weight and scores of each sample, and memory for sorting.
 * Two classes are ordered by the score of class 1 alone, several each by its own. SIZE_MAX on overflow. */
size_t gml_scores_size(const gml_metric_shape *shape);
gml_accumulate gml_add_scores;

/* Returns the sums of the weights of each class, [classes]. */
const double *gml_scores_weights(const double *state);

enum { GML_ALL_OTHERS = -1 };

/* Samples of one class against those of another, or against all others, in the order of their scores. */
typedef struct gml_separation {
    double area;      /* under the ROC curve: the probability that a sample of the class has a greater score; equal
                         scores count half */
    double precision; /* the average precision: sum of precision times increase of recall, over distinct scores */
} gml_separation;

/* The class must have samples; if the others have none, the area is NaN. Uses the memory for sorting. */
gml_separation gml_scores_separate(const gml_metric_shape *shape, double *state, size_t class, int other);

/* ---- absolute errors of values ---- */

/* Returns the doubles of a state of gml_add_absolute. SIZE_MAX on overflow. */
size_t gml_absolute_size(const gml_metric_shape *shape);
gml_accumulate gml_add_absolute;

/* Returns the median of the absolute errors of an output; NaN if it has no samples. With weights it is the first error
 * at which the sum of weights reaches half of the total. Uses the memory for sorting. */
double gml_absolute_median(const gml_metric_shape *shape, double *state, size_t output);

#endif
