/* cli/report/metrics.c - lists of metrics, and measuring them. */
#include "cli/report/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "cli/shell/calls.h"
#include "cli/shell/exit.h"

/* A confusion matrix of more classes would take more than 8 MB, and no one reads it. */
enum { MOST_CLASSES = 1000 };

/* The usual metrics. Those of classes are the rows and columns of a table. */
static const char *const of_classes[] = {
    "precision(average=macro)",
    "recall(average=macro)",
    "f1(average=macro)",
    "precision(average=weighted)",
    "recall(average=weighted)",
    "f1(average=weighted)",
    "accuracy",
    "balanced_accuracy",
    "cohen_kappa",
    "matthews",
};
static const char *const of_values[] = {"rmse", "mse", "mae", "median_ae", "mape", "r2", "explained_variance"};
enum { OF_CLASSES = sizeof of_classes / sizeof of_classes[0], OF_VALUES = sizeof of_values / sizeof of_values[0] };

/* ---- lists ---- */

/* The length of the first call of a list, which ends before a comma outside of parentheses. */
static size_t call_length(const char *text)
{
    size_t length = 0, depth = 0;
    for (; text[length] != '\0' && (text[length] != ',' || depth > 0); length++) {
        depth += text[length] == '(';
        depth -= text[length] == ')' && depth > 0;
    }
    return length;
}

void clear_metrics(metric_list *list)
{
    free(list->text);
    free(list->calls);
    *list = (metric_list){.text = NULL};
}

void read_metrics(const flag *row, const char *text, void *field)
{
    metric_list *list = field;
    clear_metrics(list);
    list->text = strdup(text);
    list->calls = malloc((strlen(text) + 1) * sizeof *list->calls);
    if (list->text == NULL || list->calls == NULL) {
        exit(complain(EXIT_MEMORY, "not enough memory for the metrics"));
    }
    char *call = list->text;
    for (bool last = false; !last;) {
        const size_t length = call_length(call);
        last = call[length] == '\0';
        call[length] = '\0';
        const char *name = call + strspn(call, " ");
        if (*name == '\0') {
            refuse_value(row, "metric %zu of the list is empty; expected names separated by commas", list->count + 1);
        }
        list->calls[list->count++] = name;
        call += length + !last;
    }
}

/* ---- measuring ---- */

/* Chooses the calls, and makes room for what is measured; false if there is no memory. */
static bool begin_report(const gml_network *network, const gml_dataset *data, const metric_list *chosen,
                         score_report *report)
{
    const bool classes = gml_dataset_task(data) == GML_TASK_CLASSIFICATION, given = chosen->count > 0;
    const size_t outputs = gml_network_outputs(network);
    *report = (score_report){.network = network, .calls = chosen->calls, .count = chosen->count};
    report->averages = classes && !given;
    report->classes = outputs == 1 ? 2 : outputs;
    if (!given) {
        report->calls = classes ? of_classes : of_values;
        report->count = classes ? OF_CLASSES : OF_VALUES;
    }
    report->values = calloc(report->count, sizeof *report->values);
    report->targets = gml_dataset_targets(data);
    const bool several = !classes && report->targets > 1;
    report->each = several ? calloc(report->targets * report->count, sizeof *report->each) : NULL;
    const bool wanted = report->averages && report->classes <= MOST_CLASSES;
    report->confusion = wanted ? calloc(report->classes * report->classes, sizeof *report->confusion) : NULL;
    return report->values != NULL && (report->each != NULL || !several) && (report->confusion != NULL || !wanted);
}

int make_score_report(gml_context *context, const gml_network *network, const gml_dataset *data,
                      const metric_list *chosen, score_report *report)
{
    for (size_t i = 0; i < chosen->count; i++) {
        const int code = check_call(context, "--metric", "metric", chosen->calls[i]);
        if (code != 0) {
            return code;
        }
    }
    if (!begin_report(network, data, chosen, report)) {
        return complain(EXIT_MEMORY, "not enough memory for the metrics");
    }
    const gml_matrix confusion = report->confusion != NULL
                                     ? gml_matrix_f64(report->confusion, report->classes, report->classes)
                                     : gml_matrix_none();
    gml_status status = gml_score_network(network, data, report->calls, report->count, report->values, confusion);
    if (status == GML_OK && report->each != NULL) {
        status = gml_score_targets(network, data, report->calls, report->count, report->each);
    }
    if (status == GML_ERROR_ARGUMENT) {
        return complain_of_flag(context, status, "metric", "--metric");
    }
    return status == GML_OK ? 0 : complain_input(context, status);
}

void clear_score_report(score_report *report)
{
    free(report->values);
    free(report->each);
    free(report->confusion);
    *report = (score_report){.network = NULL};
}
