/* kernel/data/weigh.h - the weight of each sample, and the number of its known targets.
 *
 * Computed once for a batch before its forward pass, or once for a fit: there is one portable version. */
#ifndef GML_KERNEL_DATA_WEIGH_H
#define GML_KERNEL_DATA_WEIGH_H

#include <stdbool.h>

#include "gemmule/matrix.h"
#include "kernel/data/selection.h"

typedef struct gml_weighing {
    gml_matrix targets;
    gml_selection chosen;        /* the rows of the targets that are samples */
    size_t count;                /* samples */
    const double *weights;       /* by row of the targets; null: all 1 */
    const double *class_weights; /* by the class number in the first column; null: all 1 */
    size_t classes;              /* length of class_weights; other class numbers have weight 1 */
    bool masked;                 /* NaN targets are unknown */
    bool whole_rows;             /* a sample with an unknown target has weight 0 */
} gml_weighing;

typedef struct gml_weighed {
    double sum;             /* sum of the weights of known rows if `whole_rows`, else of known entries */
    size_t samples, values; /* samples with a known target, and known targets */
} gml_weighed;

/* weights[i] = the weight of sample i; 0 if no target of it is known. */
gml_weighed gml_weigh(const gml_weighing *weighing, double *weights);

/* mean[j] = the weighted mean of the known targets in column j; NaN if their weights are all 0. [targets.cols] */
void gml_weigh_means(const gml_weighing *weighing, double *mean);

/* share[c] = the weighted share of class c among the class numbers in the first column. [classes] */
void gml_weigh_classes(const gml_weighing *weighing, double *share);

/* Returns the number of known targets of a sample; 0 for a sample with an unknown one if `whole_rows`. */
size_t gml_weighing_known(const gml_weighing *weighing, size_t sample);

#endif
