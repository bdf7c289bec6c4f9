/* cli/escape.h - text that comes from files and from the user, made harmless for a terminal.
 *
 * Control characters, characters that change the direction of writing, and bytes that are not UTF-8 are written as
 * escapes: \n, \t, \r, else \x1b for each byte. */
#ifndef GML_CLI_ESCAPE_H
#define GML_CLI_ESCAPE_H

#include <stdbool.h>
#include <stdio.h>

/* The escaped text in `room`, cut where it does not fit. */
void escape_text(const char *text, char *room, size_t size);

/* Prints the escaped text, aligned to the left in `width` columns or more. */
void print_text(FILE *stream, const char *text, size_t width);

/* True if the text has something to escape. */
bool needs_escape(const char *text);

#endif
