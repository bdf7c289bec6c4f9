/* cli/split/split.h - what `gemmule split` does: the part of each sample, and the files of the parts. */
#ifndef GML_CLI_SPLIT_H
#define GML_CLI_SPLIT_H

#include <stdbool.h>

#include "cli/input/load.h"

enum { MOST_PARTS = 100, PART_NAME = 64 };

typedef struct split_part {
    char name[PART_NAME];
    double share; /* of the samples; the shares sum to 1 */
    size_t size;  /* samples */
    char *path;
    FILE *file; /* null: not open */
} split_part;

typedef struct split_run {
    const char *data, *prefix;
    size_t folds; /* 0: by shares */
    split_part parts[MOST_PARTS];
    size_t part_count;
    const char *kind, *groups; /* --split, --split-by; or null */
    uint64_t seed;
    data_flags file;
    gml_context *context;
    gml_dataset *dataset;
    size_t heads;     /* rows of a text before the samples: the header, and a line such as "sep=;" before it */
    uint8_t *part_of; /* [samples] */
} split_run;

/* Decides the part of each sample, and counts them; prints the notes of the split. On failure prints a message. Returns
 * the exit code. */
int split_assign(split_run *run);

/* Writes the files of all parts, each like the file DATA. Existing files are replaced once all new ones are complete.
 * On failure prints a message and writes none. Returns the exit code. */
int split_write(split_run *run);

/* How the rows of a text are separated. */
typedef struct split_text {
    bool quotes;  /* line ends between double quotes separate nothing */
    char comment; /* lines that begin with this character are no rows; 0: none */
} split_text;

/* Writes the rows of an open text file, read from its start, to the parts, the header to each; with `count` alone only
 * counts them, in `rows`. Returns the exit code. */
int split_text_rows(split_run *run, FILE *data, const split_text *form, bool count, size_t *rows);

/* Writes the rows of an open NPY file, read from its start, to the parts. Returns the exit code. */
int split_npy_rows(split_run *run, FILE *data);

#endif
