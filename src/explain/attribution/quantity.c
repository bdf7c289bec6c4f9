/* explain/attribution/quantity.c - the explained quantity: the class or target, and its score or output. */
#include <string.h>

#include "explain/attribution/attribution.h"
#include "kernel/data/entry.h"
#include "layer/activation.h"

static bool ends_linear(const gml_network *network)
{
    return strcmp(gml_network_last_activation(network)->entry->name, "identity") == 0;
}

gml_status gml_attribution_settle(gml_attribution *job, gml_explained explained)
{
    const gml_network *network = job->network;
    const size_t outputs = gml_network_outputs(network);
    const gml_activation_row *last = gml_call_row(gml_network_last_activation(network));
    const bool classes = network->schema.task == GML_TASK_CLASSIFICATION ||
                         (network->schema.task == GML_TASK_AUTO && last->couples_columns && outputs > 1);
    job->classes = !classes ? 0 : outputs == 1 ? 2 : outputs;
    job->which = explained != GML_EXPLAINED_AUTO    ? explained
                 : classes || last->couples_columns ? GML_EXPLAINED_SCORE
                                                    : GML_EXPLAINED_OUTPUT;
    job->score = job->which == GML_EXPLAINED_SCORE && !ends_linear(network);
    if ((unsigned)explained > GML_EXPLAINED_OUTPUT) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "gml_attribute: there is no explained quantity %d",
                        (int)explained);
    }
    const size_t choices = classes ? job->classes : outputs;
    if (job->chosen != NULL && *job->chosen >= choices) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        classes ? "class %zu is to be explained, and the network has classes 0 to %zu"
                                : "target %zu is to be explained, and the network has targets 0 to %zu",
                        *job->chosen, choices - 1);
    }
    return GML_OK;
}

gml_explained_output gml_attribution_describe(const gml_attribution *job, size_t output)
{
    const gml_network *network = job->network;
    gml_explained_output made = {.output = output, .column = output, .factor = 1};
    if (job->classes > gml_network_outputs(network)) { /* one output for two classes */
        const bool opposite = output == 0;
        const bool logit = job->which == GML_EXPLAINED_SCORE || ends_linear(network);
        made.column = 0;
        made.factor = opposite ? -1 : 1;
        made.shift = opposite && !logit ? 1 : 0;
    }
    if (job->which == GML_EXPLAINED_OUTPUT && !job->probe.predicts && network->output.scale != NULL) {
        made.shift += made.factor * network->output.shift[made.column];
        made.factor *= network->output.scale[made.column];
    }
    return made;
}

size_t gml_attribution_predicted(const gml_attribution *job, const void *y)
{
    const gml_dtype dtype = job->network->kernels->dtype;
    size_t best = 0;
    if (job->classes > job->probe.outputs) {
        const bool logit = job->score || ends_linear(job->network);
        return gml_entry_at(dtype, y, 0) > (logit ? 0 : 0.5);
    }
    for (size_t k = 1; k < job->classes; k++) {
        best = gml_entry_at(dtype, y, k) > gml_entry_at(dtype, y, best) ? k : best;
    }
    return best;
}

double gml_attribution_value(const gml_attribution *job, size_t sample, const void *y)
{
    const gml_explained_output *explained = &job->explained[sample];
    return explained->factor * gml_entry_at(job->network->kernels->dtype, y, explained->column) + explained->shift;
}
