/* cli/input/load.h - opens contexts, data and models. On failure each function prints a message and returns the exit
 * code; on success it returns 0. */
#ifndef GML_CLI_LOAD_H
#define GML_CLI_LOAD_H

#include "cli/shell/flags.h"

enum { MISSING_UNSET = 0, MISSING_ERROR, MISSING_MASK };

enum { CACHE_AUTO = 0, CACHE_YES, CACHE_NO, CACHE_CHECK };

enum { MOST_FURTHER_FILES = 256 };

/* How to read a CSV: the flags that train, eval and predict share. */
typedef struct data_flags {
    const char *target;  /* --target, or null */
    gml_choice header;   /* --header */
    const char *weights; /* --weights, or null */
    int missing;         /* --missing-targets: MISSING_ERROR or MISSING_MASK; or MISSING_UNSET */
    size_t threads;      /* --threads, or 0 */
    const char *delimiter, *decimal, *thousands, *comment; /* of a CSV, or null */
    const char *words;                                     /* --missing, or null */
    const char *columns, *ignore;                          /* or null */
    int unseen;                                            /* --unseen: 1 for error */
    int cache;                                             /* --cache: CACHE_AUTO, ... */
    const char *more[MOST_FURTHER_FILES];                  /* of --more */
    size_t more_count;
    int skips; /* --on-error: 1 for skip */
} data_flags;

extern const flag data_table[];   /* of a data_flags */
extern const flag broken_table[]; /* of a data_flags: what happens at a broken row */

int open_context(size_t threads, gml_context **context);

/* The same with all options. */
int open_context_with(const gml_context_options *options, gml_context **context);

/* Sets how a CSV is written, and the further files. */
void set_csv_options(const data_flags *flags, gml_dataset_options *options);

/* Sets the cache of the data at `path`, if there shall be one. Its name is in `text` [PATH_MAX]. */
void set_cache(const data_flags *flags, const char *path, gml_dataset_options *options, char *text);

/* The name of a file with data, as read_file; "-" is the standard input. */
void read_data(const flag *row, const char *text, void *field);

/* True if `path` can be read from its start again: it is no pipe. */
bool can_be_read_again(const char *path);

int load_model(gml_context *context, const char *path, gml_network **network);

/* The path of DATA: `word` itself, or for "digits" the folder of digits that comes with gemmule. Null, with a message,
 * if there is no such folder. The string is valid until the next call. */
const char *find_data(const char *word);

/* What is read of data beside the inputs. */
typedef enum data_columns {
    COLUMNS_INPUTS,  /* nothing: target and weights are skipped, whatever they hold */
    COLUMNS_WEIGHTS, /* target and weights that are there, if the model or --weights names weights; else nothing */
    COLUMNS_PRESENT, /* target and weights that are there */
    COLUMNS_ALL      /* the target, which must be there, and weights that are */
} data_columns;

/* Opens data for a network, which has the names of its columns; flags that are given take precedence. With `part` null
 * the t10k part is opened if there is one. */
int open_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                     data_columns columns, gml_dataset **data);

/* The same for the inputs alone, row by row. The flags must outlive the rows. */
int open_rows_for_network(const gml_network *network, const char *path, const char *part, const data_flags *flags,
                          gml_rows **rows);

/* Prints what a dataset notes about how it was read. */
void print_data_notes(const gml_dataset *data);

/* True if `path` is a folder with the part "t10k". */
bool has_test_part(gml_context *context, const char *path);

#endif
