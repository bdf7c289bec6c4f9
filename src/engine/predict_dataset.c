/* engine/predict_dataset.c - predictions of all samples of a dataset, chunk by chunk. */
#include "base/least.h"
#include "base/view.h"
#include "data/rows.h"
#include "engine/predict.h"
#include "kernel/data/data.h"
#include "network/ensemble.h"

static gml_status check_columns(const gml_network *network, const gml_dataset *dataset)
{
    const gml_ensemble *ensemble = network->ensemble;
    gml_status status = gml_network_check_names(network, &dataset->schema);
    if (ensemble == NULL && status == GML_OK) {
        return gml_network_check_features(network, &dataset->schema);
    }
    for (size_t i = 0; ensemble != NULL && status == GML_OK && i < ensemble->count; i++) {
        status = gml_network_check_features(ensemble->members[i], &dataset->schema);
    }
    return status;
}

static gml_status check(const gml_network *network, const gml_dataset *dataset, gml_matrix y)
{
    gml_status status = check_columns(network, dataset);
    return status == GML_OK ? gml_view_check(network->context, "outputs", y, network->kernels->dtype, dataset->size,
                                             gml_network_outputs(network))
                            : status;
}

/* Returns the inputs of a batch: rows of the source, or gathered into `memory`. */
static gml_matrix inputs_of(const gml_batch *batch, const gml_kernels *kernels, void *memory)
{
    if (batch->order == NULL) {
        return batch->x;
    }
    kernels->data->gather(&(gml_gather_call){.rows = batch->rows,
                                             .cols = batch->x.cols,
                                             .source = batch->x.data,
                                             .source_dtype = batch->x.dtype,
                                             .source_stride = batch->x.stride,
                                             .order = batch->order,
                                             .target = memory,
                                             .target_stride = batch->x.cols});
    return gml_matrix_view(memory, kernels->dtype, batch->rows, batch->x.cols);
}

static gml_status predict(const gml_network *network, const gml_dataset *dataset, gml_matrix y, void *memory)
{
    const gml_kernels *kernels = network->context->kernels[dataset->inputs.dtype == GML_F64 ? GML_F64 : GML_F32];
    gml_batch_room room;
    gml_status status = GML_OK;
    for (size_t first = 0, rows = 0; status == GML_OK && first < dataset->size; first += rows) {
        const gml_batch batch = gml_dataset_batch(dataset, first, GML_BATCH_ROOM, &room);
        const gml_matrix part = gml_matrix_rows(y, first, batch.rows);
        rows = batch.rows;
        status = gml_network_predict(network, inputs_of(&batch, kernels, memory), part);
        if (status == GML_OK) {
            status = gml_network_check_samples(network, dataset, first, rows, part, NULL);
        }
    }
    return status;
}

gml_status gml_network_predict_dataset(const gml_network *network, const gml_dataset *dataset, gml_matrix y)
{
    gml_status status = gml_refuse_null(network != NULL ? network->context : gml_dataset_context(dataset), __func__,
                                        (gml_argument[]){{"network", network}, {"dataset", dataset}, {0}});
    if (status == GML_OK) {
        status = check(network, dataset, y);
    }
    if (status != GML_OK) {
        return status;
    }
    const size_t chunk = gml_least(dataset->size, GML_BATCH_ROOM),
                 gathered = gml_selects_all(&dataset->chosen) ? 0 : chunk;
    const size_t row = dataset->schema.features * sizeof(double);
    void *memory = gathered > 0 ? gml_allocate(network->context, gathered, row, "gathered inputs") : NULL;
    if (gathered > 0 && memory == NULL) {
        return GML_ERROR_MEMORY;
    }
    status = predict(network, dataset, y, memory);
    gml_release(network->context, memory, gathered, row);
    return status;
}
