/* cli/explain/explain_data.h - `gemmule explain` by the whole of DATA: what its methods share. */
#ifndef GML_CLI_EXPLAIN_DATA_H
#define GML_CLI_EXPLAIN_DATA_H

#include "cli/explain/explain.h"
#include "cli/report/sheet.h"

typedef struct data_explanation {
    const explain_flags *flags;
    gml_context *context;
    const gml_network *network;
    const gml_dataset *data;
    gml_call_view call;
    size_t inputs, outputs;
    const char **input_names, **output_names; /* [inputs], [outputs] */
    char (*labels)[32];                       /* [inputs + outputs] for those without names */
    size_t *chosen, chosen_count;             /* --feature; else all inputs */
} data_explanation;

/* Reads a list of inputs, one name, or names or numbers from 1, separated by commas, into `inputs` [of->inputs];
 * returns their number. Ends the program with a message about `flag_name` if an input does not exist or is given twice.
 */
size_t explanation_inputs(const data_explanation *of, const char *flag_name, const char *list, size_t *inputs);

/* Prints the first line in text, in the manner of printf. */
void explanation_line(const data_explanation *of, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* An object with "method". */
json_t *explanation_facts(const data_explanation *of);

/* Prints the context's message about a failure that DATA or the model caused. Returns the exit code. */
int explanation_failed(const data_explanation *of, gml_status status);

/* The methods; each prints, and returns the exit code. */
int explain_permutation(const data_explanation *of);
int explain_dependence(const data_explanation *of);
int explain_individual(const data_explanation *of);
int explain_accumulated(const data_explanation *of);
int explain_connections(const data_explanation *of);
int explain_garson(const data_explanation *of);
int explain_selectivity(const data_explanation *of);
int explain_mistakes(const data_explanation *of);
int explain_reliability(const data_explanation *of);

#endif
