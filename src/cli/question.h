/* cli/question.h - a model put before data: what `eval` and `predict` share. */
#ifndef GML_CLI_QUESTION_H
#define GML_CLI_QUESTION_H

#include <stdbool.h>

#include "flags.h"

typedef struct model_question {
    const char *model_path, *data_word; /* as given */
    const char *part;                   /* --part, or null */
    data_flags file;
    gml_context *context;
    gml_network *network;
    gml_dataset *data;
} model_question;

extern const struct argp question_argp; /* reads MODEL, DATA and the flags above; its input is a question */

/* Opens the context, the model and the data, which may be without targets where those are not needed. Answers the exit
 * code; what failed is printed. */
int question_open(model_question *question, bool targets_needed);

void question_close(model_question *question);

#endif
