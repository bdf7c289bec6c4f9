/* base/mapping.c - files as memory. */
#include "base/mapping.h"

#include <errno.h>

#include "base/system_text.h"

bool gml_mapping_available(const gml_context *context)
{
    return context->hooks.files.map != NULL;
}

gml_status gml_mapping_open(gml_context *context, const char *path, gml_mapping *mapping)
{
    const gml_file_system *files = &context->hooks.files;
    void *file = NULL, *memory = NULL;
    *mapping = (gml_mapping){0};
    if (!gml_mapping_available(context)) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: the host program cannot map files into memory", path);
    }
    int failure = files->open(files->user, path, GML_FILE_READ, &file);
    if (failure != 0) {
        return gml_fail(context, failure == ENOENT ? GML_ERROR_NOT_FOUND : GML_ERROR_READ, "%s: cannot be opened: %s",
                        path, gml_system_text(failure));
    }
    failure = files->map(files->user, file, &memory, &mapping->size);
    files->close(files->user, file);
    if (failure != 0) {
        *mapping = (gml_mapping){0};
        return gml_fail(context, GML_ERROR_READ, "%s: cannot be mapped into memory: %s", path,
                        gml_system_text(failure));
    }
    mapping->data = memory;
    return GML_OK;
}

void gml_mapping_close(gml_context *context, gml_mapping *mapping)
{
    if (mapping->data != NULL) {
        context->hooks.files.unmap(context->hooks.files.user, (void *)mapping->data, mapping->size);
    }
    *mapping = (gml_mapping){0};
}
