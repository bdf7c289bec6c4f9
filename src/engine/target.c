/* engine/target.c - the targets of a batch, gathered panel by panel. */
#include "engine/target.h"

#include "base/view.h"
#include "kernel/data/data.h"
#include "kernel/data/entry.h"

static gml_status check_shape(const gml_network *network, const gml_loss_row *loss, gml_matrix y)
{
    size_t outputs = gml_network_outputs(network), width = gml_loss_row_targets(loss, outputs);
    bool classes_fit = outputs > 1 && !loss->variances;
    if (y.data == NULL || gml_dtype_size(y.dtype) == 0) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "targets are missing or have an unknown dtype");
    }
    if ((y.cols != width && !(classes_fit && y.cols == 1)) || y.stride < y.cols || gml_view_overflows(y)) {
        return gml_fail(network->context, GML_ERROR_SHAPE,
                        "targets are [%zu x %zu] with a stride of %zu; %zu columns are needed%s", y.rows, y.cols,
                        y.stride, width, classes_fit ? ", or one of class numbers" : "");
    }
    return GML_OK;
}

gml_status gml_target_check_scaling(const gml_network *network, const gml_loss_row *loss)
{
    const bool changed = network->target.scale != NULL || network->log_targets;
    if (loss->variances && gml_network_maps_targets(network)) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "loss %s learns means and variances, and the network %s, which is for values alone",
                        loss->entry.name, network->log_targets ? "learns logarithms" : "limits its predictions");
    }
    if (!changed || loss->domain == GML_DOMAIN_ANY) {
        return GML_OK;
    }
    if (network->log_targets) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "loss %s takes %s, and the network learns the logarithms of its targets", loss->entry.name,
                        loss->entry.range);
    }
    bool link = loss->link != NULL;
    return gml_fail(network->context, GML_ERROR_ARGUMENT,
                    "loss %s takes %s, and the network was adapted to shift and scale its targets "
                    "(gml_network_set_output_scaling with nulls removes the scaling)%s%s%s",
                    loss->entry.name, loss->entry.range, link ? "; a network that ends in " : "",
                    link ? loss->link : "", link ? " leaves targets in that range as they are" : "");
}

/* A single output has two classes: targets 0 and 1. */
static size_t class_count(const gml_network *network)
{
    size_t outputs = gml_network_outputs(network);
    return outputs > 1 ? outputs : 2;
}

static gml_status set_weights(const gml_network *network, const gml_batch *batch, gml_target *target)
{
    const gml_target_setup *setup = &target->setup;
    size_t targets = setup->loss->mean_over_outputs ? target->width : 1;
    target->samples = batch->rows;
    target->values = batch->rows * target->cols;
    target->divisor = (double)batch->rows * (double)targets;
    if (batch->weights == NULL && setup->class_weights == NULL && !setup->masked) {
        return GML_OK;
    }
    bool one_column = target->class_numbers || (target->cols == 1 && gml_network_outputs(network) == 1);
    if (setup->class_weights != NULL && !one_column) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT,
                        "class_weights need class numbers as targets, and the targets are [%zu x %zu]", batch->y.rows,
                        batch->y.cols);
    }
    target->weighing = (gml_weighing){.targets = batch->y,
                                      .chosen = {.rows = batch->order},
                                      .count = batch->rows,
                                      .weights = batch->weights,
                                      .class_weights = setup->class_weights,
                                      .classes = class_count(network),
                                      .masked = setup->masked,
                                      .whole_rows = target->class_numbers || !setup->loss->mean_over_outputs};
    gml_weighed sums = gml_weigh(&target->weighing, setup->weights);
    target->weights = setup->weights;
    target->divisor = sums.sum * (target->weighing.whole_rows ? (double)targets : 1);
    target->samples = sums.samples;
    target->values = sums.values;
    return GML_OK;
}

