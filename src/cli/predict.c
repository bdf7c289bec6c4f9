/* cli/predict.c - `gemmule predict`: the predictions of a model for data, as CSV or NPY. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/input/input.h"
#include "cli/report/npy.h"
#include "cli/report/predictions.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"
enum { CHUNK = 1024 };

enum { FORMAT_UNSET = 0, FORMAT_CSV, FORMAT_NPY };

typedef struct predict_flags {
    model_input input;
    const char *output; /* --output, or null: stdout */
    int format;         /* --format; set once the flags are read */
    bool labels;        /* --labels */
    bool no_header;
    int skips; /* --on-error: 1 for skip */
} predict_flags;

static void read_format(const flag *row, const char *text, void *field)
{
    *(int *)field = FORMAT_CSV + flag_word(row, text, row->words);
}

static const flag table[] = {
    {"output", "FILE", "file to write once all is predicted (stdout)", GROUP_REPORT, read_file,
     .field = offsetof(predict_flags, output), .letter = 'o'},
    {"format", "FORMAT", "csv or npy (npy if FILE ends in .npy, else csv)", 0, read_format,
     .field = offsetof(predict_flags, format), .words = (const char *const[]){"csv", "npy", NULL}},
    {"labels", NULL, "the class alone; as npy its number, from 0", 0, read_switch,
     .field = offsetof(predict_flags, labels)},
    {"no-header", NULL, "leave out the row of names of a CSV", RARE, read_switch,
     .field = offsetof(predict_flags, no_header)},
    {"on-error", "WHAT", "without a finite prediction: stop or skip (stop)", 0, read_choice,
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

/* Where predictions go. */
typedef struct prediction_sink {
    FILE *stream;
    prediction_table table;
    bool npy, labels;
    npy_type type;   /* of an NPY file */
    double *numbers; /* [columns] */
} prediction_sink;

static void print_header(const prediction_sink *sink, size_t rows)
{
    if (sink->npy) {
        npy_print_header(sink->stream, sink->type, rows, sink->labels ? 0 : predictions_columns(&sink->table));
    } else if (sink->labels) {
        fputs("class\n", sink->stream);
    } else {
        predictions_print_header(sink->stream, &sink->table);
    }
}

/* Writes the prediction of a sample, or what stands for it. */
static void print_row(const prediction_sink *sink, const double *row, bool refused)
{
    const size_t columns = sink->labels ? 1 : predictions_columns(&sink->table);
    if (sink->npy) {
        for (size_t i = 0; i < columns; i++) {
            sink->numbers[i] = refused        ? (double)NAN
                               : sink->labels ? (double)predictions_class(&sink->table, row)
                                              : predictions_value(&sink->table, row, i);
        }
        npy_print_numbers(sink->stream, sink->type, sink->numbers, columns);
    } else if (refused) {
        fputc('\n', sink->stream);
    } else if (sink->labels) {
        predictions_print_class(sink->stream, &sink->table, predictions_class(&sink->table, row));
        fputc('\n', sink->stream);
    } else {
        predictions_print_row(sink->stream, &sink->table, row);
    }
}

static gml_status predict_chunk(const predict_flags *flags, sample_chunk *chunk, const prediction_sink *sink,
                                size_t first, skipped_samples *skipped)
{
    const size_t left = gml_dataset_size(flags->input.data) - first;
    gml_matrix outputs;
    gml_status status = predict_samples(&flags->input, chunk, first, left < CHUNK ? left : CHUNK, &outputs);
    if (status == GML_OK) {
        status = predictions_finish(&sink->table, outputs);
    }
    if (status == GML_OK) {
        status = refuse_samples(flags, chunk, first, outputs, skipped);
    }
    for (size_t i = 0; status == GML_OK && i < outputs.rows; i++) {
        print_row(sink, (const double *)outputs.data + i * outputs.stride, chunk->refused[i]);
    }
    return status;
}

static int predict(const predict_flags *flags, sample_chunk *chunk, const prediction_sink *sink)
{
    const model_input *input = &flags->input;
    const size_t size = gml_dataset_size(input->data);
    skipped_samples skipped = {.count = 0};
    gml_status status = GML_OK;
    if (flags->skips == 0) { /* before anything is printed */
        status = gml_network_check_samples(input->network, input->data, 0, size, gml_matrix_none(), NULL);
    }
    if (status == GML_OK && !flags->no_header) {
        print_header(sink, size);
    }
    for (size_t first = 0; status == GML_OK && first < size && (sink->stream != stdout || flush_output());
         first += CHUNK) {
        status = predict_chunk(flags, chunk, sink, first, &skipped);
    }
    if (status != GML_OK) {
        return complain_input(input->context, status);
    }
    if (skipped.count > 0) {
        complain(0, "%zu of %zu samples have no prediction; %s stands for each; the first: %s", skipped.count, size,
                 !sink->npy     ? "an empty line"
                 : sink->labels ? "-1"
                                : "NaN",
                 skipped.first);
    }
    return 0;
}

static bool sink_create(const predict_flags *flags, FILE *stream, prediction_sink *sink)
{
    const gml_network *network = flags->input.network;
    *sink = (prediction_sink){.stream = stream,
                              .table = predictions_create(network),
                              .npy = flags->format == FORMAT_NPY,
                              .labels = flags->labels,
                              .type = flags->labels                           ? NPY_I64
                                      : gml_network_dtype(network) == GML_F64 ? NPY_F64
                                                                              : NPY_F32};
    sink->numbers = calloc(predictions_columns(&sink->table), sizeof *sink->numbers);
    return sink->numbers != NULL;
}

/* Predicts into an open stream. */
static int predict_into(const predict_flags *flags, FILE *stream)
{
    sample_chunk chunk = {.inputs = NULL};
    prediction_sink sink;
    int code = 0;
    if (!sink_create(flags, stream, &sink) || !chunk_create(flags->input.network, &chunk)) {
        code = complain(EXIT_MEMORY, "not enough memory to predict");
    } else if (flags->labels && sink.table.classes == 0) {
        code = complain(EXIT_USAGE, "--labels: the model predicts values, not classes");
    } else {
        code = predict(flags, &chunk, &sink);
    }
    chunk_clear(&chunk);
    free(sink.numbers);
    return code;
}

static int predict_into_file(const predict_flags *flags)
{
    FILE *stream = output_open(flags->output, NULL);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    const int code = predict_into(flags, stream);
    if (code == 0) {
        return output_close(stream, flags->output);
    }
    output_discard(stream, flags->output);
    return code;
}

static void check_format(const void *read)
{
    const predict_flags *flags = read;
    const bool npy = flags->format == FORMAT_NPY ||
                     (flags->format == FORMAT_UNSET && flags->output != NULL && npy_is_named(flags->output));
    if (npy && flags->no_header) {
        refuse("--no-header is about CSV; an NPY file has no names");
    }
    if (npy && flags->output == NULL && isatty(STDOUT_FILENO)) {
        refuse("--format npy writes no text; give a file by --output, or redirect the output");
    }
}

int run_predict(int argc, char **argv)
{
    static const command_line line = {
        "MODEL DATA",
        "Writes the predictions of a model for DATA: the class and the probability of each class, or values. DATA is "
        "as for `gemmule train'; target and weights are not read.",
        input_arguments,
        {{input_table, offsetof(predict_flags, input)}, {data_table, offsetof(predict_flags, input.file)}, {table, 0}},
        check_format};
    predict_flags flags = {.no_header = false};
    parse_flags(&line, argc, argv, &flags);
    flags.input.file.bad_inputs = flags.skips != 0;
    if (flags.format == FORMAT_UNSET) {
        flags.format = flags.output != NULL && npy_is_named(flags.output) ? FORMAT_NPY : FORMAT_CSV;
    }
    const char *const inputs[] = {flags.input.data_word, flags.input.model_path, NULL};
    if (flags.output != NULL ? !output_path_is_usable(flags.output, inputs) : !stdout_is_usable(inputs)) {
        return EXIT_CREATE;
    }
    int code = input_open(&flags.input, COLUMNS_INPUTS);
    if (code == 0) {
        code = flags.output != NULL ? predict_into_file(&flags) : predict_into(&flags, stdout);
    }
    input_close(&flags.input);
    return code;
}
