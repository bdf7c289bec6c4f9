/* cli/input/input.c - a model and the data it is applied to: what `eval` and `predict` share. */
#include "cli/input/input.h"

#include "cli/shell/exit.h"

const flag input_arguments[] = {{"MODEL", .read = read_file, .field = offsetof(model_input, model_path)},
                                {"DATA", .read = read_data, .field = offsetof(model_input, data_word)},
                                {0}};

static void read_part(const flag *row, const char *text, void *field)
{
    *(const char **)field = row->words[flag_word(row, text, row->words)];
}

const flag input_table[] = {{"part", "PART", "of a folder of IDX data: t10k (the default where there is one) or train",
                             0, read_part, .field = offsetof(model_input, part),
                             .words = (const char *const[]){"train", "t10k", NULL}},
                            {0}};

/* Opens the context and the model, and finds the data. */
static int open_model(model_input *input, const char **path)
{
    *path = find_data(input->data_word);
    const int code = *path != NULL ? open_context(input->file.threads, &input->context) : EXIT_NO_INPUT;
    return code == 0 ? load_model(input->context, input->model_path, &input->network) : code;
}

int input_open(model_input *input, data_columns columns)
{
    const char *path;
    const int code = open_model(input, &path);
    return code == 0 ? open_for_network(input->network, path, input->part, &input->file, columns, &input->data) : code;
}

int input_open_rows(model_input *input)
{
    const char *path;
    const int code = open_model(input, &path);
    return code == 0 ? open_rows_for_network(input->network, path, input->part, &input->file, &input->rows) : code;
}

void input_close(model_input *input)
{
    gml_dataset_destroy(input->data);
    gml_rows_destroy(input->rows);
    gml_network_destroy(input->network);
    gml_context_destroy(input->context);
}
