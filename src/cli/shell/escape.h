/* cli/shell/escape.h - escapes what a terminal would obey in text from files and from the user.
 *
 * Control characters, characters that change the direction of writing, and bytes that are not UTF-8 are written as
 * escapes: \n, \t, \r, else \x1b for each byte. */
#ifndef GML_CLI_ESCAPE_H
#define GML_CLI_ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

enum { ESCAPED_SIZE = 20 }; /* the escapes of one character and a terminating zero */

/* Escapes the first character of a text that is not empty. Returns its number of bytes; `columns` is the width of the
 * result. */
size_t escape_character(const char *text, char escaped[ESCAPED_SIZE], size_t *columns);

/* Prints the escaped text, left-aligned in at least `width` columns. */
void print_text(FILE *stream, const char *text, size_t width);

/* True if the text contains anything that is escaped. */
bool needs_escape(const char *text);

#endif
