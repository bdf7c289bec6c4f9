/* cli/help.c - the flags that every command has, and the help of a command, printed from its tables of options.
 *
 * argp parses; its own help is not used, because it sorts flags by name and knows one length only. A command with many
 * flags has a help of one screen, --help, and one with all flags, --help-all. */
#include "help.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "gemmule/gemmule.h"
#include "output.h"

enum { NARROWEST = 50, WIDEST = 80, COLUMN = 29 }; /* COLUMN: where the text of an option begins */
enum { FEW_FLAGS = 16 };                           /* so many fit on a screen of 24 lines */

static const char *const titles[] = {[0] = "",
                                     [GROUP_DATA] = "Data:",
                                     [GROUP_NETWORK] = "Network:",
                                     [GROUP_TRAINING] = "Training:",
                                     [GROUP_REPORT] = "Running and reporting:",
                                     [GROUP_HELP] = "Help:"};

/* The greatest length of a line. The last column stays free, as some terminals wrap when it is written. */
static size_t line_width(void)
{
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    size_t width = columns != NULL                                ? strtoul(columns, NULL, 10)
                   : ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col
                                                                  : 0;
    width = width == 0 || width > WIDEST ? WIDEST : width < NARROWEST ? NARROWEST : width;
    return width - 1;
}

/* Prints a text, up to its end or "\v", from the column `at` on. A word that is too long for the line goes to the
 * column `indent` of the next one. */
static void print_words(const char *text, size_t at, size_t indent)
{
    const size_t width = line_width();
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

void visit_options(const struct argp *argp, void (*visit)(const struct argp_option *option, int group, void *user),
                   void *user)
{
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL; child++) {
        visit_options(child->argp, visit, user);
    }
    int group = 0;
    for (const struct argp_option *option = argp->options; option != NULL && (option->name != NULL || option->key != 0);
         option++) {
        group = option->group != 0 ? option->group : group;
        visit(option, group, user);
    }
}

static void count_option(const struct argp_option *option, int group, void *user)
{
    (void)option, (void)group;
    ++*(size_t *)user;
}

/* The options to print: those of a group, under a title if there is one. */
typedef struct option_list {
    int group;
    bool main_only;
    const char *title; /* null: none, or it is printed */
} option_list;

static void print_option(const struct argp_option *option, int group, void *user)
{
    option_list *list = user;
    if (group != list->group || (option->flags & OPTION_HIDDEN) != 0 ||
        (list->main_only && (option->flags & FLAG_MAIN) == 0)) {
        return;
    }
    if (list->title != NULL) {
        printf("\n%s\n", list->title);
        list->title = NULL;
    }
    const char letter[] = {'-', (char)option->key, ',', '\0'};
    const int at = printf("  %-4s--%s%s%s", option->key < 256 ? letter : "", option->name,
                          option->arg != NULL ? "=" : "", option->arg != NULL ? option->arg : "");
    if (at >= COLUMN) {
        putchar('\n');
    }
    printf("%*s", at >= COLUMN ? COLUMN : COLUMN - at, "");
    print_words(option->doc, COLUMN, COLUMN);
}

void print_help(const struct argp *argp, const char *name, bool all)
{
    const char *more = strchr(argp->doc, '\v');
    size_t flags = 0;
    visit_options(argp, count_option, &flags);
    const bool many = flags > FEW_FLAGS;
    printf("Usage: %s [OPTION...]%s%s\n", name, argp->args_doc[0] != '\0' ? " " : "", argp->args_doc);
    print_words(argp->doc, 0, 0);
    if (!many || !all) {
        putchar('\n');
    }
    for (int group = 0; group <= GROUP_HELP; group++) {
        option_list list = {group, many && !all, many && all ? titles[group] : NULL};
        visit_options(argp, print_option, &list);
        visit_options(&help_argp, print_option, &list);
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

/* argp lists the flags, in lines of the same width. */
static void print_usage(const struct argp_state *state)
{
    char format[32];
    snprintf(format, sizeof format, "rmargin=%zu", line_width());
    setenv("ARGP_HELP_FMT", format, 1);
    argp_state_help(state, stdout, ARGP_HELP_USAGE);
}

static void print_version(void)
{
    printf("gemmule %s\n", gml_version());
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        puts(gml_build_feature(i));
    }
}

enum { KEY_ALL = 256, KEY_USAGE };

static error_t parse(int key, char *value, struct argp_state *state)
{
    (void)value;
    switch (key) {
    case 'h':
    case '?':
    case KEY_ALL:
        print_help(state->root_argp->children[0].argp, state->name, key == KEY_ALL);
        break;
    case KEY_USAGE:
        print_usage(state);
        break;
    case 'V':
        print_version();
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    exit(finish_output(0));
}

static const struct argp_option options[] = {
    {"help", 'h', NULL, FLAG_MAIN, "print this help", GROUP_HELP},
    {NULL, '?', NULL, OPTION_HIDDEN, NULL, 0},
    {"help-all", KEY_ALL, NULL, FLAG_MAIN, "print the help with all flags", 0},
    {"usage", KEY_USAGE, NULL, 0, "print the flags without their descriptions", 0},
    {"version", 'V', NULL, 0, "print the version and what the build has", 0},
    {0}};

const struct argp help_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};
