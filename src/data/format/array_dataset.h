/* data/format/array_dataset.h - datasets from arrays of numbers. */
#ifndef GML_DATA_ARRAY_DATASET_H
#define GML_DATA_ARRAY_DATASET_H

#include "data/format/array.h"
#include "data/format/format.h"

/* The arrays of a dataset. An array without rows is not there. */
typedef struct gml_arrays {
    gml_array inputs, targets, weights, groups;
} gml_arrays;

/* Makes a dataset of one matrix, whose columns have roles as those of a CSV without a header row
 * (data/csv/csv_columns.h); of an array of three or more dimensions all columns are inputs. Takes over the numbers.
 * `made` begins with its context. Errors: as gml_dataset_open. */
gml_status gml_dataset_from_array(const gml_source *source, gml_array *array, gml_dataset *made);

/* Marks in `kept` [cols] the columns of an array that are the inputs of a network, whose names the schema gets.
 * Targets, weights and groups are not read. `kept` is the caller's to release. Errors: as gml_dataset_open. */
gml_status gml_array_find_inputs(const gml_source *source, const gml_array *array, bool **kept, gml_schema *schema);

/* Makes a dataset of separate arrays. Takes over the numbers. A column of targets is read by the rules of
 * data/target/target.h; several columns are values. Errors: as gml_dataset_open. */
gml_status gml_dataset_from_arrays(const gml_source *source, gml_arrays *arrays, gml_dataset *made);

void gml_arrays_clear(gml_context *context, gml_arrays *arrays);

#endif
