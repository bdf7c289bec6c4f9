/* cli/page/command.h - the command line of a run, as a page shows it. */
#ifndef GML_CLI_PAGE_COMMAND_H
#define GML_CLI_PAGE_COMMAND_H

#include <jansson.h>
#include <stdio.h>

/* Writes "gemmule train" and the arguments, a list of texts of any source, quoted for a shell, in a box. Nothing if
 * `arguments` is no list. */
void write_command_line(FILE *stream, const json_t *arguments);

#endif
