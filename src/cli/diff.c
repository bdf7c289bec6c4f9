/* cli/diff.c - `gemmule diff`: where two models first part, layer by layer. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/explain/explain.h"
#include "cli/input/input.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"

typedef struct diff_flags {
    const char *other; /* the second model */
    model_input input; /* the first model, and DATA */
    double tolerance;
    bool json;
} diff_flags;

static const flag arguments[] = {{"MODEL", .read = read_file, .field = offsetof(diff_flags, input.model_path)},
                                 {"MODEL", .read = read_file, .field = offsetof(diff_flags, other)},
                                 {"DATA", .read = read_file, .field = offsetof(diff_flags, input.data_word)},
                                 {0}};

static const flag table[] = {
    {"tolerance", "DIFFERENCE",
     "values a and b differ if |a - b| > DIFFERENCE * max(1, |a|, |b|) (1e-6, or 1e-4 if a model is in float)",
     GROUP_REPORT, read_positive, .field = offsetof(diff_flags, tolerance)},
    {"json", NULL, "report as one JSON object on stdout", 0, read_switch, .field = offsetof(diff_flags, json)},
    {0}};

/* The stages: the inputs, the compared layers, the predictions. */
typedef struct stages {
    gml_difference *found; /* [1 + compared layers] */
    gml_diff_report report;
    size_t count;
} stages;

static const char *stage_name(const diff_flags *flags, size_t index, gml_layer_view *view)
{
    if (index == 0) {
        return "inputs, scaled";
    }
    return gml_network_layer(flags->input.network, index - 1, view) == GML_OK ? view->text : "?";
}

/* ---- for people ---- */

static void print_stage(const char *label, const char *name, const gml_difference *of)
{
    printf("%-8s", label);
    print_text(stdout, name, 24);
    printf("%12.4g%12.4g", unsigned_nan(of->greatest), unsigned_nan(of->relative));
    if (of->count > 0) {
        printf("%10zu  sample %zu, unit %zu", of->count, of->first_sample + 1, of->first_unit + 1);
    } else {
        printf("%10d", 0);
    }
    putchar('\n');
}

static void print_verdict(const diff_flags *flags, const stages *all)
{
    gml_layer_view view;
    if (all->report.mismatch[0] != '\0') {
        print_text(stdout, all->report.mismatch, 0);
        putchar('\n');
    }
    if (all->report.first == SIZE_MAX) {
        printf("the compared %s agree%s\n", all->report.compared > 0 ? "layers" : "inputs",
               all->report.outputs_compared && all->report.outputs.count > 0 ? "; the predictions do not" : "");
    } else if (all->report.first == 0) {
        printf("the models part at their inputs: they are scaled differently\n");
    } else {
        printf("the models part at layer %zu, ", all->report.first);
        print_text(stdout, stage_name(flags, all->report.first, &view), 0);
        putchar('\n');
    }
}

static int print_people(const diff_flags *flags, const stages *all)
{
    print_verdict(flags, all);
    printf("\n%-32s%12s%12s%10s  %s\n", "", "greatest", "relative", "values", "first");
    for (size_t i = 0; i < all->count; i++) {
        char label[24] = "";
        gml_layer_view view;
        if (i > 0) {
            snprintf(label, sizeof label, "%zu", i);
        }
        print_stage(label, stage_name(flags, i, &view), &all->found[i]);
    }
    if (all->report.outputs_compared) {
        print_stage("", "predictions", &all->report.outputs);
    }
    return 0;
}

/* ---- JSON ---- */

static json_t *difference_json(const char *name, const gml_difference *of)
{
    const bool any = of->count > 0;
    return json_pack("{so so so so so so so so so so}", "stage", json_text(name), "greatest", json_number(of->greatest),
                     "relative", json_number(of->relative), "sample", json_size(of->sample + 1), "unit",
                     json_size(of->unit + 1), "a", json_number(of->a), "b", json_number(of->b), "values",
                     json_size(of->count), "first_sample", any ? json_size(of->first_sample + 1) : json_null(),
                     "first_unit", any ? json_size(of->first_unit + 1) : json_null());
}

static int print_object(const diff_flags *flags, const stages *all)
{
    json_t *list = json_array();
    for (size_t i = 0; i < all->count; i++) {
        gml_layer_view view;
        json_array_append_new(list, difference_json(stage_name(flags, i, &view), &all->found[i]));
    }
    const gml_diff_report *report = &all->report;
    return print_json(
        json_pack("{so so so so so}", "first", report->first == SIZE_MAX ? json_null() : json_size(report->first),
                  "compared", json_size(report->compared), "mismatch",
                  json_text(report->mismatch[0] != '\0' ? report->mismatch : NULL), "stages", list, "predictions",
                  report->outputs_compared ? difference_json("predictions", &report->outputs) : json_null()));
}

static int compare(const diff_flags *flags, const gml_network *other)
{
    const gml_network *first = flags->input.network;
    stages all = {.found = calloc(1 + gml_network_layers(first), sizeof *all.found)};
    if (all.found == NULL) {
        return complain(EXIT_MEMORY, "not enough memory to compare two models");
    }
    const gml_status status = gml_diff(first, other, flags->input.data, flags->tolerance, all.found, &all.report);
    int code = status == GML_OK ? 0 : complain_input(flags->input.context, status);
    if (code == 0) {
        all.count = 1 + all.report.compared;
        code = flags->json ? print_object(flags, &all) : print_people(flags, &all);
    }
    free(all.found);
    return code;
}

int run_diff(int argc, char **argv)
{
    static const command_line line = {
        "MODEL MODEL DATA",
        "Finds where two models first part: compares the outputs of their layers, one after another, for the samples "
        "of "
        "DATA. Layers are compared up to the first that has another kind, activation or number of units.",
        arguments,
        {{input_table, offsetof(diff_flags, input)}, {data_table, offsetof(diff_flags, input.file)}, {table, 0}},
        NULL};
    diff_flags flags = {.json = false};
    gml_network *other = NULL;
    parse_flags(&line, argc, argv, &flags);
    int code = input_open(&flags.input, COLUMNS_INPUTS);
    if (code == 0) {
        code = load_model(flags.input.context, flags.other, &other);
    }
    if (code == 0) {
        code = compare(&flags, other);
    }
    gml_network_destroy(other);
    input_close(&flags.input);
    return code;
}
