/* base/writer.c - the atomic writer. */
#include "base/writer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/system_text.h"

enum {
    SUFFIX_SIZE = 24, /* ".0123456789abcdef.tmp" and the end */
    MAX_ATTEMPTS = 100
};

struct gml_writer {
    gml_context *context;
    void *file;      /* null once closed */
    char *path;      /* the target */
    char *temporary; /* the file being written, `temporary_size` bytes of memory */
    size_t temporary_size;
};

static void destroy(gml_writer *writer)
{
    gml_context *context = writer->context;
    gml_release_string(context, writer->path);
    gml_release(context, writer->temporary, writer->temporary_size, 1);
    gml_release(context, writer, 1, sizeof *writer);
}

static gml_status create_structure(gml_context *context, const char *path, gml_writer **writer)
{
    gml_writer *made = gml_allocate(context, 1, sizeof *made, "a file writer");
    if (made == NULL) {
        return GML_ERROR_MEMORY;
    }
    *made = (gml_writer){.context = context, .temporary_size = strlen(path) + SUFFIX_SIZE};
    made->path = gml_copy_string(context, path);
    made->temporary = made->path != NULL ? gml_allocate(context, made->temporary_size, 1, "a file name") : NULL;
    if (made->temporary == NULL) {
        destroy(made);
        return GML_ERROR_MEMORY;
    }
    *writer = made;
    return GML_OK;
}

/* Finds a name that nobody has; the clock makes collisions rare and the attempts make them harmless. */
static int create_temporary(gml_writer *writer)
{
    const gml_file_system *files = &writer->context->hooks.files;
    int failure = EEXIST;
    for (uint64_t attempt = 0; attempt < MAX_ATTEMPTS && failure == EEXIST; attempt++) {
        snprintf(writer->temporary, writer->temporary_size, "%s.%016" PRIx64 ".tmp", writer->path,
                 gml_now(writer->context) + attempt);
        failure = files->open(files->user, writer->temporary, GML_FILE_CREATE_NEW, &writer->file);
    }
    return failure;
}

gml_status gml_writer_open(gml_context *context, const char *path, gml_writer **writer)
{
    const gml_file_system *files = &context->hooks.files;
    gml_path_kind kind = files->kind(files->user, path);
    if (kind == GML_PATH_FOLDER || kind == GML_PATH_OTHER) {
        return gml_fail(context, GML_ERROR_CREATE,
                        "%s: is %s; files are written beside their target and renamed over it, so the target must be "
                        "a regular file or a new name",
                        path, kind == GML_PATH_FOLDER ? "a folder" : "a device or a pipe");
    }
    gml_writer *made = NULL;
    gml_status status = create_structure(context, path, &made);
    if (status != GML_OK) {
        return status;
    }
    int failure = create_temporary(made);
    if (failure != 0) {
        status = gml_fail(context, GML_ERROR_CREATE, "%s: cannot be made: %s", path, gml_system_text(failure));
        destroy(made);
        return status;
    }
    *writer = made;
    return GML_OK;
}

gml_status gml_writer_write(gml_writer *writer, const void *data, size_t size)
{
    const gml_file_system *files = &writer->context->hooks.files;
    int failure = files->write(files->user, writer->file, data, size);
    if (failure != 0) {
        return gml_fail(writer->context, GML_ERROR_WRITE, "%s: writing stopped: %s", writer->path,
                        gml_system_text(failure));
    }
    return GML_OK;
}

/* Syncs, closes and renames; `stage` says how far it came. */
static int finish(gml_writer *writer, const char **stage)
{
    const gml_file_system *files = &writer->context->hooks.files;
    *stage = "cannot be synced to the disk";
    int failure = files->sync(files->user, writer->file);
    if (failure != 0) {
        return failure;
    }
    *stage = "cannot be closed";
    failure = files->close(files->user, writer->file);
    writer->file = NULL;
    if (failure != 0) {
        return failure;
    }
    *stage = "cannot be renamed into place";
    return files->rename(files->user, writer->temporary, writer->path);
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
    failure = files->sync_folder(files->user, writer->path);
    gml_status status = GML_OK;
    if (failure != 0) {
        status = gml_fail(context, GML_ERROR_WRITE, "%s: is written, but its folder cannot be synced to the disk: %s",
                          writer->path, gml_system_text(failure));
    }
    destroy(writer);
    return status;
}

void gml_writer_abandon(gml_writer *writer)
{
    if (writer == NULL) {
        return;
    }
    const gml_file_system *files = &writer->context->hooks.files;
    if (writer->file != NULL) {
        files->close(files->user, writer->file);
    }
    files->remove(files->user, writer->temporary);
    destroy(writer);
}
