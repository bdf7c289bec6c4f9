/* cli/run/run_panels.c - the charts of runs of training: the loss, the metric, and a learning rate that changes. */
#include "cli/run/run_panels.h"

#include <math.h>
#include <string.h>

const char *const run_batch_class = "faint";
const char *const run_classes[MOST_RUNS] = {"run0", "run1", "run2", "run3", "run4", "run5", "run6", "run7"};
static const char marks[MOST_RUNS + 1] = "*ox#@%&=";

static chart_curve curve_of(const run_curves *run, int which, const char *name, size_t look, double width)
{
    const run_curve *curve = &run->curve[which];
    return (chart_curve){name, curve->x, curve->y, curve->count, marks[look], false, run_classes[look], width};
}

static bool has_number(const run_curves *run, int which)
{
    bool found = false;
    for (size_t i = 0; i < run->curve[which].count; i++) {
        found = found || isfinite(run->curve[which].y[i]);
    }
    return found;
}

static void add(run_panel *to, chart_curve curve)
{
    to->curves[to->chart.count++] = curve;
    chart_cover(&to->chart.y, curve.y, curve.count);
}

static void mark_best(run_panel *to, const run_curves *run)
{
    if (run->best_epoch > 0) {
        to->chart.mark.x = run->best_epoch;
        snprintf(to->chart.mark.label, sizeof to->chart.mark.label, "best: %.4g, epoch %.0f", run->best_score,
                 run->best_epoch);
    }
}

static run_panel panel_of(const char *name, size_t rows, double height)
{
    return (run_panel){.chart = {.x = chart_axis_of("epoch"), .y = chart_axis_of(name), .mark = {.x = (double)NAN}},
                       .rows = rows,
                       .height = height};
}

/* Of one run the loss of batches, training and validation; of several the validation, or else the training. */
static run_panel loss_panel(const run_curves *const *runs, size_t count)
{
    run_panel made = panel_of("loss", 14, 230);
    if (count == 1) {
        if (has_number(runs[0], CURVE_STEPS)) {
            chart_curve steps = curve_of(runs[0], CURVE_STEPS, "batches", 0, 1);
            steps.mark = '.';
            steps.dots = true;
            steps.class = run_batch_class;
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
static run_panel score_panel(const run_curves *const *runs, size_t count)
{
    const run_curves *first = NULL;
    run_panel made = panel_of("", 8, 150);
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
static bool is_steep(const run_panel *of)
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
static run_panel rate_panel(const run_curves *const *runs, size_t count)
{
    run_panel made = panel_of("rate", 6, 90);
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

size_t run_panels_make(const run_curves *const *runs, size_t count, run_panel made[MOST_PANELS])
{
    const run_panel all[MOST_PANELS] = {loss_panel(runs, count), score_panel(runs, count), rate_panel(runs, count)};
    chart_axis x = chart_axis_of("epoch");
    size_t panels = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < RUN_CURVES; k++) {
            chart_cover(&x, runs[i]->curve[k].x, runs[i]->curve[k].count);
        }
    }
    x.low = x.low < 1 ? 0 : x.low;
    x.whole = true;
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
