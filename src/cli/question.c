/* cli/question.c - a model put before data: what `eval` and `predict` share. */
#include "question.h"

#include "exit.h"
#include "load.h"

enum { KEY_PART = 256 };

static const struct argp_option options[] = {
    {"part", KEY_PART, "PART", 0, "of a folder of IDX data: t10k (the default where there is one) or train", 0}, {0}};

static error_t parse(int key, char *value, struct argp_state *state)
{
    model_question *question = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &question->file;
        return 0;
    case KEY_PART:
        question->part = part_names[flag_choice(state, "--part", value, part_names)];
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num > 1) {
            refuse(state, "MODEL and DATA are expected, but there is also '%s'", value);
        }
        *(state->arg_num == 0 ? &question->model_path : &question->data_word) =
            flag_file(state, state->arg_num == 0 ? "MODEL" : "DATA", value);
        return 0;
    case ARGP_KEY_END:
        if (question->data_word == NULL) {
            refuse(state, "%s is missing", question->model_path == NULL ? "MODEL" : "DATA");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {{&data_argp, 0, NULL, 0}, {0}};

const struct argp question_argp = {options, parse, NULL, NULL, children, NULL, NULL};

int question_open(model_question *question, bool targets_needed)
{
    const char *path = find_data(question->data_word);
    int code = path != NULL ? open_context(question->file.threads, &question->context) : EXIT_NO_INPUT;
    if (code == 0) {
        code = load_model(question->context, question->model_path, &question->network);
    }
    if (code == 0) {
        code =
            open_for_network(question->network, path, question->part, &question->file, targets_needed, &question->data);
    }
    return code;
}

void question_close(model_question *question)
{
    gml_dataset_destroy(question->data);
    gml_network_destroy(question->network);
    gml_context_destroy(question->context);
}
