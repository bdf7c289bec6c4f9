/* layer/activation.c - the table of activations. The functions themselves are kernels of the same names. */
#include "layer/activation.h"

/* ---- bounds that depend on arguments ---- */

static gml_bounds leaky_bounds(const double *arguments)
{
    return (gml_bounds){arguments[0] > 0 ? -INFINITY : 0, INFINITY, false, false};
}

static gml_bounds elu_bounds(const double *arguments)
{
    return (gml_bounds){-arguments[0], INFINITY, true, false};
}

/* ---- the rows ---- */

static const gml_activation_row rows[] = {
    {
        .entry = {.name = "identity",
                  .summary = "the identity, for unbounded outputs",
                  .formula = "f(x) = x",
                  .derivative = "f'(x) = 1",
                  .range = "all numbers",
                  .pitfall = "Consecutive layers without another activation equal one linear layer.",
                  .source = "Goodfellow, Bengio and Courville, Deep Learning, 2016, section 6.2.2.1"},
        .initializer = "glorot_uniform",
    },
    {
        .entry = {.name = "step",
                  .summary = "the Heaviside step function: 0 or 1",
                  .formula = "f(x) = 1 if x >= 0, else 0",
                  .derivative = "0 where it exists; training uses the straight-through estimator 1 if |x| <= 1, else 0",
                  .range = "0 or 1",
                  .pitfall = "Its derivative gives no training signal; the estimator is not a derivative, so a "
                             "gradient check does not apply.",
                  .source = "McCulloch and Pitts 1943; the estimator: Hubara et al., Binarized Neural Networks, 2016"},
        .initializer = "glorot_uniform",
        .bounds = {0, 1, false, false},
        .straight_through = true,
    },
    {
        .entry = {.name = "sign",
                  .summary = "the sign function: -1, 0 or 1",
                  .formula = "f(x) = 1 if x > 0, -1 if x < 0, else 0",
                  .derivative = "0 where it exists; training uses the straight-through estimator 1 if |x| <= 1, else 0",
                  .range = "-1, 0 or 1",
                  .pitfall = "Its derivative gives no training signal; the estimator is not a derivative, so a "
                             "gradient check does not apply.",
                  .source = "Rosenblatt 1958; the estimator: Hubara et al., Binarized Neural Networks, 2016"},
        .initializer = "glorot_uniform",
        .bounds = {-1, 1, false, false},
        .straight_through = true,
    },
    {
        .entry = {.name = "sigmoid",
                  .summary = "the logistic function, with values in (0, 1)",
                  .formula = "f(x) = 1 / (1 + exp(-x))",
                  .derivative = "f'(x) = y (1 - y)",
                  .range = "(0, 1)",
                  .pitfall = "Saturates: the derivative is at most 1/4 and in float exactly 0 above about x = 17, so "
                             "deep networks learn slowly.",
                  .source =
                      "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"},
        .initializer = "glorot_uniform",
        .bounds = {0, 1, true, true},
    },
    {
        .entry = {.name = "log_sigmoid",
                  .summary = "the logarithm of the sigmoid",
                  .formula = "f(x) = -log(1 + exp(-x))",
                  .derivative = "f'(x) = 1 / (1 + exp(x))",
                  .range = "(-inf, 0)",
                  .pitfall = "Never positive, and its mean is far from 0: for outputs that are log probabilities, not "
                             "for hidden layers.",
                  .source = "PyTorch, torch.nn.LogSigmoid"},
        .initializer = "glorot_uniform",
        .bounds = {-INFINITY, 0, false, true},
    },
    {
        .entry = {.name = "hard_sigmoid",
                  .summary = "piecewise linear approximation of the sigmoid",
                  .formula = "f(x) = 0 if x <= -3, 1 if x >= 3, else (x + 3) / 6",
                  .derivative = "f'(x) = 1/6 if -3 < x < 3, else 0",
                  .range = "[0, 1]",
                  .pitfall = "The gradient is 0 outside (-3, 3). Keras before 3 used x / 5 + 1/2.",
                  .source = "Howard et al., Searching for MobileNetV3, 2019"},
        .initializer = "glorot_uniform",
        .bounds = {0, 1, false, false},
    },
    {
        .entry = {.name = "tanh",
                  .summary = "the hyperbolic tangent: odd, with values in (-1, 1)",
                  .formula = "f(x) = tanh(x)",
                  .derivative = "f'(x) = 1 - y^2",
                  .range = "(-1, 1)",
                  .pitfall = "Saturates on both sides; inputs should be standardised.",
                  .source = "LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998"},
        .initializer = "glorot_uniform",
        .bounds = {-1, 1, true, true},
    },
    {
        .entry = {.name = "hard_tanh",
                  .summary = "piecewise linear approximation of tanh",
                  .formula = "f(x) = -1 if x <= -1, 1 if x >= 1, else x",
                  .derivative = "f'(x) = 1 if -1 < x < 1, else 0",
                  .range = "[-1, 1]",
                  .pitfall = "The gradient is 0 outside (-1, 1).",
                  .source = "Collobert, Large Scale Machine Learning, 2004"},
        .initializer = "glorot_uniform",
        .bounds = {-1, 1, false, false},
    },
    {
        .entry = {.name = "lecun_tanh",
                  .summary = "a tanh scaled so that f(1) = 1 and f(-1) = -1",
                  .formula = "f(x) = 1.7159 tanh(2 x / 3)",
                  .derivative = "f'(x) = (2/3) / 1.7159 (1.7159 - y) (1.7159 + y)",
                  .range = "(-1.7159, 1.7159)",
                  .pitfall =
                      "For inputs of variance 1 and targets of -1 and 1. Saturates on both sides. The derivative has "
                      "an error of up to 100 ULP in float and 750 in double where it approaches 0.",
                  .source = "LeCun, Bottou, Orr and Mueller, Efficient BackProp, 1998"},
        .initializer = "lecun_normal",
        .bounds = {-1.7159, 1.7159, true, true},
    },
    {
        .entry = {.name = "softsign",
                  .summary = "like tanh, but approaches its limits more slowly",
                  .formula = "f(x) = x / (1 + |x|)",
                  .derivative = "f'(x) = (1 - |y|)^2",
                  .range = "(-1, 1)",
                  .pitfall = "Saturates, although the derivative decays only as 1 / x^2, not exponentially.",
                  .source =
                      "Turian, Bergstra and Bengio, Quadratic Features and Deep Architectures for Chunking, 2009"},
        .initializer = "glorot_uniform",
        .bounds = {-1, 1, true, true},
    },
    {
        .entry = {.name = "relu",
                  .summary = "the rectifier: x if it is positive, else 0",
                  .formula = "f(x) = x if x > 0, else 0",
                  .derivative = "f'(x) = 1 if x > 0, else 0",
                  .range = "[0, inf)",
                  .pitfall = "A unit whose input is negative for all samples stops learning (dead ReLU); a smaller "
                             "learning rate or leaky_relu helps.",
                  .source = "Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010"},
        .half_zero = true,
        .initializer = "he_uniform",
        .bounds = {0, INFINITY, false, false},
    },
    {
        .entry = {.name = "relu6",
                  .summary = "the rectifier, capped at 6",
                  .formula = "f(x) = 0 if x <= 0, 6 if x >= 6, else x",
                  .derivative = "f'(x) = 1 if 0 < x < 6, else 0",
                  .range = "[0, 6]",
                  .pitfall = "Units can die as with relu; the gradient is also 0 above 6.",
                  .source = "Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010"},
        .half_zero = true,
        .initializer = "he_uniform",
        .bounds = {0, 6, false, false},
    },
    {
        .entry = {.name = "squared_relu",
                  .summary = "the square of the rectifier",
                  .formula = "f(x) = x^2 if x > 0, else 0",
                  .derivative = "f'(x) = 2 x if x > 0, else 0",
                  .range = "[0, inf)",
                  .pitfall = "Units can die as with relu, and outputs grow quadratically: normalise its inputs or use "
                             "a smaller learning rate.",
                  .source = "So et al., Primer: Searching for Efficient Transformers for Language Modeling, 2021"},
        .half_zero = true,
        .initializer = "he_uniform",
        .bounds = {0, INFINITY, false, false},
    },
    {
        .entry = {.name = "leaky_relu",
                  .summary = "the rectifier with a slope on the negative side",
                  .formula = "f(x) = x if x > 0, else slope * x",
                  .derivative = "f'(x) = 1 if x > 0, else slope",
                  .range = "all numbers; [0, inf) for slope = 0",
                  .pitfall = "With slope = 1 it is the identity; above 1 it is steeper for negative inputs.",
                  .source =
                      "Maas, Hannun and Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013",
                  .parameters = {{"slope", 0.01, 0, 1e6, "derivative on the negative side"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
        .bounds_of = leaky_bounds,
    },
    {
        .entry = {.name = "elu",
                  .summary = "the rectifier with an exponential on the negative side",
                  .formula = "f(x) = x if x > 0, else alpha (exp(x) - 1)",
                  .derivative = "f'(x) = 1 if x > 0, else y + alpha",
                  .range = "(-alpha, inf)",
                  .pitfall = "Has a kink at 0 unless alpha = 1. Saturates for negative inputs, but units do not die.",
                  .source = "Clevert, Unterthiner and Hochreiter, Fast and Accurate Deep Network Learning by "
                            "Exponential Linear Units, 2015",
                  .parameters = {{"alpha", 1, 0, 1e6, "the limit for x to -inf is -alpha"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
        .bounds_of = elu_bounds,
    },
    {
        .entry = {.name = "celu",
                  .summary = "elu with a continuous derivative for every alpha",
                  .formula = "f(x) = x if x > 0, else alpha (exp(x / alpha) - 1)",
                  .derivative = "f'(x) = 1 if x > 0, else y / alpha + 1",
                  .range = "(-alpha, inf)",
                  .pitfall = "With alpha = 1 it is elu. Approaches relu as alpha goes to 0.",
                  .source = "Barron, Continuously Differentiable Exponential Linear Units, 2017",
                  .parameters = {{"alpha", 1, 1e-3, 1e3,
                                  "the limit for x to -inf is -alpha; also the width of the bend"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
        .bounds_of = elu_bounds,
    },
    {
        .entry = {.name = "selu",
                  .summary = "an elu scaled to preserve mean 0 and variance 1 from layer to layer",
                  .formula = "f(x) = 1.0507 x if x > 0, else 1.0507 * 1.6733 (exp(x) - 1)",
                  .derivative = "f'(x) = 1.0507 if x > 0, else y + 1.0507 * 1.6733",
                  .range = "(-1.758, inf)",
                  .pitfall = "Self-normalising only with lecun_normal weights, standardised inputs and alpha_dropout. "
                             "The constants are rounded here; the library uses all digits.",
                  .source = "Klambauer, Unterthiner, Mayr and Hochreiter, Self-Normalizing Neural Networks, 2017"},
        .initializer = "lecun_normal",
        .bounds = {-1.7580993408473766, INFINITY, true, false},
    },
    {
        .entry = {.name = "exponential",
                  .summary = "exp(x), for outputs that are means of counts or amounts",
                  .formula = "f(x) = exp(x)",
                  .derivative = "f'(x) = y",
                  .range = "(0, inf)",
                  .pitfall = "Grows exponentially: for the last layer. The losses for counts and amounts (poisson, "
                             "gamma, tweedie) include it.",
                  .source = "McCullagh and Nelder, Generalized Linear Models, 1989, section 2.2.3"},
        .initializer = "glorot_uniform",
        .bounds = {0, INFINITY, true, false},
    },
    {
        .entry = {.name = "softplus",
                  .summary = "a smooth rectifier, positive everywhere",
                  .formula = "f(x) = log(1 + exp(beta x)) / beta",
                  .derivative = "f'(x) = 1 / (1 + exp(-beta x))",
                  .range = "(0, inf)",
                  .pitfall =
                      "Its mean is far from 0, which slows deep networks; useful for outputs that must be positive.",
                  .source = "Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, "
                            "2001",
                  .parameters = {{"beta", 1, 1e-3, 1e3, "sharpness of the bend; relu is the limit for large beta"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
        .bounds = {0, INFINITY, true, false},
    },
    {
        .entry = {.name = "squareplus",
                  .summary = "a smooth rectifier computed from a square root",
                  .formula = "f(x) = (x + sqrt(x^2 + b)) / 2",
                  .derivative = "f'(x) = (1 + x / sqrt(x^2 + b)) / 2",
                  .range = "(0, inf)",
                  .pitfall = "Approaches 0 only as 1 / |x| for negative inputs. Its mean is far from 0.",
                  .source = "Barron, Squareplus: A Softplus-Like Algebraic Rectifier, 2021",
                  .parameters = {{"b", 4, 1e-6, 1e6, "width of the bend; relu is the limit for b to 0"}},
                  .parameter_count = 1},
        .initializer = "he_uniform",
        .bounds = {0, INFINITY, true, false},
    },
    {
        .entry = {.name = "gelu",
                  .summary = "x times the probability that a standard normal variable is below x",
                  .formula = "f(x) = x Phi(x), Phi(x) = (1 + erf(x / sqrt(2))) / 2",
                  .derivative = "f'(x) = Phi(x) + x phi(x), phi(x) = exp(-x^2 / 2) / sqrt(2 pi)",
                  .range = "[-0.170, inf)",
                  .pitfall = "Not monotonic: the minimum is -0.17 at x = -0.75. gelu_tanh differs by up to 5e-4: do "
                             "not exchange the two in a trained model.",
                  .source = "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016"},
        .initializer = "he_uniform",
        .bounds = {-0.16997120747990369, INFINITY, false, false},
    },
    {
        .entry = {.name = "gelu_tanh",
                  .summary = "the approximation of gelu by tanh",
                  .formula = "f(x) = x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2",
                  .derivative =
                      "f'(x) = s + x s (1 - s) u', s = 1 / (1 + exp(-u)), u = sqrt(8 / pi) (x + 0.044715 x^3)",
                  .range = "[-0.170, inf)",
                  .pitfall = "Differs from gelu by up to 5e-4. The form with 1 + tanh suffers cancellation for x < 0. "
                             "The library avoids it, but the error grows along the left tail with the rounded "
                             "exponent: to 200 ULP in float and 1100 in double where the value approaches 0.",
                  .source = "Hendrycks and Gimpel, Gaussian Error Linear Units, 2016, section 2"},
        .initializer = "he_uniform",
        .bounds = {-0.17004075112, INFINITY, false, false},
    },
    {
        .entry = {.name = "silu",
                  .summary = "x times sigmoid(x); also called swish",
                  .formula = "f(x) = x s, s = 1 / (1 + exp(-x))",
                  .derivative = "f'(x) = s (1 + x (1 - s))",
                  .range = "[-0.279, inf)",
                  .pitfall = "Not monotonic: the minimum is -0.28 at x = -1.28.",
                  .source = "Elfwing, Uchibe and Doya, Sigmoid-Weighted Linear Units, 2017; Ramachandran, Zoph and Le, "
                            "Searching for Activation Functions, 2017"},
        .initializer = "he_uniform",
        .bounds = {-0.27846454276107380, INFINITY, false, false},
    },
    {
        .entry = {.name = "hard_swish",
                  .summary = "piecewise approximation of silu: a parabola between two lines",
                  .formula = "f(x) = 0 if x <= -3, x if x >= 3, else x (x + 3) / 6",
                  .derivative = "f'(x) = 0 if x <= -3, 1 if x >= 3, else (2 x + 3) / 6",
                  .range = "[-0.375, inf)",
                  .pitfall = "The gradient is 0 below -3. The derivative is discontinuous at -3 and 3.",
                  .source = "Howard et al., Searching for MobileNetV3, 2019"},
        .initializer = "he_uniform",
        .bounds = {-0.375, INFINITY, false, false},
    },
    {
        .entry = {.name = "mish",
                  .summary = "x times tanh(softplus(x))",
                  .formula = "f(x) = x tanh(log(1 + exp(x)))",
                  .derivative = "f'(x) = n / (n + 2) + 4 x w (w + 1) / (n + 2)^2, w = exp(x), n = w (w + 2)",
                  .range = "[-0.309, inf)",
                  .pitfall = "Not monotonic: the minimum is -0.31 at x = -1.19.",
                  .source = "Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019"},
        .initializer = "he_uniform",
        .bounds = {-0.30884341301, INFINITY, false, false},
    },
    {
        .entry = {.name = "gaussian",
                  .summary = "a bell curve with its maximum at 0",
                  .formula = "f(x) = exp(-x^2)",
                  .derivative = "f'(x) = -2 x y",
                  .range = "(0, 1]",
                  .pitfall = "Responds only to inputs near 0 and decays fast: keep its inputs within a few units of 0.",
                  .source = "Broomhead and Lowe, Multivariable Functional Interpolation and Adaptive Networks, 1988"},
        .initializer = "glorot_uniform",
        .bounds = {0, 1, true, false},
    },
    {
        .entry = {.name = "sine",
                  .summary = "a sine wave, for periodic signals",
                  .formula = "f(x) = sin(omega x)",
                  .derivative = "f'(x) = omega cos(omega x)",
                  .range = "[-1, 1]",
                  .pitfall = "The loss has many local minima; with a large omega it fits noise as easily as the "
                             "signal. The first layer of SIREN has omega = 30.",
                  .source = "Sitzmann et al., Implicit Neural Representations with Periodic Activation Functions, 2020",
                  .parameters = {{"omega", 1, 1e-3, 1e3, "angular frequency, in radians per unit of x"}},
                  .parameter_count = 1},
        .initializer = "lecun_uniform",
        .bounds = {-1, 1, false, false},
    },
    {
        .entry = {.name = "softmax",
                  .summary = "probabilities: the outputs of a row are positive and sum to 1",
                  .formula = "f(x)_i = exp(x_i - m) / sum over j of exp(x_j - m), m = max x",
                  .derivative = "d y_i / d x_j = y_i ([i = j] - y_j)",
                  .range = "(0, 1); a row sums to 1",
                  .pitfall = "Couples the outputs of a row. Train it with softmax_cross_entropy, which is computed "
                             "from the logits.",
                  .source = "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990"},
        .initializer = "glorot_uniform",
        .bounds = {0, 1, true, true},
        .couples_columns = true,
    },
    {
        .entry = {.name = "log_softmax",
                  .summary = "the logarithm of softmax",
                  .formula = "f(x)_i = x_i - m - log(sum over j of exp(x_j - m)), m = max x",
                  .derivative = "d y_i / d x_j = [i = j] - exp(y_j)",
                  .range = "(-inf, 0]; the exponentials of a row sum to 1",
                  .pitfall = "Couples the outputs of a row. For training, softmax with softmax_cross_entropy gives the "
                             "same loss directly.",
                  .source = "Bridle, Probabilistic Interpretation of Feedforward Classification Network Outputs, 1990"},
        .initializer = "glorot_uniform",
        .bounds = {-INFINITY, 0, false, false},
        .couples_columns = true,
    },
};

const gml_entry *gml_activation_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index].entry : NULL;
}

const gml_activation_kernel *gml_activation_kernel_of(const gml_kernels *kernels, const gml_call *call)
{
    const gml_activation_row *row = gml_call_row(call);
    return row->kernels != NULL ? &row->kernels[kernels->dtype] : gml_kernels_activation(kernels, row->entry.name);
}

gml_bounds gml_activation_bounds(const gml_activation_row *row, const double *arguments)
{
    if (row->bounds_of != NULL) {
        return row->bounds_of(arguments);
    }
    return row->bounds.low < row->bounds.high ? row->bounds : (gml_bounds){-INFINITY, INFINITY, false, false};
}

/* Returns the fixed or trainable activation with this name; null if there is none. */
static const gml_activation_row *find_row(const char *name)
{
    gml_call call;
    return name != NULL && gml_call_default(gml_any_activation_entry, name, &call) ? gml_call_row(&call) : NULL;
}

const char *gml_activation_initializer(const char *name)
{
    const gml_activation_row *row = find_row(name);
    return row != NULL ? row->initializer : NULL;
}

const char *gml_activation_learns(const char *name)
{
    const gml_activation_row *row = find_row(name);
    return row != NULL ? row->learned.names : NULL;
}
