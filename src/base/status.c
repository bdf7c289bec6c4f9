/* base/status.c - names of statuses and types, and the version. */
#include "gemmule/status.h"
#include "gemmule/matrix.h"

const char *gml_status_name(gml_status status)
{
    switch (status) {
    case GML_OK:
        return "ok";
    case GML_ERROR_ARGUMENT:
        return "argument";
    case GML_ERROR_SHAPE:
        return "shape";
    case GML_ERROR_NAME:
        return "name";
    case GML_ERROR_MEMORY:
        return "memory";
    case GML_ERROR_NOT_FOUND:
        return "not found";
    case GML_ERROR_READ:
        return "read";
    case GML_ERROR_DATA:
        return "data";
    case GML_ERROR_CREATE:
        return "create";
    case GML_ERROR_WRITE:
        return "write";
    case GML_ERROR_DIVERGED:
        return "diverged";
    case GML_ERROR_UNSUPPORTED:
        return "unsupported";
    }
    return "unknown";
}

const char *gml_version(void)
{
    return GML_VERSION;
}

size_t gml_dtype_size(gml_dtype dtype)
{
    switch (dtype) {
    case GML_F32:
        return sizeof(float);
    case GML_F64:
        return sizeof(double);
    case GML_U8:
        return sizeof(uint8_t);
    }
    return 0;
}

const char *gml_dtype_name(gml_dtype dtype)
{
    switch (dtype) {
    case GML_F32:
        return "f32";
    case GML_F64:
        return "f64";
    case GML_U8:
        return "u8";
    }
    return "?";
}
