/* cli/names.h - the names that the library's tables offer, for --help. */
#ifndef GML_CLI_NAMES_H
#define GML_CLI_NAMES_H

/* A help filter for argp: ends the text with the names of all tables' rows. */
char *help_with_names(int key, const char *text, void *input);

#endif
