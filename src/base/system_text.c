/* base/system_text.c - a file of its own, since it uses a GNU extension: strerror depends on the locale. */
#define _GNU_SOURCE
#include "base/system_text.h"

#include <string.h>

const char *gml_system_text(int error)
{
#if defined(__GLIBC__) && (__GLIBC__ > 2 || (__GLIBC__ == 2 && __GLIBC_MINOR__ >= 32))
    const char *text = strerrordesc_np(error);
    return text != NULL ? text : "Unknown error";
#else
    return strerror(error);
#endif
}
