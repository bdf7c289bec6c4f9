/* cli/shell/escape.c - escapes what a terminal would obey in text from files and from the user. */
#include "cli/shell/escape.h"

#include <stdint.h>
#include <string.h>

/* Decodes the UTF-8 character at the start of the text. Returns its number of bytes; 0 if they are not UTF-8. */
static size_t read_character(const char *text, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char first = (unsigned char)text[0];
    const size_t size = first < 0x80   ? 1
                        : first < 0xc0 ? 0
                        : first < 0xe0 ? 2
                        : first < 0xf0 ? 3
                        : first < 0xf8 ? 4
                                       : 0;
    *code = size < 2 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        const unsigned char next = (unsigned char)text[i];
        if ((next & 0xc0) != 0x80) { /* or the end of the text */
            return 0;
        }
        *code = *code << 6 | (next & 0x3fu);
    }
    const bool surrogate = *code >= 0xd800 && *code <= 0xdfff;
    return *code >= least[size] && *code <= 0x10ffff && !surrogate ? size : 0;
}

/* True for control characters, line separators, and characters that change the direction of writing. */
static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

size_t escape_character(const char *text, char escaped[ESCAPED_SIZE], size_t *columns)
{
    static const char letters[] = "\n\t\r", names[] = "ntr";
    uint32_t code;
    const size_t size = read_character(text, &code);
    const char *letter = size == 1 ? strchr(letters, text[0]) : NULL;
    if (letter != NULL) {
        *columns = (size_t)snprintf(escaped, ESCAPED_SIZE, "\\%c", names[letter - letters]);
    } else if (size == 0 || is_control(code)) {
        *columns = 0;
        for (size_t i = 0; i < (size > 0 ? size : 1); i++) {
            *columns +=
                (size_t)snprintf(escaped + *columns, ESCAPED_SIZE - *columns, "\\x%02x", (unsigned char)text[i]);
        }
    } else {
        memcpy(escaped, text, size);
        escaped[size] = '\0';
        *columns = 1;
    }
    return size > 0 ? size : 1;
}

void print_text(FILE *stream, const char *text, size_t width)
{
    char escaped[ESCAPED_SIZE];
    size_t used = 0, columns;
    while (*text != '\0') {
        text += escape_character(text, escaped, &columns);
        fputs(escaped, stream);
        used += columns;
    }
    fprintf(stream, "%*s", used < width ? (int)(width - used) : 0, "");
}

bool needs_escape(const char *text)
{
    uint32_t code;
    size_t size = 1;
    for (; *text != '\0' && size > 0; text += size) {
        size = read_character(text, &code);
        if (size > 0 && is_control(code)) {
            return true;
        }
    }
    return size == 0;
}