gml_status gml_target_begin_batch(const gml_network *network, const gml_target_setup *setup, const gml_batch *batch,
                                  gml_target *target)
{
    const gml_loss_row *loss = setup->loss;
    gml_matrix y = batch->y;
    gml_status status = check_shape(network, loss, y);
    if (status != GML_OK) {
        return status;
    }
    size_t outputs = gml_network_outputs(network);
    *target = (gml_target){.setup = *setup, .cols = y.cols, .names = batch->names};
    target->class_numbers = y.cols == 1 && outputs > 1 && !loss->variances;
    target->one_hot = target->class_numbers && !loss->class_numbers;
    target->width = target->one_hot ? outputs : y.cols;
    target->mapped = network->log_targets && !target->class_numbers;
    const bool raw = target->class_numbers || target->mapped;
    target->call = (gml_gather_call){
        .cols = y.cols,
        .source = y.data,
        .source_dtype = y.dtype,
        .source_stride = y.stride,
        .order = batch->order,
        .shift = raw ? NULL : network->target.shift,
        .scale = raw ? NULL : network->target.scale,
        .target_stride = y.cols,
    };
    if (!target->class_numbers && (status = gml_target_check_scaling(network, loss)) != GML_OK) {
        return status;
    }
    return set_weights(network, batch, target);
}

void *gml_target_values(const gml_network *network, const gml_target *target, size_t row)
{
    return (char *)target->setup.values + row * target->width * network->kernels->size;
}

static gml_bad_target bad_class(const gml_kernels *kernels, size_t rows, size_t classes, const void *numbers)
{
    size_t bad = kernels->data->first_bad_class(rows, classes, numbers);
    if (bad < rows) {
        return (gml_bad_target){.row = bad, .value = gml_entry_at(kernels->dtype, numbers, bad)};
    }
    return (gml_bad_target){.row = SIZE_MAX};
}

gml_bad_target gml_target_gather(const gml_network *network, const gml_target *target, gml_rows rows)
{
    const gml_kernels *kernels = network->kernels;
    size_t outputs = gml_network_outputs(network);
    void *gathered =
        gml_rows_gather(kernels, target->call, rows, target->one_hot ? target->setup.classes : target->setup.values);
    gml_bad_target bad = {.row = SIZE_MAX};
    if (target->mapped) {
        const gml_target_map map = gml_network_target_map(network);
        gml_targets_learned(&map, gml_matrix_view(gathered, kernels->dtype, rows.count, target->cols));
    }
    if (!target->class_numbers && target->setup.loss->domain != GML_DOMAIN_ANY) {
        bad = gml_loss_bad_target(kernels, target->setup.loss, rows.count, target->cols, gathered);
    }
    if (target->weighing.masked && target->weighing.whole_rows) {
        kernels->data->fill_unknown(rows.count, target->cols, 0, NULL, gathered);
    }
    if (target->class_numbers) {
        bad = bad_class(kernels, rows.count, outputs, gathered);
    }
    if (bad.row != SIZE_MAX) {
        bad.row += rows.first;
        return bad;
    }
    if (target->one_hot) {
        kernels->data->one_hot(rows.count, outputs, gathered, gml_target_values(network, target, rows.first));
    }
    return (gml_bad_target){.row = SIZE_MAX};
}

void gml_target_gather_unscaled(const gml_network *network, const gml_target *target, gml_rows rows)
{
    gml_gather_call call = target->call;
    call.shift = call.scale = NULL;
    gml_rows_gather(network->kernels, call, rows, target->setup.values);
}

gml_status gml_target_refuse(const gml_network *network, const gml_target *target, const gml_bad_target *bad)
{
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&target->names, bad->row, place);
    if (target->class_numbers) {
        return gml_fail(network->context, GML_ERROR_DATA, "%s: the target is %g, not a class number from 0 to %zu",
                        place, bad->value, gml_network_outputs(network) - 1);
    }
    return gml_loss_refuse_target(network->context, target->setup.loss, place, bad);
}
