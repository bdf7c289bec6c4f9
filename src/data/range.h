/* data/range.h - values that the type of a network's numbers cannot hold. */
#ifndef GML_DATA_RANGE_H
#define GML_DATA_RANGE_H

#include "data/rows.h"

/* Refuses an input or a regression target that is finite as f64, but infinite as f32, and in data of f64 for f32 any
 * entry that is not finite, unless it is a target that may be missing. Looks only where the data is f64 and `dtype` is
 * f32: no other conversion can overflow. One pass over the data, no memory. Errors: data (line, column and value). */
gml_status gml_dataset_check_range(const gml_dataset *dataset, gml_dtype dtype);

/* How a network reads samples. */
typedef struct gml_reading {
    gml_dtype dtype;             /* its own */
    const double *shift, *scale; /* [features] or null */
    size_t first, count;         /* the samples, all of them there */
} gml_reading;

/* The first of these samples with an input that is not finite when it is converted, or scaled and converted; its first
 * such input. False if there is none. No memory. */
bool gml_dataset_find_unfit(const gml_dataset *dataset, const gml_reading *reading, gml_bad_entry *bad);

/* Fails with data about an entry, counted from 0, that is not finite or is too large for `purpose`, as in "iris.csv:
 * line 3: input 2 ("width") is 1e+300, too large for f32". */
gml_status gml_dataset_refuse_entry(const gml_dataset *dataset, bool target, const gml_bad_entry *bad,
                                    const char *purpose);

#endif
