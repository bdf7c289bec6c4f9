/* data/dataset.h - the inside of a dataset. */
#ifndef GML_DATA_DATASET_H
#define GML_DATA_DATASET_H

#include <stdbool.h>

#include "data/schema.h"

struct gml_dataset {
    gml_context *context;
    gml_matrix inputs;  /* [n x features] of the whole source, any dtype */
    gml_matrix targets; /* [n x targets] of the whole source, any dtype; data null if there are none */
    gml_schema schema;
    const size_t *order; /* sample i is row order[i] of the source; null: row i */
    size_t size;         /* samples */
    bool borrowed_names; /* the schema's names are the parent's (a part made by gml_dataset_split) */
    void *owned_inputs;  /* memory to give back: inputs.rows * inputs.stride entries of inputs.dtype; or null */
    void *owned_targets; /* likewise */
};

#endif
