/* kernel/loss/rows.h - the rows of the table of losses: one array for each file; table.c lists them. */
#ifndef GML_KERNEL_LOSS_ROWS_H
#define GML_KERNEL_LOSS_ROWS_H

#include "kernel/loss/loss.h"
#include "kernel/variant.h"

extern const gml_loss_kernel GML_VARIANT(gml_binary_losses)[], GML_VARIANT(gml_cosine_losses)[],
    GML_VARIANT(gml_cross_entropy_losses)[], GML_VARIANT(gml_deviance_losses)[], GML_VARIANT(gml_gaussian_losses)[];

extern const gml_loss_kernel GML_VARIANT(gml_custom_loss);

#endif
