/* network/objective.c - binding a loss to a network, and the loss of one panel. */
#include "network/objective.h"

#include <string.h>

#include "gemmule/loss.h"

static const char *last_activation(const gml_network *network)
{
    return network->spec.layers[network->spec.layer_count - 1].activation.entry->name;
}

static const char *natural_loss(const gml_network *network)
{
    const char *activation = last_activation(network);
    const gml_loss_row *linked = gml_loss_linked(activation);
    if (linked != NULL) {
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
    loss = loss != NULL ? loss : natural_loss(network);
    gml_objective bound = {0};
    gml_status status = gml_call_parse(context, "loss", gml_loss_entry, loss, strlen(loss), &bound.call);
    if (status != GML_OK) {
        return status;
    }
    bound.row = gml_loss_row_at(bound.call.row);
    bound.kernel = gml_kernels_loss(network->kernels, bound.row->entry.name);
    if (bound.row->class_numbers && gml_network_outputs(network) == 1) {
        return gml_fail(context, GML_ERROR_SHAPE,
                        "loss %s: it tells apart as many classes as there are outputs, and the network has one; "
                        "binary_cross_entropy is for a single output",
                        bound.row->entry.name);
    }
    if (gml_loss_row_targets(bound.row, gml_network_outputs(network)) == 0) {
        return gml_fail(
            context, GML_ERROR_SHAPE,
            "loss %s: it takes two outputs for each target, a mean and the logarithm of a variance, and the "
            "network has %zu",
            bound.row->entry.name, gml_network_outputs(network));
    }
    if (network->target.scale != NULL && bound.row->range != GML_TARGETS_ANY) {
        return gml_fail(context, GML_ERROR_ARGUMENT,
                        "loss %s: it takes targets as they are, and the network was adapted to shift and scale them; "
                        "one that ends in %s is not, and gml_network_set_output_scaling with nulls takes it back",
                        bound.row->entry.name, bound.row->link);
    }
    bool link = bound.row->link != NULL;
    bound.linear_output = link && strcmp(bound.row->link, last_activation(network)) == 0;
    bound.link = bound.linear_output ? gml_kernels_activation(network->kernels, bound.row->link) : NULL;
    /* A logit is positive where its probability is over one half, a score where it is for yes. */
    bound.threshold = link || bound.row->scores ? 0 : 0.5;
    *objective = bound;
    return GML_OK;
}

gml_status gml_objective_target(const gml_network *network, const gml_objective *objective, gml_matrix y,
                                const size_t *order, void *classes, void *values, gml_target *target)
{
    if (gml_dtype_size(y.dtype) == 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "targets are of no known type");
    }
    size_t outputs = gml_network_outputs(network), width = gml_loss_row_targets(objective->row, outputs);
    bool classes_fit = outputs > 1 && !objective->row->variances, class_numbers = classes_fit && y.cols == 1;
    if (y.data == NULL || (y.cols != width && !class_numbers) || y.stride < y.cols) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "targets are [%zu x %zu] with a stride of %zu; %zu columns are needed%s", y.rows, y.cols,
                        y.stride, width, classes_fit ? ", or one of class numbers" : "");
    }
    bool one_hot = class_numbers && !objective->row->class_numbers;
    *target = (gml_target){.cols = y.cols, .class_numbers = class_numbers, .one_hot = one_hot};
    target->width = one_hot ? outputs : y.cols;
    target->classes = classes;
    target->values = values;
    target->call = (gml_gather_call){
        .cols = y.cols,
        .source = y.data,
        .source_dtype = y.dtype,
        .source_stride = y.stride,
        .order = order,
        .shift = class_numbers ? NULL : network->target.shift,
        .scale = class_numbers ? NULL : network->target.scale,
        .target_stride = y.cols,
    };
    return GML_OK;
}

double gml_objective_divisor(const gml_network *network, const gml_objective *objective, size_t rows)
{
    size_t targets = gml_loss_row_targets(objective->row, gml_network_outputs(network));
    return (double)rows * (objective->row->mean_over_outputs ? (double)targets : 1);
}

/* Gathers the panel's targets, spreads class numbers where the loss needs that, and looks for the first that makes no
 * sense. */
