/* kernel/data/weigh.h - how much each sample of a batch counts, and what of it is known.
 *
 * Looked at once for a batch before it is computed, or once for a fit, so there is one portable version. */
#ifndef GML_KERNEL_DATA_WEIGH_H
#define GML_KERNEL_DATA_WEIGH_H

#include <stdbool.h>

#include "gemmule/matrix.h"

typedef struct gml_weighing {
    gml_matrix targets;
    const size_t *order;         /* sample i is row order[i] of the targets; null: row i */
    size_t count;                /* samples */
    const double *weights;       /* by row of the targets; null: 1 */
    const double *class_weights; /* by the class number in the first column; null: 1 */
    size_t classes;              /* class_weights; another number counts 1 */
    bool masked;                 /* targets that are NaN are not known */
    bool whole_rows;             /* of a row with one that is not known nothing counts */
} gml_weighing;

typedef struct gml_weighed {
    double sum;             /* of the weights of what is known: rows if `whole_rows`, else entries */
    size_t samples, values; /* of which something is known, and entries that are */
} gml_weighed;

/* weights[i] = what sample i counts, 0 where nothing of it does. */
gml_weighed gml_weigh(const gml_weighing *weighing, double *weights);

/* mean[j] = the mean of what is known of column j, each sample counted by its weight; NaN where nothing of it counts.
 * [targets.cols] */
void gml_weigh_means(const gml_weighing *weighing, double *mean);

/* share[c] = the share of class c among the class numbers in the first column, likewise. [classes] */
void gml_weigh_classes(const gml_weighing *weighing, double *share);

/* How many targets of a sample are known, or may be used. */
size_t gml_weighing_known(const gml_weighing *weighing, size_t sample);

#endif
