/* engine/objective.c - binds a loss to a network and computes the loss of a panel. */
#include "engine/objective.h"

#include <string.h>

#include "gemmule/loss.h"
#include "kernel/data/data.h"
#include "kernel/measure/measure.h"

static const char *last_activation(const gml_network *network)
{
    return gml_network_last_activation(network)->entry->name;
}

static const char *default_loss(const gml_network *network)
{
    const char *activation = last_activation(network);
    const gml_loss_row *linked = gml_loss_linked(activation);
    bool scaled = network->target.scale != NULL && network->schema.task != GML_TASK_CLASSIFICATION;
    if (linked != NULL && (linked->domain == GML_DOMAIN_ANY || !scaled)) {
        return linked->entry.name;
    }
    bool logits = strcmp(activation, "identity") == 0 && network->schema.task == GML_TASK_CLASSIFICATION;
    if (logits) {
        return gml_network_outputs(network) > 1 ? "softmax_cross_entropy" : "binary_cross_entropy";
    }
    return "mean_squared_error";
}

gml_status gml_objective_bind(const gml_network *network, const char *loss, gml_objective *objective)
{
    gml_context *context = network->context;
    loss = loss != NULL ? loss : default_loss(network);
    gml_objective bound = {0};
    gml_status status = gml_call_parse(context, "loss", gml_loss_entry, loss, strlen(loss), &bound.call);
    if (status != GML_OK) {
        return status;
    }
    bound.row = gml_call_row(&bound.call);
    bound.kernel = gml_loss_kernel_of(network->kernels, &bound.call);
    bound.memory = bound.kernel->custom != NULL ? gml_custom_loss_memory(gml_network_outputs(network)) : 0;
    if (bound.row->class_numbers && gml_network_outputs(network) == 1) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "loss %s needs one output for each class, and the network has one output; "
                        "binary_cross_entropy is for a single output",
                        bound.row->entry.name);
    }
    if (gml_loss_row_targets(bound.row, gml_network_outputs(network)) == 0) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "loss %s needs two outputs for each target, a mean and the logarithm of a variance, and the "
                        "network has %zu",
                        bound.row->entry.name, gml_network_outputs(network));
    }
    if (!bound.row->class_numbers) { /* else checked for each batch: class numbers are not scaled */
        status = gml_target_check_scaling(network, bound.row);
        if (status != GML_OK) {
            return status;
        }
    }
    bool link = bound.row->link != NULL;
    bound.linear_output = link && strcmp(bound.row->link, last_activation(network)) == 0;
    bound.link = bound.linear_output ? gml_kernels_activation(network->kernels, bound.row->link) : NULL;
    /* A logit is positive where the probability is above 1/2, a score where the class is 1. */
    bound.threshold = link || bound.row->scores ? 0 : 0.5;
    *objective = bound;
    return GML_OK;
}

/* Applies the activation fused with the loss in place: errors are those of outputs, not of logits. */
static void apply_link(const gml_workspace *workspace, const gml_objective *objective, const gml_loss_call *call,
                       void *outputs)
{
    const gml_network *network = workspace->network;
    if (objective->link != NULL) {
        objective->link->forward(&(gml_forward_call){
            .rows = call->rows,
            .cols = call->cols,
            .stride = call->stride,
            .z = outputs,
            .y = outputs,
            .parameters = gml_network_last_activation(network)->values,
        });
    }
}

/* Adds one measure of samples with known targets to the result. */
typedef void panel_measure(const gml_network *network, const gml_objective *objective, const gml_loss_call *call,
                           gml_panel_result *result);

static void count_correct(const gml_network *network, const gml_objective *objective, const gml_loss_call *call,
                          gml_panel_result *result)
{
    result->correct += network->kernels->measure->count_correct(call->rows, call->cols, call->stride, call->outputs,
                                                                call->targets, call->target_cols, objective->threshold);
}

static void add_errors(const gml_network *network, const gml_objective *objective, const gml_loss_call *call,
                       gml_panel_result *result)
{
    (void)objective;
    const double *unit = gml_network_maps_targets(network) ? NULL : network->output.scale;
    result->squared_error += network->kernels->measure->sum_squared_error(call->rows, call->target_cols, call->stride,
                                                                          call->outputs, call->targets, unit);
}

