/* cli/run/run_read.c - reads a log of training, line by line. */
#include "cli/run/run_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run/run_curves.h"
#include "cli/shell/exit.h"

enum { LONGEST_LINE = 1 << 22 }; /* of bytes, so that memory does not grow with a file that is not a log */

/* The lines of a file. */
typedef struct line_reader {
    FILE *file;
    char *text; /* [LONGEST_LINE] */
    size_t length, number;
    bool ended; /* the line ended with a newline */
} line_reader;

/* Reads the next line, without its end. False at the end of the file, or where a line is too long: then the length is
 * LONGEST_LINE. */
static bool next_line(line_reader *reader)
{
    int c = EOF;
    reader->length = 0;
    while (reader->length < LONGEST_LINE && (c = getc_unlocked(reader->file)) != EOF && c != '\n') {
        reader->text[reader->length++] = (char)c;
    }
    reader->ended = c == '\n';
    reader->number++;
    return (reader->ended || reader->length > 0) && reader->length < LONGEST_LINE;
}

static bool is_blank(const line_reader *reader)
{
    size_t i = 0;
    while (i < reader->length && strchr(" \t\r", reader->text[i]) != NULL && reader->text[i] != '\0') {
        i++;
    }
    return i == reader->length;
}

/* Takes one line. The last line of a run that was killed may lack its end. */
static int take_line(const char *path, const line_reader *reader, run_take *take, void *into)
{
    json_error_t error;
    if (is_blank(reader)) {
        return 0;
    }
    json_t *line = json_loadb(reader->text, reader->length, 0, &error);
    if (line == NULL && !reader->ended && reader->number > 1) {
        return complain(0, "%s: line %zu: the last line is not complete, and is left out", path, reader->number);
    }
    if (line == NULL) {
        return complain(EXIT_DATA, "%s: line %zu: expected a JSON object: %s", path, reader->number, error.text);
    }
    const char *wrong = take(into, line);
    json_decref(line);
    return wrong != NULL ? complain(EXIT_DATA, "%s: line %zu: %s", path, reader->number, wrong) : 0;
}

int run_read_stream(FILE *file, const char *path, run_take *take, void *into)
{
    line_reader reader = {.file = file, .text = malloc(LONGEST_LINE)};
    int code = 0;
    if (reader.text == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to read '%s'", path);
    }
    while (code == 0 && next_line(&reader)) {
        code = take_line(path, &reader, take, into);
    }
    if (code == 0 && ferror(file)) {
        code = complain(EXIT_IO, "%s: reading failed: %s", path, strerror(errno));
    } else if (code == 0 && reader.length == LONGEST_LINE) {
        code = complain(EXIT_DATA, "%s: line %zu is longer than %d bytes: this is no log of `gemmule train --log'",
                        path, reader.number, LONGEST_LINE);
    }
    free(reader.text);
    return code;
}

int run_read_lines(const char *path, run_take *take, void *into)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        return complain(EXIT_NO_INPUT, "%s: %s", path, strerror(errno));
    }
    const int code = run_read_stream(file, path, take, into);
    fclose(file);
    return code;
}

static const char *take_curves(void *into, const json_t *line)
{
    return run_curves_take(into, line);
}

int run_read(const char *path, run_curves *curves)
{
    const int code = run_read_lines(path, take_curves, curves);
    run_curves_finish(curves);
    if (code == 0 && !run_curves_exist(curves)) {
        return complain(EXIT_DATA, "%s: there is no step and no epoch with a loss in it", path);
    }
    return code;
}
