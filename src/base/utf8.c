/* base/utf8.c - decodes UTF-8. */
#include "base/utf8.h"

#include <stdint.h>

/* Returns the number of bytes of a character by its first byte, 0 if it is not a first byte; sets `least` to the
 * smallest code point that needs as many. */
static size_t size_from(uint8_t first, uint32_t *least)
{
    if (first < 0x80) {
        *least = 0;
        return 1;
    }
    if (first >= 0xc0 && first < 0xe0) {
        *least = 0x80;
        return 2;
    }
    if (first >= 0xe0 && first < 0xf0) {
        *least = 0x800;
        return 3;
    }
    *least = 0x10000;
    return first >= 0xf0 && first < 0xf8 ? 4 : 0;
}

size_t gml_utf8_character(const char *text, size_t length)
{
    if (length == 0) {
        return 0;
    }
    const uint8_t *bytes = (const uint8_t *)text;
    uint32_t least = 0;
    size_t size = size_from(bytes[0], &least);
    if (size == 0 || size > length) {
        return 0;
    }
    uint32_t number = size == 1 ? bytes[0] : bytes[0] & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        number = number << 6 | (bytes[i] & 0x3fu);
    }
    bool surrogate = number >= 0xd800 && number <= 0xdfff;
    return number >= least && number <= 0x10ffff && !surrogate ? size : 0;
}

bool gml_utf8_is_name(const char *text, size_t length)
{
    size_t size = 0;
    for (size_t at = 0; at < length; at += size) {
        size = gml_utf8_character(text + at, length - at);
        if (size == 0 || text[at] == '\0') {
            return false;
        }
    }
    return true;
}
