/* base/writer.h - atomic writing of a file.
 *
 * The bytes go into a temporary file beside the target, which is synced and then renamed to the target. Until then the
 * old file is unchanged; on failure the temporary file is removed. If the path is a symbolic link, the target is the
 * file it leads to. The new file has the permissions of the old one.
 *
 * A killed process leaves its temporary file behind, unlocked; the next writer of the same target removes it. */
#ifndef GML_BASE_WRITER_H
#define GML_BASE_WRITER_H

#include "base/context.h"

typedef struct gml_writer gml_writer;

/* Begins to write the file at `path`. Errors: create (also a target that is a folder, a device or a pipe, which cannot
 * be replaced), memory. */
gml_status gml_writer_open(gml_context *context, const char *path, gml_writer **writer);

/* Writes bytes. After an error, call gml_writer_abandon. Errors: write. */
gml_status gml_writer_write(gml_writer *writer, const void *data, size_t size);

/* Completes the file and renames it to the target. Frees the writer, also on failure. Errors: write. */
gml_status gml_writer_commit(gml_writer *writer);

/* Removes the temporary file and frees the writer; the old file is unchanged. Null is allowed. */
void gml_writer_abandon(gml_writer *writer);

#endif
