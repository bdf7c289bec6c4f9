/* cli/report/predictions.c - the outputs of a network as CSV: class and probabilities, or values and their bounds. */
#include "cli/report/predictions.h"

#include <string.h>

prediction_table predictions_create(const gml_network *network)
{
    const size_t outputs = gml_network_outputs(network);
    prediction_table predictions = {.network = network, .outputs = outputs};
    const char *loss = gml_network_fact(network, "loss");
    if (gml_network_task(network) == GML_TASK_CLASSIFICATION) {
        predictions.classes = outputs == 1 ? 2 : outputs;
        if (strcmp(gml_network_output_activation(network), "identity") == 0) {
            predictions.link = outputs == 1 ? "sigmoid" : "softmax";
        }
    }
    if (predictions.classes == 0 && loss != NULL && 2 * gml_loss_targets(loss, outputs) == outputs) {
        predictions.variances = outputs / 2;
    }
    return predictions;
}

void predictions_add_bounds(prediction_table *predictions)
{
    predictions->bounds = 2 * gml_network_intervals(predictions->network).targets;
}

size_t predictions_width(const prediction_table *predictions)
{
    return predictions->outputs + predictions->bounds;
}

/* A text of `length` bytes, and what is added to it. */
typedef struct field_text {
    const char *text;
    size_t length;
    const char *suffix;
} field_text;

static void print_field(FILE *stream, field_text field)
{
    const char first = field.length > 0 ? field.text[0] : ' ';
    if (strcspn(field.text, ",\"\r\n") >= field.length && first != ' ') {
        fprintf(stream, "%.*s%s", (int)field.length, field.text, field.suffix);
        return;
    }
    fputc('"', stream);
    for (size_t i = 0; i < field.length; i++) {
        if (field.text[i] == '"') {
            fputc('"', stream);
        }
        fputc(field.text[i], stream);
    }
    fprintf(stream, "%s\"", field.suffix);
}

void print_csv_field(FILE *stream, const char *text)
{
    print_field(stream, (field_text){text, strlen(text), ""});
}

void predictions_print_class(FILE *stream, const prediction_table *predictions, size_t index)
{
    const char *name = gml_network_class_name(predictions->network, index);
    if (name != NULL) {
        print_csv_field(stream, name);
    } else {
        fprintf(stream, "%zu", index);
    }
}

/* Prints the heading of a target's values, with a suffix: its name or, of several targets of a file without names, its
 * index, which is in the list of all. */
static void print_target_column(FILE *stream, const gml_network *network, size_t index, const char *suffix)
{
    const char *own = gml_network_target_name_at(network, index), *all = gml_network_target_name(network);
    const char *text = own != NULL ? own : all != NULL ? all : "value", *comma = text;
    if (own != NULL || strchr(text, ',') == NULL || text[strspn(text, "0123456789,")] != '\0') {
        print_field(stream, (field_text){text, strlen(text), suffix});
        return;
    }
    for (size_t i = 0; i < index && comma != NULL; i++) {
        comma = strchr(text, ',');
        text = comma != NULL ? comma + 1 : text;
    }
    print_field(stream, (field_text){text, strcspn(text, ","), suffix});
}

/* Prints the headings of values, variances and bounds. */
static void print_value_header(FILE *stream, const prediction_table *predictions)
{
    const size_t values = predictions->outputs - predictions->variances, targets = predictions->bounds / 2;
    for (size_t i = 0; i < values; i++) {
        fputs(i > 0 ? "," : "", stream);
        print_target_column(stream, predictions->network, i, "");
    }
    for (size_t i = 0; i < predictions->variances; i++) {
        fputs(",variance", stream);
    }
    for (size_t i = 0; i < predictions->bounds; i++) {
        fputc(',', stream);
        print_target_column(stream, predictions->network, i % targets, i < targets ? "_lower" : "_upper");
    }
}

void predictions_print_header(FILE *stream, const prediction_table *predictions)
{
    if (predictions->classes > 0) {
        fputs("class", stream);
    } else {
        print_value_header(stream, predictions);
    }
    for (size_t i = 0; i < predictions->classes; i++) {
        fputc(',', stream);
        predictions_print_class(stream, predictions, i);
    }
    fputc('\n', stream);
}

