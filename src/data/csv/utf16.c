/* data/csv/utf16.c - byte order marks, and the conversion of UTF-16 (RFC 2781). */
#include "data/csv/utf16.h"

#include <inttypes.h>
#include <string.h>

enum { MOST_BYTES = 4 };

gml_encoding gml_encoding_of(const uint8_t *bytes, size_t size, size_t *mark)
{
    static const struct {
        const char *bytes;
        size_t length;
        gml_encoding encoding;
    } marks[] = {{"\xef\xbb\xbf", 3, GML_UTF8}, {"\xff\xfe", 2, GML_UTF16_LITTLE}, {"\xfe\xff", 2, GML_UTF16_BIG}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (size >= marks[i].length && memcmp(bytes, marks[i].bytes, marks[i].length) == 0) {
            *mark = marks[i].length;
            return marks[i].encoding;
        }
    }
    *mark = 0;
    return GML_UTF8;
}

/* Writes a character in UTF-8; returns its length. */
static size_t put(uint32_t c, char *to)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const unsigned first[] = {0, 0xC0, 0xE0, 0xF0};
    to[0] = (char)(first[more] | (c >> 6 * more));
    for (size_t i = 1; i <= more; i++) {
        to[i] = (char)(0x80 | ((c >> 6 * (more - i)) & 0x3F));
    }
    return more + 1;
}

static gml_status refuse(gml_context *context, const gml_reader *reader)
{
    return gml_fail(context, GML_ERROR_DATA,
                    "%s: has the byte order mark of UTF-16 and is not UTF-16 near byte %" PRIu64,
                    gml_reader_path(reader), gml_reader_position(reader));
}

/* Reads the next unit; `end` is set at the end of the file. */
static gml_status read_unit(gml_context *context, gml_reader *reader, gml_encoding encoding, uint32_t *unit, bool *end)
{
    uint8_t bytes[2] = {0};
    size_t got = 0;
    gml_status status = gml_reader_read(reader, bytes, 2, &got);
    *end = got == 0;
    *unit = encoding == GML_UTF16_BIG ? (uint32_t)(bytes[0] << 8 | bytes[1]) : (uint32_t)(bytes[1] << 8 | bytes[0]);
    return status == GML_OK && got == 1 ? refuse(context, reader) : status;
}

gml_status gml_utf16_read(gml_context *context, gml_reader *reader, gml_encoding encoding, char *to, size_t capacity,
                          size_t *got)
{
    *got = 0;
    while (capacity - *got >= MOST_BYTES && !(*got > 0 && gml_reader_may_wait(reader))) {
        uint32_t c = 0, low = 0;
        bool end = false;
        gml_status status = read_unit(context, reader, encoding, &c, &end);
        if (status != GML_OK || end) {
            return status;
        }
        if (c >= 0xD800 && c < 0xE000) {
            status = c < 0xDC00 ? read_unit(context, reader, encoding, &low, &end) : GML_OK;
            if (status != GML_OK) {
                return status;
            }
            if (c >= 0xDC00 || end || low < 0xDC00 || low >= 0xE000) {
                return refuse(context, reader);
            }
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
        *got += put(c, to + *got);
    }
    return GML_OK;
}
