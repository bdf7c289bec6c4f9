/* cli/explain/explain_samples.c - computes the explanations of the chosen samples, chunk by chunk, and prints each. */
#include <stdlib.h>
#include <string.h>

#include "cli/explain/explain.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

enum { CHUNK = 256 };

/* The memory of one chunk of samples. */
typedef struct chunk {
    size_t order[CHUNK];
    gml_attribution_report reports[CHUNK];
    double *x, *attributions; /* [CHUNK x inputs] */
    double *background;       /* [flags->background x inputs], or null */
    float *narrow;            /* [CHUNK x outputs] of a float network; else null */
    double *predictions;      /* [CHUNK x outputs] */
} chunk;

static bool chunk_create(const explain_flags *flags, chunk *made)
{
    const gml_network *network = flags->input.network;
    const bool narrow = gml_network_dtype(network) == GML_F32;
    const size_t inputs = gml_network_columns(network), outputs = gml_network_outputs(network);
    made->x = calloc(inputs, CHUNK * sizeof(double));
    made->attributions = calloc(inputs, CHUNK * sizeof(double));
    made->background = flags->background > 0 ? calloc(inputs, flags->background * sizeof(double)) : NULL;
    made->narrow = narrow ? calloc(outputs, CHUNK * sizeof(float)) : NULL;
    made->predictions = calloc(outputs, CHUNK * sizeof(double));
    return made->x != NULL && made->attributions != NULL && made->predictions != NULL &&
           (made->background != NULL || flags->background == 0) && (made->narrow != NULL || !narrow);
}

static void chunk_clear(chunk *made)
{
    free(made->x);
    free(made->attributions);
    free(made->background);
    free(made->narrow);
    free(made->predictions);
}

/* ---- what is asked for ---- */

/* Finds the class or target by name, else by number. Ends the program if there is none. */
static size_t find_output(const explain_flags *flags)
{
    const gml_network *network = flags->input.network;
    const char *text = flags->output;
    const size_t outputs = gml_network_outputs(network);
    const bool classes = gml_network_task(network) == GML_TASK_CLASSIFICATION;
    const size_t count = classes && outputs == 1 ? 2 : outputs;
    for (size_t i = 0; i < count; i++) {
        const char *name = classes ? gml_network_class_name(network, i) : gml_network_target_name_at(network, i);
        if (name != NULL && strcmp(name, text) == 0) {
            return i;
        }
    }
    char *end;
    const unsigned long long number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || number >= count) {
        refuse("--output: the model has no %s '%.100s'; it has %zu, numbered from 0", classes ? "class" : "target",
               text, count);
    }
    return (size_t)number;
}

sample_range chosen_samples(const explain_flags *flags)
{
    const size_t size = gml_dataset_size(flags->input.data);
    const sample_range given = flags->samples;
    if (given.first > 0 && given.last > size) {
        refuse("--sample: there is no sample %zu; %s has %zu, counted from 1", given.last, flags->input.data_word,
               size);
    }
    return given.first > 0 ? given : (sample_range){.first = 1, .last = flags->format == FORMAT_TEXT ? 1 : size};
}

static void check_background(const explain_flags *flags)
{
    const size_t size = gml_dataset_size(flags->input.data);
    if (flags->background > size) {
        refuse("--background: %zu samples of %s are wanted, and it has %zu", flags->background, flags->input.data_word,
               size);
    }
}

/* ---- computation ---- */

