/* data/cache/identity.c - what tells that a file is unchanged. */
#include "data/cache/identity.h"

#include "base/checksum.h"
#include "base/mapping.h"
#include "base/system_text.h"

enum { PIECE = 1 << 20 };

bool gml_identity_same_stamp(const gml_file_stamp *a, const gml_file_stamp *b)
{
    return a->size == b->size && a->modified == b->modified;
}

gml_status gml_identity_stamp(gml_context *context, const char *path, gml_file_stamp *stamp)
{
    const gml_file_system *files = &context->hooks.files;
    if (files->stamp == NULL) {
        return gml_fail(context, GML_ERROR_UNSUPPORTED, "%s: the host program cannot map files into memory", path);
    }
    int failure = files->stamp(files->user, path, stamp);
    return failure == 0 ? GML_OK
                        : gml_fail(context, GML_ERROR_READ, "%s: its size and time cannot be found: %s", path,
                                   gml_system_text(failure));
}

/* Adds up blocks at even distances; all bytes if they are few. */
static uint64_t sum_blocks(const gml_mapping *mapping)
{
    const size_t most = (size_t)GML_IDENTITY_BLOCKS * GML_IDENTITY_BLOCK;
    uint64_t sum = 0;
    if (mapping->size <= most) {
        return gml_checksum(0, mapping->data, mapping->size);
    }
    const size_t last = mapping->size - GML_IDENTITY_BLOCK;
    for (size_t i = 0; i < GML_IDENTITY_BLOCKS; i++) {
        const size_t at = i + 1 < GML_IDENTITY_BLOCKS ? last / (GML_IDENTITY_BLOCKS - 1) * i : last;
        sum = gml_checksum(sum, mapping->data + at, GML_IDENTITY_BLOCK);
    }
    return sum;
}

gml_status gml_identity_find(gml_context *context, const char *path, gml_file_identity *identity)
{
    gml_mapping mapping;
    gml_status status = gml_identity_stamp(context, path, &identity->stamp);
    if (status == GML_OK) {
        status = gml_mapping_open(context, path, &mapping);
    }
    if (status == GML_OK) {
        identity->blocks = sum_blocks(&mapping);
        gml_mapping_close(context, &mapping);
    }
    return status;
}

static gml_status sum_pieces(gml_context *context, const char *path, void *file, uint8_t *piece, uint64_t *whole)
{
    const gml_file_system *files = &context->hooks.files;
    size_t got = PIECE;
    *whole = 0;
    while (got == PIECE) {
        int failure = files->read(files->user, file, piece, PIECE, &got);
        if (failure != 0) {
            return gml_fail(context, GML_ERROR_READ, "%s: cannot be read: %s", path, gml_system_text(failure));
        }
        *whole = gml_checksum(*whole, piece, got);
    }
    return GML_OK;
}

gml_status gml_identity_sum(gml_context *context, const char *path, uint64_t *whole)
{
    const gml_file_system *files = &context->hooks.files;
    void *file = NULL;
    int failure = files->open(files->user, path, GML_FILE_READ, &file);
    if (failure != 0) {
        return gml_fail(context, GML_ERROR_READ, "%s: cannot be opened: %s", path, gml_system_text(failure));
    }
    uint8_t *piece = gml_allocate(context, PIECE, 1, "a piece of a file");
    gml_status status = piece != NULL ? sum_pieces(context, path, file, piece, whole) : GML_ERROR_MEMORY;
    gml_release(context, piece, PIECE, 1);
    files->close(files->user, file);
    return status;
}
