/* cli/run/journal.h - the journal of a search: a file of JSON lines, first what the search depends on, then each trial.
 */
#ifndef GML_CLI_JOURNAL_H
#define GML_CLI_JOURNAL_H

#include <jansson.h>
#include <stdio.h>

#include "gemmule/gemmule.h"

typedef struct journal {
    const char *path;
    FILE *file;
    gml_trial *trials; /* [count]: of an earlier run */
    size_t count;
} journal;

/* A trial as JSON, as in a line of a journal. */
json_t *trial_json(const gml_trial *trial);

/* Opens a journal, or begins one. An existing file must be of a search with the same key; what was torn off at its end
 * is removed. On failure prints a message. Returns the exit code. */
int journal_open(journal *opened, const char *path, const gml_search_key *key);

/* Adds a line. On failure prints a message. Returns the exit code. */
int journal_add(journal *opened, const gml_trial *trial);

void journal_close(journal *opened);

#endif
