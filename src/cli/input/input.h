/* cli/input/input.h - a model and the data it is applied to: what `eval` and `predict` share. */
#ifndef GML_CLI_INPUT_H
#define GML_CLI_INPUT_H

#include "cli/input/load.h"

typedef struct model_input {
    const char *model_path, *data_word; /* as given */
    const char *part;                   /* --part, or null */
    data_flags file;
    gml_context *context;
    gml_network *network;
    gml_dataset *data; /* of input_open */
    gml_rows *rows;    /* of input_open_rows */
} model_input;

extern const flag input_arguments[]; /* MODEL and DATA, of a model_input */
extern const flag input_table[];     /* of a model_input, without those of `file` */

/* Opens the context, the model and the data. On failure prints a message. Returns the exit code. */
int input_open(model_input *input, data_columns columns);

/* The same with the inputs of the data row by row. */
int input_open_rows(model_input *input);

void input_close(model_input *input);

#endif
