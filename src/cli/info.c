/* cli/info.c - `gemmule info`: describes a model, the plan of a training step, or this build. */
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "cli/command.h"
#include "cli/input/load.h"
#include "cli/report/info.h"
#include "cli/report/intervals.h"
#include "cli/report/report.h"
#include "cli/shell/calls.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"

typedef struct info_flags {
    const char *model;
    bool json, build, plan;
    gml_train_options step;
    size_t threads;
} info_flags;

static const flag arguments[] = {{"MODEL", .read = read_file, .field = offsetof(info_flags, model)}, {0}};

static const flag table[] = {
    {"json", NULL, "report as one JSON object on stdout", 0, read_switch, .field = offsetof(info_flags, json)},
    {"build", NULL, "print the features of this build, without a MODEL", 0, read_switch,
     .field = offsetof(info_flags, build)},
    {"plan", NULL, "print how a training step is cut into tasks; MODEL may be a network's text", 0, read_switch,
     .field = offsetof(info_flags, plan)},
    {"batch", "N", "samples of a batch of that step (32)", 0, read_whole, .field = offsetof(info_flags, step.batch), 1,
     INT_MAX},
    {"optimizer", "CALL", "optimizer of that step (adam); see `gemmule list optimizers'", 0, read_text,
     .field = offsetof(info_flags, step.optimizer)},
    {"threads", "N", "threads of that step (one for each processor)", 0, read_whole,
     .field = offsetof(info_flags, threads), 1, MOST_THREADS},
    {0}};

static void check(const void *read)
{
    const info_flags *flags = read;
    const char *of_plan = flags->step.batch > 0           ? "--batch"
                          : flags->step.optimizer != NULL ? "--optimizer"
                          : flags->threads > 0            ? "--threads"
                                                          : NULL;
    if ((flags->model == NULL) != flags->build) {
        refuse(flags->build ? "MODEL and --build exclude each other" : "MODEL is missing");
    }
    if (flags->plan && flags->build) {
        refuse("--plan and --build exclude each other");
    }
    if (of_plan != NULL && !flags->plan) {
        refuse("%s needs --plan", of_plan);
    }
}

static void print_layers(const gml_network *network)
{
    gml_layer_view row;
    printf("\n%5s %8s %8s  %-24s %12s\n", "layer", "in", "out", "kind", "parameters");
    for (size_t i = 0; i < gml_network_layers(network); i++) {
        gml_network_layer(network, i, &row);
        printf("%5zu %8zu %8zu  %-24s %12zu\n", i + 1, row.inputs, row.outputs, row.text, row.parameters);
    }
}

static void print_names(const char *title, const gml_network *network, const char *(*name)(const gml_network *, size_t))
{
    enum { SHOWN = 20 };
    size_t count = 0;
    for (; name(network, count) != NULL; count++) {
        if (count < SHOWN) {
            printf(count == 0 ? "%-12s" : "%s", count == 0 ? title : ", ");
            print_text(stdout, name(network, count), 0);
        }
    }
    if (count > SHOWN) {
        printf(" and %zu more", count - SHOWN);
    }
    fputs(count > 0 ? "\n" : "", stdout);
}

/* The number of columns with a scale of 0: they were constant in training and are ignored. */
static size_t count_ignored(gml_scaling_view scaling, size_t count)
{
    size_t ignored = 0;
    for (size_t i = 0; i < count; i++) {
        ignored += scaling.scale[i] == 0;
    }
    return ignored;
}

/* The first column that is not ignored, if all columns that are not ignored have the same shift and scale; else
 * `count`.
 */
static size_t find_common(gml_scaling_view scaling, size_t count)
{
    size_t first = 0;
    while (first < count && scaling.scale[first] == 0) {
        first++;
    }
    for (size_t i = first; i < count; i++) {
        bool same = scaling.shift[i] == scaling.shift[first] && scaling.scale[i] == scaling.scale[first];
        if (!same && scaling.scale[i] != 0) {
            return count;
        }
    }
    return first;
}

