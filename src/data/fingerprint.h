/* data/fingerprint.h - a checksum that tells whether a dataset is the same as before. */
#ifndef GML_DATA_FINGERPRINT_H
#define GML_DATA_FINGERPRINT_H

#include "data/dataset.h"

/* Returns a checksum over the samples in their order: inputs, targets and weights, their types and sizes, the task, and
 * the names of inputs and classes, and the kinds and levels
 * of columns. */
uint64_t gml_dataset_fingerprint(const gml_dataset *dataset);

#endif
