/* data/format/bytes.c - reading a stream of bytes: exactly, or into memory that grows with it. */
#include "data/format/bytes.h"

#include <inttypes.h>

enum {
    FIRST_PIECE = 1 << 16,  /* bytes; a piece takes three times the bytes so far if that is more */
    SKIPPED_PIECE = 1 << 12 /* bytes on the stack */
};

static gml_status read_from_reader(void *from, void *buffer, size_t capacity, size_t *got)
{
    return gml_reader_read(from, buffer, capacity, got);
}

gml_bytes gml_bytes_of_reader(gml_context *context, gml_reader *reader)
{
    return (gml_bytes){.context = context, .name = gml_reader_path(reader), .read = read_from_reader, .from = reader};
}

gml_status gml_bytes_read(gml_bytes *bytes, void *buffer, size_t capacity, size_t *got)
{
    *got = 0;
    gml_status status = bytes->read(bytes->from, buffer, capacity, got);
    bytes->position += status == GML_OK ? *got : 0;
    return status;
}

static gml_status refuse_end(const gml_bytes *bytes, uint64_t missing, const char *what)
{
    return gml_fail(bytes->context, GML_ERROR_DATA, "%s: ends at byte %" PRIu64 ", %" PRIu64 " bytes short of its %s",
                    bytes->name, bytes->position, missing, what);
}

gml_status gml_bytes_read_exact(gml_bytes *bytes, void *buffer, size_t size, const char *what)
{
    size_t got = 0;
    gml_status status = gml_bytes_read(bytes, buffer, size, &got);
    return status == GML_OK && got < size ? refuse_end(bytes, size - got, what) : status;
}

gml_status gml_bytes_read_pile(gml_bytes *bytes, size_t size, gml_pile *pile, const char *what)
{
    for (size_t left = size; left > 0;) {
        size_t piece = pile->size < FIRST_PIECE ? FIRST_PIECE : pile->size, got = 0;
        piece = piece < left / 3 ? 3 * piece : left;
        gml_status status = gml_pile_reserve(bytes->context, pile, piece, what);
        if (status == GML_OK) {
            status = gml_bytes_read(bytes, (char *)pile->data + pile->size, piece, &got);
        }
        if (status != GML_OK) {
            return status;
        }
        pile->size += got;
        left -= got;
        if (got < piece) {
            return refuse_end(bytes, left, what);
        }
    }
    return GML_OK;
}

gml_status gml_bytes_skip(gml_bytes *bytes, uint64_t size, const char *what)
{
    uint8_t buffer[SKIPPED_PIECE];
    gml_status status = GML_OK;
    for (uint64_t left = size; status == GML_OK && left > 0;) {
        size_t piece = left < sizeof buffer ? (size_t)left : sizeof buffer, got = 0;
        status = gml_bytes_read(bytes, buffer, piece, &got);
        left -= got;
        if (status == GML_OK && got < piece) {
            return refuse_end(bytes, left, what);
        }
    }
    return status;
}

gml_status gml_bytes_expect_end(gml_bytes *bytes, const char *after)
{
    uint8_t byte;
    size_t got = 0;
    uint64_t position = bytes->position;
    gml_status status = gml_bytes_read(bytes, &byte, 1, &got);
    return status == GML_OK && got > 0
               ? gml_fail(bytes->context, GML_ERROR_DATA, "%s: continues at byte %" PRIu64 ", after its %s",
                          bytes->name, position, after)
               : status;
}
