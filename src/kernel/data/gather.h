/* kernel/data/gather.h - the call that gathers rows of a dataset. */
#ifndef GML_KERNEL_DATA_GATHER_H
#define GML_KERNEL_DATA_GATHER_H

#include <stddef.h>

#include "gemmule/matrix.h"

typedef struct gml_gather_call {
    size_t rows, cols;
    const void *source; /* [* x cols] in source_dtype; row i of the result is row order[i] */
    gml_dtype source_dtype;
    size_t source_stride;
    const size_t *order; /* [rows]; null: 0, 1, 2, ... */
    const double *shift; /* [cols], subtracted first */
    const double *scale; /* [cols], multiplied next: in double for an f64 source, else in the table's dtype. Both null:
                            no scaling */
    void *target;        /* [rows x cols] in the table's dtype, written */
    size_t target_stride;
} gml_gather_call;

#endif
