/* kernel/data/entry.h - one entry of a matrix of any type. */
#ifndef GML_KERNEL_DATA_ENTRY_H
#define GML_KERNEL_DATA_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "gemmule/matrix.h"

/* Entry `index` of an array. Inline, because statistics read all entries by it. */
static inline double gml_entry_at(gml_dtype dtype, const void *values, size_t index)
{
    switch (dtype) {
    case GML_F32:
        return (double)((const float *)values)[index];
    case GML_F64:
        return ((const double *)values)[index];
    default:
        return (double)((const uint8_t *)values)[index];
    }
}

#endif
