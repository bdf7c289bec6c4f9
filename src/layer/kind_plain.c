/* layer/kind_plain.c - rows of the table of kinds: dense layers, activations, noise and normalisation. */
#include "layer/kinds.h"

#define RATE(text)                                                                                                     \
    {                                                                                                                  \
        "rate", 0.5, 0, 1 - 0x1p-20, text                                                                              \
    }
#define EPS                                                                                                            \
    {                                                                                                                  \
        "eps", 1e-5, 0, 1, "added inside the root"                                                                     \
    }
#define GAIN                                                                                                           \
    {                                                                                                                  \
        "gain", GML_ROLE_SCALE, 0, 0, 1                                                                                \
    }
#define BIAS                                                                                                           \
    {                                                                                                                  \
        "bias", GML_ROLE_BIAS, 0, 0, 0                                                                                 \
    }

static const gml_layer_kind rows[] = {
    {
        .entry = {.name = "dense",
                  .summary = "a fully connected layer, written as its number of units, \"512 relu\"",
                  .formula = "Y = f(X W + b)",
                  .derivative = "dW = X' dZ, db = sum of dZ over the rows, dX = dZ W', with dZ = dY f'(Z)",
                  .pitfall = "Consecutive dense layers without activations equal one.",
                  .source =
                      "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"},
        .dense = true,
        .activates = true,
        .by_members = true,
        .forward = gml_dense_forward,
        .derive = gml_dense_derive,
        .propagate = gml_dense_propagate,
    },
    {
        .entry = {.name = "activation",
                  .summary = "an activation as a separate layer, written as its name, \"relu\"",
                  .formula = "y = f(x)",
                  .derivative = "dx = dy f'(x)",
                  .pitfall = "Written as part of a dense layer it saves a pass over the outputs.",
                  .source = "see the table of activations"},
        .activates = true,
        .by_members = true,
        .gives_one_for = 1,
        .forward = gml_activation_layer_forward,
        .derive = gml_dense_derive,
        .propagate = gml_copy_gradient,
    },
    {
        .entry = {.name = "dropout",
                  .summary = "sets a random fraction of its inputs to 0 in training and scales up the rest",
                  .formula = "y = 0 with probability rate, else x / (1 - rate); when predicting y = x",
                  .derivative = "dx = dy / (1 - rate) where x was kept, else 0",
                  .pitfall = "Slows learning: use more epochs or units. Directly before batchnorm it makes variances "
                             "differ between training and prediction.",
                  .source =
                      "Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014",
                  .parameters = {RATE("fraction of the inputs that is dropped")},
                  .parameter_count = 1},
        .trains_only = true,
        .by_members = true,
        .gives_one_for = 1,
        .keeps_zeros = true,
        .forward = gml_dropout_forward,
        .propagate = gml_dropout_propagate,
    },
    {
        .entry = {.name = "alpha_dropout",
                  .summary = "dropout for selu: preserves mean 0 and variance 1",
                  .formula = "y = a (-1.7581 with probability rate, else x) + b, with a and b that restore mean and "
                             "variance; when predicting y = x",
                  .derivative = "dx = a dy where x was kept, else 0",
                  .pitfall = "Only for selu layers with lecun_normal weights; elsewhere use dropout.",
                  .source = "Klambauer et al., Self-Normalizing Neural Networks, 2017",
                  .parameters = {RATE("fraction of the inputs that is dropped")},
                  .parameter_count = 1},
        .trains_only = true,
        .by_members = true,
        .gives_one_for = 1,
        .forward = gml_alpha_dropout_forward,
        .propagate = gml_alpha_dropout_propagate,
    },
    {
        .entry = {.name = "gaussian_noise",
                  .summary = "adds normal noise to its inputs in training",
                  .formula = "y = x + std n, n normal with variance 1; when predicting y = x",
                  .derivative = "dx = dy",
                  .pitfall = "std is in the unit of the scaled data: for standardised data 0.1 is strong noise.",
                  .source = "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995",
                  .parameters = {{"std", 0.1, 0, 1e6, "standard deviation of the noise"}},
                  .parameter_count = 1},
        .trains_only = true,
        .by_members = true,
        .gives_one_for = 1,
        .forward = gml_gaussian_noise_forward,
        .propagate = gml_copy_gradient,
    },
    {
        .entry =
            {.name = "batchnorm",
             .summary =
                 "normalises each column over the batch to mean 0 and variance 1, then applies a learned gain and bias",
             .formula = "y = (x - mean) / sqrt(variance + eps) gain + bias; when predicting with running mean and "
                        "variance",
             .derivative = "dx = gain rstd (dy - mean(dy) - u mean(dy u)), u = (x - mean) rstd, means over the batch",
             .pitfall = "Needs large enough batches: a batch of one sample is refused, and a fit merges a last batch "
                        "of one sample with the batch before it. The layer before it needs no bias.",
             .source = "Ioffe and Szegedy, Batch Normalization, 2015",
             .parameters = {EPS, {"momentum", 0.1, 0, 1, "weight of a new batch in the running statistics"}},
             .parameter_count = 2},
        .batch_statistics = true,
        .by_members = true,
        .gives_one_for = 1,
        .vector_count = 4,
        .vectors = {GAIN,
                    BIAS,
                    {"running_mean", GML_ROLE_STATISTIC, 0, 0, 0},
                    {"running_variance", GML_ROLE_STATISTIC, 0, 0, 1}},
        .forward = gml_batchnorm_forward,
        .derive = gml_batchnorm_derive,
        .propagate = gml_batchnorm_propagate,
        .measure = gml_batchnorm_measure,
        .settle = gml_batchnorm_settle,
        .settle_back = gml_batchnorm_settle_back,
        .learn = gml_batchnorm_learn,
    },
    {
        .entry = {.name = "layernorm",
                  .summary =
                      "normalises each sample's row to mean 0 and variance 1, then applies a learned gain and bias",
                  .formula = "y = (x - mean) / sqrt(variance + eps) gain + bias, mean and variance of the row",
                  .derivative = "dx = rstd (g - mean(g) - u mean(g u)), g = dy gain, u = (x - mean) rstd",
                  .pitfall = "Removes the scale of each row, which may distinguish samples.",
                  .source = "Ba, Kiros and Hinton, Layer Normalization, 2016",
                  .parameters = {EPS},
                  .parameter_count = 1},
        .whole_rows = true,
        .gives_one_for = 1,
        .vector_count = 2,
        .vectors = {GAIN, BIAS},
        .forward = gml_row_norm_forward,
        .derive = gml_row_norm_derive,
        .propagate = gml_row_norm_propagate,
    },
    {
        .entry = {.name = "rmsnorm",
                  .summary = "divides each sample's row by its root mean square, then applies a learned gain",
                  .formula = "y = x / sqrt(mean(x^2) + eps) gain",
                  .derivative = "dx = r (g - u mean(g u)), g = dy gain, r = 1 / sqrt(mean(x^2) + eps), u = x r",
                  .pitfall = "Does not remove the mean: prefer layernorm after an activation that is never negative.",
                  .source = "Zhang and Sennrich, Root Mean Square Layer Normalization, 2019",
                  .parameters = {EPS},
                  .parameter_count = 1},
        .whole_rows = true,
        .gives_one_for = 1,
        .vector_count = 1,
        .vectors = {GAIN},
        .forward = gml_row_norm_forward,
        .derive = gml_row_norm_derive,
        .propagate = gml_row_norm_propagate,
    },
    {
        .entry = {.name = "weight_norm",
                  .summary = "separates the length of each unit's weights, a learned gain, from their direction, given "
                             "by the dense layer before",
                  .formula = "y = x gain / |v| + bias, v the weights of each unit in the dense layer before",
                  .derivative =
                      "dx = dy gain / |v|, dgain = sum of dy x / |v|; dv is projected onto the complement of v",
                  .pitfall =
                      "Must follow a dense layer without bias and activation, \"512 bias=no -> weight_norm -> relu\". "
                      "Weight decay and max_norm act on v only, and the length of v does not affect the outputs.",
                  .source = "Salimans and Kingma, Weight Normalization: A Simple Reparameterization to Accelerate "
                            "Training of Deep Neural Networks, 2016"},
        .scales_dense = true,
        .gives_one_for = 1,
        .vector_count = 2,
        .vectors = {GAIN, BIAS},
        .forward = gml_weight_norm_forward,
        .derive = gml_weight_norm_derive,
        .propagate = gml_weight_norm_propagate,
    },
};

const gml_layer_kinds gml_kinds_plain = {rows, sizeof rows / sizeof rows[0]};