/* Measures sample by sample. A missing target is replaced by its output, so that its error is 0. */
static void measure_known(const gml_network *network, const gml_objective *objective, const gml_target *target,
                          const gml_loss_call *call, size_t first, panel_measure *function, gml_panel_result *result)
{
    gml_loss_call sample = *call;
    sample.rows = 1;
    for (size_t i = 0; i < call->rows; i++) {
        void *values = gml_target_values(network, target, first + i);
        sample.outputs = (const char *)call->outputs + i * call->stride * network->kernels->size;
        sample.targets = values;
        if (gml_weighing_known(&target->weighing, first + i) > 0) {
            network->kernels->data->fill_unknown(1, target->width, 0, sample.outputs, values);
            function(network, objective, &sample, result);
        }
    }
}

/* Brings outputs and targets of a panel into the unit of the data, where a scale alone does not. */
static void enter_unit(const gml_network *network, const gml_target *target, gml_rows rows, const gml_loss_call *call,
                       void *outputs)
{
    if (!target->class_numbers && gml_network_maps_targets(network)) {
        gml_network_finish_outputs(network, gml_matrix_view(outputs, network->kernels->dtype, call->rows, call->cols));
        gml_target_gather_unscaled(network, target, rows);
    }
}

static void measure(const gml_workspace *workspace, const gml_objective *objective, const gml_target *target,
                    const gml_loss_call *call, gml_rows rows, void *outputs, gml_panel_result *result)
{
    const gml_network *network = workspace->network;
    bool means = objective->row->variances;
    panel_measure *const measures[] = {means ? NULL : count_correct,
                                       means || call->target_cols == call->cols ? add_errors : NULL};
    for (size_t i = 0; i < 2; i++) {
        if (measures[i] == add_errors) {
            apply_link(workspace, objective, call, outputs);
            enter_unit(network, target, rows, call, outputs);
        }
        if (measures[i] != NULL && target->weighing.masked) {
            measure_known(network, objective, target, call, rows.first, measures[i], result);
        } else if (measures[i] != NULL) {
            measures[i](network, objective, call, result);
        }
    }
}

void gml_objective_to_logits(const gml_kernels *kernels, const gml_objective *objective, size_t count, void *values)
{
    const bool sigmoid = strcmp(objective->row->link, "sigmoid") == 0;
    kernels->measure->to_logits(count, sigmoid, values);
}

/* Returns the mean of the members' losses, summed over the samples; the call is that of the first member. All members
 * have the same targets and weights. */
static double sum_losses(const gml_workspace *workspace, const gml_objective *objective, gml_loss_call call)
{
    const size_t width = call.cols * workspace->network->kernels->size;
    double sum = 0;
    call.scale /= (double)workspace->losses;
    for (size_t i = 0; i < workspace->losses; i++) {
        sum += objective->kernel->run(&call);
        call.outputs = (const char *)call.outputs + width;
        call.gradient = call.gradient != NULL ? (char *)call.gradient + width : NULL;
    }
    return sum / (double)workspace->losses;
}

gml_panel_result gml_panel_loss(const gml_workspace *workspace, const gml_objective *objective,
                                const gml_target *target, gml_rows rows, gml_panel_work work)
{
    const gml_network *network = workspace->network;
    const gml_layer_memory *last = &workspace->layers[workspace->loss_layer];
    const size_t outputs = gml_network_outputs(network), size = network->kernels->size;
    const size_t stride = outputs * workspace->losses;
    char *y = (char *)last->y + rows.first * stride * size;

    gml_panel_result result = {.bad = gml_target_gather(network, target, rows)};
    if (result.bad.row != SIZE_MAX) {
        return result;
    }
    gml_loss_call call = {.rows = rows.count, .cols = outputs, .stride = stride, .target_cols = target->width};
    call.outputs = y;
    call.targets = gml_target_values(network, target, rows.first);
    call.weights = target->weights != NULL ? target->weights + rows.first : NULL;
    call.masked = target->weighing.masked && !target->weighing.whole_rows;
    call.scale = target->divisor > 0 ? 1 / target->divisor : 0;
    call.parameters = objective->call.values;
    call.custom = objective->kernel->custom;
    call.memory = objective->memory > 0 ? workspace->loss_memory + rows.panel * objective->memory : NULL;
    if (work == GML_PANEL_GRADIENT) {
        call.gradient = (char *)last->gradient + rows.first * stride * size;
    }
    if (objective->linear_output && workspace->losses == 1 && gml_spec_averages(&network->spec)) {
        /* the members' outputs were averaged, not their logits */
        gml_objective_to_logits(network->kernels, objective, rows.count * outputs, y);
    }
    result.loss = sum_losses(workspace, objective, call);
    if (work == GML_PANEL_MEASURE) {
        measure(workspace, objective, target, &call, rows, y, &result);
    }
    return result;
}
