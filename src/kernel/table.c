/* kernel/table.c - the table of one variant. */
#include "kernel/variant.h"

const gml_kernels GML_VARIANT(gml_kernels) = {
    .isa = GML_ISA,
    .dtype = GML_REAL,
    .size = sizeof(real),
    .activations = GML_VARIANT(gml_activations),
    .trainables = GML_VARIANT(gml_trainables),
    .losses = GML_VARIANT(gml_losses),
    .optimizers = GML_VARIANT(gml_optimizers),
    .gather = GML_VARIANT(gml_gather),
    .fill_uniform = GML_VARIANT(gml_fill_uniform),
    .fill_normal = GML_VARIANT(gml_fill_normal),
    .dropout = GML_VARIANT(gml_dropout),
    .product = GML_VARIANT(gml_product),
    .sum_rows = GML_VARIANT(gml_sum_rows),
    .scale_columns = GML_VARIANT(gml_scale_columns),
    .affine_columns = GML_VARIANT(gml_affine_columns),
    .sum_of_squares = GML_VARIANT(gml_sum_of_squares),
    .first_bad_class = GML_VARIANT(gml_first_bad_class),
    .one_hot = GML_VARIANT(gml_one_hot),
    .first_nonfinite = GML_VARIANT(gml_first_nonfinite),
    .count_correct = GML_VARIANT(gml_count_correct),
    .sum_squared_error = GML_VARIANT(gml_sum_squared_error),
};
