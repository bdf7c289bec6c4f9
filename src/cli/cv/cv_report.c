/* cli/cv/cv_report.c - the report of `gemmule cv`. */
#include <math.h>
#include <string.h>

#include "cli/cv/cv.h"
#include "cli/report/report.h"
#include "cli/shell/escape.h"

/* The values of more networks are only in JSON. */
enum { MOST_SHOWN = 30 };

enum { NUMBER_WIDTH = 11, NAME_WIDTH = 20 }; /* a table of the usual metrics has 79 columns */

static size_t networks(const gml_cv_result *result)
{
    return result->folds * result->repeats;
}

static const char *status_word(const gml_cv_fold *fold)
{
    return fold->finished != 0 ? "finished" : fold->status == GML_ERROR_DIVERGED ? "diverged" : "stopped";
}

/* ---- for people ---- */

/* A number, or "-" if there is none. */
static void print_figure(int width, double value)
{
    if (isnan(value)) {
        printf("%*s", width, "-");
    } else {
        printf("%*.5g", width, value);
    }
}

/* The networks that have halved their rate after divergence. */
static size_t halved(const gml_cv_result *result)
{
    size_t count = 0;
    for (size_t i = 0; i < networks(result); i++) {
        count += result->fold[i].report.halvings > 0;
    }
    return count;
}

static void print_head(const cv_run *cv)
{
    const gml_cv_result *result = cv->result;
    const size_t inner = result->fold[0].inner;
    printf("%-12s%s\n", "network", gml_network_description(cv->run.network));
    printf("%-12s%zu samples, %s: %zu folds", "data", gml_dataset_size(cv->run.data.all), gml_split_kind(cv->split),
           result->folds);
    if (result->repeats > 1) {
        printf(", %zu repeats", result->repeats);
    }
    putchar('\n');
    if (inner > 0) {
        printf("%-12s%zu samples of each training part are held back\n", "validation", inner);
    }
    if (halved(result) > 0) {
        printf("%-12shalved after divergence in %zu of %zu networks\n", "rate", halved(result), networks(result));
    }
    if (result->finished < networks(result)) {
        printf("%-12s%zu of %zu networks have finished, %zu have diverged\n", "partial", result->finished,
               networks(result), result->diverged);
    }
}

static void print_notes(const gml_split *split)
{
    for (size_t i = 0; gml_split_note(split, i) != NULL; i++) {
        printf("%s%-12s", i == 0 ? "\n" : "", "warning");
        print_text(stdout, gml_split_note(split, i), 0);
        putchar('\n');
    }
}

/* The width of the column with the metrics. */
static int name_width(const gml_cv_result *result)
{
    size_t width = NAME_WIDTH;
    for (size_t i = 0; i < result->metrics; i++) {
        const size_t length = strlen(result->metric[i].metric) + 1;
        width = length > width ? length : width;
    }
    return (int)width;
}

static void print_summary(const gml_cv_result *result)
{
    const int width = name_width(result);
    char interval[32];
    snprintf(interval, sizeof interval, "%g %% interval", 100 * result->confidence);
    printf("\n%*s%*s%*s%*s%*s\n", width, "", NUMBER_WIDTH, "mean", NUMBER_WIDTH, "deviation", 2 * NUMBER_WIDTH + 4,
           interval, NUMBER_WIDTH, "pooled");
    for (size_t i = 0; i < result->metrics; i++) {
        const gml_cv_metric *metric = &result->metric[i];
        print_text(stdout, metric->metric, (size_t)width);
        print_figure(NUMBER_WIDTH, metric->mean);
        print_figure(NUMBER_WIDTH, metric->deviation);
        print_figure(NUMBER_WIDTH, metric->low);
        fputs(isnan(metric->low) ? "    " : " to ", stdout);
        print_figure(NUMBER_WIDTH, metric->high);
        print_figure(NUMBER_WIDTH, metric->pooled.value);
        putchar('\n');
    }
    for (size_t i = 0; i < result->metrics; i++) {
        const gml_cv_metric *metric = &result->metric[i];
        if (metric->undefined > 0) {
            printf("\n%s is not defined in %zu of %zu folds; the first: %s\n", metric->metric, metric->undefined,
                   metric->undefined + metric->folds, metric->reason);
        }
    }
}

/* The width of a column with the values of a metric. */
static int column_width(const char *name)
{
    const int length = (int)strlen(name) + 2;
    return length > NUMBER_WIDTH ? length : NUMBER_WIDTH;
}

