/* kernel/loss/rows.h - the rows of the table of losses, by the file they live in. */
#ifndef GML_KERNEL_LOSS_ROWS_H
#define GML_KERNEL_LOSS_ROWS_H

#include "kernel/loss/loss.h"
#include "kernel/variant.h"

extern const gml_loss_kernel GML_VARIANT(gml_custom_loss);

/* cross_entropy.c, loss_binary.c, loss_cosine.c: rows of gml_losses. */
double GML_VARIANT(gml_softmax_cross_entropy)(const gml_loss_call *call);
double GML_VARIANT(gml_kl_divergence)(const gml_loss_call *call);
double GML_VARIANT(gml_binary_cross_entropy)(const gml_loss_call *call);
double GML_VARIANT(gml_focal)(const gml_loss_call *call);
double GML_VARIANT(gml_hinge)(const gml_loss_call *call);
double GML_VARIANT(gml_squared_hinge)(const gml_loss_call *call);
double GML_VARIANT(gml_poisson)(const gml_loss_call *call);
double GML_VARIANT(gml_gamma)(const gml_loss_call *call);
double GML_VARIANT(gml_tweedie)(const gml_loss_call *call);
double GML_VARIANT(gml_gaussian_nll)(const gml_loss_call *call);
double GML_VARIANT(gml_cosine)(const gml_loss_call *call);

#endif
