/* cli/run/journal.c - the journal of a search: written line by line, read again to go on. */
#include "cli/run/journal.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/report/report.h"
#include "cli/shell/exit.h"

static const char kind[] = "gemmule tune";

/* ---- lines ---- */

static json_t *hexadecimal(uint64_t number)
{
    char text[17];
    snprintf(text, sizeof text, "%016" PRIx64, number);
    return json_string(text);
}

static json_t *key_json(const gml_search_key *key)
{
    return json_pack("{ss ss so so so so so}", "journal", kind, "version", gml_version(), "build",
                     hexadecimal(key->build), "data", hexadecimal(key->data), "recipe", hexadecimal(key->recipe),
                     "space", hexadecimal(key->space), "judgement", hexadecimal(key->judgement));
}

json_t *trial_json(const gml_trial *trial)
{
    return json_pack("{so so so so so so so so so}", "trial", json_size(trial->number), "horizon",
                     json_number(trial->horizon), "values", json_text(trial->assignment), "score",
                     json_number(trial->score), "deviation", json_number(trial->deviation), "second",
                     json_number(trial->second), "seconds", json_number(trial->seconds), "status",
                     json_text(gml_status_name(trial->status)), "message", json_text(trial->message));
}

/* Takes over the object. */
static int write_line(const journal *opened, json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(17)) : NULL;
    json_decref(object);
    if (text == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the journal");
    }
    const bool good = fprintf(opened->file, "%s\n", text) > 0 && fflush(opened->file) == 0;
    free(text);
    return good ? 0 : complain(EXIT_IO, "%s: writing failed: %s", opened->path, strerror(errno));
}

static double number_of(const json_t *line, const char *name)
{
    const json_t *value = json_object_get(line, name);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static bool copy_text(const json_t *line, const char *name, char *text, size_t size)
{
    const char *value = json_string_value(json_object_get(line, name));
    const int length = value != NULL ? snprintf(text, size, "%s", value) : -1;
    return length >= 0 && (size_t)length < size;
}

static bool read_trial(const json_t *line, gml_trial *trial)
{
    char status[32];
    const double number = number_of(line, "trial");
    *trial = (gml_trial){.number = number >= 1 && number < 1e15 ? (size_t)number : 0,
                         .horizon = number_of(line, "horizon"),
                         .score = number_of(line, "score"),
                         .deviation = number_of(line, "deviation"),
                         .second = number_of(line, "second"),
                         .seconds = number_of(line, "seconds")};
    if (!copy_text(line, "values", trial->assignment, sizeof trial->assignment) ||
        !copy_text(line, "message", trial->message, sizeof trial->message) ||
        !copy_text(line, "status", status, sizeof status)) {
        return false;
    }
    int found = GML_OK;
    while (found <= GML_ERROR_UNSUPPORTED && strcmp(gml_status_name((gml_status)found), status) != 0) {
        found++;
    }
    trial->status = (gml_status)found;
    return found <= GML_ERROR_UNSUPPORTED && trial->number > 0 && trial->horizon > 0 && trial->seconds >= 0 &&
           (trial->status != GML_OK || isfinite(trial->score));
}

/* ---- reading ---- */

/* Names what differs between the first line and the search; 0: nothing. */
static int compare_key(const journal *opened, const json_t *line, const gml_search_key *key)
{
    static const char *const words[][2] = {{"journal", "its first line is not that of a journal"},
                                           {"version", "another version of gemmule wrote it"},
                                           {"data", "the data differ"},
                                           {"recipe", "--seed or flags of the training differ"},
                                           {"space", "--space or --method differ"},
                                           {"judgement", "what trials are judged by differs"},
                                           {"build", "another build, or kernels for another processor, wrote it"}};
    json_t *expected = key_json(key);
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof words / sizeof words[0]; i++) {
        if (!json_equal(json_object_get(line, words[i][0]), json_object_get(expected, words[i][0]))) {
            code = complain(EXIT_DATA, "%s: the journal is of another search: %s", opened->path, words[i][1]);
        }
    }
    json_decref(expected);
    return code;
}

static int add_line(journal *opened, const char *text, size_t length, size_t number, const gml_search_key *key)
{
    json_t *line = json_loadb(text, length, 0, NULL);
    int code = 0;
    if (number == 1) {
        code = compare_key(opened, line, key);
    } else {
        gml_trial *more = realloc(opened->trials, (opened->count + 1) * sizeof *more);
        opened->trials = more != NULL ? more : opened->trials;
        if (more == NULL) {
            code = complain(EXIT_MEMORY, "not enough memory for the journal");
        } else if (!read_trial(line, &more[opened->count++])) {
            code = complain(EXIT_DATA, "%s, line %zu: not a trial of a search", opened->path, number);
        }
    }
    json_decref(line);
    return code;
}

/* Reads the complete lines. The length of what they take is `good`. Without a complete line the file must be the
 * beginning of a first line, so that no file of another kind is overwritten. */
static int read_lines(journal *opened, const gml_search_key *key, off_t *good)
{
    char *text = NULL;
    size_t capacity = 0;
    int code = 0;
    ssize_t length = 0;
    static const char start[] = "{\"journal\": \"gemmule tune\"";
    *good = 0;
    for (size_t number = 1; code == 0 && (length = getline(&text, &capacity, opened->file)) > 0; number++) {
        const size_t compared = (size_t)length < sizeof start - 1 ? (size_t)length : sizeof start - 1;
        if (number == 1 && memcmp(text, start, compared) != 0) {
            code = complain(EXIT_DATA, "%s: its first line is not that of a journal", opened->path);
        } else if (text[length - 1] == '\n') {
            code = add_line(opened, text, (size_t)length, number, key);
            *good += length;
        }
    }
    if (code == 0 && ferror(opened->file)) {
        code = complain(EXIT_IO, "%s: reading failed: %s", opened->path, strerror(errno));
    }
    free(text);
    return code;
}

int journal_open(journal *opened, const char *path, const gml_search_key *key)
{
    off_t good = 0;
    *opened = (journal){.path = path, .file = fopen(path, "a+")};
    if (opened->file == NULL) {
        return complain(EXIT_CREATE, "%s: cannot be opened: %s", path, strerror(errno));
    }
    rewind(opened->file);
    const int code = read_lines(opened, key, &good);
    if (code != 0) {
        return code;
    }
    if (fseeko(opened->file, 0, SEEK_END) != 0 || ftruncate(fileno(opened->file), good) != 0) {
        return complain(EXIT_CREATE, "%s: cannot be written: %s", path, strerror(errno));
    }
    return good == 0 ? write_line(opened, key_json(key)) : 0;
}

int journal_add(journal *opened, const gml_trial *trial)
{
    return write_line(opened, trial_json(trial));
}

void journal_close(journal *opened)
{
    if (opened->file != NULL) {
        fclose(opened->file);
    }
    free(opened->trials);
    *opened = (journal){.path = NULL};
}
