/* optimizer/average.h - averages of the weights over the steps of training, as a table. */
#ifndef GML_OPTIMIZER_AVERAGE_H
#define GML_OPTIMIZER_AVERAGE_H

#include "base/call.h"

typedef struct gml_average_row {
    gml_entry entry;
    /* The share of the current weights in the new average, `age` steps after its start; 0: they are skipped. */
    double (*share)(const double *parameters, double age);
} gml_average_row;

/* The step, from 0, at which the average of a fit of `steps` steps begins; with 0 steps, a start given as a share is 0.
 */
size_t gml_average_start(const gml_call *call, size_t steps);

#endif
