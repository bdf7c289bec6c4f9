/* base/writer.c - the atomic writer. */
#include "base/writer.h"

#include <errno.h>
#include <string.h>

#include "base/system_text.h"
#include "base/temporary.h"

enum { MAX_PATH = 4096 };

struct gml_writer {
    gml_context *context;
    char *path; /* as given, for messages */
    gml_temporary temporary;
    char target[MAX_PATH]; /* the file to be replaced; not a symbolic link */
};

static void destroy(gml_writer *writer)
{
    gml_release_string(writer->context, writer->path);
    gml_release(writer->context, writer, 1, sizeof *writer);
}

/* Finds the file that the path leads to. */
static gml_status find_target(gml_writer *writer)
{
    const gml_file_system *files = &writer->context->hooks.files;
    int failure = 0;
    if (files->resolve != NULL) {
        failure = files->resolve(files->user, writer->path, writer->target, sizeof writer->target);
    } else if (strlen(writer->path) < sizeof writer->target) {
        strcpy(writer->target, writer->path);
    } else {
        failure = ENAMETOOLONG;
    }
    if (failure != 0) {
        return gml_fail(writer->context, GML_ERROR_CREATE, "%s: cannot be created: %s", writer->path,
                        gml_system_text(failure));
    }
    gml_path_kind kind = files->kind(files->user, writer->target);
    if (kind == GML_PATH_FOLDER || kind == GML_PATH_OTHER) {
        return gml_fail(writer->context, GML_ERROR_CREATE,
                        "%s: is %s; files are written beside their target and renamed over it, so the target must be "
                        "a regular file or a new name",
                        writer->path, kind == GML_PATH_FOLDER ? "a folder" : "a device or a pipe");
    }
    return GML_OK;
}

gml_status gml_writer_open(gml_context *context, const char *path, gml_writer **writer)
{
    gml_writer *made = gml_allocate(context, 1, sizeof *made, "a file writer");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_writer){.context = context};
    made->path = gml_copy_string(context, path);
    gml_status status = made->path != NULL ? find_target(made) : GML_ERROR_MEMORY;
    if (status == GML_OK) {
        status = gml_temporary_create(context, made->path, made->target, &made->temporary);
    }
    if (status != GML_OK) {
        destroy(made);
        return status;
    }
    *writer = made;
    return GML_OK;
}

gml_status gml_writer_write(gml_writer *writer, const void *data, size_t size)
{
    const gml_file_system *files = &writer->context->hooks.files;
    int failure = files->write(files->user, writer->temporary.file, data, size);
    if (failure != 0) {
        return gml_fail(writer->context, GML_ERROR_WRITE, "%s: writing stopped: %s", writer->path,
                        gml_system_text(failure));
    }
    return GML_OK;
}

/* Syncs, closes and renames; `stage` is the failed stage. The lock is held until after the rename. */
static int finish(gml_writer *writer, const char **stage)
{
    const gml_file_system *files = &writer->context->hooks.files;
    *stage = "cannot be synced to the disk";
    int failure = files->sync(files->user, writer->temporary.file);
    if (failure != 0) {
        return failure;
    }
    *stage = "cannot be closed";
    failure = files->close(files->user, writer->temporary.file);
    writer->temporary.file = NULL;
    if (failure != 0) {
        return failure;
    }
    *stage = "cannot be renamed into place";
    return files->rename(files->user, writer->temporary.path, writer->target);
}

gml_status gml_writer_commit(gml_writer *writer)
{
    gml_context *context = writer->context;
    const gml_file_system *files = &context->hooks.files;
    const char *stage = "";
    int failure = finish(writer, &stage);
    if (failure != 0) {
        gml_fail(context, GML_ERROR_WRITE, "%s: %s: %s", writer->path, stage, gml_system_text(failure));
        gml_writer_abandon(writer);
        return GML_ERROR_WRITE;
    }
    failure = files->sync_folder(files->user, writer->target);
    gml_status status = GML_OK;
    if (failure != 0) {
        status = gml_fail(context, GML_ERROR_WRITE, "%s: is written, but its folder cannot be synced to the disk: %s",
                          writer->path, gml_system_text(failure));
    }
    gml_temporary_end(context, &writer->temporary, false);
    destroy(writer);
    return status;
}

void gml_writer_abandon(gml_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    gml_temporary_end(writer->context, &writer->temporary, true);
    destroy(writer);
}
