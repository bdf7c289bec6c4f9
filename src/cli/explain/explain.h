/* cli/explain/explain.h - `gemmule explain`: its flags, and the forms in which it prints explanations of samples. */
#ifndef GML_CLI_EXPLAIN_H
#define GML_CLI_EXPLAIN_H

#include "cli/input/input.h"
#include "cli/report/predictions.h"

typedef struct sample_range {
    size_t first, last; /* counted from 1; first 0: not given */
} sample_range;

enum { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON };

enum { MOST_INPUT_GROUPS = 256 };

typedef struct explain_flags {
    model_input input;
    const char *method; /* a call; null until the model is open: the default of the model */
    sample_range samples;
    const char *output;                    /* name or number of a class or target, or null */
    size_t background;                     /* samples of DATA that are the baseline; 0: the baseline of the model */
    size_t top;                            /* inputs to print in text */
    int quantity;                          /* gml_explained */
    const char *metric;                    /* of permutation: a call, or null */
    const char *features;                  /* names or numbers, separated by commas; null: all */
    const char *groups[MOST_INPUT_GROUPS]; /* of permutation: such lists of inputs that are permuted together */
    size_t group_count;
    int format;
} explain_flags;

/* Explains the chosen samples by a method of gml_attribution_entry. Returns the exit code. */
int explain_samples(const explain_flags *flags);

/* The samples that --sample chooses; by default the first one in text, else all. Ends the program if one is not there.
 */
sample_range chosen_samples(const explain_flags *flags);

/* True for a method of gml_effect_entry; false for null. `columns`: what it reads of DATA beside the inputs. */
bool explains_data(const char *method, data_columns *columns);

/* True for a method that permutes the inputs of --group together. */
bool explains_groups(const char *method);

/* Explains the model by the whole of DATA. Returns the exit code. */
int explain_data(const explain_flags *flags);

/* One explained sample. */
typedef struct explanation {
    const explain_flags *flags;
    size_t sample; /* counted from 1 */
    size_t inputs;
    const double *x, *attributions; /* [inputs] */
    const gml_attribution_report *report;
    const prediction_table *table;
    const double *prediction; /* [outputs], as probabilities or values */
} explanation;

/* explain_text.c: a bar for each input, sorted by magnitude. Returns the exit code. */
int explanation_text(const explanation *of);

/* explain_report.c: a row of a CSV, after its header; one JSON object on a line. */
void explanation_csv_header(const gml_network *network);
void explanation_csv(const explanation *of);
int explanation_json(const explanation *of);

/* "score" or "output". */
const char *explained_name(gml_explained which);

#endif
