/* cli/question.c - a model and the data it is applied to: what `eval` and `predict` share. */
#include "question.h"

#include "exit.h"

const flag question_arguments[] = {{"MODEL", .read = read_file, .field = offsetof(model_question, model_path)},
                                   {"DATA", .read = read_file, .field = offsetof(model_question, data_word)},
                                   {0}};

static void read_part(const flag *row, const char *text, void *field)
{
    *(const char **)field = row->words[flag_word(row, text, row->words)];
}

const flag question_table[] = {
    {"part", "PART", "of a folder of IDX data: t10k (the default where there is one) or train", 0, read_part,
     .field = offsetof(model_question, part), .words = (const char *const[]){"train", "t10k", NULL}},
    {0}};

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