/* The inputs or the outputs. */
typedef struct scaled_columns {
    gml_scaling_view scaling;
    size_t count;
    const char *formula, *one, *all;                         /* "input", "inputs" */
    const char *(*name)(const gml_network *, size_t column); /* returns null for a column without a name */
} scaled_columns;

/* Prints a row for each column, or one row if they are all the same. */
static void print_scaling(const gml_network *network, const scaled_columns *columns)
{
    enum { SHOWN = 20 };
    const gml_scaling_view scaling = columns->scaling;
    if (scaling.shift == NULL) {
        return;
    }
    printf("\n%-32s %14s %14s\n", columns->formula, "shift", "scale");
    const size_t common = find_common(scaling, columns->count);
    const size_t ignored = count_ignored(scaling, columns->count);
    if (columns->count - ignored > 1 && common < columns->count) {
        char all[64];
        snprintf(all, sizeof all, "%s%zu %s", ignored == 0 ? "all " : "", columns->count - ignored, columns->all);
        printf("%-32s %14.6g %14.6g\n", all, scaling.shift[common], scaling.scale[common]);
        if (ignored > 0) {
            printf("%zu %s, constant in training, are ignored\n", ignored, columns->all);
        }
        return;
    }
    for (size_t i = 0; i < columns->count && i < SHOWN; i++) {
        char number[32];
        const char *name = columns->name(network, i);
        snprintf(number, sizeof number, "%s %zu", columns->one, i + 1);
        print_text(stdout, name != NULL ? name : number, 32);
        printf(" %14.6g %14.6g%s\n", scaling.shift[i], scaling.scale[i],
               scaling.scale[i] == 0 ? "  constant in training: ignored" : "");
    }
    if (columns->count > SHOWN) {
        printf("and %zu more\n", columns->count - SHOWN);
    }
}

static const char *output_name(const gml_network *network, size_t column)
{
    return gml_network_task(network) == GML_TASK_REGRESSION ? gml_network_target_name_at(network, column) : NULL;
}

static void print_scalings(const gml_network *network)
{
    print_scaling(network,
                  &(scaled_columns){gml_network_input_scaling(network), gml_network_inputs(network),
                                    "input: (x - shift) * scale", "input", "inputs", gml_network_feature_name});
    print_scaling(network, &(scaled_columns){gml_network_output_scaling(network), gml_network_outputs(network),
                                             "output: y * scale + shift", "output", "outputs", output_name});
}

static void print_preparation(const gml_network *network)
{
    enum { SHOWN = 20 };
    const gml_preparation *preparation = gml_network_preparation(network);
    gml_prepared_input input;
    if (preparation == NULL) {
        return;
    }
    printf("%-12s", "preparation");
    print_text(stdout, gml_preparation_description(preparation), 0);
    printf("\n%-12s%zu of %zu columns: ", "inputs", gml_preparation_inputs(preparation),
           gml_preparation_columns(preparation));
    size_t i = 0;
    for (; i < SHOWN && gml_preparation_input(preparation, i, &input) == GML_OK; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_text(stdout, input.name, 0);
    }
    if (i < gml_preparation_inputs(preparation)) {
        printf(" and %zu more", gml_preparation_inputs(preparation) - i);
    }
    putchar('\n');
}

/* Says how targets are learned, and the limits of predictions. */
static void print_target_map(const gml_network *network)
{
    enum { SHOWN = 20 };
    const gml_limits_view limits = gml_network_output_limits(network);
    const size_t outputs = gml_network_outputs(network);
    if (gml_network_target_transform(network) != NULL) {
        fputs("\ntargets are learned as sign(t) log(1 + |t|); scaled outputs v become sign(v) (exp(|v|) - 1)\n",
              stdout);
    }
    if (limits.least == NULL) {
        return;
    }
    printf("\n%-32s %14s %14s\n", "limits of predictions", "least", "greatest");
    for (size_t i = 0; i < outputs && i < SHOWN; i++) {
        char number[32];
        const char *name = output_name(network, i);
        snprintf(number, sizeof number, "output %zu", i + 1);
        print_text(stdout, name != NULL ? name : number, 32);
        printf(" %14.6g %14.6g\n", limits.least[i], limits.greatest[i]);
    }
    if (outputs > SHOWN) {
        printf("and %zu more\n", outputs - SHOWN);
    }
}

