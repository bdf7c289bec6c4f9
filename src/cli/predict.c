/* cli/predict.c - `gemmule predict`: a model's answers to data, as CSV on stdout. */
#include <stdbool.h>
#include <stdlib.h>

#include "answers.h"
#include "command.h"
#include "exit.h"
#include "output.h"
#include "question.h"

enum { KEY_NO_HEADER = 256, CHUNK = 1024 };

typedef struct predict_flags {
    model_question question;
    bool no_header;
} predict_flags;

static error_t parse(int key, char *value, struct argp_state *state)
{
    predict_flags *flags = state->input;
    (void)value;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &flags->question;
        return 0;
    case KEY_NO_HEADER:
        flags->no_header = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The memory of one chunk of samples. */
typedef struct sample_chunk {
    size_t order[CHUNK];
    double *inputs;  /* [CHUNK x features] */
    float *narrow;   /* [CHUNK x outputs] of a float network; null for a double one */
    double *outputs; /* [CHUNK x outputs] as they are printed */
} sample_chunk;

static bool chunk_create(const gml_network *network, sample_chunk *chunk)
{
    const bool narrow = gml_network_dtype(network) == GML_F32;
    const size_t outputs = gml_network_outputs(network);
    chunk->inputs = calloc(gml_network_inputs(network), CHUNK * sizeof(double));
    chunk->narrow = narrow ? calloc(outputs, CHUNK * sizeof(float)) : NULL;
    chunk->outputs = calloc(outputs, CHUNK * sizeof(double));
    return chunk->inputs != NULL && chunk->outputs != NULL && (chunk->narrow != NULL || !narrow);
}

static void chunk_clear(sample_chunk *chunk)
{
    free(chunk->inputs);
    free(chunk->narrow);
    free(chunk->outputs);
}

/* Samples first .. first+count-1: gathered, asked, and widened to double. */
static gml_status ask(const model_question *question, sample_chunk *chunk, size_t first, size_t count,
                      gml_matrix *answer)
{
    const size_t columns = gml_network_outputs(question->network);
    const gml_matrix x = gml_matrix_f64(chunk->inputs, count, gml_dataset_features(question->data));
    const gml_matrix wide = gml_matrix_f64(chunk->outputs, count, columns);
    const gml_matrix y = chunk->narrow != NULL ? gml_matrix_f32(chunk->narrow, count, columns) : wide;
    for (size_t i = 0; i < count; i++) {
        chunk->order[i] = first + i;
    }
    gml_status status = gml_dataset_gather(question->data, chunk->order, count, x, gml_matrix_none());
    if (status == GML_OK) {
        status = gml_network_predict(question->network, x, y);
    }
    for (size_t i = 0; chunk->narrow != NULL && i < count * columns; i++) {
        chunk->outputs[i] = (double)chunk->narrow[i];
    }
    *answer = wide;
    return status;
}

static int predict(const predict_flags *flags, sample_chunk *chunk)
{
    const model_question *question = &flags->question;
    const answer_table answers = answers_create(question->network);
    const size_t size = gml_dataset_size(question->data);
    if (gml_dataset_features(question->data) != gml_network_inputs(question->network)) {
        return complain(EXIT_DATA, "%s: samples have %zu inputs, the model expects %zu", question->data_word,
                        gml_dataset_features(question->data), gml_network_inputs(question->network));
    }
    if (!flags->no_header) {
        answers_print_header(stdout, &answers);
    }
    for (size_t first = 0; first < size && flush_output(); first += CHUNK) {
        const size_t count = size - first < CHUNK ? size - first : CHUNK;
        gml_matrix outputs;
        gml_status status = ask(question, chunk, first, count, &outputs);
        if (status == GML_OK) {
            status = answers_print(stdout, &answers, outputs);
        }
        if (status != GML_OK) {
            return complain_input(question->context, status);
        }
    }
    return 0;
}

int run_predict(int argc, char **argv)
{
    static const struct argp_option options[] = {{"no-header", KEY_NO_HEADER, NULL, 0, "leave out the row of names", 0},
                                                 {0}};
    static const struct argp_child children[] = {{&question_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "MODEL DATA",
        "Writes a model's answers to DATA as CSV to stdout: for classes the class and the probability of each, else "
        "the values. DATA is as for `gemmule train'; a CSV need not have the target's column.",
        children,
        NULL,
        NULL};
    predict_flags flags = {.no_header = false};
    parse_flags(&argp, argc, argv, &flags);
    int code = question_open(&flags.question, false);
    if (code == 0) {
        sample_chunk chunk = {.inputs = NULL};
        code = chunk_create(flags.question.network, &chunk) ? predict(&flags, &chunk)
                                                            : complain(EXIT_MEMORY, "not enough memory to predict");
        chunk_clear(&chunk);
    }
    question_close(&flags.question);
    return code;
}
