/* cli/explain/inspect_data.c - `gemmule inspect`: what a model gets wrong on its data, and what its activations became,
 * as text. */
#include <math.h>
#include <stdlib.h>

#include "cli/chart/learned_chart.h"
#include "cli/explain/inspect.h"
#include "cli/explain/sample_set.h"
#include "cli/report/learned.h"
#include "cli/report/metrics.h"
#include "cli/report/ranking.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/terminal.h"

enum { MOST_SHOWN = 5, USUAL = 80 };

static int no_memory(void)
{
    return complain(EXIT_MEMORY, "not enough memory to inspect");
}

/* ---- mistakes ---- */

static void print_class(const gml_network *network, size_t index)
{
    const char *name = gml_network_class_name(network, index);
    if (name != NULL) {
        print_text(stdout, name, 0);
    } else {
        printf("%zu", index);
    }
}

static void print_mistake(const gml_network *network, const gml_mistake *mistake)
{
    printf("sample %zu: actual ", mistake->sample + 1);
    print_class(network, mistake->actual);
    fputs(", predicted ", stdout);
    print_class(network, mistake->predicted);
    printf(" (%.3f)\n", mistake->predicted_score);
}

/* Moves the middle of the values to 0: terminals without colors show what is above it. */
static void center(double *values, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < count; i++) {
        low = fmin(low, values[i]);
        high = fmax(high, values[i]);
    }
    for (size_t i = 0; i < count; i++) {
        values[i] -= (low + high) / 2;
    }
}

/* Prints the samples as pictures beside each other, as many as fit. */
static void print_samples(sample_set *samples, picture_shape shape)
{
    weight_picture pictures[MOST_SHOWN];
    const size_t fit = (terminal_width(USUAL) + 2) / (shape.width + 2);
    const size_t count = fit < 1 ? 1 : fit < samples->count ? fit : samples->count;
    for (size_t i = 0; i < count; i++) {
        double *values = samples->x + i * samples->inputs;
        char title[40];
        snprintf(title, sizeof title, "%zu", samples->order[i] + 1);
        printf("%s%-*.*s", i > 0 ? "  " : "", (int)shape.width, (int)shape.width, title);
        center(values, samples->inputs);
        pictures[i] = (weight_picture){values, shape.height, shape.width};
    }
    putchar('\n');
    print_pictures(pictures, count);
}

static gml_status print_as_pictures(const gml_network *network, const gml_dataset *data, const gml_mistake *mistakes,
                                    size_t count, picture_shape shape)
{
    sample_set samples;
    gml_status status = sample_set_create(network, data, count, &samples) ? GML_OK : GML_ERROR_MEMORY;
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        samples.order[i] = mistakes[i].sample;
    }
    if (status == GML_OK) {
        status = sample_set_read(network, data, &samples);
    }
    if (status == GML_OK) {
        print_samples(&samples, shape);
    }
    sample_set_clear(&samples);
    return status;
}

static int report_mistakes(const gml_network *network, const gml_dataset *data, picture_shape shape)
{
    gml_mistake mistakes[MOST_SHOWN];
    size_t count, errors;
    gml_status status = gml_find_mistakes(network, data, mistakes, MOST_SHOWN, &count, &errors);
    if (status == GML_OK) {
        printf("\n%zu of %zu samples %s wrong%s\n", errors, gml_dataset_size(data), errors == 1 ? "is" : "are",
               count > 0 ? "; the most confident first" : "");
    }
    for (size_t i = 0; status == GML_OK && i < count; i++) {
        print_mistake(network, &mistakes[i]);
    }
    if (status == GML_OK && count > 0 && shape.height > 0) {
        status = print_as_pictures(network, data, mistakes, count, shape);
    }
    return status == GML_OK             ? 0
           : status == GML_ERROR_MEMORY ? no_memory()
                                        : complain_input(gml_network_context(network), status);
}

static int report_classes(const gml_network *network, const gml_dataset *data, picture_shape shape)
{
    score_report report;
    int code =
        make_score_report(gml_network_context(network), network, data, &(const metric_list){.text = NULL}, &report);
    if (code == 0) {
        print_confusion(&report);
        code = report_mistakes(network, data, shape);
    }
    clear_score_report(&report);
    return code;
}

/* ---- residuals ---- */

static void print_residuals(const value_set *values)
{
    size_t items[MOST_SHOWN];
    double scores[MOST_SHOWN];
    ranking largest = {.most = MOST_SHOWN, .items = items, .scores = scores};
    for (size_t i = 0; i < values->counts[0]; i++) {
        ranking_add(&largest, i, fabs(values->predicted[i] - values->actual[i]));
    }
    printf("\nthe largest residuals%s\n", values->targets > 1 ? " of the first target" : "");
    for (size_t i = 0; i < largest.count; i++) {
        printf("sample %zu: actual %.6g, predicted %.6g\n", values->order[items[i]] + 1, values->actual[items[i]],
               values->predicted[items[i]]);
    }
}

static int report_values(const gml_network *network, const gml_dataset *data)
{
    value_set values;
    const gml_status status = value_set_create(network, data, &values);
    if (status == GML_OK) {
        print_residuals(&values);
    }
    value_set_clear(&values);
    return status == GML_OK             ? 0
           : status == GML_ERROR_MEMORY ? no_memory()
                                        : complain_input(gml_network_context(network), status);
}

int report_data(const gml_network *network, const gml_dataset *data, picture_shape shape)
{
    return gml_dataset_targets(data) == 0                      ? 0
           : gml_dataset_task(data) == GML_TASK_CLASSIFICATION ? report_classes(network, data, shape)
                                                               : report_values(network, data);
}

/* ---- learned activations ---- */

static int print_layer(const gml_network *network, size_t layer, size_t units)
{
    enum { WIDTH = 60, ROWS = 11 };
    const size_t width = chart_width(stdout);
    gml_layer_view view;
    learned_chart *drawn = malloc(sizeof *drawn);
    if (drawn == NULL) {
        return no_memory();
    }
    gml_status status = gml_network_layer(network, layer, &view);
    status = status == GML_OK ? learned_chart_fill(network, layer, units, drawn) : status;
    if (status == GML_OK) {
        printf("\nlearned activation%s of layer %zu: ", plural(units), layer + 1);
        print_text(stdout, view.text, 0);
        putchar('\n');
        chart_print(stdout, &drawn->chart, width < WIDTH ? width : WIDTH, ROWS);
    }
    free(drawn);
    return status == GML_OK ? 0 : complain_status(gml_network_context(network), status);
}

int report_learned(const gml_network *network)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < gml_network_layers(network); i++) {
        size_t units;
        if (layer_learns(network, i, &units)) {
            code = print_layer(network, i, units);
        }
    }
    return code;
}
