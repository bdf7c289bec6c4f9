/* cli/page/importance_columns.c - permutation importances of columns, as bars with intervals. */
#include <math.h>
#include <string.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"
#include "cli/page/html.h"
#include "cli/page/importance.h"
#include "cli/report/ranking.h"

enum { MOST_COLUMNS = 24, LEAST_PERMUTED = 50, MOST_PERMUTED = 4000 };
enum { LABELS = 112, PLOT = 190, WIDTH = LABELS + PLOT + 28, ROW = 22, TOP = 6 };

typedef struct importances {
    size_t columns[MOST_COLUMNS], count; /* the most important first, after ranking */
    gml_importance found[MOST_COLUMNS];
    double base;
    const char *metric;
    size_t samples;
} importances;

/* The columns with the greatest mean attributions. */
static void choose_columns(const attributed *of, importances *made)
{
    double scores[MOST_COLUMNS];
    ranking greatest = {.most = MOST_COLUMNS, .items = made->columns, .scores = scores};
    for (size_t j = 0; j < of->samples.inputs; j++) {
        double sum = 0;
        for (size_t i = 0; i < of->samples.count; i++) {
            const double value = of->values[i * of->samples.inputs + j];
            sum += isfinite(value) ? fabs(value) : 0;
        }
        ranking_add(&greatest, j, sum);
    }
    made->count = greatest.count;
}

/* Sorts by the mean. */
static void rank(importances *of)
{
    size_t items[MOST_COLUMNS], columns[MOST_COLUMNS];
    double scores[MOST_COLUMNS];
    gml_importance found[MOST_COLUMNS];
    ranking greatest = {.most = MOST_COLUMNS, .items = items, .scores = scores};
    for (size_t i = 0; i < of->count; i++) {
        columns[i] = of->columns[i];
        found[i] = of->found[i];
        ranking_add(&greatest, i, found[i].mean);
    }
    of->count = greatest.count;
    for (size_t i = 0; i < of->count; i++) {
        of->columns[i] = columns[items[i]];
        of->found[i] = found[items[i]];
    }
}

/* True if a permutation changes the score. */
static bool matters(const importances *of)
{
    bool found = false;
    for (size_t i = 0; i < of->count; i++) {
        found = found || of->found[i].mean != 0 || of->found[i].deviation != 0;
    }
    return found;
}

/* By the usual score, or if no permutation changes it or it is not defined, by the loss, which is finer. */
static gml_status permute(const page_source *source, const gml_dataset *data, importances *of)
{
    gml_column_group groups[MOST_COLUMNS];
    for (size_t i = 0; i < of->count; i++) {
        groups[i] = (gml_column_group){&of->columns[i], 1};
    }
    gml_importance_options options = {
        .metric = page_has_classes(source) ? "accuracy" : "r2", .groups = groups, .group_count = of->count};
    gml_status status =
        gml_permutation_importance(source->network, data, &options, &of->base, of->found, gml_matrix_none());
    if (status == GML_ERROR_DATA || (status == GML_OK && !matters(of))) {
        options.metric = "loss";
        status = gml_permutation_importance(source->network, data, &options, &of->base, of->found, gml_matrix_none());
    }
    of->metric = options.metric;
    of->samples = gml_dataset_size(data);
    return status;
}

/* Permutes the columns over a random sample of the data that takes about a second. In a large network, where the
 * smallest sample takes over ten seconds, permutes fewer columns. */
static gml_status permute_some(const page_source *source, importances *of)
{
    enum { REPEATS = 5, PATIENCE = 10 };
    const size_t size = gml_dataset_size(source->data), least = size < LEAST_PERMUTED ? size : LEAST_PERMUTED;
    while (of->count > 1 &&
           PATIENCE * samples_affordable(source->network, source->data, of->count * REPEATS, least) < least) {
        of->count--;
    }
    size_t most = samples_affordable(source->network, source->data, of->count * REPEATS, MOST_PERMUTED);
    most = most < least ? least : most;
    if (size <= most) {
        return permute(source, source->data, of);
    }
    gml_split *split = NULL;
    gml_dataset *rest = NULL, *some = NULL;
    const gml_split_options options = {.fraction = (double)most / (double)size};
    gml_status status = gml_split_create(source->data, &options, &split);
    if (status == GML_OK) {
        status = gml_split_fold(split, 0, 0, &rest, &some);
    }
    if (status == GML_OK) {
        status = permute(source, some, of);
    }
    gml_dataset_destroy(rest);
    gml_dataset_destroy(some);
    gml_split_destroy(split);
    return status;
}

