/* explain/effects/outputs.c - predictions with replaced columns. */
#include "explain/effects/outputs.h"

#include <string.h>

#include "base/layout.h"
#include "base/least.h"
#include "engine/objective.h"
#include "kernel/data/data.h"

static void lay_out(void *owner, gml_layout *layout)
{
    gml_outputs *outputs = owner;
    const size_t columns = gml_network_outputs(outputs->network), most = outputs->most;
    outputs->inputs = gml_layout_take(layout, outputs->arena, most, outputs->dataset->schema.features,
                                      gml_dtype_size(outputs->dtype));
    outputs->raw = gml_layout_take(layout, outputs->arena, most, columns, outputs->network->kernels->size);
    outputs->values = gml_layout_take(layout, outputs->arena, most, columns, sizeof(double));
    outputs->weights = gml_layout_take(layout, outputs->arena, most, 1, sizeof(double));
    outputs->sums = gml_layout_take(layout, outputs->arena, 1, columns, sizeof(double));
}

/* The function that turns outputs into probabilities: that of the loss, unless the network's last layer has it. */
static gml_status find_link(gml_outputs *outputs)
{
    const gml_network *network = outputs->network;
    const gml_task task = network->schema.task != GML_TASK_AUTO ? network->schema.task : outputs->dataset->schema.task;
    if (task != GML_TASK_CLASSIFICATION) {
        return GML_OK;
    }
    gml_objective objective;
    gml_status status = gml_objective_bind(network, gml_network_fact(network, "loss"), &objective);
    if (status != GML_OK) {
        return status;
    }
    outputs->signed_scores = objective.row->scores;
    if (objective.row->link != NULL && !objective.linear_output) {
        outputs->link = strcmp(objective.row->link, "softmax") == 0 ? GML_LINK_SOFTMAX : GML_LINK_SIGMOID;
    }
    return GML_OK;
}

gml_status gml_outputs_create(const gml_network *network, const gml_dataset *dataset, size_t most, gml_outputs *outputs)
{
    *outputs = (gml_outputs){.network = network, .dataset = dataset};
    outputs->most = gml_least(dataset->size, most);
    outputs->dtype = dataset->inputs.dtype == GML_F64 ? GML_F64 : GML_F32;
    gml_status status = find_link(outputs);
    return status == GML_OK ? gml_layout_make(network->context, lay_out, outputs, "an explanation",
                                              network->description, &outputs->arena, &outputs->arena_size)
                            : status;
}

void gml_outputs_destroy(gml_outputs *outputs)
{
    if (outputs->network != NULL) {
        gml_release(outputs->network->context, outputs->arena, outputs->arena_size, 1);
    }
    *outputs = (gml_outputs){0};
}

void gml_outputs_read(gml_outputs *outputs, size_t first)
{
    gml_batch_room room;
    const gml_batch batch = gml_dataset_batch(outputs->dataset, first, outputs->most, &room);
    outputs->rows = batch.rows;
    outputs->network->context->kernels[outputs->dtype]->data->gather(&(gml_gather_call){.rows = batch.rows,
                                                                                        .cols = batch.x.cols,
                                                                                        .source = batch.x.data,
                                                                                        .source_dtype = batch.x.dtype,
                                                                                        .source_stride = batch.x.stride,
                                                                                        .order = batch.order,
                                                                                        .target = outputs->inputs,
                                                                                        .target_stride = batch.x.cols});
    for (size_t i = 0; i < batch.rows; i++) {
        const size_t row = batch.order != NULL ? batch.order[i] : i;
        outputs->weights[i] = batch.weights != NULL ? batch.weights[row] : 1;
    }
}

void gml_outputs_replace(gml_outputs *outputs, size_t column, const double *values, bool each)
{
    const size_t cols = outputs->dataset->schema.features;
    outputs->network->context->kernels[outputs->dtype]->data->gather(
        &(gml_gather_call){.rows = outputs->rows,
                           .cols = 1,
                           .source = values,
                           .source_dtype = GML_F64,
                           .source_stride = each ? 1 : 0,
                           .target = (char *)outputs->inputs + column * gml_dtype_size(outputs->dtype),
                           .target_stride = cols});
}

gml_status gml_outputs_predict(gml_outputs *outputs, size_t first)
{
    const gml_network *network = outputs->network;
    gml_context *context = network->context;
    const size_t columns = gml_network_outputs(network), rows = outputs->rows;
    const gml_matrix inputs = gml_matrix_view(outputs->inputs, outputs->dtype, rows, outputs->dataset->schema.features);
    const gml_matrix raw = gml_matrix_view(outputs->raw, network->kernels->dtype, rows, columns);
    gml_status status = gml_network_predict(network, inputs, raw);
    if (status != GML_OK) {
        return status;
    }
    context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = rows,
                                                               .cols = columns,
                                                               .source = raw.data,
                                                               .source_dtype = raw.dtype,
                                                               .source_stride = columns,
                                                               .target = outputs->values,
                                                               .target_stride = columns});
    const size_t bad = context->kernels[GML_F64]->data->first_nonfinite(rows * columns, outputs->values);
    if (bad < rows * columns) {
        char place[GML_ORIGIN_SIZE];
        gml_dataset_place(outputs->dataset, first + bad / columns, place);
        return gml_fail(context, GML_ERROR_DATA, "%s: number %zu of the prediction is %g; a finite number is needed",
                        place, bad % columns + 1, outputs->values[bad]);
    }
    if (outputs->link == GML_LINK_SOFTMAX) {
        gml_softmax_rows(rows, columns, outputs->values);
    } else if (outputs->link == GML_LINK_SIGMOID) {
        gml_sigmoid_entries(rows * columns, outputs->values);
    }
    return GML_OK;
}
