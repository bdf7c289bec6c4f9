/* data/range.h - values that the type of a network's numbers cannot hold. */
#ifndef GML_DATA_RANGE_H
#define GML_DATA_RANGE_H

#include "data/rows.h"

/* Refuses an input (if `inputs`) or regression target in f64 that is not finite in f32, except a missing target where
 * these are allowed. Does nothing unless the data is f64 and `dtype` is f32: no other conversion can overflow. One pass
 * over the data; allocates nothing. Errors: data (line, column and value). */
gml_status gml_dataset_check_range(const gml_dataset *dataset, gml_dtype dtype, bool inputs);

/* Refuses an input that is infinite or NaN. At most one pass over the data; allocates nothing. Errors: data (line,
 * column and value). */
gml_status gml_dataset_check_finite(const gml_dataset *dataset);

/* How a network reads samples. */
typedef struct gml_reading {
    gml_dtype dtype;             /* of the network */
    const double *shift, *scale; /* [features] or null */
    size_t first, count;         /* the samples, within the dataset */
} gml_reading;

/* Finds the first of these samples with an input that is not finite after conversion, or after scaling and conversion,
 * and its first such input. False if there is none. Allocates nothing. */
bool gml_dataset_find_unfit(const gml_dataset *dataset, const gml_reading *reading, gml_bad_entry *bad);

/* Fails with data for an entry, counted from 0, that is not finite or too large for `purpose`: "iris.csv: line 3:
 * input 2 ("width") is 1e+300, too large for f32". */
gml_status gml_dataset_refuse_entry(const gml_dataset *dataset, bool target, const gml_bad_entry *bad,
                                    const char *purpose);

#endif
