/* tests/fuzz/dataset_checks.h - what holds of every data set that was read. */
#ifndef GML_TESTS_FUZZ_DATASET_CHECKS_H
#define GML_TESTS_FUZZ_DATASET_CHECKS_H

#include "fuzz.h"
#include "gemmule/gemmule.h"

/* Opens the file in memory; checks the status, and of a data set that its numbers, classes and names are consistent,
 * that it splits, and that a second reading gives the same. */
void check_reading(const char *path, const gml_dataset_options *options);

/* Checks what was read or made with the options: names, inputs, targets, and that it splits. */
void check_dataset(gml_dataset *dataset, const gml_dataset_options *options);

/* Describes all columns of a table. */
void check_table(gml_table *table);

#endif
