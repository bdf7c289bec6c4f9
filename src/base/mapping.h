/* base/mapping.h - a file as memory, for reading.
 *
 * A mapped page is no memory of the process: the system reads it when it is used and drops it when memory is short. A
 * file that another process cuts off while it is mapped ends this one (SIGBUS), so map only files that are replaced by
 * renaming (base/writer.h) and never cut. */
#ifndef GML_BASE_MAPPING_H
#define GML_BASE_MAPPING_H

#include "base/context.h"

/* Zero-initialised: nothing is mapped. */
typedef struct gml_mapping {
    const uint8_t *data; /* [size]; at the start of a page; null if the file is empty */
    size_t size;
} gml_mapping;

/* True if the host can map files. */
bool gml_mapping_available(const gml_context *context);

/* Maps a file. Errors: not_found, read (also a device or a pipe), unsupported (the host has no mapping). */
gml_status gml_mapping_open(gml_context *context, const char *path, gml_mapping *mapping);

/* Unmaps; the struct is then as at the start. */
void gml_mapping_close(gml_context *context, gml_mapping *mapping);

#endif
