/* optimizer/average.h - averages of the weights over the steps of training, as a table. */
#ifndef GML_OPTIMIZER_AVERAGE_H
#define GML_OPTIMIZER_AVERAGE_H

#include "base/call.h"

typedef struct gml_average_row {
    gml_entry entry;
    /* What part of the new average the weights are, `age` steps after its beginning; 0: these are left out. */
    double (*share)(const double *parameters, double age);
} gml_average_row;

/* The step, from 0, at which the average of a fit of `steps` steps begins; of 0 steps: where no share of it counts. */
size_t gml_average_start(const gml_call *call, size_t steps);

#endif
