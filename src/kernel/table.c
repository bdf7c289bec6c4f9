/* kernel/table.c - the table of one variant. */
#include "kernel/variant.h"

const gml_kernels GML_VARIANT(gml_kernels) = {
    .isa = GML_ISA,
    .dtype = GML_REAL,
    .size = sizeof(real),
    .activation = &GML_VARIANT(gml_activation_kernels),
    .data = &GML_VARIANT(gml_data_kernels),
    .embed = &GML_VARIANT(gml_embed_kernels),
    .entry = &GML_VARIANT(gml_entry_kernels),
    .explain = &GML_VARIANT(gml_explain_kernels),
    .loss = &GML_VARIANT(gml_loss_kernels),
    .matrix = &GML_VARIANT(gml_matrix_kernels),
    .measure = &GML_VARIANT(gml_measure_kernels),
    .norm = &GML_VARIANT(gml_norm_kernels),
    .observe = &GML_VARIANT(gml_observe_kernels),
    .order = &GML_FOR_ISA(gml_order_kernels),
    .product = &GML_VARIANT(gml_product_kernels),
    .random = &GML_VARIANT(gml_random_kernels),
    .update = &GML_VARIANT(gml_update_kernels),
};
