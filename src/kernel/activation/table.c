/* kernel/activation/table.c - the table of activations, in the order of layer/activation.c. */
#include "kernel/activation/map.h"
#include "kernel/activation/rows.h"

/* Of every row that saves its slope. */
GML_INLINE real saved_slope(real slope, const real *k)
{
    (void)k;
    return slope;
}

static void slope_backward(const gml_backward_call *call)
{
    backward(call, NULL, saved_slope);
}

const gml_activation_kernel GML_VARIANT(gml_activations)[] = {
    {.name = "identity",
     .slope_from_value = 1,
     .identity = 1,
     .forward = GML_VARIANT(gml_identity_forward),
     .backward = GML_VARIANT(gml_identity_backward)},
    {.name = "step", .forward = GML_VARIANT(gml_step_forward), .backward = slope_backward},
    {.name = "sign", .forward = GML_VARIANT(gml_sign_forward), .backward = slope_backward},
    {.name = "sigmoid",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_sigmoid_forward),
     .backward = GML_VARIANT(gml_sigmoid_backward)},
    {.name = "log_sigmoid", .forward = GML_VARIANT(gml_log_sigmoid_forward), .backward = slope_backward},
    {.name = "hard_sigmoid",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_hard_sigmoid_forward),
     .backward = GML_VARIANT(gml_hard_sigmoid_backward)},
    {.name = "tanh",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_tanh_forward),
     .backward = GML_VARIANT(gml_tanh_backward)},
    {.name = "hard_tanh",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_hard_tanh_forward),
     .backward = GML_VARIANT(gml_hard_tanh_backward)},
    {.name = "lecun_tanh",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_lecun_tanh_forward),
     .backward = GML_VARIANT(gml_lecun_tanh_backward)},
    {.name = "softsign",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_softsign_forward),
     .backward = GML_VARIANT(gml_softsign_backward)},
    {.name = "relu",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_relu_forward),
     .backward = GML_VARIANT(gml_relu_backward)},
    {.name = "relu6",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_relu6_forward),
     .backward = GML_VARIANT(gml_relu6_backward)},
    {.name = "squared_relu", .forward = GML_VARIANT(gml_squared_relu_forward), .backward = slope_backward},
    {.name = "leaky_relu",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_leaky_relu_forward),
     .backward = GML_VARIANT(gml_leaky_relu_backward),
     .usual = 0.01},
    {.name = "elu",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_elu_forward),
     .backward = GML_VARIANT(gml_elu_backward),
     .usual = 1},
    {.name = "celu",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_celu_forward),
     .backward = GML_VARIANT(gml_celu_backward),
     .usual = 1},
    {.name = "selu",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_selu_forward),
     .backward = GML_VARIANT(gml_selu_backward)},
    {.name = "exponential",
     .slope_from_value = 1,
     .forward = GML_VARIANT(gml_exponential_forward),
     .backward = GML_VARIANT(gml_exponential_backward)},
    {.name = "softplus", .forward = GML_VARIANT(gml_softplus_forward), .backward = slope_backward, .usual = 1},
    {.name = "squareplus", .forward = GML_VARIANT(gml_squareplus_forward), .backward = slope_backward, .usual = 4},
    {.name = "gelu", .forward = GML_VARIANT(gml_gelu_forward), .backward = slope_backward},
    {.name = "gelu_tanh", .forward = GML_VARIANT(gml_gelu_tanh_forward), .backward = slope_backward},
    {.name = "silu", .forward = GML_VARIANT(gml_silu_forward), .backward = slope_backward},
    {.name = "hard_swish", .forward = GML_VARIANT(gml_hard_swish_forward), .backward = slope_backward},
    {.name = "mish", .forward = GML_VARIANT(gml_mish_forward), .backward = slope_backward},
    {.name = "gaussian", .forward = GML_VARIANT(gml_gaussian_forward), .backward = slope_backward},
    {.name = "sine", .forward = GML_VARIANT(gml_sine_forward), .backward = slope_backward, .usual = 1},
    {.name = "softmax",
     .slope_from_value = 1,
     .whole_rows = 1,
     .forward = GML_VARIANT(gml_softmax_forward),
     .backward = GML_VARIANT(gml_softmax_backward)},
    {.name = "log_softmax",
     .slope_from_value = 1,
     .whole_rows = 1,
     .forward = GML_VARIANT(gml_log_softmax_forward),
     .backward = GML_VARIANT(gml_log_softmax_backward)},
    {.name = NULL},
};

static const gml_activation_kernel custom = {.forward = GML_VARIANT(gml_custom_forward), .backward = slope_backward};

const gml_activation_kernels GML_VARIANT(gml_activation_kernels) = {
    .fixed = GML_VARIANT(gml_activations),
    .trainable = GML_VARIANT(gml_trainables),
    .custom = &custom,
};
