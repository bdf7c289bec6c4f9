/* base/cache.h - the size of a core's second-level cache. */
#ifndef GML_BASE_CACHE_H
#define GML_BASE_CACHE_H

#include <stddef.h>

/* Bytes of a core's second-level cache as the system says, or as the environment variable GEMMULE_CACHE does, which is
 * for tests: a power of two from 256 KiB to 2 MiB; 1 MiB where neither says. No bit of a result may follow from it. */
size_t gml_cache_bytes(void);

#endif
