/* cli/shell/escape.h - escapes what a terminal would obey in text from files and from the user.
 *
 * Control characters, characters that change the direction of writing, and bytes that are not UTF-8 are written as
 * escapes: \n, \t, \r, else \x1b for each byte. */
#ifndef GML_CLI_ESCAPE_H
#define GML_CLI_ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

/* Prints the escaped text, left-aligned in at least `width` columns. */
void print_text(FILE *stream, const char *text, size_t width);

/* True if the text contains anything that is escaped. */
bool needs_escape(const char *text);

#endif
