/* base/utf8.h - is it text? */
#ifndef GML_BASE_UTF8_H
#define GML_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes the character at the start of a text has, 1 to 4; 0 if there is none: the text is empty, or its first
 * bytes are not UTF-8 as RFC 3629 has it (overlong forms, surrogates and what is past U+10FFFF are not). */
size_t gml_utf8_character(const char *text, size_t length);

/* Is all of it UTF-8, without a NUL, so that it can be a name? */
bool gml_utf8_is_name(const char *text, size_t length);

#endif
