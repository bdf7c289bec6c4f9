/* optimizer/optimizer.c - the table of optimizers. The updates themselves are kernels of the same names. */
#include "optimizer/optimizer.h"

#include "gemmule/optimizer.h"

static const gml_optimizer_row rows[] = {
    {
        .entry = {.name = "sgd",
                  .summary = "stochastic gradient descent",
                  .formula = "w -= lr g",
                  .derivative = "",
                  .pitfall = "One rate for all weights: it needs scaled inputs and a rate that was looked for.",
                  .source = "Robbins and Monro, A Stochastic Approximation Method, 1951",
                  .parameters = {{"lr", 0.01, GML_ABOVE_0, 1e6, "learning rate"}},
                  .parameter_count = 1},
    },
    {
        .entry = {.name = "momentum",
                  .summary = "gradient descent with a velocity",
                  .formula = "v = momentum v + g; w -= lr v",
                  .derivative = "",
                  .pitfall = "The steps are 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Polyak, Some methods of speeding up the convergence of iteration methods, 1964; Sutskever "
                            "et al., On the importance of initialization and momentum in deep learning, 2013",
                  .parameters = {{"lr", 0.01, GML_ABOVE_0, 1e6, "learning rate"},
                                 {"momentum", 0.9, 0, GML_BELOW_1, "share of the velocity that is kept"}},
                  .parameter_count = 2},
        .states = 1,
    },
    {
        .entry = {.name = "nesterov",
                  .summary = "momentum that looks ahead",
                  .formula = "v = momentum v + g; w -= lr (g + momentum v)",
                  .derivative = "",
                  .pitfall = "The steps are 1 / (1 - momentum) times as long as those of sgd at the same rate.",
                  .source = "Nesterov 1983; this form: Sutskever et al., On the importance of initialization and "
                            "momentum in deep learning, 2013, as PyTorch has it",
                  .parameters = {{"lr", 0.01, GML_ABOVE_0, 1e6, "learning rate"},
                                 {"momentum", 0.9, 0, GML_BELOW_1, "share of the velocity that is kept"}},
                  .parameter_count = 2},
        .states = 1,
    },
    {
        .entry = {.name = "rmsprop",
                  .summary = "each weight's gradient divided by the root of its mean square",
                  .formula = "s = alpha s + (1 - alpha) g^2; w -= lr g / (sqrt(s) + eps)",
                  .derivative = "",
                  .pitfall =
                      "The first steps are 1 / sqrt(1 - alpha) times as long, for s begins at 0. Here eps stands "
                      "outside of the root.",
                  .source =
                      "Tieleman and Hinton, Lecture 6.5 of Neural Networks for Machine Learning, 2012, as PyTorch "
                      "has it",
                  .parameters = {{"lr", 0.01, GML_ABOVE_0, 1e6, "learning rate"},
                                 {"alpha", 0.99, 0, GML_BELOW_1, "share of the mean square that is kept"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"}},
                  .parameter_count = 3},
        .states = 1,
    },
    {
        .entry = {.name = "adam",
                  .summary = "momentum and a mean square for each weight, both corrected for their start at 0",
                  .formula = "m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; "
                             "w -= lr (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps)",
                  .derivative = "",
                  .pitfall = "eps is added after the correction, as PyTorch does; others add it before. L2 decay goes "
                             "through the mean square: adamw decays apart from it.",
                  .source = "Kingma and Ba, Adam: A Method for Stochastic Optimization, 2015",
                  .parameters = {{"lr", 0.001, GML_ABOVE_0, 1e6, "learning rate"},
                                 {"beta1", 0.9, 0, GML_BELOW_1, "share of the mean gradient that is kept"},
                                 {"beta2", 0.999, 0, GML_BELOW_1, "share of the mean square that is kept"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"}},
                  .parameter_count = 4},
        .states = 2,
        .correction = {1, 2},
    },
    {
        .entry = {.name = "adamw",
                  .summary = "adam with a decay of the weights of its own",
                  .formula = "w *= 1 - lr weight_decay, then as adam",
                  .derivative = "",
                  .pitfall = "The decay is multiplied by the learning rate, so it changes with it.",
                  .source = "Loshchilov and Hutter, Decoupled Weight Decay Regularization, 2019",
                  .parameters = {{"lr", 0.001, GML_ABOVE_0, 1e6, "learning rate"},
                                 {"beta1", 0.9, 0, GML_BELOW_1, "share of the mean gradient that is kept"},
                                 {"beta2", 0.999, 0, GML_BELOW_1, "share of the mean square that is kept"},
                                 {"eps", 1e-8, 1e-30, 1, "added to the root, so that nothing is divided by 0"},
                                 {"weight_decay", 0.01, 0, 1e6, "share of each weight taken away, times lr"}},
                  .parameter_count = 5},
        .states = 2,
        .correction = {1, 2},
        .decay = 4,
    },
};

const gml_optimizer_row *gml_optimizer_row_at(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}

const gml_entry *gml_optimizer_entry(size_t index)
{
    const gml_optimizer_row *row = gml_optimizer_row_at(index);
    return row != NULL ? &row->entry : NULL;
}
