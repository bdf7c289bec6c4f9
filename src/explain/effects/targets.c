/* explain/effects/targets.c - reads and checks the classes of samples. */
#include "explain/effects/targets.h"

#include "engine/objective.h"
#include "kernel/data/data.h"
#include "kernel/measure/accumulate.h"
#include "measure/evaluate.h"

gml_status gml_targets_check_classes(const gml_network *network, const gml_dataset *dataset)
{
    if (dataset->targets.data != NULL && dataset->schema.task != GML_TASK_CLASSIFICATION) {
        return gml_fail(network->context, GML_ERROR_ARGUMENT, "the targets are values; classes are needed");
    }
    gml_objective objective;
    gml_status status = gml_objective_bind(network, gml_network_fact(network, "loss"), &objective);
    status = status == GML_OK ? gml_check_dataset(network, dataset, objective.row) : status;
    return status == GML_OK ? gml_network_check_samples(network, dataset, 0, dataset->size, gml_matrix_none(), NULL)
                            : status;
}

gml_status gml_targets_read_classes(const gml_dataset *dataset, const gml_batch *batch, double *classes,
                                    double *weights)
{
    dataset->context->kernels[GML_F64]->data->gather(&(gml_gather_call){.rows = batch->rows,
                                                                        .cols = 1,
                                                                        .source = batch->y.data,
                                                                        .source_dtype = batch->y.dtype,
                                                                        .source_stride = batch->y.stride,
                                                                        .order = batch->order,
                                                                        .target = classes,
                                                                        .target_stride = 1});
    for (size_t i = 0; i < batch->rows; i++) {
        const size_t row = batch->order != NULL ? batch->order[i] : i;
        weights[i] = batch->weights != NULL ? batch->weights[row] : 1;
    }
    const size_t bad = gml_first_not_class(batch->rows, classes, dataset->schema.classes, dataset->masked);
    if (bad == batch->rows) {
        return GML_OK;
    }
    char place[GML_ORIGIN_SIZE];
    gml_batch_name(&batch->names, bad, place);
    return gml_fail(dataset->context, GML_ERROR_DATA,
                    "%s: the target is %g, not a class number, an integer from 0 to %zu", place, classes[bad],
                    dataset->schema.classes - 1);
}
