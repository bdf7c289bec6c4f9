/* cli/page/facts.c - the section of facts: the command, the network, the data, the options and the machine of a run,
 * and what a model file tells. */
#include <stdlib.h>
#include <string.h>

#include "cli/page/command.h"
#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/page/page.h"
#include "cli/report/info.h"
#include "cli/report/report.h"
#include "cli/run/run_story.h"

/* ---- values of a log ---- */

/* A member of a log as a fact: a text, a number, yes or no. Null, counts of 0 and what is missing are left out. */
static void write_member(FILE *stream, const char *name, const json_t *value)
{
    if (json_is_string(value)) {
        html_fact_text(stream, name, json_string_value(value));
    } else if (json_is_integer(value) && (json_integer_value(value) != 0 || strcmp(name, "seed") == 0)) {
        html_fact_begin(stream, name);
        fprintf(stream, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        html_fact_end(stream);
    } else if (json_is_real(value)) {
        html_fact_number(stream, name, json_real_value(value));
    } else if (json_is_boolean(value)) {
        html_fact_text(stream, name, json_is_true(value) ? "yes" : "no");
    }
}

/* A member, and its name on the page. */
typedef struct row {
    const char *member, *name;
} row;

static void write_list(FILE *stream, const char *title, const json_t *object, const row *rows, size_t count)
{
    fprintf(stream, "<div><h3>%s</h3>\n", title);
    html_facts_begin(stream);
    for (size_t i = 0; i < count; i++) {
        write_member(stream, rows[i].name, json_object_get(object, rows[i].member));
    }
    html_facts_end(stream);
    fputs("</div>\n", stream);
}

/* The options of a fit, all of them: the names are those of gml_train_options. Those that are 0 are off. */
static void write_options(FILE *stream, const json_t *options)
{
    const char *name;
    json_t *value;
    fputs("<div><h3>Options</h3>\n", stream);
    html_facts_begin(stream);
    json_object_foreach((json_t *)options, name, value)
    {
        if (json_is_string(value) || (json_is_number(value) && json_number_value(value) != 0)) {
            fputs("<div><dt>", stream);
            html_text(stream, name);
            fputs("</dt><dd>", stream);
            if (json_is_string(value)) {
                html_text(stream, json_string_value(value));
            } else {
                html_number(stream, json_number_value(value));
            }
            html_fact_end(stream);
        }
    }
    html_facts_end(stream);
    fputs("</div>\n", stream);
}

/* ---- a run ---- */

static void write_run(FILE *stream, const run_story *run)
{
    static const row network[] = {{"description", "layers"}, {"parameters", "parameters"}, {"dtype", "numbers"}};
    static const row data[] = {{"data", "data"},
                               {"task", "task"},
                               {"target", "target"},
                               {"classes", "classes"},
                               {"split", "split"},
                               {"train_samples", "training samples"},
                               {"validation_samples", "validation samples"},
                               {"validation_data", "validation data"},
                               {"test_samples", "test samples"}};
    static const row machine[] = {{"version", "gemmule"}, {"isa", "kernels"},  {"threads", "threads"},
                                  {"seed", "seed"},       {"output", "model"}, {"checkpoint", "checkpoint"}};
    static const row result[] = {{"status", "status"},
                                 {"epochs", "epochs"},
                                 {"steps", "steps"},
                                 {"metric", "metric"},
                                 {"best_epoch", "best epoch"},
                                 {"best_score", "best score"},
                                 {"kept_epoch", "kept epoch"},
                                 {"train_loss", "training loss"},
                                 {"val_loss", "validation loss"},
                                 {"test_loss", "test loss"},
                                 {"samples_per_second", "samples per second"}};
    fputs("<p>The run is repeated by this command; its random numbers depend on the seed alone.</p>\n", stream);
    write_command_line(stream, json_object_get(run->config, "arguments"));
    if (run->resumed > 0) {
        fprintf(stream,
                "<p class=\"note\">The run went on from a checkpoint %zu time%s. The command is that of the last "
                "part.</p>\n",
                run->resumed, plural(run->resumed));
    }
    fputs("<div class=\"lists\">\n", stream);
    write_list(stream, "Network", run->config, network, sizeof network / sizeof network[0]);
    write_list(stream, "Data", run->config, data, sizeof data / sizeof data[0]);
    write_list(stream, "Result", run->result, result, sizeof result / sizeof result[0]);
    write_options(stream, json_object_get(run->config, "options"));
    write_list(stream, "Program", run->config, machine, sizeof machine / sizeof machine[0]);
    fputs("</div>\n", stream);
}

/* ---- a model ---- */

static void write_layers(FILE *stream, const gml_network *network)
{
    enum { SHOWN = 200 };
    static const char *const headings[] = {"layer", "kind", "#inputs", "#units", "#parameters"};
    const size_t layers = gml_network_layers(network);
    gml_layer_view view;
    html_table_begin(stream, "layers of the network", headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < layers && i < SHOWN && gml_network_layer(network, i, &view) == GML_OK; i++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", i + 1);
        html_row_begin(stream);
        html_cell_head(stream, number);
        html_cell_text(stream, view.text);
        html_cell_count(stream, view.inputs);
        html_cell_count(stream, view.outputs);
        html_cell_count(stream, view.parameters);
        html_row_end(stream);
    }
    html_table_end(stream);
    if (layers > SHOWN) {
        fprintf(stream, "<p class=\"note\">and %zu more layers</p>\n", layers - SHOWN);
    }
}

/* The networks of an ensemble. */
static void write_members(FILE *stream, const gml_network *network)
{
    enum { SHOWN = 200 };
    static const char *const headings[] = {"member", "layers", "#parameters"};
    const size_t members = gml_network_members(network);
    html_table_begin(stream, "networks whose predictions are averaged", headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < members && i < SHOWN; i++) {
        char number[32];
        snprintf(number, sizeof number, "%zu", i + 1);
        html_row_begin(stream);
        html_cell_head(stream, number);
        html_cell_text(stream, gml_network_description(gml_network_member(network, i)));
        html_cell_count(stream, gml_network_parameter_count(gml_network_member(network, i)));
        html_row_end(stream);
    }
    html_table_end(stream);
    if (members > SHOWN) {
        fprintf(stream, "<p class=\"note\">and %zu more members</p>\n", members - SHOWN);
    }
}

/* A fact of the training. Options that are 0 are off; numbers with a fraction have more digits than people read. */
static void write_fact(FILE *stream, const char *name, const char *text)
{
    char *end;
    const double value = strtod(text, &end);
    const bool number = end != text && *end == '\0';
    if (number && value == 0 && strcmp(name, "seed") != 0) {
        return;
    }
    fputs("<div><dt>", stream);
    html_text(stream, name);
    fputs("</dt><dd>", stream);
    if (number && strchr(text, '.') != NULL) {
        html_number(stream, value);
    } else {
        html_text(stream, text);
    }
    html_fact_end(stream);
}

static void write_model(FILE *stream, const page_source *source)
{
    const gml_network *network = source->network;
    const char *name, *text;
    fputs("<div class=\"lists\">\n<div><h3>Model</h3>\n", stream);
    html_facts_begin(stream);
    html_fact_text(stream, "file", source->model_path);
    if (source->model_path != NULL && file_size(source->model_path) >= 0) {
        char size[16];
        html_fact_text(stream, "size", size_text(file_size(source->model_path), size));
    }
    html_fact_text(stream, "layers", gml_network_description(network));
    html_fact_count(stream, "parameters", gml_network_parameter_count(network));
    html_fact_text(stream, "numbers", gml_dtype_name(gml_network_dtype(network)));
    html_fact_text(stream, "task", task_name(network));
    html_fact_text(stream, "target", gml_network_target_name(network));
    html_facts_end(stream);
    fputs("</div>\n<div><h3>Its training</h3>\n", stream);
    html_facts_begin(stream);
    for (size_t i = 0; (text = gml_network_fact_at(network, i, &name)) != NULL; i++) {
        write_fact(stream, name, text);
    }
    html_facts_end(stream);
    fputs("</div>\n</div>\n", stream);
    if (gml_network_members(network) > 0) {
        write_members(stream, network);
    } else {
        write_layers(stream, network);
    }
}

int page_facts(FILE *stream, const page_source *source)
{
    if (source->run != NULL) {
        write_run(stream, source->run);
    } else if (source->network != NULL) {
        write_model(stream, source);
    }
    return 0;
}
