/* cli/tune/tune.h - the parts of `gemmule tune`: the range test of the learning rate, the search, its report. */
#ifndef GML_CLI_TUNE_H
#define GML_CLI_TUNE_H

#include "cli/train/train.h"

typedef struct tune_flags {
    train_run run; /* its flags are at its beginning */
    bool rate_range;
    const char *svg; /* or null */
    gml_search_options search;
    const char *journal; /* or null */
} tune_flags;

/* A search that has ended, and its trials. */
typedef struct tune_result {
    gml_search_result search;
    gml_trial *trials; /* [count]: those that have ended */
    size_t count;
    gml_network *network; /* of the winner, or null */
    gml_metrics test;     /* samples 0: no test part */
    bool saved;
    train_target target;
} tune_result;

/* `gemmule tune --lr-range`. Returns the exit code. */
int tune_rate(tune_flags *flags);

/* `gemmule tune` without it: searches for a recipe and saves the winner. Returns the exit code. */
int tune_search(tune_flags *flags);

/* ---- tune_report.c ---- */

/* Orders the trials, the best first; those that were not judged come last. */
void tune_sort(tune_result *result);

int tune_report_json(const tune_flags *flags, const gml_recipe *base, const tune_result *result);
void tune_report_text(FILE *stream, const tune_flags *flags, const gml_recipe *base, const tune_result *result);

/* ---- tune_command.c ---- */

/* Prints the command line that trains the winner: "gemmule train DATA ...". */
void tune_print_command(FILE *stream, const tune_flags *flags, const gml_recipe *base, const tune_result *result);

#endif
