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
        .entry = {.name = "gelu",
                  .summary = "x times the probability that a normal number is below x",
                  .formula = "f(x) = x Phi(x), Phi(x) = (1 + erf(x / sqrt(2))) / 2",
                  .derivative = "f'(x) = Phi(x) + x phi(x), phi(x) = exp(-x^2 / 2) / sqrt(2 pi)",
                  .pitfall = "Not monotonic: it falls to -0.17 at x = -0.75. gelu_tanh is another function, up to 5e-4 "
                             "away; a model trained with one is not one with the other.",
                  .source = "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016"},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "gelu_tanh",
                  .summary = "an approximation of gelu by tanh, a function of its own",
                  .formula = "f(x) = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2",
                  .derivative =
                      "f'(x) = s + x s (1 - s) u', s = 1 / (1 + exp(-u)), u = sqrt(8 / pi) (x + 0.044715 x^3)",
                  .pitfall = "Up to 5e-4 away from gelu. Written with 1 + tanh it cancels for x < 0; here it does not.",
                  .source = "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016, section 2"},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "silu",
                  .summary = "x times its sigmoid; also called swish",
                  .formula = "f(x) = x s, s = 1 / (1 + exp(-x))",
                  .derivative = "f'(x) = s (1 + x (1 - s))",
                  .pitfall = "Not monotonic: it falls to -0.28 at x = -1.28.",
                  .source = "Elfwing, Uchibe and Doya, Sigmoid-Weighted Linear Units, 2017; Ramachandran, Zoph and Le, "
                            "Searching for Activation Functions, 2017"},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "mish",
                  .summary = "x times the tanh of its softplus",
                  .formula = "f(x) = x tanh(log(1 + exp(x)))",
                  .derivative = "f'(x) = n / (n + 2) + 4 x w (w + 1) / (n + 2)^2, w = exp(x), n = w (w + 2)",
                  .pitfall = "Not monotonic: it falls to -0.31 at x = -1.19.",
                  .source = "Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019"},
        .initializer = "he_uniform",
    },
    {
        .entry = {.name = "softplus",
                  .summary = "a smooth rectifier: above 0 everywhere",
                  .formula = "f(x) = log(1 + exp(beta x)) / beta",
                  .derivative = "f'(x) = 1 / (1 + exp(-beta x))",
                  .pitfall =
                      "Its mean is far from 0, which slows deep stacks; useful for outputs that must be positive.",
                  .source = "Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, "
                            "2001",
                  .parameters = {{"beta", 1, 1e-3, 1e3, "how sharply it bends: relu is the limit"}},
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
