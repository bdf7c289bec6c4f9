/* base/least.h - the lesser and the greater of two sizes. */
#ifndef GML_BASE_LEAST_H
#define GML_BASE_LEAST_H

#include <stddef.h>

static inline size_t gml_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t gml_most(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
