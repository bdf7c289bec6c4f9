/* cli/run/run_curves.c - takes the lines of a log as points of curves. */
#include "cli/run/run_curves.h"

#include <math.h>
#include <string.h>

/* ---- points ---- */

static void push(run_curve *curve, double x, double y)
{
    if (curve->count == CURVE_POINTS) {
        for (size_t i = 0; i < CURVE_POINTS / 2; i++) {
            curve->x[i] = 0.5 * (curve->x[2 * i] + curve->x[2 * i + 1]);
            curve->y[i] = 0.5 * (curve->y[2 * i] + curve->y[2 * i + 1]);
        }
        curve->count = CURVE_POINTS / 2;
        curve->stride *= 2;
    }
    curve->x[curve->count] = x;
    curve->y[curve->count++] = y;
}

static void push_pending(run_curve *curve)
{
    if (curve->pending > 0) {
        push(curve, curve->x_sum / (double)curve->pending, curve->y_sum / (double)curve->pending);
    }
    curve->x_sum = curve->y_sum = 0;
    curve->pending = 0;
}

/* Removes the points from x on. */
static void cut(run_curve *curve, double x)
{
    if (curve->pending > 0 && x <= curve->x_sum / (double)curve->pending) {
        curve->x_sum = curve->y_sum = 0;
        curve->pending = 0;
    }
    while (curve->count > 0 && curve->x[curve->count - 1] >= x) {
        curve->count--;
    }
}

static void add_point(run_curve *curve, double x, double y)
{
    curve->stride = curve->stride > 0 ? curve->stride : 1;
    cut(curve, x);
    curve->x_sum += x;
    curve->y_sum += y;
    curve->pending++;
    if (curve->pending >= curve->stride) {
        push_pending(curve);
    }
}

void run_curves_finish(run_curves *curves)
{
    for (size_t i = 0; i < RUN_CURVES; i++) {
        push_pending(&curves->curve[i]);
    }
}

static bool has_number(const run_curve *curve)
{
    bool found = false;
    for (size_t i = 0; i < curve->count; i++) {
        found = found || isfinite(curve->y[i]);
    }
    return found;
}

bool run_curves_exist(const run_curves *curves)
{
    return has_number(&curves->curve[CURVE_STEPS]) || has_number(&curves->curve[CURVE_TRAIN]);
}

/* ---- lines ---- */

/* A figure: NaN if the line lacks it or it is null. False if it is no number. */
static bool read_figure(const json_t *line, const char *name, double *value)
{
    const json_t *member = json_object_get(line, name);
    *value = json_is_number(member) ? json_number_value(member) : (double)NAN;
    return member == NULL || json_is_null(member) || json_is_number(member);
}

/* A whole number from 1. */
static bool read_count(const json_t *line, const char *name, double *value)
{
    const json_t *member = json_object_get(line, name);
    *value = json_is_integer(member) ? json_number_value(member) : 0;
    return *value >= 1;
}

static const char *text_or(const json_t *line, const char *name, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(line, name));
    return text != NULL ? text : otherwise;
}

static const char *take_config(run_curves *curves, const json_t *line)
{
    const json_t *options = json_object_get(line, "options");
    const char *metric = text_or(options, "metric", "loss"), *optimizer = text_or(options, "optimizer", "");
    curves->by_loss = strcmp(metric, "loss") == 0;
    curves->log_score = !json_is_true(json_object_get(line, "higher_is_better"));
    snprintf(curves->metric, sizeof curves->metric, "%s", curves->by_loss ? "" : metric);
    snprintf(curves->about, sizeof curves->about, "%s: %s%s%s", text_or(line, "data", ""),
             text_or(line, "description", ""), optimizer[0] != '\0' ? ", " : "", optimizer);
    return NULL;
}

static const char *take_step(run_curves *curves, const json_t *line)
{
    double epoch, batch, batches, loss, rate;
    if (!read_count(line, "epoch", &epoch) || !read_count(line, "batch", &batch) ||
        !read_count(line, "batches", &batches) || batch > batches) {
        return "a step has an 'epoch' from 1, and a 'batch' from 1 to 'batches'";
    }
    if (!read_figure(line, "loss", &loss) || !read_figure(line, "rate", &rate)) {
        return "'loss' and 'rate' of a step are numbers or null";
    }
    cut(&curves->curve[CURVE_TRAIN], epoch - 0.5); /* the run went back into this epoch, if there is such a point */
    cut(&curves->curve[CURVE_VALIDATION], epoch);
    cut(&curves->curve[CURVE_SCORE], epoch);
    add_point(&curves->curve[CURVE_STEPS], epoch - 1 + batch / batches, loss);
    add_point(&curves->curve[CURVE_RATE], epoch - 1 + batch / batches, rate);
    return NULL;
}

/* With the metric "loss", the second figure of an epoch is its accuracy or its RMSE. */
static double score_of(run_curves *curves, double score, double accuracy, double rmse)
{
    const bool classes = curves->metric[0] == '\0' && !isnan(accuracy),
               values = curves->metric[0] == '\0' && !isnan(rmse);
    if (classes || values) {
        snprintf(curves->metric, sizeof curves->metric, "%s", classes ? "accuracy" : "RMSE");
        curves->log_score = !classes;
    }
    return !curves->by_loss ? score : strcmp(curves->metric, "accuracy") == 0 ? accuracy : rmse;
}

static const char *take_epoch(run_curves *curves, const json_t *line)
{
    enum { LOSS, RATE, VALIDATION, ACCURACY, RMSE, SCORE, BEST_SCORE, BEST_EPOCH, FIGURES };
    static const char *const names[] = {"loss",     "rate",  "val_loss",   "val_accuracy",
                                        "val_rmse", "score", "best_score", "best_epoch"};
    double epoch, figure[FIGURES];
    if (!read_count(line, "epoch", &epoch)) {
        return "an epoch has an 'epoch' from 1";
    }
    for (size_t i = 0; i < FIGURES; i++) {
        if (!read_figure(line, names[i], &figure[i])) {
            return "the figures of an epoch are numbers or null";
        }
    }
    cut(&curves->curve[CURVE_STEPS], epoch + 1e-9);
    add_point(&curves->curve[CURVE_TRAIN], epoch - 0.5, figure[LOSS]); /* a mean belongs to the middle */
    add_point(&curves->curve[CURVE_RATE], epoch, figure[RATE]);
    add_point(&curves->curve[CURVE_VALIDATION], epoch, figure[VALIDATION]);
    add_point(&curves->curve[CURVE_SCORE], epoch, score_of(curves, figure[SCORE], figure[ACCURACY], figure[RMSE]));
    curves->best_epoch = figure[BEST_EPOCH] >= 1 ? figure[BEST_EPOCH] : 0;
    curves->best_score = figure[BEST_SCORE];
    return NULL;
}

const char *run_curves_take(run_curves *curves, const json_t *line)
{
    const char *type = json_string_value(json_object_get(line, "type"));
    if (type == NULL) {
        return "this is no line of a log of `gemmule train --log': it has no text 'type'";
    }
    return strcmp(type, "config") == 0  ? take_config(curves, line)
           : strcmp(type, "step") == 0  ? take_step(curves, line)
           : strcmp(type, "epoch") == 0 ? take_epoch(curves, line)
                                        : NULL;
}
