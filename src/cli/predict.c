/* cli/predict.c - `gemmule predict`: the predictions of a model for data, as CSV on stdout. */
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input/input.h"
#include "cli/report/predictions.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum { CHUNK = 1024 };

typedef struct predict_flags {
    model_input input;
    bool no_header;
    int skips; /* --on-error: 1 for skip */
} predict_flags;

static const flag table[] = {
    {"no-header", NULL, "leave out the row of names", GROUP_REPORT, read_switch,
     .field = offsetof(predict_flags, no_header)},
    {"on-error", "WHAT",
     "at a sample without a finite prediction: stop, or skip: print an empty line in its place (stop)", 0, read_choice,
     .field = offsetof(predict_flags, skips), .words = (const char *const[]){"stop", "skip", NULL}},
    {0}};

/* The memory of one chunk of samples. */
typedef struct sample_chunk {
    size_t order[CHUNK];
    double *inputs;  /* [CHUNK x features] */
    float *narrow;   /* [CHUNK x outputs] of a float network; else null */
    double *outputs; /* [CHUNK x outputs] */
    bool refused[CHUNK];
} sample_chunk;

/* Samples that were skipped, and the message about the first. */
typedef struct skipped_samples {
    size_t count;
    char first[GML_MESSAGE_SIZE];
} skipped_samples;

static bool chunk_create(const gml_network *network, sample_chunk *chunk)
{
    const bool narrow = gml_network_dtype(network) == GML_F32;
    const size_t outputs = gml_network_outputs(network);
    chunk->inputs = calloc(gml_network_columns(network), CHUNK * sizeof(double));
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

/* Gathers samples first to first + count - 1, predicts, and converts the outputs to double. */
static gml_status predict_samples(const model_input *input, sample_chunk *chunk, size_t first, size_t count,
                                  gml_matrix *outputs)
{
    const size_t columns = gml_network_outputs(input->network);
    const gml_matrix x = gml_matrix_f64(chunk->inputs, count, gml_dataset_features(input->data));
    const gml_matrix wide = gml_matrix_f64(chunk->outputs, count, columns);
    const gml_matrix y = chunk->narrow != NULL ? gml_matrix_f32(chunk->narrow, count, columns) : wide;
    for (size_t i = 0; i < count; i++) {
        chunk->order[i] = first + i;
    }
    gml_status status = gml_dataset_gather(input->data, chunk->order, count, x, gml_matrix_none());
    if (status == GML_OK) {
        status = gml_network_predict(input->network, x, y);
    }
    for (size_t i = 0; chunk->narrow != NULL && i < count * columns; i++) {
        chunk->outputs[i] = (double)chunk->narrow[i];
    }
    *outputs = wide;
    return status;
}

/* Marks the samples of a chunk without a finite prediction. Errors: data, for the first of them, unless they are
 * skipped.
 */
static gml_status refuse_samples(const predict_flags *flags, sample_chunk *chunk, size_t first, gml_matrix predictions,
                                 skipped_samples *skipped)
{
    const model_input *input = &flags->input;
    const size_t end = first + predictions.rows;
    memset(chunk->refused, 0, sizeof chunk->refused);
    for (size_t from = first, bad; from < end; from = bad + 1) {
        const gml_matrix rest = gml_matrix_rows(predictions, from - first, end - from);
        const gml_status status = gml_network_check_samples(input->network, input->data, from, end - from, rest, &bad);
        if (status != GML_ERROR_DATA || flags->skips == 0) {
            return status;
        }
        chunk->refused[bad - first] = true;
        if (skipped->count++ == 0) {
            snprintf(skipped->first, sizeof skipped->first, "%s", gml_context_message(input->context));
        }
    }
    return GML_OK;
}

static gml_status predict_chunk(const predict_flags *flags, sample_chunk *chunk, const prediction_table *predictions,
                                size_t first, skipped_samples *skipped)
{
    const size_t left = gml_dataset_size(flags->input.data) - first;
    gml_matrix outputs;
    gml_status status = predict_samples(&flags->input, chunk, first, left < CHUNK ? left : CHUNK, &outputs);
    if (status == GML_OK) {
        status = predictions_finish(predictions, outputs);
    }
    if (status == GML_OK) {
        status = refuse_samples(flags, chunk, first, outputs, skipped);
    }
    for (size_t i = 0; status == GML_OK && i < outputs.rows; i++) {
        if (chunk->refused[i]) {
            fputc('\n', stdout);
        } else {
            predictions_print_row(stdout, predictions, (const double *)outputs.data + i * outputs.stride);
        }
    }
    return status;
}

static int predict(const predict_flags *flags, sample_chunk *chunk)
{
    const model_input *input = &flags->input;
    const prediction_table predictions = predictions_create(input->network);
    const size_t size = gml_dataset_size(input->data);
    skipped_samples skipped = {.count = 0};
    gml_status status = GML_OK;
    if (flags->skips == 0) { /* before anything is printed */
        status = gml_network_check_samples(input->network, input->data, 0, size, gml_matrix_none(), NULL);
    }
    if (status == GML_OK && !flags->no_header) {
        predictions_print_header(stdout, &predictions);
    }
    for (size_t first = 0; status == GML_OK && first < size && flush_output(); first += CHUNK) {
        status = predict_chunk(flags, chunk, &predictions, first, &skipped);
    }
    if (status != GML_OK) {
        return complain_input(input->context, status);
    }
    if (skipped.count > 0) {
        complain(0, "%zu of %zu samples have no prediction; an empty line stands for each; the first: %s",
                 skipped.count, size, skipped.first);
    }
    return 0;
}

int run_predict(int argc, char **argv)
{
    static const command_line line = {
        "MODEL DATA",
        "Writes the predictions of a model for DATA as CSV to stdout: for classes the class and the probability of "
        "each, else the values. DATA is as for `gemmule train'; target and weights are not needed and not read.",
        input_arguments,
        {{input_table, offsetof(predict_flags, input)}, {data_table, offsetof(predict_flags, input.file)}, {table, 0}},
        NULL};
    predict_flags flags = {.no_header = false};
    parse_flags(&line, argc, argv, &flags);
    flags.input.file.bad_inputs = flags.skips != 0;
    if (!stdout_is_usable((const char *[]){flags.input.data_word, flags.input.model_path, NULL})) {
        return EXIT_CREATE;
    }
    int code = input_open(&flags.input, COLUMNS_INPUTS);
    if (code == 0) {
        sample_chunk chunk = {.inputs = NULL};
        code = chunk_create(flags.input.network, &chunk) ? predict(&flags, &chunk)
                                                         : complain(EXIT_MEMORY, "not enough memory to predict");
        chunk_clear(&chunk);
    }
    input_close(&flags.input);
    return code;
}
