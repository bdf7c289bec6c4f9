/* base/cache.c - the size of the second-level cache, from the system or GEMMULE_CACHE, within bounds. */
#include "base/cache.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

enum { LEAST_CACHE = 256 * 1024, DEFAULT_CACHE = 1024 * 1024, GREATEST_CACHE = 2 * 1024 * 1024 };

static size_t system_cache(void)
{
    long found = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
    found = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    return found > 0 ? (size_t)found : DEFAULT_CACHE;
}

size_t gml_cache_bytes(void)
{
    const char *given = getenv("GEMMULE_CACHE");
    size_t size = 0;
    if (given == NULL || !gml_text_to_size(given, strlen(given), &size)) {
        size = system_cache();
    }
    size_t power = LEAST_CACHE;
    while (power < GREATEST_CACHE && 2 * power <= size) {
        power *= 2;
    }
    return power;
}
