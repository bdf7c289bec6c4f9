/* data/format/idx_file.c - reading one IDX file:
 *
 *     00 00 | type | dimensions | the size of each, 4 bytes, most significant first | the entries, row-major */
#include "data/format/idx_file.h"

enum {
    MAGIC_SIZE = 4,
    TYPE_U8 = 0x08,
    LEAST_PIECE = 1 << 20 /* bytes; a read takes three times this, or three times the bytes so far if more */
};

bool gml_idx_recognizes(const uint8_t *bytes, size_t size)
{
    /* The types are 08, 09 and 0b to 0e. */
    return size >= MAGIC_SIZE && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 0x08 && bytes[2] <= 0x0e &&
           bytes[3] >= 1;
}

/* Reads the header; images must have two dimensions or more, labels one. */
static gml_status read_header(gml_context *context, gml_reader *reader, bool images, gml_idx_file *file)
{
    const char *path = gml_reader_path(reader);
    uint8_t magic[MAGIC_SIZE];
    gml_status status = gml_reader_read_exact(reader, magic, sizeof magic, "IDX header");
    if (status != GML_OK) {
        return status;
    }
    if (!gml_idx_recognizes(magic, sizeof magic)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: begins with the bytes %02x %02x %02x %02x, not as an IDX file",
                        path, magic[0], magic[1], magic[2], magic[3]);
    }
    if (magic[2] != TYPE_U8) {
        return gml_fail(context, GML_ERROR_DATA, "%s: holds entries of type %02x; only unsigned bytes (08) are read",
                        path, magic[2]);
    }
    size_t dimensions = magic[3];
    if (images != (dimensions > 1)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: has %zu dimension%s; %s", path, dimensions,
                        dimensions == 1 ? ", so it holds labels" : "s, so it holds images",
                        images ? "images were expected" : "labels were expected");
    }
    file->width = 1;
    for (size_t i = 0; i < dimensions; i++) {
        uint8_t b[4];
        status = gml_reader_read_exact(reader, b, sizeof b, "IDX header");
        if (status != GML_OK) {
            return status;
        }
        size_t size = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        size_t *product = i == 0 ? &file->count : &file->width;
        if (size == 0) {
            return gml_fail(context, GML_ERROR_DATA, "%s: dimension %zu of %zu is 0; the file holds nothing", path,
                            i + 1, dimensions);
        }
        if (i == 0) {
            *product = size;
        } else if (__builtin_mul_overflow(*product, size, product)) {
            return gml_fail(context, GML_ERROR_DATA, "%s: its dimensions promise more than can be counted", path);
        }
    }
    return GML_OK;
}

/* Reads the entries piece by piece, so that memory grows with the bytes read and not with the header's claim. */
static gml_status read_entries(gml_context *context, gml_reader *reader, gml_idx_file *file)
{
    const char *path = gml_reader_path(reader);
    gml_pile *entries = &file->entries;
    size_t promised = 0;
    if (__builtin_mul_overflow(file->count, file->width, &promised)) {
        return gml_fail(context, GML_ERROR_DATA, "%s: its header promises more bytes than can be counted", path);
    }
    while (entries->size < promised) {
        size_t left = promised - entries->size, piece = entries->size < LEAST_PIECE ? LEAST_PIECE : entries->size;
        piece = piece < left / 3 ? 3 * piece : left;
        size_t got = 0;
        gml_status status = gml_pile_reserve(context, entries, piece, "IDX data");
        if (status == GML_OK) {
            status = gml_reader_read(reader, (char *)entries->data + entries->size, piece, &got);
        }
        if (status != GML_OK) {
            return status;
        }
        entries->size += got;
        if (got < piece) {
            return gml_fail(context, GML_ERROR_DATA,
                            "%s: ends at byte %llu; its header promises %zu entries of %zu byte%s, it brings %zu of "
                            "those %zu bytes",
                            path, (unsigned long long)gml_reader_position(reader), file->count, file->width,
                            file->width == 1 ? "" : "s", entries->size, promised);
        }
    }
    return gml_reader_expect_end(reader, "last entry");
}

gml_status gml_idx_read(gml_context *context, gml_reader *reader, bool images, gml_idx_file *file)
{
    gml_status status = read_header(context, reader, images, file);
    return status == GML_OK ? read_entries(context, reader, file) : status;
}

gml_status gml_idx_read_path(gml_context *context, const char *path, bool images, gml_idx_file *file)
{
    gml_reader *reader = NULL;
    gml_status status = gml_reader_open(context, path, &reader);
    if (status == GML_OK) {
        status = gml_idx_read(context, reader, images, file);
    }
    gml_reader_close(reader);
    return status;
}
