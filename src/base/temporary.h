/* base/temporary.h - the temporary file that is written first and then renamed to the target. */
#ifndef GML_BASE_TEMPORARY_H
#define GML_BASE_TEMPORARY_H

#include "base/context.h"

typedef struct gml_temporary {
    void *file; /* open for writing; null once the caller has closed it */
    void *lock; /* null if the system or the host has no locks */
    char *path;
    size_t path_size;
} gml_temporary;

/* Creates an empty temporary file in the folder of `target`, with the permissions of the target if that exists. Removes
 * temporary files of the same target left by killed processes. The length of the file's name does not depend on the
 * target's. `path` begins the messages. Errors: create, memory. */
gml_status gml_temporary_create(gml_context *context, const char *path, const char *target, gml_temporary *temporary);

/* The same with a mode of its own, for a file that replaces nothing. */
gml_status gml_temporary_create_as(gml_context *context, gml_file_mode mode, const char *path, const char *target,
                                   gml_temporary *temporary);

/* Closes the file if it is open, and unlocks it. If `remove`, removes it first. */
void gml_temporary_end(gml_context *context, gml_temporary *temporary, bool remove);

#endif
