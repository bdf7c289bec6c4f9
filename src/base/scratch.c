/* base/scratch.c - large arrays outside of memory. */
#include "base/scratch.h"

#include <stdio.h>
#include <string.h>

#include "base/mapping.h"
#include "base/system_text.h"
#include "base/temporary.h"

/* The target of the temporary files of a folder: a name that no file has. */
static const char target_name[] = ".gemmule-scratch";

/* Creates a file in the folder, and removes its name at once. */
static gml_status create_file(gml_context *context, const char *folder, const char *what, void **file)
{
    const gml_file_system *files = &context->hooks.files;
    const char *in = folder != NULL ? folder : "";
    size_t length = strlen(in), size = length + sizeof target_name + 1;
    gml_temporary temporary = {0};
    char *target = gml_allocate(context, size, 1, "a file name");
    if (target == NULL) {
        return GML_ERROR_MEMORY;
    }
    snprintf(target, size, "%s%s%s", in, length > 0 && in[length - 1] != '/' ? "/" : "", target_name);
    gml_status status =
        gml_temporary_create_as(context, GML_FILE_CREATE_SCRATCH, length > 0 ? in : ".", target, &temporary);
    gml_release(context, target, size, 1);
    if (status != GML_OK) {
        return status;
    }
    int failure = files->remove(files->user, temporary.path);
    if (failure == 0) {
        *file = temporary.file;
        temporary.file = NULL;
    } else {
        status = gml_fail(context, GML_ERROR_CREATE, "%s: no temporary file for %s: %s", temporary.path, what,
                          gml_system_text(failure));
    }
    gml_temporary_end(context, &temporary, false);
    return status;
}

static void close_file(gml_context *context, gml_scratch *scratch)
{
    if (scratch->file != NULL) {
        context->hooks.files.close(context->hooks.files.user, scratch->file);
        scratch->file = NULL;
    }
}

gml_status gml_scratch_open(gml_context *context, const char *folder, const char *what, gml_scratch *scratch)
{
    *scratch = (gml_scratch){.what = what};
    if (!gml_mapping_available(context)) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: the host program cannot map files into memory", what);
    }
    return create_file(context, folder, what, &scratch->file);
}

gml_status gml_scratch_append(gml_context *context, gml_scratch *scratch, const void *data, size_t size)
{
    const gml_file_system *files = &context->hooks.files;
    int failure = files->write(files->user, scratch->file, data, size);
    if (failure != 0) {
        return gml_fail(context, GML_ERROR_WRITE, "%s: a temporary file cannot be written: %s", scratch->what,
                        gml_system_text(failure));
    }
    scratch->size += size;
    return GML_OK;
}

gml_status gml_scratch_map(gml_context *context, gml_scratch *scratch)
{
    const gml_file_system *files = &context->hooks.files;
    int failure = files->map(files->user, scratch->file, &scratch->data, &scratch->mapped);
    close_file(context, scratch);
    if (failure != 0) {
        scratch->data = NULL;
        scratch->mapped = 0;
        return gml_fail(context, GML_ERROR_MEMORY, "%s: a temporary file cannot be mapped into memory: %s",
                        scratch->what, gml_system_text(failure));
    }
    return GML_OK;
}

/* Makes the array in a file. Errors: create, write (the disk is full), memory. */
static gml_status create_mapped(gml_context *context, const char *folder, size_t size, gml_scratch *scratch)
{
    const gml_file_system *files = &context->hooks.files;
    gml_status status = gml_scratch_open(context, folder, scratch->what, scratch);
    if (status != GML_OK) {
        return status;
    }
    scratch->size = size;
    int failure = files->reserve(files->user, scratch->file, size);
    status = failure == 0 ? gml_scratch_map(context, scratch)
                          : gml_fail(context, GML_ERROR_WRITE, "%s: no room for %zu bytes in a temporary file: %s",
                                     scratch->what, size, gml_system_text(failure));
    close_file(context, scratch);
    return status;
}

gml_status gml_scratch_create(gml_context *context, const char *folder, size_t size, const char *what,
                              gml_scratch *scratch)
{
    gml_message_scope scope;
    char message[GML_MESSAGE_SIZE];
    *scratch = (gml_scratch){.what = what};
    gml_message_open(context, &scope, message);
    gml_status status = size > 0 ? create_mapped(context, folder, size, scratch) : GML_ERROR_UNSUPPORTED;
    gml_message_close(context, &scope);
    if (status == GML_OK) {
        return GML_OK;
    }
    *scratch = (gml_scratch){.what = what, .size = size};
    scratch->data = gml_allocate(context, size, 1, what);
    return scratch->data != NULL ? GML_OK : GML_ERROR_MEMORY;
}

void gml_scratch_destroy(gml_context *context, gml_scratch *scratch)
{
    close_file(context, scratch);
    if (scratch->mapped > 0) {
        context->hooks.files.unmap(context->hooks.files.user, scratch->data, scratch->mapped);
    } else if (scratch->data != NULL) {
        gml_release(context, scratch->data, scratch->size, 1);
    }
    *scratch = (gml_scratch){0};
}
