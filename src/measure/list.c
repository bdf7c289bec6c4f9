/* measure/list.c - lists of metrics: calls, and the task they are for. */
#include <string.h>

#include "measure/scorer.h"

static const char *task_word(gml_task task)
{
    return task == GML_TASK_CLASSIFICATION ? "classes" : "values";
}

/* `first` is a metric with this task, or null if the data has it. */
static gml_status refuse_task(gml_context *context, const gml_scored *metric, gml_task task, const gml_scored *first)
{
    const char *name = metric->row->entry.name, *own = task_word(metric->row->task);
    return first != NULL ? gml_fail(context, GML_ERROR_ARGUMENT, "metric %s is for %s, and metric %s for %s", name, own,
                                    first->row->entry.name, task_word(task))
                         : gml_fail(context, GML_ERROR_ARGUMENT, "metric %s is for %s, and the targets are %s", name,
                                    own, task_word(task));
}

gml_status gml_metrics_parse(gml_context *context, const char *const *metrics, size_t count, gml_task *task,
                             gml_scored *parsed)
{
    const gml_scored *first = NULL;
    for (size_t i = 0; i < count; i++) {
        if (metrics[i] == NULL) {
            return gml_fail(context, GML_ERROR_ARGUMENT, "metric %zu of %zu is a null pointer", i + 1, count);
        }
        gml_scored *metric = &parsed[i];
        *metric = (gml_scored){.of = i};
        gml_status status =
            gml_call_parse(context, "metric", gml_metric_entry, metrics[i], strlen(metrics[i]), &metric->call);
        if (status != GML_OK) {
            return status;
        }
        metric->row = gml_call_row(&metric->call);
        if (metric->row->task == GML_TASK_AUTO) {
            continue;
        }
        if (*task == GML_TASK_AUTO) {
            *task = metric->row->task;
            first = metric;
        } else if (metric->row->task != *task) {
            return refuse_task(context, metric, *task, first);
        }
    }
    return GML_OK;
}

gml_status gml_metric_facts_of(gml_context *context, const char *metric, gml_metric_facts *facts)
{
    gml_status status = gml_refuse_null(
        context, __func__, (gml_argument[]){{"context", context}, {"metric", metric}, {"facts", facts}, {0}});
    gml_task task = GML_TASK_AUTO;
    gml_scored parsed;
    status = status == GML_OK ? gml_metrics_parse(context, &metric, 1, &task, &parsed) : status;
    if (status == GML_OK) {
        const gml_metric_row *row = parsed.row;
        *facts = (gml_metric_facts){.task = row->task,
                                    .higher_is_better = row->higher_is_better,
                                    .needs_probability = row->needs_probability,
                                    .keeps_samples = row->custom == NULL && row->accumulator->keeps_samples};
    }
    return status;
}
