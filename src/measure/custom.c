/* measure/custom.c - registration of custom metrics. */
#include "gemmule/custom.h"

#include "base/registry.h"
#include "measure/metric.h"

typedef struct custom_row {
    gml_metric_row row; /* first, since a call points at its entry */
    gml_custom_metric given;
} custom_row;

static const gml_entries tables[] = {gml_metric_entry, NULL};

gml_status gml_register_metric(gml_context *context, const gml_custom_metric *metric)
{
    gml_status status =
        gml_refuse_null(context, __func__, (gml_argument[]){{"context", context}, {"metric", metric}, {0}});
    if (status != GML_OK) {
        return status;
    }
    if (metric->size == NULL || metric->add == NULL || metric->value == NULL) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "gml_register_metric: three functions are needed: size, add and value");
    }
    if ((unsigned)metric->task > GML_TASK_CLASSIFICATION) {
        return gml_fail(context, GML_ERROR_ARGUMENT, "gml_register_metric: the task %d is not a gml_task",
                        (int)metric->task);
    }
    custom_row made = {.row = {.entry = metric->entry,
                               .task = metric->task,
                               .higher_is_better = metric->higher_is_better != 0,
                               .needs_probability = metric->needs_probability != 0},
                       .given = *metric};
    gml_entry *kept = NULL;
    status = gml_register(context, "metric", tables, &made.row.entry, sizeof made, &kept);
    if (status == GML_OK) {
        custom_row *own = (custom_row *)(void *)kept;
        own->row.custom = &own->given;
    }
    return status;
}