/* Gathers samples first to first + count - 1 of DATA, from 0, explains and predicts them. */
static int compute(const explain_flags *flags, const gml_attribution_options *options, const prediction_table *table,
                   chunk *of, size_t first, size_t count)
{
    const model_input *input = &flags->input;
    const size_t inputs = gml_network_columns(input->network);
    const gml_matrix x = gml_matrix_f64(of->x, count, inputs);
    for (size_t i = 0; i < count; i++) {
        of->order[i] = first + i;
    }
    gml_status status = gml_network_check_samples(input->network, input->data, first, count, gml_matrix_none(), NULL);
    if (status == GML_OK) {
        status = gml_dataset_gather(input->data, of->order, count, x, gml_matrix_none());
    }
    if (status == GML_OK) {
        status = predictions_make(table, x, of->narrow, gml_matrix_f64(of->predictions, count, table->outputs));
    }
    if (status != GML_OK) {
        return complain_input(input->context, status);
    }
    status = gml_attribute(input->network, x, options, gml_matrix_f64(of->attributions, count, inputs), of->reports);
    for (size_t i = 0; i < count * inputs; i++) {
        of->attributions[i] += 0.0; /* -0 is 0 to people */
    }
    return status == GML_OK ? 0 : complain_of_flag(input->context, status, "attribution", "--method");
}

static int print_sample(const explain_flags *flags, const prediction_table *table, const chunk *of, size_t first,
                        size_t index)
{
    const size_t inputs = gml_network_columns(flags->input.network);
    const explanation one = {.flags = flags,
                             .sample = first + index + 1,
                             .inputs = inputs,
                             .x = of->x + index * inputs,
                             .attributions = of->attributions + index * inputs,
                             .report = &of->reports[index],
                             .table = table,
                             .prediction = of->predictions + index * table->outputs};
    switch (flags->format) {
    case FORMAT_CSV:
        explanation_csv(&one);
        return 0;
    case FORMAT_JSON:
        return explanation_json(&one);
    default:
        fputs(one.sample > flags->samples.first && flags->samples.first > 0 ? "\n" : "", stdout);
        return explanation_text(&one);
    }
}

static int explain_all(const explain_flags *flags, const gml_attribution_options *options, chunk *of)
{
    const sample_range range = chosen_samples(flags);
    const prediction_table table = predictions_create(flags->input.network);
    int code = 0;
    for (size_t first = range.first - 1; code == 0 && first < range.last && flush_output(); first += CHUNK) {
        const size_t count = range.last - first < CHUNK ? range.last - first : CHUNK;
        code = compute(flags, options, &table, of, first, count);
        if (code == 0 && first == range.first - 1 && flags->format == FORMAT_CSV) {
            explanation_csv_header(flags->input.network);
        }
        for (size_t i = 0; code == 0 && i < count; i++) {
            code = print_sample(flags, &table, of, first, i);
        }
    }
    return code;
}

/* Gathers the first samples of DATA as the baseline. */
static int gather_background(const explain_flags *flags, const chunk *of, gml_matrix *baseline)
{
    const model_input *input = &flags->input;
    const gml_matrix none = gml_matrix_none();
    const gml_matrix rows = gml_matrix_f64(of->background, flags->background, gml_network_columns(input->network));
    gml_status status = gml_network_check_samples(input->network, input->data, 0, flags->background, none, NULL);
    if (status == GML_OK) {
        status = gml_dataset_gather(input->data, NULL, flags->background, rows, none);
    }
    *baseline = rows;
    return status == GML_OK ? 0 : complain_input(input->context, status);
}

int explain_samples(const explain_flags *flags)
{
    const model_input *input = &flags->input;
    chunk of = {.x = NULL};
    size_t output = 0;
    gml_attribution_options options = {.method = flags->method, .explained = (gml_explained)flags->quantity};
    int code = check_call(input->context, "--method", "attribution", flags->method);
    if (code != 0) {
        return code;
    }
    (void)chosen_samples(flags); /* before anything is computed */
    check_background(flags);
    if (flags->output != NULL) {
        output = find_output(flags);
        options.output = &output;
    }
    if (!chunk_create(flags, &of)) {
        code = complain(EXIT_MEMORY, "not enough memory to explain");
    }
    if (code == 0 && flags->background > 0) {
        code = gather_background(flags, &of, &options.baseline);
    }
    code = code == 0 ? explain_all(flags, &options, &of) : code;
    chunk_clear(&of);
    return code;
}
