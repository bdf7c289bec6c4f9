/* cli/run/run_plot.c - draws the curves of runs of training: the loss, the metric, and a learning rate that changes. */
#include <math.h>
#include <string.h>

#include "cli/chart/chart.h"
#include "cli/chart/svg.h"
#include "cli/run/run_curves.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

/* One chart, and the curves in it. */
typedef struct panel {
    chart chart;
    chart_curve curves[3 * MOST_RUNS];
    size_t rows;   /* in the terminal */
    double height; /* in SVG */
} panel;

static const char *const classes[MOST_RUNS] = {"run0", "run1", "run2", "run3", "run4", "run5", "run6", "run7"};
static const char marks[MOST_RUNS + 1] = "*ox#@%&=";

static chart_curve curve_of(const run_curves *run, int which, const char *name, size_t look, double width)
{
    const run_curve *curve = &run->curve[which];
    return (chart_curve){name, curve->x, curve->y, curve->count, marks[look], false, classes[look], width};
}

static bool has_number(const run_curves *run, int which)
{
    bool found = false;
    for (size_t i = 0; i < run->curve[which].count; i++) {
        found = found || isfinite(run->curve[which].y[i]);
    }
    return found;
}

static void add(panel *to, chart_curve curve)
{
    to->curves[to->chart.count++] = curve;
    chart_cover(&to->chart.y, curve.y, curve.count);
}

static void mark_best(panel *to, const run_curves *run)
{
    if (run->best_epoch > 0) {
        to->chart.mark.x = run->best_epoch;
        snprintf(to->chart.mark.label, sizeof to->chart.mark.label, "best: %.4g, epoch %.0f", run->best_score,
                 run->best_epoch);
    }
}

static panel panel_of(const char *name, size_t rows, double height)
{
    return (panel){.chart = {.x = chart_axis_of("epoch"), .y = chart_axis_of(name), .mark = {.x = (double)NAN}},
                   .rows = rows,
                   .height = height};
}

/* Of one run the loss of batches, training and validation; of several the validation, or else the training. */
static panel loss_panel(const run_curves *const *runs, size_t count)
{
    panel made = panel_of("loss", 14, 230);
    if (count == 1) {
        if (has_number(runs[0], CURVE_STEPS)) {
            chart_curve steps = curve_of(runs[0], CURVE_STEPS, "batches", 0, 1);
            steps.mark = '.';
            steps.dots = true;
            steps.class = "faint";
            add(&made, steps);
        }
        add(&made, curve_of(runs[0], CURVE_TRAIN, "train", 0, 2));
        if (has_number(runs[0], CURVE_VALIDATION)) {
            add(&made, curve_of(runs[0], CURVE_VALIDATION, "validation", 1, 2));
        }
        if (runs[0]->by_loss) {
            mark_best(&made, runs[0]);
        }
    }
    for (size_t i = 0; count > 1 && i < count; i++) {
        const bool validated = has_number(runs[i], CURVE_VALIDATION);
        if (validated) {
            add(&made, curve_of(runs[i], CURVE_VALIDATION, runs[i]->name, i, 2));
        }
        add(&made, curve_of(runs[i], CURVE_TRAIN, validated ? NULL : runs[i]->name, i, validated ? -1.2 : 2));
    }
    chart_settle(&made.chart.y, true, 0.04);
    return made;
}

/* The score of the first run that has one, and of the others by the same metric. */
static panel score_panel(const run_curves *const *runs, size_t count)
{
    const run_curves *first = NULL;
    panel made = panel_of("", 8, 150);
    for (size_t i = 0; i < count; i++) {
        if (!has_number(runs[i], CURVE_SCORE)) {
            continue;
        }
        first = first != NULL ? first : runs[i];
        if (strcmp(first->metric, runs[i]->metric) == 0) {
            add(&made, curve_of(runs[i], CURVE_SCORE, count > 1 ? runs[i]->name : NULL, count > 1 ? i : 1, 2));
        }
    }
    if (first != NULL) {
        made.chart.y.name = first->metric;
        chart_settle(&made.chart.y, first->log_score, 0.06);
    }
    if (count == 1 && first != NULL && !first->by_loss) {
        mark_best(&made, first);
    }
    return made;
}

/* True if a logarithmic axis shows more: at least half of the rates are below a tenth of the highest. */
static bool is_steep(const panel *of)
{
    size_t low = 0, all = 0;
    for (size_t i = 0; i < of->chart.count; i++) {
        for (size_t k = 0; k < of->curves[i].count; k++) {
            low += of->curves[i].y[k] < 0.1 * of->chart.y.high;
        }
        all += of->curves[i].count;
    }
    return 2 * low >= all;
}

/* Without curves if no rate changes. */
static panel rate_panel(const run_curves *const *runs, size_t count)
{
    panel made = panel_of("rate", 6, 90);
    bool changes = false;
    for (size_t i = 0; i < count; i++) {
        add(&made, curve_of(runs[i], CURVE_RATE, count > 1 ? runs[i]->name : NULL, i, 2));
        chart_axis own = chart_axis_of("rate");
        chart_cover(&own, runs[i]->curve[CURVE_RATE].y, runs[i]->curve[CURVE_RATE].count);
        changes = changes || own.low < own.high;
    }
    made.chart.count = changes ? made.chart.count : 0;
    chart_settle(&made.chart.y, is_steep(&made), 0.08);
    return made;
}

