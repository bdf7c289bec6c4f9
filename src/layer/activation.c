/* layer/activation.c - the table of activations. The functions themselves are kernels of the same names. */
#include "layer/activation.h"

#include "gemmule/activation.h"

static const gml_activation_row rows[] = {
    {
        .entry = {.name = "identity",
                  .summary = "the value itself: for outputs that are any number",
                  .formula = "f(x) = x",
                  .derivative = "f'(x) = 1",
                  .pitfall = "Layers with nothing but it between them are no more than one linear layer.",
                  .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 6.2.2.1"},
        .initializer = "glorot_uniform",
    },
    {
        .entry = {.name = "step",
                  .summary = "the Heaviside step: on or off",
                  .formula = "f(x) = 1 if x >= 0, else 0",
                  .derivative = "0 where it exists; training uses the straight-through estimator 1 if |x| <= 1, else 0",
                  .pitfall = "Its true derivative teaches nothing; the estimator is no derivative, so a gradient check "
                             "does not apply.",
                  .source = "McCulloch and Pitts 1943; the estimator: Hubara et al., Binarized Neural Networks, 2016"},
        .initializer = "glorot_uniform",
        .straight_through = true,
    },
    {
        .entry = {.name = "sigmoid",
                  .summary = "the logistic function: into (0, 1)",
                  .formula = "f(x) = 1 / (1 + exp(-x))",
                  .derivative = "f'(x) = y (1 - y)",
                  .pitfall =
                      "Saturates: the derivative is at most 1/4 and in float exactly 0 above about x = 17, so deep "
                      "stacks of it learn slowly.",
                  .source =
                      "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"},
        .initializer = "glorot_uniform",
    },
    {
        .entry = {.name = "tanh",
                  .summary = "the hyperbolic tangent: into (-1, 1), odd",
                  .formula = "f(x) = tanh(x)",
                  .derivative = "f'(x) = 1 - y^2",
                  .pitfall = "Saturates on both sides; inputs should be standardised.",
                  .source = "LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998"},
        .initializer = "glorot_uniform",
    },
    {
        .entry = {.name = "relu",
                  .summary = "the rectifier: x where it is positive, else 0",
                  .formula = "f(x) = x if x > 0, else 0",
                  .derivative = "f'(x) = 1 if x > 0, else 0",
                  .pitfall =
                      "A unit whose input is negative for all samples no longer learns (dead); a smaller learning "
                      "rate or leaky_relu helps.",
                  .source = "Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010"},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "leaky_relu",
                  .summary = "the rectifier with a slope on the negative side",
                  .formula = "f(x) = x if x > 0, else slope * x",
                  .derivative = "f'(x) = 1 if x > 0, else slope",
                  .pitfall = "With slope 1 it is the identity; above 1 it is steeper where it is negative.",
                  .source =
                      "Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013",
                  .parameters = {{"slope", 0.01, 0, 1e6, "derivative on the negative side"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "softmax",
                  .summary = "a probability for each output of a row; they sum to 1",
                  .formula = "f(x)_i = exp(x_i - m) / sum over j of exp(x_j - m), m = max x",
                  .derivative = "d y_i / d x_j = y_i ([i = j] - y_j)",
                  .pitfall =
                      "Couples the outputs of a row. Train it with softmax_cross_entropy, which is computed on the "
                      "logits.",
                  .source = "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990"},
        .initializer = "glorot_uniform",
        .couples_columns = true,
    },
};

const gml_activation_row *gml_activation_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_activation_entry(size_t index)
{
    const gml_activation_row *row = gml_activation_row_at(index);
    return row != NULL ? &row->entry : NULL;
}
