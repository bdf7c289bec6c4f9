/* cli/flags.c - strict values of flags, near misses, and the flags that commands share. */
#include "flags.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "exit.h"
#include "help.h"

enum { LONGEST_WORD = 31, MOST_WORDS = 64 };

void refuse(const struct argp_state *state, const char *format, ...)
{
    char sentence[1024], escaped[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    escape_text(sentence, escaped, sizeof escaped);
    argp_error(state, "%s", escaped);
    exit(EXIT_USAGE);
}

uint64_t flag_whole(const struct argp_state *state, const char *flag, const char *text, uint64_t minimum,
                    uint64_t maximum)
{
    const size_t length = strlen(text);
    errno = 0;
    const unsigned long long value = strtoull(text, NULL, 10);
    const int is_number = length > 0 && strspn(text, "0123456789") == length && errno == 0;
    if (!is_number || value < minimum || value > maximum) {
        refuse(state, "%s: expected a whole number from %llu to %llu, got '%s'", flag, (unsigned long long)minimum,
               (unsigned long long)maximum, text);
    }
    return value;
}

/* Decimal numbers only: strtod alone would also take hex floats, "inf" and "nan". */
static int read_real(const char *text, double *value)
{
    char *end;
    if (text[0] == '\0' || strspn(text, "0123456789+-.eE") != strlen(text)) {
        return 0;
    }
    *value = strtod(text, &end);
    return *end == '\0' && isfinite(*value);
}

double flag_above(const struct argp_state *state, const char *flag, const char *text, double above)
{
    double value;
    if (!read_real(text, &value) || !(value > above)) {
        refuse(state, "%s: expected a finite number greater than %g, got '%s'", flag, above, text);
    }
    return value;
}

double flag_from(const struct argp_state *state, const char *flag, const char *text, double minimum, double below)
{
    double value;
    if (!read_real(text, &value) || !(value >= minimum && value < below)) {
        if (isinf(below)) {
            refuse(state, "%s: expected a finite number, %g or more, got '%s'", flag, minimum, text);
        }
        refuse(state, "%s: expected a number from %g to below %g, got '%s'", flag, minimum, below, text);
    }
    return value;
}

int flag_choice(const struct argp_state *state, const char *flag, const char *text, const char *const *words)
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
    refuse(state, "%s: expected one of %s, got '%s'%s%s%s", flag, list, text, nearest != NULL ? "; did you mean '" : "",
           nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
}

const char *flag_file(const struct argp_state *state, const char *what, const char *text)
{
    if (text[0] == '\0') {
        refuse(state, "%s: the name of a file is expected, but the text is empty", what);
    }
    if (strcmp(text, "-") == 0) {
        refuse(state, "%s: the standard streams are not taken for files; name a file, './-' for one called '-'", what);
    }
    return text;
}

/* The names of long options, ended by null. */
typedef struct option_names {
    const char *names[MOST_WORDS + 1];
    size_t count;
} option_names;

static void add_name(const struct argp_option *option, int group, void *user)
{
    option_names *list = user;
    (void)group;
    if (option->name != NULL && list->count < MOST_WORDS) {
        list->names[list->count++] = option->name;
    }
}

static void refuse_unknown_options(const struct argp *argp, int argc, char **argv)
{
    option_names list = {.count = 0};
    visit_options(argp, add_name, &list);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        char name[LONGEST_WORD + 1];
        const size_t length = strcspn(argv[i], "=");
        if (strncmp(argv[i], "--", 2) != 0 || length - 2 > LONGEST_WORD) {
            continue;
        }
        snprintf(name, sizeof name, "%.*s", (int)length - 2, argv[i] + 2);
        size_t known = 0;
        while (known < list.count && strncmp(list.names[known], name, length - 2) != 0) {
            known++;
        }
        const char *nearest = known < list.count ? NULL : gml_name_nearest(name, list.names);
        if (nearest != NULL) {
            exit(complain(EXIT_USAGE, "'--%s' is not an option; did you mean '--%s'?", name, nearest));
        }
    }
}

void parse_flags(const struct argp *argp, int argc, char **argv, void *input)
{
    const struct argp_child children[] = {{argp, 0, NULL, 0}, {&help_argp, 0, NULL, 0}, {0}};
    const struct argp whole = {NULL, NULL, NULL, NULL, children, NULL, NULL}; /* its input goes to the first child */
    refuse_unknown_options(&whole, argc, argv);
    const error_t failure = argp_parse(&whole, argc, argv, ARGP_NO_HELP, NULL, input);
    if (failure != 0) {
        exit(complain(failure == ENOMEM ? EXIT_MEMORY : EXIT_USAGE, "%s", strerror(failure)));
    }
}

static const char *const choices[] = {
    [GML_CHOICE_AUTO] = "auto", [GML_CHOICE_YES] = "yes", [GML_CHOICE_NO] = "no", NULL};

enum { KEY_TARGET = 256, KEY_HEADER, KEY_WEIGHTS, KEY_MISSING, KEY_THREADS };

static const char *const missing_words[] = {
    [MISSING_ERROR - 1] = "error", [MISSING_MASK - 1] = "mask", [MISSING_MASK] = NULL};

static const struct argp_option data_options[] = {
    {"target", KEY_TARGET, "NAME|INDEX", FLAG_MAIN,
     "column of a CSV to learn: its name, or its index from 0 or, at the end, from -1 (the last)", GROUP_DATA},
    {"header", KEY_HEADER, "WHEN", 0, "whether the first row of a CSV is names: yes, no or auto (auto)", 0},
    {"weights", KEY_WEIGHTS, "NAME|INDEX", 0, "column of a CSV with the weight of each sample", 0},
    {"missing-targets", KEY_MISSING, "WHAT", 0,
     "error: an empty or nan target of a CSV is refused; mask: it is left out of the loss (error)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads to use (all processors); results do not depend on it", GROUP_REPORT},
    {0}};

static error_t parse_data_flag(int key, char *value, struct argp_state *state)
{
    data_flags *flags = state->input;
    switch (key) {
    case KEY_TARGET:
        flags->target = value;
        return 0;
    case KEY_HEADER:
        flags->header = (gml_choice)flag_choice(state, "--header", value, choices);
        return 0;
    case KEY_WEIGHTS:
        flags->weights = value;
        return 0;
    case KEY_MISSING:
        flags->missing = 1 + flag_choice(state, "--missing-targets", value, missing_words);
        return 0;
    case KEY_THREADS:
        flags->threads = flag_whole(state, "--threads", value, 1, 1024);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp data_argp = {data_options, parse_data_flag, NULL, NULL, NULL, NULL, NULL};