/* The ends of the axis: 0, and all means and intervals. */
static chart_axis axis_of(const importances *of)
{
    chart_axis axis = chart_axis_of("importance");
    chart_cover(&axis, (const double[]){0}, 1);
    for (size_t i = 0; i < of->count; i++) {
        chart_cover(&axis, (const double[]){of->found[i].mean, of->found[i].low, of->found[i].high}, 3);
    }
    if (!(axis.high > axis.low)) {
        axis.high = axis.low + 1;
    }
    return axis;
}

static double across(const chart_axis *axis, double value)
{
    return LABELS + PLOT * fmin(fmax(chart_place(axis, value), 0), 1);
}

static void draw_bar(FILE *stream, const chart_axis *axis, const gml_importance *found, double top)
{
    const double zero = across(axis, 0), end = across(axis, found->mean), middle = top + ROW / 2.0;
    char text[120];
    fprintf(stream, "<g><rect class=\"cell\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>", fmin(zero, end),
            top + 4, fabs(end - zero), ROW - 8);
    if (isfinite(found->low) && isfinite(found->high) && found->high > found->low) {
        svg_line(stream, "whisker", across(axis, found->low), middle, across(axis, found->high), middle);
    }
    snprintf(text, sizeof text, "%.4g, interval %.4g to %.4g", found->mean, found->low, found->high);
    html_tooltip(stream, text);
    fputs("</g>\n", stream);
}

static void draw_bars(FILE *stream, const page_source *source, const importances *of)
{
    const chart_axis axis = axis_of(of);
    const double bottom = TOP + (double)(of->count * ROW);
    double ticks[MOST_TICKS];
    char room[PAGE_NUMBER], label[16], name[128];
    snprintf(name, sizeof name, "permutation importances of %zu inputs as bars with intervals of 95 %%", of->count);
    html_svg_begin(stream, WIDTH, bottom + 22, name);
    const size_t tick_count = chart_ticks(&axis, 4, ticks);
    for (size_t i = 0; i < tick_count; i++) {
        const double x = across(&axis, ticks[i]);
        chart_label(&axis, ticks[i], label);
        svg_line(stream, ticks[i] == 0 ? "axis" : "grid", x, TOP, x, bottom);
        svg_label(stream, "soft", "middle", x, bottom + 16, label);
    }
    for (size_t i = 0; i < of->count; i++) {
        const double top = TOP + (double)(i * ROW);
        page_svg_name(stream, LABELS - 8, top + ROW / 2.0 + 4, page_input_name(source, of->columns[i], room),
                      LABELS - 8);
        draw_bar(stream, &axis, &of->found[i], top);
    }
    html_svg_end(stream);
}

int page_importance_columns(FILE *stream, const page_source *source, const attributed *by)
{
    importances of = {.count = 0};
    choose_columns(by, &of);
    const gml_status status = permute_some(source, &of);
    if (status != GML_OK) {
        return page_refused(stream, source, status);
    }
    rank(&of);
    fprintf(stream, "<p>By how much %s gets worse as the values of an input are permuted over %zu samples; it is ",
            strcmp(of.metric, "r2") == 0     ? "R²"
            : strcmp(of.metric, "loss") == 0 ? "the loss"
                                             : "the accuracy",
            of.samples);
    html_number(stream, of.base);
    fputs(" without. Lines are 95&nbsp;% intervals over 5 permutations.</p>\n", stream);
    if (of.count < by->samples.inputs) {
        fprintf(stream, "<p class=\"note\">Of %zu inputs, the %zu with the greatest attributions.</p>\n",
                by->samples.inputs, of.count);
    }
    page_narrow_begin(stream, NULL);
    draw_bars(stream, source, &of);
    html_figure_end(stream);
    html_note(stream, matters(&of)
                          ? "Inputs that carry the same information share it: each looks unimportant by itself."
                          : "No permutation of a single input changes it.");
    return 0;
}