/* What is of one network: preparation, layers and scalings. Of an ensemble those of the first member. */
static void print_network(const gml_network *network)
{
    const gml_network *first = gml_network_member(network, 0);
    if (first != NULL) {
        printf("%-12s%zu networks, whose predictions are averaged; of the first:\n", "ensemble",
               gml_network_members(network));
    }
    network = first != NULL ? first : network;
    print_preparation(network);
    print_layers(network);
    print_scalings(network);
    print_target_map(network);
}

static void print_titled(const char *title, const char *text)
{
    printf("%-12s", title);
    print_text(stdout, text, 0);
}

static int report_text(const char *path, const gml_network *network)
{
    char size[16];
    const char *name, *text, *target = gml_network_target_name(network);
    print_titled("model", path);
    if (file_size(path) >= 0) {
        printf(", %s", size_text(file_size(path), size));
    }
    putchar('\n');
    printf("%-12s%s\n", "network", gml_network_description(network));
    printf("%-12s%zu, %s\n", "parameters", gml_network_parameter_count(network),
           gml_dtype_name(gml_network_dtype(network)));
    print_titled("task", task_name(network));
    fputs(target != NULL ? " of " : "", stdout);
    print_text(stdout, target != NULL ? target : "", 0);
    putchar('\n');
    print_names("classes", network, gml_network_class_name);
    print_names("features", network, gml_network_feature_name);
    print_network(network);
    print_intervals(stdout, network);
    for (size_t i = 0; (text = gml_network_fact_at(network, i, &name)) != NULL; i++) {
        fputs(i == 0 ? "\n" : "", stdout);
        print_text(stdout, name, 20);
        putchar(' ');
        print_text(stdout, text, 0);
        putchar('\n');
    }
    return 0;
}

static int report_build(bool json)
{
    json_t *list = json ? json_array() : NULL;
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        if (json) {
            json_array_append_new(list, json_text(gml_build_feature(i)));
        } else {
            puts(gml_build_feature(i));
        }
    }
    return json ? print_json(json_pack("{so so}", "version", json_text(gml_version()), "build", list)) : 0;
}

/* True for the text of a network. A file with such a name can be given with its folder. */
static bool is_network(const char *word)
{
    return strstr(word, "->") != NULL && strchr(word, '/') == NULL;
}

/* Loads the network of a model, or for a plan creates it from its text. */
static int find_network(gml_context *context, const info_flags *flags, gml_network **network)
{
    if (!flags->plan || !is_network(flags->model)) {
        return load_model(context, flags->model, network);
    }
    gml_status status = gml_network_create(context, flags->model, NULL, network);
    return status == GML_OK ? 0 : complain_status(context, status);
}

static int report(const info_flags *flags, gml_network *network)
{
    if (flags->plan) {
        return report_plan(network, &flags->step, flags->json);
    }
    return flags->json ? report_model_json(flags->model, network) : report_text(flags->model, network);
}

int run_info(int argc, char **argv)
{
    static const command_line line = {"[MODEL]", "Describes a model.", arguments, {{table, 0}}, check};
    info_flags flags = {.model = NULL};
    gml_context *context = NULL;
    gml_network *network = NULL;
    parse_flags(&line, argc, argv, &flags);
    if (flags.build) {
        return report_build(flags.json);
    }
    int code = open_context(flags.threads, &context);
    if (code == 0) {
        code = check_call(context, "--optimizer", "optimizer", flags.step.optimizer);
    }
    if (code == 0) {
        code = find_network(context, &flags, &network);
    }
    if (code == 0) {
        code = report(&flags, network);
    }
    gml_network_destroy(network);
    gml_context_destroy(context);
    return code;
}
