/* cli/explain/explain_data.c - the methods of `gemmule explain` that take the whole of DATA: names, chosen inputs,
 * dispatch. */
#include "cli/explain/explain_data.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"

/* By the rows of gml_effect_entry. */
static const struct {
    const char *name;
    data_columns columns; /* that it reads beside the inputs */
    int (*run)(const data_explanation *of);
} methods[] = {
    {"permutation", COLUMNS_ALL, explain_permutation},
    {"partial_dependence", COLUMNS_WEIGHTS, explain_dependence},
    {"individual", COLUMNS_INPUTS, explain_individual},
    {"accumulated_effects", COLUMNS_WEIGHTS, explain_accumulated},
    {"connection_weights", COLUMNS_INPUTS, explain_connections},
    {"garson", COLUMNS_INPUTS, explain_garson},
    {"selectivity", COLUMNS_ALL, explain_selectivity},
    {"mistakes", COLUMNS_ALL, explain_mistakes},
    {"reliability", COLUMNS_ALL, explain_reliability},
};

enum { METHODS = sizeof methods / sizeof methods[0] };

/* The method of a call; METHODS if it is none of these, or null. */
static size_t find_method(const char *call)
{
    if (call == NULL) {
        return METHODS;
    }
    call += strspn(call, " ");
    const size_t length = strcspn(call, " (");
    size_t i = 0;
    while (i < METHODS && (strlen(methods[i].name) != length || strncmp(methods[i].name, call, length) != 0)) {
        i++;
    }
    return i;
}

bool explains_data(const char *method, data_columns *columns)
{
    const size_t i = find_method(method);
    *columns = i < METHODS ? methods[i].columns : COLUMNS_INPUTS;
    return i < METHODS;
}

bool explains_groups(const char *method)
{
    const size_t i = find_method(method);
    return i < METHODS && methods[i].run == explain_permutation;
}

/* ---- what the methods share ---- */

void explanation_line(const data_explanation *of, const char *format, ...)
{
    va_list arguments;
    if (of->flags->format == FORMAT_TEXT) {
        va_start(arguments, format);
        vprintf(format, arguments);
        va_end(arguments);
        fputs("\n\n", stdout);
    }
}

json_t *explanation_facts(const data_explanation *of)
{
    return json_pack("{so so so}", "method", json_text(of->flags->method), "model",
                     json_text(of->flags->input.model_path), "data", json_text(of->flags->input.data_word));
}

int explanation_failed(const data_explanation *of, gml_status status)
{
    return complain_input(of->context, status);
}

/* ---- names ---- */

static const char *output_name(const gml_network *network, size_t outputs, size_t index)
{
    if (gml_network_task(network) == GML_TASK_CLASSIFICATION) {
        return gml_network_class_name(network, outputs == 1 ? 1 : index);
    }
    return gml_network_target_name_at(network, index);
}

static bool name_all(data_explanation *of)
{
    of->input_names = calloc(of->inputs, sizeof *of->input_names);
    of->output_names = calloc(of->outputs, sizeof *of->output_names);
    of->labels = calloc(of->inputs + of->outputs, sizeof *of->labels);
    of->chosen = calloc(of->inputs, sizeof *of->chosen);
    if (of->input_names == NULL || of->output_names == NULL || of->labels == NULL || of->chosen == NULL) {
        return false;
    }
    for (size_t i = 0; i < of->inputs; i++) {
        const char *name = gml_network_feature_name(of->network, i);
        snprintf(of->labels[i], sizeof of->labels[i], "input %zu", i + 1);
        of->input_names[i] = name != NULL ? name : of->labels[i];
    }
    for (size_t i = 0; i < of->outputs; i++) {
        const char *name = output_name(of->network, of->outputs, i);
        snprintf(of->labels[of->inputs + i], sizeof of->labels[0], "output %zu", i + 1);
        of->output_names[i] = name != NULL ? name : of->labels[of->inputs + i];
    }
    return true;
}

/* The input with a name, else with a number counted from 1; `inputs` if there is none. */
static size_t find_input(const data_explanation *of, const char *text, size_t length)
{
    for (size_t i = 0; i < of->inputs; i++) {
        if (strlen(of->input_names[i]) == length && strncmp(of->input_names[i], text, length) == 0) {
            return i;
        }
    }
    char *end;
    const unsigned long long number = text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    return number >= 1 && number <= of->inputs && end == text + length ? (size_t)number - 1 : of->inputs;
}

size_t explanation_inputs(const data_explanation *of, const char *flag_name, const char *list, size_t *inputs)
{
    size_t count = 0;
    const size_t whole = find_input(of, list, strlen(list));
    if (whole < of->inputs) {
        inputs[0] = whole;
        return 1;
    }
    for (const char *at = list; at != NULL;) {
        const size_t length = strcspn(at, ","), found = find_input(of, at, length);
        const int shown = length < 100 ? (int)length : 100;
        if (found == of->inputs) {
            refuse("%s: the model has no input '%.*s'; give names, or numbers from 1 to %zu", flag_name, shown, at,
                   of->inputs);
        }
        for (size_t i = 0; i < count; i++) {
            if (inputs[i] == found) {
                refuse("%s: input '%.*s' is given twice", flag_name, shown, at);
            }
        }
        inputs[count++] = found;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
    return count;
}

/* The inputs of --feature, or all. */
static void choose_inputs(data_explanation *of)
{
    const char *list = of->flags->features;
    of->chosen_count = list != NULL ? explanation_inputs(of, "--feature", list, of->chosen) : of->inputs;
    for (size_t i = 0; list == NULL && i < of->inputs; i++) {
        of->chosen[i] = i;
    }
}

/* Arguments other than shares and levels are whole numbers. Ends the program if one is not. */
static void check_counts(const data_explanation *of)
{
    static const char *const shares[] = {"low", "high", "level"};
    for (size_t i = 0; i < of->call.entry->parameter_count; i++) {
        const char *name = of->call.entry->parameters[i].name;
        bool share = false;
        for (size_t k = 0; k < sizeof shares / sizeof shares[0]; k++) {
            share = share || strcmp(name, shares[k]) == 0;
        }
        if (!share && of->call.values[i] != floor(of->call.values[i])) {
            refuse("--method: %s is %.10g; a whole number is needed", name, of->call.values[i]);
        }
    }
}

int explain_data(const explain_flags *flags)
{
    data_explanation of = {
        .flags = flags, .context = flags->input.context, .network = flags->input.network, .data = flags->input.data};
    of.inputs = gml_network_columns(of.network);
    of.outputs = gml_network_outputs(of.network);
    int code = check_call(of.context, "--method", "effect", flags->method);
    if (code == 0 && gml_call_read(of.context, "effect", flags->method, &of.call) != GML_OK) {
        code = EXIT_USAGE;
    }
    if (code == 0 && !name_all(&of)) {
        code = complain(EXIT_MEMORY, "not enough memory to explain");
    }
    if (code == 0) {
        check_counts(&of);
        choose_inputs(&of);
        code = methods[find_method(flags->method)].run(&of);
    }
    free(of.input_names), free(of.output_names), free(of.labels), free(of.chosen);
    return code;
}
