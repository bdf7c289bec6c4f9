/* cli/predict.c - `gemmule predict`: the predictions of a model for data, as CSV or NPY. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/input/input.h"
#include "cli/predict/sink.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum { CHUNK = 1024 }; /* samples that are predicted at a time, at most */

enum { FORMAT_UNSET = 0, FORMAT_CSV, FORMAT_NPY };

typedef struct predict_flags {
    model_input input;
    const char *output; /* --output, or null: stdout */
    int format;         /* --format; set once the flags are read */
    bool labels;        /* --labels */
    bool interval;      /* --interval */
    bool no_header;
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
    {"interval", NULL, "add the bounds of the prediction intervals", 0, read_switch,
     .field = offsetof(predict_flags, interval)},
    {"no-header", NULL, "leave out the row of names of a CSV", RARE, read_switch,
     .field = offsetof(predict_flags, no_header)},
    {"on-error", "WHAT", "at a row without a prediction: stop or skip (stop)", 0, read_choice,
     .field = offsetof(predict_flags, input.file.skips), .words = (const char *const[]){"stop", "skip", NULL}},
    {0}};

/* The memory of one chunk of samples. */
typedef struct sample_chunk {
    float *narrow; /* [CHUNK x outputs] of a float network; else null */
    double *wide;  /* [CHUNK x width]: outputs, and bounds with --interval */
    bool refused[CHUNK];
} sample_chunk;

/* Samples so far, those that were skipped, and the message about the first of these. */
typedef struct sample_count {
    size_t all, skipped;
    bool noted; /* the notes about the data are printed */
    char first[GML_MESSAGE_SIZE];
} sample_count;

static bool chunk_create(const prediction_table *predictions, sample_chunk *chunk)
{
    const bool narrow = gml_network_dtype(predictions->network) == GML_F32;
    chunk->narrow = narrow ? calloc(predictions->outputs, CHUNK * sizeof(float)) : NULL;
    chunk->wide = calloc(predictions_width(predictions), CHUNK * sizeof(double));
    return chunk->wide != NULL && (chunk->narrow != NULL || !narrow);
}

static void chunk_clear(sample_chunk *chunk)
{
    free(chunk->narrow);
    free(chunk->wide);
}

static void note_skipped(const gml_context *context, sample_count *count)
{
    if (count->skipped++ == 0) {
        snprintf(count->first, sizeof count->first, "%s", gml_context_message(context));
    }
}

/* Marks the samples without a finite prediction; `good` is the number of samples before the first that is not skipped.
 * Errors: data, for that one. */
static gml_status refuse_samples(const predict_flags *flags, const gml_dataset *samples, gml_matrix predictions,
                                 sample_chunk *chunk, sample_count *count, size_t *good)
{
    const model_input *input = &flags->input;
    const size_t size = predictions.rows;
    memset(chunk->refused, 0, sizeof chunk->refused);
    for (size_t from = 0, bad = 0; from < size; from = bad + 1) {
        const gml_matrix rest = gml_matrix_rows(predictions, from, size - from);
        const gml_status status = gml_network_check_samples(input->network, samples, from, size - from, rest, &bad);
        if (status != GML_ERROR_DATA || flags->input.file.skips == 0) {
            *good = status == GML_OK ? size : status == GML_ERROR_DATA ? bad : 0;
            return status;
        }
        chunk->refused[bad] = true;
        note_skipped(input->context, count);
    }
    *good = size;
    return GML_OK;
}

/* Writes the predictions of the first samples of a chunk. */
static void put_samples(prediction_sink *sink, gml_matrix predictions, const bool *refused, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const double *row = (const double *)predictions.data + i * predictions.stride;
        sink_put(sink, refused[i] ? NULL : row);
    }
}

static void put_floats(prediction_sink *sink, gml_matrix predictions, const bool *refused, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        float *row = (float *)predictions.data + i * predictions.stride;
        for (size_t j = 0; refused[i] && j < predictions.cols; j++) {
            row[j] = NAN;
        }
    }
    sink_put_floats(sink, predictions.data, count);
}

