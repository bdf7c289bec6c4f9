/* cli/shell/flags.h - the command line of a command as tables: each flag and argument, how its value is read, and the
 * field that the value goes into.
 *
 * Every value is read completely. Otherwise the program ends with a message that names the flag, and exit code 64. */
#ifndef GML_CLI_FLAGS_H
#define GML_CLI_FLAGS_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>

#include "gemmule/gemmule.h"

/* The groups of flags, in the order of the help. A group of 0 is that of the row before. With MAIN a flag is in --help
 * where that shows only some flags of many. A flag with RARE is in --help-all alone. */
enum { GROUP_DATA = 1, GROUP_NETWORK, GROUP_TRAINING, GROUP_REPORT, GROUP_HELP, MAIN = 1 << 8, RARE = 1 << 9 };

/* A flag, or an argument: then its name is in capitals, and in brackets if the argument may be left out. A table of
 * flags ends with an empty row. */
typedef struct flag {
    const char *name, *value, *help; /* value: its name in the help; null: the flag has none. help null: hidden */
    int group;
    void (*read)(const struct flag *row, const char *text, void *field);
    size_t field;             /* offset in the struct that the table is for */
    uint64_t least, most;     /* for read_whole */
    const char *const *words; /* for read_choice; ends with null */
    char letter;              /* as in -o; or 0 */
} flag;

typedef struct flag_table {
    const flag *flags;
    size_t field; /* offset of the table's struct in the flags of the command */
} flag_table;

enum { MOST_TABLES = 12, MOST_FLAGS = 120, MOST_THREADS = 1024 };

typedef struct command_line {
    const char *usage, *description; /* usage: the arguments; they are optional if it begins with '[', and the last may
                                        be repeated if it ends with "..." */
    const flag *arguments;
    flag_table tables[MOST_TABLES];   /* ends with an empty row; of two flags with one name the first counts */
    void (*check)(const void *flags); /* of flags that exclude each other, once all are read; or null */
} command_line;

/* Reads the command line into `flags`, the struct that the tables are for, or ends the program. A flag that does not
 * exist is refused with the nearest one. The flags of help.h are read as well. */
void parse_flags(const command_line *line, int argc, char **argv, void *flags);

/* The same, where only the flags of `own`, one of the tables, are main ones. */
void parse_own_flags(const command_line *line, const flag *own, int argc, char **argv, void *flags);

/* The state of parse_flags, for the flags of help.h. */
typedef struct flag_reading {
    const command_line *line;
    void *input; /* the flags of the command */
    const struct argp_state *state;
    struct argp_option options[MOST_FLAGS + 1];
    const flag *flags[MOST_FLAGS];
    void *fields[MOST_FLAGS];
    bool minor[MOST_FLAGS]; /* not among the main flags of this command */
    size_t count;
} flag_reading;

/* ---- readers of values, with the type of the field ---- */

void read_switch(const flag *row, const char *text, void *field);       /* bool */
void read_text(const flag *row, const char *text, void *field);         /* const char * */
void read_file(const flag *row, const char *text, void *field);         /* const char *: not empty and not "-" */
void read_whole(const flag *row, const char *text, void *field);        /* size_t: from least to most */
void read_positive(const flag *row, const char *text, void *field);     /* double, finite */
void read_not_negative(const flag *row, const char *text, void *field); /* double, finite */
void read_share(const flag *row, const char *text, void *field);        /* double from 0 to below 1 */
void read_level(const flag *row, const char *text, void *field);        /* double above 0 and below 1 */
void read_choice(const flag *row, const char *text, void *field);       /* enum or int: the index of a word */

/* The text of a network, as a value of --net or in the file that this names. */
typedef struct net_flag {
    const char *text; /* or null */
    const char *file; /* or null */
} net_flag;

void read_net(const flag *row, const char *text, void *field); /* net_flag */

/* ---- parts of readers ---- */

/* A whole number from least to most. */
uint64_t flag_whole(const flag *row, const char *text);

/* The first number of a list such as "512,256". `text` moves to the next one; null after the last. */
uint64_t flag_listed(const flag *row, const char **text);

/* The index of a text in a list of words that ends with null. */
int flag_word(const flag *row, const char *text, const char *const *words);

/* Refuses the value of a flag: "--batch: sentence". */
void refuse_value(const flag *row, const char *format, ...) __attribute__((noreturn, format(printf, 2, 3)));

extern const char *const choice_words[]; /* of gml_choice */

#endif
