/* kernel/activation/trainable_rows.h - trainable activations that learn many numbers: rows of the table in trainable.c.
 */
#ifndef GML_KERNEL_ACTIVATION_TRAINABLE_ROWS_H
#define GML_KERNEL_ACTIVATION_TRAINABLE_ROWS_H

#include "kernel/activation/rows.h"

/* trainable_series.c */
forward_kernel GML_VARIANT(gml_piecewise_linear_forward), GML_VARIANT(gml_rational_forward);
backward_kernel GML_VARIANT(gml_piecewise_linear_backward), GML_VARIANT(gml_rational_backward);

/* trainable_mixture.c */
forward_kernel GML_VARIANT(gml_mixture_forward);
backward_kernel GML_VARIANT(gml_mixture_backward);

#endif
