/* explain/effects/targets.h - the classes of samples, for explanations that compare them. */
#ifndef GML_EXPLAIN_TARGETS_H
#define GML_EXPLAIN_TARGETS_H

#include "data/rows.h"
#include "network/network.h"

/* Checks that the dataset fits the network, has classes as targets, and inputs that are finite. Errors: argument,
 * shape, data. */
gml_status gml_targets_check_classes(const gml_network *network, const gml_dataset *dataset);

/* Reads the class numbers and weights of a batch, [rows] each; NaN for missing classes. Errors: data (a class number
 * out of range). */
gml_status gml_targets_read_classes(const gml_dataset *dataset, const gml_batch *batch, double *classes,
                                    double *weights);

#endif
