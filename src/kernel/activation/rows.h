/* kernel/activation/rows.h - the rows of the table of activations: one array for each file; table.c lists them. */
#ifndef GML_KERNEL_ACTIVATION_ROWS_H
#define GML_KERNEL_ACTIVATION_ROWS_H

#include "kernel/activation/activation.h"
#include "kernel/variant.h"

extern const gml_activation_kernel GML_VARIANT(gml_bounded_activations)[], GML_VARIANT(gml_gate_activations)[],
    GML_VARIANT(gml_line_activations)[], GML_VARIANT(gml_smooth_activations)[], GML_VARIANT(gml_softmax_activations)[];

/* trainable */
extern const gml_activation_kernel GML_VARIANT(gml_learned_activations)[], GML_VARIANT(gml_mixture_activations)[],
    GML_VARIANT(gml_series_activations)[];

extern const gml_activation_kernel GML_VARIANT(gml_custom_activation);

/* The backward kernel of every row with a saved slope. */
void GML_VARIANT(gml_slope_backward)(const gml_backward_call *call);

#endif
