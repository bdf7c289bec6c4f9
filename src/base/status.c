/* base/status.c - names of statuses and types, and the version. */
#include "gemmule/status.h"
#include "gemmule/matrix.h"

/* Indexed by gml_status. */
static const char *const names[] = {"ok",   "argument", "shape",  "name",  "memory",   "not found",
                                    "read", "data",     "create", "write", "diverged", "unsupported"};

const char *gml_status_name(gml_status status)
{
    return (size_t)status < sizeof names / sizeof *names ? names[status] : "unknown";
}

const char *gml_version(void)
{
    return GML_VERSION;
}

/* Indexed by gml_dtype. */
static const struct {
    size_t size;
    const char *name;
} dtypes[] = {{sizeof(float), "f32"}, {sizeof(double), "f64"}, {sizeof(uint8_t), "u8"}};

enum { DTYPES = sizeof dtypes / sizeof *dtypes };

size_t gml_dtype_size(gml_dtype dtype)
{
    return (size_t)dtype < DTYPES ? dtypes[dtype].size : 0;
}

const char *gml_dtype_name(gml_dtype dtype)
{
    return (size_t)dtype < DTYPES ? dtypes[dtype].name : "?";
}
