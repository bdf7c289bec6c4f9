/* cli/shell/flags.c - reads a command line by its tables of flags, with argp. */
#include "cli/shell/flags.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/shell/help.h"

enum { FIRST_KEY = 256, LONGEST_WORD = 31 };

const char *const choice_words[] = {[GML_CHOICE_AUTO] = "auto", [GML_CHOICE_YES] = "yes", [GML_CHOICE_NO] = "no", NULL};

/* ---- values ---- */

void refuse_value(const flag *row, const char *format, ...)
{
    char sentence[SENTENCE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    refuse("%s%s: %s", isupper((unsigned char)row->name[0]) ? "" : "--", row->name, sentence);
}

void read_switch(const flag *row, const char *text, void *field)
{
    (void)row, (void)text;
    *(bool *)field = true;
}

void read_text(const flag *row, const char *text, void *field)
{
    (void)row;
    *(const char **)field = text;
}

void read_file(const flag *row, const char *text, void *field)
{
    if (text[0] == '\0') {
        refuse_value(row, "the name of a file is expected, but the text is empty");
    }
    if (strcmp(text, "-") == 0) {
        refuse_value(row, "the standard streams are not taken for files; name a file, './-' for one called '-'");
    }
    *(const char **)field = text;
}

uint64_t flag_whole(const flag *row, const char *text)
{
    const size_t length = strlen(text);
    errno = 0;
    const unsigned long long value = strtoull(text, NULL, 10);
    const bool is_number = length > 0 && strspn(text, "0123456789") == length && errno == 0;
    if (!is_number || value < row->least || value > row->most) {
        refuse_value(row, "expected a whole number from %llu to %llu, got '%s'", (unsigned long long)row->least,
                     (unsigned long long)row->most, text);
    }
    return value;
}

void read_whole(const flag *row, const char *text, void *field)
{
    *(size_t *)field = (size_t)flag_whole(row, text);
}

uint64_t flag_listed(const flag *row, const char **text)
{
    char number[32];
    const char *first = *text;
    const size_t length = strcspn(first, ",");
    snprintf(number, sizeof number, "%.*s", (int)length, first);
    *text = first[length] == ',' ? first + length + 1 : NULL;
    return flag_whole(row, length < sizeof number ? number : first);
}

/* Decimal numbers only: strtod alone also accepts hexadecimal numbers, "inf" and "nan". */
static bool read_real(const char *text, double *value)
{
    char *end;
    if (text[0] == '\0' || strspn(text, "0123456789+-.eE") != strlen(text)) {
        return false;
    }
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

void read_positive(const flag *row, const char *text, void *field)
{
    if (!read_real(text, field) || !(*(double *)field > 0)) {
        refuse_value(row, "expected a finite number greater than 0, got '%s'", text);
    }
}

void read_not_negative(const flag *row, const char *text, void *field)
{
    if (!read_real(text, field) || !(*(double *)field >= 0)) {
        refuse_value(row, "expected a finite number, 0 or more, got '%s'", text);
    }
}

void read_share(const flag *row, const char *text, void *field)
{
    if (!read_real(text, field) || !(*(double *)field >= 0 && *(double *)field < 1)) {
        refuse_value(row, "expected a number from 0 to below 1, got '%s'", text);
    }
}

void read_level(const flag *row, const char *text, void *field)
{
    if (!read_real(text, field) || !(*(double *)field > 0 && *(double *)field < 1)) {
        refuse_value(row, "expected a number above 0 and below 1, got '%s'", text);
    }
}

int flag_word(const flag *row, const char *text, const char *const *words)
{
    char list[256] = "";
    for (int i = 0; words[i] != NULL; i++) {
        if (strcmp(words[i], text) == 0) {
            return i;
        }
        const size_t used = strlen(list);
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", words[i]);
    }
    const char *nearest = gml_name_nearest(text, words);
    refuse_value(row, "expected one of %s, got '%s'%s%s%s", list, text, nearest != NULL ? "; did you mean '" : "",
                 nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

void read_choice(const flag *row, const char *text, void *field)
{
    *(int *)field = flag_word(row, text, row->words);
}

/* ---- the command line ---- */

/* True if an earlier table has a flag of this name. */
static bool is_taken(const flag_reading *reading, const char *name)
{
    size_t i = 0;
    while (i < reading->count && (reading->flags[i]->name == NULL || strcmp(reading->flags[i]->name, name) != 0)) {
        i++;
    }
    return i < reading->count;
}

static void add_flags(flag_reading *reading, const flag *flags, void *fields, bool minor)
{
    int group = 0;
    for (const flag *row = flags; row->read != NULL && reading->count < MOST_FLAGS; row++) {
        const size_t i = reading->count;
        group = (row->group & ~(MAIN | RARE)) != 0 ? row->group & ~(MAIN | RARE) : group;
        if (row->name != NULL && is_taken(reading, row->name)) {
            continue;
        }
        reading->count++;
        reading->flags[i] = row;
        reading->minor[i] = minor;
        reading->fields[i] = (char *)fields + row->field;
        reading->options[i] = (struct argp_option){.name = row->name,
                                                   .key = row->letter != 0 ? row->letter : FIRST_KEY + (int)i,
                                                   .arg = row->value,
                                                   .flags = row->help == NULL ? OPTION_HIDDEN : 0,
                                                   .doc = row->help,
                                                   .group = group};
    }
}

static void refuse_unknown_options(const flag_reading *reading, int argc, char **argv)
{
    const char *names[MOST_FLAGS + 1] = {NULL};
    for (size_t i = 0, count = 0; i < reading->count; i++) {
        names[count] = reading->flags[i]->name;
        count += names[count] != NULL;
    }
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char name[LONGEST_WORD + 1];
        const size_t length = strcspn(argv[i], "=");
        if (strncmp(argv[i], "--", 2) != 0 || length - 2 > LONGEST_WORD) {
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)length - 2, argv[i] + 2);
        size_t known = 0;
        while (names[known] != NULL && strncmp(names[known], name, length - 2) != 0) {
            known++;
        }
        const char *nearest = names[known] != NULL ? NULL : gml_name_nearest(name, names);
        if (nearest != NULL) {
            exit(complain(EXIT_USAGE, "'--%s' is not an option; did you mean '--%s'?", name, nearest));
        }
    }
}

/* True if the last argument may be repeated. */
static bool repeats(const command_line *line)
{
    const size_t length = strlen(line->usage);
    return length > 3 && strcmp(line->usage + length - 3, "...") == 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
    flag_reading *reading = state->input;
    const command_line *line = reading->line;
    const flag *argument = &line->arguments[0];
    for (unsigned i = 0; i < state->arg_num && argument->read != NULL; i++) {
        argument += argument[1].read != NULL || !repeats(line) || key == ARGP_KEY_END;
    }
    if (key == ARGP_KEY_ARG) {
        if (argument->read == NULL) {
            refuse("'%s' is one argument too many; expected: %s", value, line->usage);
        }
        argument->read(argument, value, (char *)reading->input + argument->field);
        return 0;
    }
    if (key == ARGP_KEY_END) {
        if (argument->read != NULL && line->usage[0] != '[' && argument->name[0] != '[') {
            refuse("%s is missing%s%s", argument->name, argument->help != NULL ? ": " : "",
                   argument->help != NULL ? argument->help : "");
        }
        if (line->check != NULL) {
            line->check(reading->input);
        }
        return 0;
    }
    for (size_t i = 0; i < reading->count; i++) {
        if (key == reading->options[i].key) {
            reading->state = state;
            reading->flags[i]->read(reading->flags[i], value, reading->fields[i]);
            return 0;
        }
    }
    return ARGP_ERR_UNKNOWN;
}

void parse_own_flags(const command_line *line, const flag *own, int argc, char **argv, void *flags)
{
    flag_reading reading = {.line = line, .input = flags};
    const struct argp argp = {reading.options, parse, line->usage, line->description, NULL, NULL, NULL};
    for (const flag_table *table = line->tables; table->flags != NULL; table++) {
        add_flags(&reading, table->flags, (char *)flags + table->field, own != NULL && table->flags != own);
    }
    add_flags(&reading, help_flags, &reading, false);
    refuse_unknown_options(&reading, argc, argv);
    const error_t failure = argp_parse(&argp, argc, argv, ARGP_NO_HELP, NULL, &reading);
    if (failure != 0) {
        exit(complain(failure == ENOMEM ? EXIT_MEMORY : EXIT_USAGE, "%s", strerror(failure)));
    }
}

void parse_flags(const command_line *line, int argc, char **argv, void *flags)
{
    parse_own_flags(line, NULL, argc, argv, flags);
}
