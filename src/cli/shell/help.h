/* cli/shell/help.h - the flags that every command has. */
#ifndef GML_CLI_HELP_H
#define GML_CLI_HELP_H

#include "cli/shell/flags.h"

/* -h, --help, --help-all, --usage and --version: each prints and ends the program. The fields are in a flag_reading. */
extern const flag help_flags[];

/* Returns the greatest length of a line of text for people: that of the terminal, from 49 to 79. */
size_t help_width(void);

#endif
