/* cli/help.h - the flags that every command has, and the help of a command, printed from its tables of options. */
#ifndef GML_CLI_HELP_H
#define GML_CLI_HELP_H

#include <argp.h>
#include <stdbool.h>

/* In the flags of an argp_option: --help shows it where there are too many flags for one screen. */
enum { FLAG_MAIN = 1 << 8 };

/* The groups of options, in the order of the help. Options without a group come before them. */
enum { GROUP_DATA = 1, GROUP_NETWORK, GROUP_TRAINING, GROUP_REPORT, GROUP_HELP };

/* -h, --help, --help-all, --usage and --version, for the parser that is the first child beside this one. */
extern const struct argp help_argp;

/* Calls `visit` with each option of a parser's children and of its own, and with the option's group. */
void visit_options(const struct argp *argp, void (*visit)(const struct argp_option *option, int group, void *user),
                   void *user);

/* Prints the help of a command to stdout: all flags, or with many flags and without `all` the main ones. */
void print_help(const struct argp *argp, const char *name, bool all);

#endif