static gml_bad_target gather_targets(const gml_workspace *workspace, const gml_objective *objective,
                                     const gml_target *target, gml_rows rows)
{
    const gml_kernels *kernels = workspace->network->kernels;
    size_t outputs = gml_network_outputs(workspace->network);
    char *into = target->one_hot ? target->classes : target->values;

    gml_gather_call call = target->call;
    call.rows = rows.count;
    call.target = into + rows.first * target->cols * kernels->size;
    if (call.order != NULL) {
        call.order += rows.first;
    } else {
        size_t row_size = call.source_stride * gml_dtype_size(call.source_dtype);
        call.source = (const char *)call.source + rows.first * row_size;
    }
    kernels->gather(&call);
    size_t count = rows.count * target->cols, bad = count;
    if (target->class_numbers) {
        bad = kernels->first_bad_class(count, outputs, call.target);
    } else if (objective->row->range != GML_TARGETS_ANY) {
        bad = kernels->first_negative(count, call.target, objective->row->range == GML_TARGETS_POSITIVE);
    }
    if (bad < count) {
        return (gml_bad_target){.row = rows.first + bad / target->cols,
                                .col = bad % target->cols,
                                .value = gml_kernels_entry(kernels, call.target, bad)};
    }
    if (target->one_hot) {
        kernels->one_hot(count, outputs, call.target, (char *)target->values + rows.first * outputs * kernels->size);
    }
    return (gml_bad_target){.row = SIZE_MAX};
}

gml_status gml_objective_refuse(const gml_network *network, const gml_objective *objective, const gml_target *target,
                                const gml_bad_target *bad, size_t first)
{
    const size_t *order = target->call.order;
    size_t sample = order != NULL ? order[bad->row] : first + bad->row;
    if (target->class_numbers) {
        return gml_fail(network->context, GML_ERROR_DATA, "target of sample %zu is %g, no class number from 0 to %zu",
                        sample + 1, bad->value, gml_network_outputs(network) - 1);
    }
    return gml_fail(network->context, GML_ERROR_DATA, "targets: row %zu, column %zu is %g; %s takes %s", sample + 1,
                    bad->col + 1, bad->value, objective->row->entry.name, gml_target_words(objective->row->range));
}

/* Errors are those of what the network answers: what the loss took over is done now, in place. */
static void finish_outputs(const gml_workspace *workspace, const gml_objective *objective, const gml_loss_call *call,
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
            .parameters = network->spec.layers[network->spec.layer_count - 1].activation.values,
        });
    }
}

static void measure(const gml_workspace *workspace, const gml_objective *objective, const gml_loss_call *call,
                    void *outputs, gml_panel_result *result)
{
    const gml_kernels *kernels = workspace->network->kernels;
    bool means = objective->row->variances;
    if (!means) {
        result->correct = kernels->count_correct(call->rows, call->cols, call->stride, call->outputs, call->targets,
                                                 call->target_cols, objective->threshold);
    }
    if (call->target_cols == call->cols || means) {
        finish_outputs(workspace, objective, call, outputs);
        result->squared_error = kernels->sum_squared_error(call->rows, call->target_cols, call->stride, call->outputs,
                                                           call->targets, workspace->network->output.scale);
    }
}

gml_panel_result gml_panel_loss(const gml_workspace *workspace, const gml_objective *objective,
                                const gml_target *target, gml_rows rows, size_t batch, gml_panel_work work)
{
    const gml_network *network = workspace->network;
    const gml_layer_memory *last = &workspace->layers[network->spec.layer_count - 1];
    size_t outputs = gml_network_outputs(network);
    size_t size = network->kernels->size;

    gml_panel_result result = {.bad = gather_targets(workspace, objective, target, rows)};
    if (result.bad.row != SIZE_MAX) {
        return result;
    }
    gml_loss_call call = {.rows = rows.count, .cols = outputs, .stride = outputs, .target_cols = target->width};
    char *y = (char *)last->y + rows.first * outputs * size;
    call.outputs = y;
    call.targets = (const char *)target->values + rows.first * target->width * size;
    call.scale = 1 / gml_objective_divisor(network, objective, batch);
    call.parameters = objective->call.values;
    if (work == GML_PANEL_GRADIENT) {
        call.gradient = (char *)last->gradient + rows.first * outputs * size;
    }
    result.loss = objective->kernel->run(&call);
    if (work == GML_PANEL_MEASURE) {
        measure(workspace, objective, &call, y, &result);
    }
    return result;
}
