/* kernel/activation/rows.h - the rows of the table of activations, by the file they live in; activation.c gathers them.
 */
#ifndef GML_KERNEL_ACTIVATION_ROWS_H
#define GML_KERNEL_ACTIVATION_ROWS_H

#include "kernel/activation/activation.h"
#include "kernel/variant.h"

extern const gml_activation_kernel GML_VARIANT(gml_activations)[];
extern const gml_activation_kernel GML_VARIANT(gml_trainables)[];

typedef void forward_kernel(const gml_forward_call *call);
typedef void backward_kernel(const gml_backward_call *call);

/* activation_lines.c: pieces of lines */
forward_kernel GML_VARIANT(gml_identity_forward), GML_VARIANT(gml_step_forward), GML_VARIANT(gml_sign_forward),
    GML_VARIANT(gml_relu_forward), GML_VARIANT(gml_relu6_forward), GML_VARIANT(gml_leaky_relu_forward),
    GML_VARIANT(gml_hard_sigmoid_forward), GML_VARIANT(gml_hard_tanh_forward), GML_VARIANT(gml_hard_swish_forward),
    GML_VARIANT(gml_squared_relu_forward);
backward_kernel GML_VARIANT(gml_identity_backward), GML_VARIANT(gml_relu_backward), GML_VARIANT(gml_relu6_backward),
    GML_VARIANT(gml_leaky_relu_backward), GML_VARIANT(gml_hard_sigmoid_backward), GML_VARIANT(gml_hard_tanh_backward);

/* activation_bounded.c: bounded on one side or both, their slope a function of their value */
forward_kernel GML_VARIANT(gml_sigmoid_forward), GML_VARIANT(gml_tanh_forward), GML_VARIANT(gml_lecun_tanh_forward),
    GML_VARIANT(gml_softsign_forward), GML_VARIANT(gml_elu_forward), GML_VARIANT(gml_celu_forward),
    GML_VARIANT(gml_selu_forward), GML_VARIANT(gml_exponential_forward);
backward_kernel GML_VARIANT(gml_sigmoid_backward), GML_VARIANT(gml_tanh_backward), GML_VARIANT(gml_lecun_tanh_backward),
    GML_VARIANT(gml_softsign_backward), GML_VARIANT(gml_elu_backward), GML_VARIANT(gml_celu_backward),
    GML_VARIANT(gml_selu_backward), GML_VARIANT(gml_exponential_backward);

/* activation_gates.c: x times what rises from 0 to 1 */
forward_kernel GML_VARIANT(gml_gelu_forward), GML_VARIANT(gml_gelu_tanh_forward), GML_VARIANT(gml_silu_forward),
    GML_VARIANT(gml_mish_forward);

/* activation_smooth.c */
forward_kernel GML_VARIANT(gml_softplus_forward), GML_VARIANT(gml_squareplus_forward),
    GML_VARIANT(gml_log_sigmoid_forward), GML_VARIANT(gml_gaussian_forward), GML_VARIANT(gml_sine_forward);

/* activation_custom.c: the user's */
forward_kernel GML_VARIANT(gml_custom_forward);

/* softmax.c, log_softmax.c */
forward_kernel GML_VARIANT(gml_softmax_forward), GML_VARIANT(gml_log_softmax_forward);
backward_kernel GML_VARIANT(gml_softmax_backward), GML_VARIANT(gml_log_softmax_backward);

#endif
