/* cli/run/run_read.h - reads files of JSON lines, such as the log of a run (docs/log-format.md). */
#ifndef GML_CLI_RUN_READ_H
#define GML_CLI_RUN_READ_H

#include <jansson.h>
#include <stdio.h>

/* Takes one line. Returns null, or what is wrong with it. */
typedef const char *run_take(void *into, const json_t *line);

/* Gives each line of an open log to `take`. `path` is for messages. A last line without its end that is no JSON is
 * left out with a message: the run was killed as it wrote it. On failure prints a message that has the line. Returns
 * the exit code. */
int run_read_stream(FILE *file, const char *path, run_take *take, void *into);

/* The same for the file `path`. */
int run_read_lines(const char *path, run_take *take, void *into);

#endif
