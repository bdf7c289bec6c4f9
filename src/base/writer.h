/* base/writer.h - writing a file so that it is whole or not there.
 *
 * The bytes go into a temporary file beside the target, which is synced and then renamed over the target. Until then
 * the old file stands untouched, and on any failure the temporary file is removed. Where the path is a symbolic link,
 * the target is the file that it leads to. The new file has the permissions of the old one.
 *
 * The temporary file of a process that was killed stays behind. Its lock tells it from one that is being written, and
 * the next writer of the same target removes it. */
#ifndef GML_BASE_WRITER_H
#define GML_BASE_WRITER_H

#include "base/context.h"

typedef struct gml_writer gml_writer;

/* Begins to write the file at `path`. A target that is a folder, a device or a pipe is refused: it cannot be renamed
 * over. Errors: create, memory. */
gml_status gml_writer_open(gml_context *context, const char *path, gml_writer **writer);

/* Adds bytes. After an error only gml_writer_abandon remains. Errors: write. */
gml_status gml_writer_write(gml_writer *writer, const void *data, size_t size);

/* Makes the file last under its name. The writer is gone afterwards, also on failure. Errors: write. */
gml_status gml_writer_commit(gml_writer *writer);

/* Ends without a trace; the old file stays. Null is fine. */
void gml_writer_abandon(gml_writer *writer);

#endif
