/* store/copy.c - saves a checkpoint: its bytes are copied into memory, so that training can go on while they are
 * written.
 */
#include <string.h>

#include "base/checksum.h"
#include "base/writer.h"
#include "store/checkpoint.h"
#include "store/emit.h"

static gml_status append(void *user, const void *data, size_t size)
{
    gml_copy *copy = user;
    memcpy(copy->bytes + copy->used, data, size);
    copy->used += size;
    return GML_OK;
}

/* Returns the bytes of a file with this front; 0 if they cannot be counted. */
static size_t size_of(const gml_source *from, const gml_front *header)
{
    const gml_contents contents = gml_contents_of(from->network, from->saved);
    gml_tensor tensor;
    size_t size = header->size;
    for (size_t i = 0; gml_contents_tensor(&contents, i, &tensor); i++) {
        if (__builtin_add_overflow(size, tensor.bytes, &size)) {
            return 0;
        }
    }
    return size;
}

gml_status gml_copy_take(const gml_network *network, const gml_saved *saved, json_t *conditions, const char *path,
                         gml_copy *copy)
{
    gml_context *context = network->context;
    const gml_source from = {.network = network, .saved = saved, .conditions = conditions};
    gml_front header = {0};
    *copy = (gml_copy){.context = context};
    if (saved->full) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: the state has more parts than a checkpoint can hold",
                        path);
    }
    gml_status status = gml_front_make(&from, path, &header);
    if (status != GML_OK) {
        return status;
    }
    copy->size = size_of(&from, &header);
    copy->bytes = gml_allocate(context, copy->size, 1, "the bytes of a checkpoint");
    if (copy->bytes != NULL) {
        gml_source_emit(&from, &header, append, copy);
    }
    gml_release(context, header.bytes, header.size, 1);
    return copy->bytes != NULL ? GML_OK : GML_ERROR_MEMORY;
}

gml_status gml_copy_write(gml_copy *copy, const char *path)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(copy->context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    gml_front_set_checksum(copy->bytes, gml_checksum(0, copy->bytes, copy->size));
    status = gml_writer_write(writer, copy->bytes, copy->size);
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

void gml_copy_release(gml_copy *copy)
{
    gml_release(copy->context, copy->bytes, copy->size, 1);
    copy->bytes = NULL;
}