enum { MOST_PANELS = 3 };

/* The panels that have curves. Returns their number; all have the same x axis. */
static size_t make_panels(const run_curves *const *runs, size_t count, panel made[MOST_PANELS])
{
    const panel all[MOST_PANELS] = {loss_panel(runs, count), score_panel(runs, count), rate_panel(runs, count)};
    chart_axis x = chart_axis_of("epoch");
    size_t panels = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < RUN_CURVES; k++) {
            chart_cover(&x, runs[i]->curve[k].x, runs[i]->curve[k].count);
        }
    }
    x.low = x.low < 1 ? 0 : x.low;
    chart_settle(&x, false, 0);
    for (size_t i = 0; i < MOST_PANELS; i++) {
        if (all[i].chart.count > 0) {
            made[panels] = all[i];
            made[panels++].chart.x = x;
        }
    }
    for (size_t i = 0; i < panels; i++) {
        made[i].chart.curves = made[i].curves;
    }
    return panels;
}

void run_plot_print(FILE *stream, const run_curves *const *runs, size_t count)
{
    panel made[MOST_PANELS];
    const size_t panels = make_panels(runs, count, made);
    for (size_t i = 0; i < panels; i++) {
        fputs(i > 0 ? "\n" : "", stream);
        chart_print(stream, &made[i].chart, chart_width(stream), made[i].rows);
    }
}

/* ---- SVG ---- */

enum { WIDTH = 720, LEFT = 64, RIGHT = 24, HEAD = 62, LEGEND_ROW = 20, GAP = 54, BOTTOM = 40 };

static void write_styles(FILE *stream)
{
    static const char *const light[MOST_RUNS] = {"0969da", "d9480f", "1a7f37", "8250df",
                                                 "bf3989", "9a6700", "0e7490", "57606a"};
    static const char *const dark[MOST_RUNS] = {"58a6ff", "ff922b", "3fb950", "bc8cff",
                                                "ff7bc4", "d29922", "39c5cf", "9198a1"};
    fputs("<style>\n  .faint { stroke: #0969da; stroke-opacity: 0.3 }", stream);
    for (size_t i = 0; i < MOST_RUNS; i++) {
        fprintf(stream, " .%s { stroke: #%s }", classes[i], light[i]);
    }
    fputs("\n  @media (prefers-color-scheme: dark) { .faint { stroke: #58a6ff }", stream);
    for (size_t i = 0; i < MOST_RUNS; i++) {
        fprintf(stream, " .%s { stroke: #%s }", classes[i], dark[i]);
    }
    fputs(" }\n</style>\n", stream);
}

/* Data, network and optimizer of a single run, and its rate if there is no panel for that. */
static void write_about(FILE *stream, const run_curves *run, bool rate_shown)
{
    char text[CURVE_TEXT + 32];
    const run_curve *rate = &run->curve[CURVE_RATE];
    const bool stated = !rate_shown && rate->count > 0 && isfinite(rate->y[0]);
    snprintf(text, sizeof text, "%.90s", run->about);
    if (stated) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, ", rate %.3g", rate->y[0]);
    }
    svg_label(stream, "soft", "start", LEFT, 47, text);
}

int run_plot_draw(const char *path, const run_curves *const *runs, size_t count)
{
    panel made[MOST_PANELS];
    const size_t panels = make_panels(runs, count, made);
    const chart *first = &made[0].chart;
    const double legend = LEGEND_ROW * (double)chart_legend_rows(first, WIDTH - LEFT - RIGHT);
    double height = HEAD + legend + BOTTOM, top = HEAD + legend;
    for (size_t i = 0; i < panels; i++) {
        height += made[i].height + (i > 0 ? GAP : 24);
    }
    FILE *stream = output_open(path, NULL);
    if (stream == NULL) {
        return EXIT_CREATE;
    }
    svg_head(stream, WIDTH, (int)height, LEFT, count == 1 ? runs[0]->name : "runs of training");
    write_styles(stream);
    if (count == 1) {
        write_about(stream, runs[0], strcmp(made[panels - 1].chart.y.name, "rate") == 0);
    } else {
        svg_label(stream, "soft", "start", LEFT, 47, "solid: validation, dashed: training");
    }
    chart_draw_legend(stream, first, LEFT, HEAD + 8, WIDTH - LEFT - RIGHT);
    for (size_t i = 0; i < panels; i++) {
        top += i > 0 ? GAP : 24;
        svg_label(stream, "text", "start", LEFT, top - 8, made[i].chart.y.name);
        chart_draw(stream, &made[i].chart, (chart_box){LEFT, top, WIDTH - LEFT - RIGHT, made[i].height}, (int)i);
        top += made[i].height;
    }
    svg_label(stream, "soft", "end", WIDTH - RIGHT, top + 32, "epoch");
    fputs("</svg>\n", stream);
    return output_close(stream, path);
}
