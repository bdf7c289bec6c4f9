/* kernel/activation/table.c - the table of activations. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"

GML_INLINE real saved_slope(real slope, const real *k)
{
    (void)k;
    return slope;
}

void GML_VARIANT(gml_slope_backward)(const gml_backward_call *call)
{
    backward(call, NULL, saved_slope);
}

static const void *const rows[] = {
    GML_VARIANT(gml_bounded_activations), GML_VARIANT(gml_gate_activations),    GML_VARIANT(gml_line_activations),
    GML_VARIANT(gml_smooth_activations),  GML_VARIANT(gml_softmax_activations), GML_VARIANT(gml_learned_activations),
    GML_VARIANT(gml_mixture_activations), GML_VARIANT(gml_series_activations),  NULL};

const gml_activation_kernels GML_VARIANT(gml_activation_kernels) = {
    .rows = rows,
    .custom = &GML_VARIANT(gml_custom_activation),
};
