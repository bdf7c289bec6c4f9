/* cli/page/command.c - the command line of a run. */
#include "cli/page/command.h"

#include <stdlib.h>

#include "cli/page/html.h"
#include "cli/report/report.h"

enum { MOST_ARGUMENTS = 1000, LONGEST_ARGUMENT = 4000 };

/* An argument has its own direction of writing, and is not broken after a hyphen at its start. */
static void write_argument(FILE *stream, const char *argument)
{
    char *quoted = NULL;
    size_t size;
    FILE *memory = open_memstream(&quoted, &size);
    if (memory == NULL) {
        return;
    }
    print_shell_argument(memory, argument);
    if (fclose(memory) == 0) {
        fputs(" <bdi>", stream);
        html_escaped(stream, quoted, LONGEST_ARGUMENT);
        fputs("</bdi>", stream);
    }
    free(quoted);
}

void write_command_line(FILE *stream, const json_t *arguments)
{
    const json_t *argument;
    size_t i;
    if (!json_is_array(arguments)) {
        return;
    }
    fputs("<pre class=\"command\" tabindex=\"0\" aria-label=\"command line\"><code>gemmule train", stream);
    json_array_foreach(arguments, i, argument)
    {
        if (i < MOST_ARGUMENTS && json_is_string(argument)) {
            write_argument(stream, json_string_value(argument));
        }
    }
    fprintf(stream, "%s</code></pre>\n", json_array_size(arguments) > MOST_ARGUMENTS ? " …" : "");
}
