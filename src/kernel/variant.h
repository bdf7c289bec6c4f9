/* kernel/variant.h - the tables of one variant, one for each family of kernels; table.c collects them. */
#ifndef GML_KERNEL_VARIANT_H
#define GML_KERNEL_VARIANT_H

#include "kernel/real.h"

extern const gml_kernels GML_VARIANT(gml_kernels);

extern const struct gml_activation_kernels GML_VARIANT(gml_activation_kernels);
extern const struct gml_data_kernels GML_VARIANT(gml_data_kernels);
extern const struct gml_embed_kernels GML_VARIANT(gml_embed_kernels);
extern const struct gml_entry_kernels GML_VARIANT(gml_entry_kernels);
extern const struct gml_explain_kernels GML_VARIANT(gml_explain_kernels);
extern const struct gml_loss_kernels GML_VARIANT(gml_loss_kernels);
extern const struct gml_matrix_kernels GML_VARIANT(gml_matrix_kernels);
extern const struct gml_measure_kernels GML_VARIANT(gml_measure_kernels);
extern const struct gml_norm_kernels GML_VARIANT(gml_norm_kernels);
extern const struct gml_observe_kernels GML_VARIANT(gml_observe_kernels);
extern const struct gml_product_kernels GML_VARIANT(gml_product_kernels);
extern const struct gml_random_kernels GML_VARIANT(gml_random_kernels);
extern const struct gml_update_kernels GML_VARIANT(gml_update_kernels);

#endif
