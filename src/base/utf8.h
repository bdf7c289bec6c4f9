/* base/utf8.h - UTF-8 validation. */
#ifndef GML_BASE_UTF8_H
#define GML_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* Returns the number of bytes of the first character, 1 to 4; 0 if the text is empty or does not begin with valid UTF-8
 * by RFC 3629 (no overlong forms, no surrogates, nothing past U+10FFFF). */
size_t gml_utf8_character(const char *text, size_t length);

/* True if the text is valid UTF-8 without a NUL, so that it can be a name. */
bool gml_utf8_is_name(const char *text, size_t length);

#endif
