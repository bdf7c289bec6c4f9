/* cli/shell/help.c - the flags that every command has, and the help of a command, printed from its tables of flags.
 *
 * argp parses. Its own help is not used, because it sorts flags by name and has one length only. For a command with
 * many flags, --help fits on one screen, and --help-all has all flags. */
#include "cli/shell/help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/output.h"
#include "cli/shell/terminal.h"
#include "gemmule/gemmule.h"

enum { NARROWEST = 50, WIDEST = 80, COLUMN = 29 }; /* COLUMN: where the text of an option begins */
enum {
    FEW_FLAGS = 16
}; /* with at most this many, hidden ones included and rare ones not, they fit on a screen of 24 lines */

static const char *const titles[] = {[0] = "",
                                     [GROUP_DATA] = "Data:",
                                     [GROUP_NETWORK] = "Network:",
                                     [GROUP_TRAINING] = "Training:",
                                     [GROUP_REPORT] = "Running and reporting:",
                                     [GROUP_HELP] = "Help:"};

/* The last column stays free, because some terminals wrap when it is written. */
size_t help_width(void)
{
    size_t width = terminal_width(WIDEST);
    width = width > WIDEST ? WIDEST : width < NARROWEST ? NARROWEST : width;
    return width - 1;
}

/* Prints a text, up to its end or "\v", from the column `at` on. A word that does not fit goes to the column `indent`
 * of the next line. */
static void print_words(const char *text, size_t at, size_t indent)
{
    const size_t width = help_width();
    while (*text != '\0' && *text != '\v') {
        size_t blanks = strspn(text, " ");
        const size_t length = strcspn(text + blanks, " \n\v");
        const char *word = text + blanks;
        if (at > indent && at + blanks + length > width) {
            putchar('\n');
            at = 0;
            blanks = indent;
        }
        printf("%*s%.*s", (int)blanks, "", (int)length, word);
        at += blanks + length;
        text = word + length;
        if (*text == '\n') {
            putchar('\n');
            at = 0;
            text++;
        }
    }
    putchar('\n');
}

/* Prints the flags of a group: the main ones, or with `rare` all, else all but the rare ones. */
static void print_flags(const flag_reading *reading, int group, bool main_only, bool rare, const char *title)
{
    for (size_t i = 0; i < reading->count; i++) {
        const flag *row = reading->flags[i];
        const bool is_main = (row->group & MAIN) != 0 && !reading->minor[i];
        if (reading->options[i].group != group || row->help == NULL || (main_only && !is_main) ||
            (!rare && (row->group & RARE) != 0)) {
            continue;
        }
        if (title != NULL) {
            printf("\n%s\n", title);
            title = NULL;
        }
        const char letter[] = {'-', row->letter, ',', '\0'};
        const int at = printf("  %-4s--%s%s%s", row->letter != 0 ? letter : "", row->name,
                              row->value != NULL ? "=" : "", row->value != NULL ? row->value : "");
        if (at >= COLUMN) {
            putchar('\n');
        }
        printf("%*s", at >= COLUMN ? COLUMN : COLUMN - at, "");
        print_words(row->help, COLUMN, COLUMN);
    }
}

static size_t count_frequent(const flag_reading *reading)
{
    size_t count = 0;
    for (size_t i = 0; i < reading->count; i++) {
        count += (reading->flags[i]->group & RARE) == 0;
    }
    return count;
}

/* All flags; or if `all` is false those that are not rare, or where these are many the main ones. */
static void print_help(const flag_reading *reading, bool all)
{
    const char *name = reading->state->name, *usage = reading->line->usage;
    const char *more = strchr(reading->line->description, '\v');
    const bool many = count_frequent(reading) > FEW_FLAGS;
    printf("Usage: %s [OPTION...] %s\n", name, usage);
    print_words(reading->line->description, 0, 0);
    if (!many || !all) {
        putchar('\n');
    }
    for (int group = 0; group <= GROUP_HELP; group++) {
        print_flags(reading, group, many && !all, all, many && all ? titles[group] : NULL);
    }
    if (many && !all) {
        char text[256];
        snprintf(text, sizeof text,
                 "Defaults are in parentheses. `%s --help-all' lists all flags, `gemmule list TABLE' the names that a "
                 "CALL can use; `man gemmule' describes everything.",
                 name);
        putchar('\n');
        print_words(text, 0, 0);
    } else if (more != NULL) {
        putchar('\n');
        print_words(more + 1, 0, 0);
    }
}

/* ---- the flags ---- */

static void show_help(const flag *row, const char *text, void *field)
{
    (void)text;
    print_help(field, row->most != 0);
    exit(finish_output(0));
}

/* argp lists the flags, in lines of the same width. */
static void show_usage(const flag *row, const char *text, void *field)
{
    const flag_reading *reading = field;
    char format[32];
    (void)row, (void)text;
    snprintf(format, sizeof format, "rmargin=%zu", help_width());
    setenv("ARGP_HELP_FMT", format, 1);
    argp_state_help(reading->state, stdout, ARGP_HELP_USAGE);
    exit(finish_output(0));
}

static void show_version(const flag *row, const char *text, void *field)
{
    (void)row, (void)text, (void)field;
    printf("gemmule %s\n", gml_version());
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        puts(gml_build_feature(i));
    }
    exit(finish_output(0));
}

const flag help_flags[] = {
    {"help", NULL, "print this help", GROUP_HELP | MAIN, show_help, .letter = 'h'},
    {NULL, NULL, NULL, 0, show_help, .letter = '?'},
    {"help-all", NULL, "print the help with all flags", MAIN, show_help, .most = 1},
    {"usage", NULL, "print the flags without their descriptions", RARE, .read = show_usage},
    {"version", NULL, "print the version and the features of the build", 0, show_version, .letter = 'V'},
    {0}};
