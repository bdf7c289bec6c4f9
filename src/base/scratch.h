/* base/scratch.h - large arrays outside of memory.
 *
 * An array lies in a file without a name, which ends with the process. The file has a name (base/temporary.h) only
 * while it is created; a process killed in that moment leaves an empty file, which the next scratch in the same folder
 * removes. */
#ifndef GML_BASE_SCRATCH_H
#define GML_BASE_SCRATCH_H

#include "base/context.h"

/* Zero-initialised: nothing to destroy. */
typedef struct gml_scratch {
    void *data;       /* [size]; null until the bytes are mapped */
    size_t size;      /* bytes */
    size_t mapped;    /* bytes of the mapping, at least `size`; 0: `data` is memory */
    void *file;       /* open while bytes are appended */
    const char *what; /* in messages: "the order of the samples" */
} gml_scratch;

/* Makes an array of `size` uninitialized bytes, 64-byte aligned. It lies in a file in `folder` ("" or null: the working
 * directory), or in memory if the host cannot map files or no such file can be made there: no permission, a full disk.
 * `what` is a literal that names the array in messages. Errors: memory. */
gml_status gml_scratch_create(gml_context *context, const char *folder, size_t size, const char *what,
                              gml_scratch *scratch);

/* Makes an array in a file that grows by gml_scratch_append and can be used once it is mapped. There is no memory in
 * its place. Errors: unsupported (the host cannot map files), create, memory. */
gml_status gml_scratch_open(gml_context *context, const char *folder, const char *what, gml_scratch *scratch);

/* Appends bytes. On failure those before are kept. Errors: write. */
gml_status gml_scratch_append(gml_context *context, gml_scratch *scratch, const void *data, size_t size);

/* Maps the bytes that were appended; nothing can be appended then. Errors: memory. */
gml_status gml_scratch_map(gml_context *context, gml_scratch *scratch);

/* Frees the array; the struct is then as at the start. */
void gml_scratch_destroy(gml_context *context, gml_scratch *scratch);

#endif
