/* cli/question.h - a model and the data it is applied to: what `eval` and `predict` share. */
#ifndef GML_CLI_QUESTION_H
#define GML_CLI_QUESTION_H

#include "load.h"

typedef struct model_question {
    const char *model_path, *data_word; /* as given */
    const char *part;                   /* --part, or null */
    data_flags file;
    gml_context *context;
    gml_network *network;
    gml_dataset *data;
} model_question;

extern const flag question_arguments[]; /* MODEL and DATA, of a model_question */
extern const flag question_table[];     /* of a model_question, without those of `file` */

/* Opens the context, the model and the data; without targets if those are not needed. On failure prints a message.
 * Returns the exit code. */
int question_open(model_question *question, bool targets_needed);

void question_close(model_question *question);

#endif
