/* cli/net.c - reads the value of --net: a network as text or JSON, or the name of a file with one. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/shell/flags.h"

enum { LONGEST_NET = 1 << 20 };

/* True for a network, false for the name of a file. A text starts with a number and has arrows; JSON has a brace. */
static bool is_text(const char *value)
{
    return strstr(value, "->") != NULL || strchr(value, '{') != NULL || isdigit((unsigned char)value[0]) ||
           value[0] == '\0';
}

/* Replaces line ends by blanks, because messages quote one line; removes those at the end. */
static void join_lines(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1])) {
        text[--length] = '\0';
    }
    for (size_t i = 0; i < length; i++) {
        text[i] = isspace((unsigned char)text[i]) ? ' ' : text[i];
    }
}

/* Returns the exit code. `text` has LONGEST_NET + 1 bytes. */
static int read_net_file(const char *path, char *text)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return complain(EXIT_NO_INPUT,
                        "--net: '%.200s' is not a network, as in '64 -> 32 relu -> 10 softmax', nor a file that can be "
                        "opened: %s",
                        path, strerror(errno));
    }
    size_t size = fread(text, 1, LONGEST_NET + 1, file);
    bool failed = ferror(file) != 0;
    int error = errno;
    fclose(file);
    if (failed) {
        return complain(EXIT_IO, "--net: %.200s cannot be read: %s", path, strerror(error));
    }
    if (size > LONGEST_NET || memchr(text, '\0', size) != NULL) {
        return complain(EXIT_DATA, "--net: %.200s is not the text of a network: it %s", path,
                        size > LONGEST_NET ? "has more than 1 MiB" : "has bytes that are 0");
    }
    text[size] = '\0';
    join_lines(text);
    return 0;
}

void read_net(const flag *row, const char *value, void *field)
{
    static char text[LONGEST_NET + 1];
    net_flag *net = field;
    read_file(row, value, &net->text);
    if (!is_text(value)) {
        const int code = read_net_file(value, text);
        if (code != 0) {
            exit(code);
        }
        *net = (net_flag){text, value};
    }
}
