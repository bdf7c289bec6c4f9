/* measure/ensemble_input.c - predicts batches of an ensemble for its loss. */
#include "measure/ensemble_input.h"

#include "engine/predict.h"
#include "kernel/data/data.h"

void gml_ensemble_input_lay_out(gml_ensemble_input *input, const gml_network *network, const gml_dataset *dataset,
                                size_t batch, gml_layout *layout, void *arena)
{
    const size_t rows = network->ensemble != NULL ? batch : 0, outputs = gml_network_outputs(network);
    input->dtype = dataset->inputs.dtype == GML_F64 ? GML_F64 : GML_F32;
    input->inputs = gml_layout_take(layout, arena, rows, dataset->schema.features, gml_dtype_size(input->dtype));
    input->outputs = gml_layout_take(layout, arena, rows, outputs, network->kernels->size);
    input->values = gml_layout_take(layout, arena, rows, outputs, network->kernels->size);
}

gml_matrix gml_ensemble_input_read(const gml_ensemble_input *input, const gml_network *network,
                                   const gml_objective *objective, gml_matrix x, const size_t *order, size_t rows)
{
    const gml_kernels *kernels = network->kernels;
    const size_t outputs = gml_network_outputs(network);
    network->context->kernels[input->dtype]->data->gather(&(gml_gather_call){.rows = rows,
                                                                             .cols = x.cols,
                                                                             .source = x.data,
                                                                             .source_dtype = x.dtype,
                                                                             .source_stride = x.stride,
                                                                             .order = order,
                                                                             .target = input->inputs,
                                                                             .target_stride = x.cols});
    gml_predict_ensemble(network, gml_matrix_view(input->inputs, input->dtype, rows, x.cols),
                         gml_matrix_view(input->outputs, kernels->dtype, rows, outputs));
    const bool log = network->log_targets;
    kernels->data->gather(&(gml_gather_call){.rows = rows,
                                             .cols = outputs,
                                             .source = input->outputs,
                                             .source_dtype = kernels->dtype,
                                             .source_stride = outputs,
                                             .shift = log ? NULL : network->target.shift,
                                             .scale = log ? NULL : network->target.scale,
                                             .target = input->values,
                                             .target_stride = outputs});
    if (log) {
        const gml_target_map map = gml_network_target_map(network);
        gml_targets_learned(&map, gml_matrix_view(input->values, kernels->dtype, rows, outputs));
    }
    if (objective->linear_output) {
        gml_objective_to_logits(kernels, objective, rows * outputs, input->values);
    }
    return gml_matrix_view(input->values, kernels->dtype, rows, outputs);
}