static void print_values(const gml_cv_result *result)
{
    const bool repeats = result->repeats > 1;
    printf("\n%s%6s", repeats ? "repeat" : "", "fold");
    for (size_t j = 0; j < result->metrics; j++) {
        printf("%*s", column_width(result->metric[j].metric), result->metric[j].metric);
    }
    putchar('\n');
    for (size_t i = 0; i < networks(result); i++) {
        const gml_cv_fold *fold = &result->fold[i];
        if (repeats) {
            printf("%6zu", fold->repeat + 1);
        }
        printf("%6zu", fold->fold + 1);
        for (size_t j = 0; j < result->metrics && fold->finished != 0; j++) {
            print_figure(column_width(result->metric[j].metric), fold->values[j].value);
        }
        puts(fold->finished != 0 ? "" : fold->status == GML_ERROR_DIVERGED ? "  diverged" : "  not finished");
    }
}

void cv_report_text(const cv_run *cv)
{
    print_head(cv);
    print_summary(cv->result);
    if (networks(cv->result) <= MOST_SHOWN) {
        print_values(cv->result);
    }
    print_notes(cv->split);
    if (cv->predictions != NULL) {
        printf("\n%-12s", "predictions");
        print_shell_word(stdout, cv->predictions);
        putchar('\n');
    }
}

/* ---- JSON ---- */

/* Null for an empty text. */
static json_t *reason_json(const char *reason)
{
    return json_text(reason[0] != '\0' ? reason : NULL);
}

static json_t *metrics_json(const gml_cv_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < result->metrics; i++) {
        const gml_cv_metric *metric = &result->metric[i];
        json_t *object =
            json_pack("{so so so so so so so so so so}", "metric", json_text(metric->metric), "mean",
                      json_number(metric->mean), "deviation", json_number(metric->deviation), "low",
                      json_number(metric->low), "high", json_number(metric->high), "folds", json_size(metric->folds),
                      "undefined", json_size(metric->undefined), "reason", reason_json(metric->reason), "pooled",
                      json_number(metric->pooled.value), "pooled_reason", reason_json(metric->pooled.reason));
        json_array_append_new(list, object);
    }
    return list;
}

/* The values of a network, with null where a metric is not defined; null if it has not finished. */
static json_t *values_json(const gml_cv_result *result, const gml_cv_fold *fold)
{
    json_t *values = fold->finished != 0 ? json_object() : json_null();
    for (size_t i = 0; i < result->metrics && fold->finished != 0; i++) {
        json_object_set_new(values, result->metric[i].metric, json_number(fold->values[i].value));
    }
    return values;
}

static json_t *networks_json(const gml_cv_result *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < networks(result); i++) {
        const gml_cv_fold *fold = &result->fold[i];
        const bool begun = fold->report.steps > 0;
        json_t *object = json_pack("{so so so so so so so so so so so}", "repeat", json_size(fold->repeat + 1), "fold",
                                   json_size(fold->fold + 1), "training", json_size(fold->training), "held_back",
                                   json_size(fold->inner), "validation", json_size(fold->validation), "status",
                                   json_text(status_word(fold)), "epochs", json_size(fold->report.epochs), "halvings",
                                   json_size(fold->report.halvings), "train_loss",
                                   json_number(begun ? fold->report.train_loss : NAN), "seconds",
                                   json_number(fold->report.seconds), "values", values_json(result, fold));
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *notes_json(const gml_split *split)
{
    json_t *list = json_array();
    for (size_t i = 0; gml_split_note(split, i) != NULL; i++) {
        json_array_append_new(list, json_text(gml_split_note(split, i)));
    }
    return list;
}

int cv_report_json(const cv_run *cv)
{
    const gml_cv_result *result = cv->result;
    const gml_dataset *data = cv->run.data.all;
    const bool classes = gml_dataset_task(data) == GML_TASK_CLASSIFICATION;
    const char *stopped = result->stopped != 0 ? "interrupt" : result->diverged > 0 ? "diverged" : "";
    return print_json(json_pack(
        "{so so so so so so so so so so so so so so so so so}", "metrics", metrics_json(result), "finished",
        json_size(result->finished), "diverged", json_size(result->diverged), "stopped", json_text(stopped), "folds",
        json_size(result->folds), "repeats", json_size(result->repeats), "confidence", json_number(result->confidence),
        "split", json_text(gml_split_kind(cv->split)), "seed", json_integer((json_int_t)cv->run.flags.fit.seed), "data",
        json_text(cv->run.flags.data), "samples", json_size(gml_dataset_size(data)), "task",
        json_text(classes ? "classification" : "regression"), "description",
        json_text(gml_network_description(cv->run.network)), "predictions", json_text(cv->predictions), "warnings",
        notes_json(cv->split), "networks", networks_json(result), "version", json_text(gml_version())));
}
