/* cli/explain/explain_data.c - the methods of `gemmule explain` that take the whole of DATA: names, chosen inputs,
 * dispatch. */
#include "cli/explain/explain_data.h"

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
    bool targets; /* reads targets and weights */
    int (*run)(const data_explanation *of);
} methods[] = {
    {"permutation", true, explain_permutation},         {"partial_dependence", false, explain_dependence},
    {"individual", false, explain_individual},          {"accumulated_effects", false, explain_accumulated},
    {"connection_weights", false, explain_connections}, {"garson", false, explain_garson},
    {"selectivity", true, explain_selectivity},         {"mistakes", true, explain_mistakes},
    {"reliability", true, explain_reliability},
};

enum { METHODS = sizeof methods / sizeof methods[0] };

/* The method of a call; METHODS if it is none of these. */
static size_t find_method(const char *call)
{
    call += strspn(call, " ");
    const size_t length = strcspn(call, " (");
    size_t i = 0;
    while (i < METHODS && (strlen(methods[i].name) != length || strncmp(methods[i].name, call, length) != 0)) {
        i++;
    }
    return i;
}

bool explains_data(const char *method, bool *targets)
{
    const size_t i = find_method(method);
    *targets = i < METHODS && methods[i].targets;
    return i < METHODS;
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
    return outputs == 1 ? gml_network_target_name(network) : NULL;
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

/* Reads --feature: one name, or names separated by commas. Ends the program if an input does not exist. */
static void choose_inputs(data_explanation *of)
{
    const char *list = of->flags->features;
    if (list == NULL) {
        for (size_t i = 0; i < of->inputs; i++) {
            of->chosen[of->chosen_count++] = i;
        }
        return;
    }
    const size_t whole = find_input(of, list, strlen(list));
    if (whole < of->inputs) {
        of->chosen[of->chosen_count++] = whole;
        return;
    }
    for (const char *at = list; at != NULL;) {
        const size_t length = strcspn(at, ",");
        const size_t found = find_input(of, at, length);
        if (found == of->inputs || of->chosen_count == of->inputs) {
            refuse("--feature: the model has no input '%.*s'; give names, or numbers from 1 to %zu",
                   length < 100 ? (int)length : 100, at, of->inputs);
        }
        of->chosen[of->chosen_count++] = found;
        at = at[length] == ',' ? at + length + 1 : NULL;
    }
}

int explain_data(const explain_flags *flags)
{
    data_explanation of = {
        .flags = flags, .context = flags->input.context, .network = flags->input.network, .data = flags->input.data};
    of.inputs = gml_network_inputs(of.network);
    of.outputs = gml_network_outputs(of.network);
    int code = check_call(of.context, "--method", "effect", flags->method);
    if (code == 0 && gml_call_read(of.context, "effect", flags->method, &of.call) != GML_OK) {
        code = EXIT_USAGE;
    }
    if (code == 0 && !name_all(&of)) {
        code = complain(EXIT_MEMORY, "not enough memory to explain");
    }
    if (code == 0) {
        choose_inputs(&of);
        code = methods[find_method(flags->method)].run(&of);
    }
    free(of.input_names), free(of.output_names), free(of.labels), free(of.chosen);
    return code;
}