/* Predicts samples and writes the predictions, up to the first that is refused. */
static gml_status predict_samples(const predict_flags *flags, const gml_dataset *samples, sample_chunk *chunk,
                                  prediction_sink *sink, sample_count *count)
{
    const model_input *input = &flags->input;
    const gml_matrix x = gml_rows_inputs(input->rows);
    const size_t outputs = gml_network_outputs(input->network);
    const bool floats = sink_takes_floats(sink);
    const gml_matrix narrow = gml_matrix_f32(chunk->narrow, x.rows, outputs);
    const gml_matrix wide = gml_matrix_f64(chunk->wide, x.rows, predictions_width(&sink->table));
    gml_matrix checked = wide; /* without bounds, which may be infinite */
    size_t good = 0;
    checked.cols = outputs;
    gml_status status = floats ? gml_network_predict(input->network, x, narrow)
                               : predictions_make(&sink->table, x, chunk->narrow, wide);
    if (status == GML_OK) {
        status = refuse_samples(flags, samples, floats ? narrow : checked, chunk, count, &good);
    }
    if (floats && good > 0) {
        put_floats(sink, narrow, chunk->refused, good);
    } else if (good > 0) {
        put_samples(sink, wide, chunk->refused, good);
    }
    count->all += good;
    return status;
}

/* Predicts the next samples that are there. False at the end, or if all that follows is in vain. */
static bool predict_next(const predict_flags *flags, sample_chunk *chunk, prediction_sink *sink, sample_count *count,
                         gml_status *status)
{
    const model_input *input = &flags->input;
    const gml_dataset *samples = NULL;
    *status = gml_rows_next(input->rows, CHUNK, &samples);
    if (*status != GML_OK && flags->input.file.skips != 0 && gml_rows_can_continue(input->rows)) {
        *status = GML_OK;
        note_skipped(input->context, count);
        sink_put(sink, NULL);
        count->all++;
    } else if (*status == GML_OK && samples != NULL) {
        if (!count->noted) {
            print_data_notes(samples);
        }
        count->noted = true;
        *status = predict_samples(flags, samples, chunk, sink, count);
    } else {
        return false;
    }
    /* A writer may wait for this answer before it sends the next row. */
    const bool written = sink->stream == stdout ? flush_output() : fflush(sink->stream) == 0;
    return *status == GML_OK && written;
}

static int predict(const predict_flags *flags, sample_chunk *chunk, prediction_sink *sink)
{
    sample_count count = {.all = 0};
    gml_status status = GML_OK;
    while (predict_next(flags, chunk, sink, &count, &status)) {
    }
    if (status != GML_OK) {
        return complain_input(flags->input.context, status);
    }
    if (!sink_finish(sink)) {
        return complain(EXIT_IO, "the temporary file for the predictions cannot be read or written");
    }
    if (count.skipped > 0) {
        complain(0, "%zu of %zu samples have no prediction; %s stands for each; the first: %s", count.skipped,
                 count.all, sink_gap(sink), count.first);
    }
    return 0;
}

/* Predicts into an open stream. */
static int predict_into(const predict_flags *flags, FILE *stream)
{
    sample_chunk chunk = {.narrow = NULL};
    prediction_sink sink = {.stream = stream,
                            .npy = flags->format == FORMAT_NPY,
                            .labels = flags->labels,
                            .bounds = flags->interval,
                            .no_header = flags->no_header};
    int code = 0;
    if (!sink_begin(flags->input.network, gml_rows_total(flags->input.rows), &sink) ||
        !chunk_create(&sink.table, &chunk)) {
        code = complain(EXIT_MEMORY, "not enough memory to predict, or no temporary file for the predictions");
    } else if (flags->labels && sink.table.classes == 0) {
        code = complain(EXIT_USAGE, "--labels: the model predicts values, not classes");
    } else if (flags->interval && sink.table.bounds == 0) {
        code = complain(EXIT_USAGE, "--interval: the model has no prediction intervals; `gemmule train --interval' "
                                    "finds them");
    } else {
        code = predict(flags, &chunk, &sink);
    }
    chunk_clear(&chunk);
    sink_clear(&sink);
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
    if (flags->labels && flags->interval) {
        refuse("--labels is about classes and --interval about values; leave one out");
    }
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
    if (flags.format == FORMAT_UNSET) {
        flags.format = flags.output != NULL && npy_is_named(flags.output) ? FORMAT_NPY : FORMAT_CSV;
    }
    const char *const inputs[] = {flags.input.data_word, flags.input.model_path, NULL};
    if (flags.output != NULL ? !output_path_is_usable(flags.output, inputs) : !stdout_is_usable(inputs)) {
        return EXIT_CREATE;
    }
    int code = input_open_rows(&flags.input);
    if (code == 0) {
        code = flags.output != NULL ? predict_into_file(&flags) : predict_into(&flags, stdout);
    }
    input_close(&flags.input);
    return code;
}
