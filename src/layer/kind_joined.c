/* layer/kind_joined.c - rows of the table of kinds: layers that join several values, and ensembles in one network. */
#include "layer/kinds.h"

#define GATE(gate_name, gate_activation, gate_summary, gate_formula)                                                   \
    {                                                                                                                  \
        .entry = {.name = (gate_name),                                                                                 \
                  .summary = (gate_summary),                                                                           \
                  .formula = (gate_formula),                                                                           \
                  .derivative = "dy/da = g(b), dy/db = a g'(b)",                                                       \
                  .pitfall = "Has half as many outputs as inputs: the layer before needs twice the units.",            \
                  .source = "Shazeer, GLU Variants Improve Transformer, 2020"},                                        \
        .whole_rows = true, .gate = (gate_activation), .gives_one_for = 2, .forward = gml_gate_forward,                \
        .propagate = gml_gate_propagate                                                                                \
    }

static const gml_layer_kind rows[] = {
    {
        .entry = {.name = "residual",
                  .summary = "adds the input of the last few layers to their output, which helps deep networks train",
                  .formula = "y = x + the input of the last `over` layers",
                  .derivative = "the gradient of both terms is dy",
                  .pitfall = "Both terms must have the same width. Start the layers it spans with a normalisation, or "
                             "keep their outputs small.",
                  .source = "He et al., Deep Residual Learning for Image Recognition, 2016",
                  .parameters = {{"over", 1, 1, 1024, "number of layers it spans"}},
                  .parameter_count = 1},
        .reads_earlier = true,
        .by_members = true,
        .gives_one_for = 1,
        .forward = gml_residual_forward,
        .propagate = gml_copy_gradient,
    },
    GATE("glu", "sigmoid", "multiplies half of its inputs by the sigmoid of the other half",
         "y = a sigmoid(b), x = [a b]"),
    GATE("reglu", "relu", "multiplies half of its inputs by the ReLU of the other half", "y = a relu(b), x = [a b]"),
    GATE("geglu", "gelu", "multiplies half of its inputs by the GELU of the other half", "y = a gelu(b), x = [a b]"),
    GATE("swiglu", "silu", "multiplies half of its inputs by the SiLU of the other half", "y = a silu(b), x = [a b]"),
    {
        .entry = {.name = "members",
                  .summary = "begins an ensemble in one network: copies its inputs for each member; the dense layers "
                             "after it share their weights among the members",
                  .formula = "y = [x x ... x], `count` times",
                  .derivative = "dx = sum of dy over the members",
                  .pitfall = "Members that begin alike stay alike: put a scale with random signs or normal numbers "
                             "behind it, and give the last dense layer `heads`.",
                  .source = "Wen, Tran and Ba, BatchEnsemble: An Alternative Approach to Efficient Ensemble and "
                            "Lifelong Learning, 2020",
                  .parameters = {{"count", 32, 2, 4096, "number of members"}},
                  .parameter_count = 1},
        .settle_outputs = gml_members_settle,
        .forward = gml_members_forward,
        .propagate = gml_members_propagate,
    },
    {
        .entry = {.name = "average",
                  .summary = "ends an ensemble in one network: the mean of the members' values; as the last layer, it "
                             "gives each member its own loss in training",
                  .formula = "y = (x_1 + x_2 + ... + x_k) / k; as the last layer, in training, the loss is the mean "
                             "of the losses of x_1, x_2 ... x_k",
                  .derivative =
                      "dx_j = dy / k; as the last layer, in training, the gradient of the loss of x_j, over k",
                  .pitfall = "Averages what the layer before it gives: put softmax there to average probabilities.",
                  .source = "Gorishniy, Kotelnikov and Babenko, TabM: Advancing Tabular Deep Learning with "
                            "Parameter-Efficient Ensembling, 2024"},
        .by_members = true,
        .averages = true,
        .settle_outputs = gml_average_settle,
        .forward = gml_average_forward,
        .propagate = gml_average_propagate,
    },
};

const gml_layer_kinds gml_kinds_joined = {rows, sizeof rows / sizeof rows[0]};