size_t predictions_columns(const prediction_table *predictions)
{
    return predictions->classes > 0 ? predictions->classes : predictions_width(predictions);
}

/* A single output of classes is the probability of the second class. */
double predictions_value(const prediction_table *predictions, const double *row, size_t column)
{
    const bool pair = predictions->classes > 0 && predictions->outputs == 1;
    return !pair ? row[column] : column == 0 ? 1 - row[0] : row[0];
}

size_t predictions_class(const prediction_table *predictions, const double *row)
{
    size_t best = 0;
    for (size_t i = 1; i < predictions->classes; i++) {
        best = predictions_value(predictions, row, i) > predictions_value(predictions, row, best) ? i : best;
    }
    return best;
}

static void print_class_row(FILE *stream, const prediction_table *predictions, const double *outputs)
{
    predictions_print_class(stream, predictions, predictions_class(predictions, outputs));
    for (size_t i = 0; i < predictions->classes; i++) {
        fprintf(stream, ",%.6g", predictions_value(predictions, outputs, i));
    }
    fputc('\n', stream);
}

/* Prints as many digits as the type of the network has. */
static void print_value_row(FILE *stream, const prediction_table *predictions, const double *outputs)
{
    const int digits = gml_network_dtype(predictions->network) == GML_F64 ? 15 : 7;
    for (size_t i = 0; i < predictions_width(predictions); i++) {
        fprintf(stream, "%s%.*g", i > 0 ? "," : "", digits, outputs[i]);
    }
    fputc('\n', stream);
}

gml_status predictions_finish(const prediction_table *predictions, gml_matrix outputs)
{
    gml_context *context = gml_network_context(predictions->network);
    gml_status status = GML_OK;
    if (predictions->variances > 0) {
        gml_matrix logarithms = outputs;
        logarithms.cols = predictions->variances;
        logarithms.data = (double *)outputs.data + logarithms.cols;
        status = gml_activation_apply(context, "exponential", logarithms, logarithms, gml_matrix_none());
    }
    if (status == GML_OK && predictions->link != NULL) {
        status = gml_activation_apply(context, predictions->link, outputs, outputs, gml_matrix_none());
    }
    return status;
}

/* Copies the outputs of a float network to the beginning of each row. */
static void widen(const float *narrow, gml_matrix outputs)
{
    for (size_t i = 0; i < outputs.rows; i++) {
        double *row = (double *)outputs.data + i * outputs.stride;
        for (size_t j = 0; j < outputs.cols; j++) {
            row[j] = (double)narrow[i * outputs.cols + j];
        }
    }
}

/* Computes the bounds, which follow the outputs of a row. */
static gml_status add_bounds(const prediction_table *predictions, gml_matrix outputs)
{
    gml_matrix lower = outputs, upper = outputs;
    lower.cols = upper.cols = predictions->bounds / 2;
    lower.data = (double *)outputs.data + outputs.cols;
    upper.data = (double *)lower.data + lower.cols;
    return gml_network_bounds(predictions->network, outputs, lower, upper);
}

gml_status predictions_make(const prediction_table *predictions, gml_matrix x, float *narrow, gml_matrix wide)
{
    gml_matrix outputs = wide;
    outputs.cols = predictions->outputs;
    gml_status status = gml_network_predict(predictions->network, x,
                                            narrow != NULL ? gml_matrix_f32(narrow, x.rows, outputs.cols) : outputs);
    if (narrow != NULL) {
        widen(narrow, outputs);
    }
    if (status == GML_OK && predictions->bounds > 0) {
        status = add_bounds(predictions, outputs);
    }
    return status == GML_OK ? predictions_finish(predictions, outputs) : status;
}

void predictions_print_row(FILE *stream, const prediction_table *predictions, const double *row)
{
    if (predictions->classes > 0) {
        print_class_row(stream, predictions, row);
    } else {
        print_value_row(stream, predictions, row);
    }
}
