/* layer/kind.c - the table of kinds of layers, and what each owns. */
#include <string.h>

#include "layer/activation.h"
#include "layer/layer.h"

#define RATE(text)                                                                                                     \
    {                                                                                                                  \
        "rate", 0.5, 0, 1 - 0x1p-20, text                                                                              \
    }
#define EPS                                                                                                            \
    {                                                                                                                  \
        "eps", 1e-5, 0, 1, "added to the variance"                                                                     \
    }
#define GAIN                                                                                                           \
    {                                                                                                                  \
        "gain", GML_ROLE_SCALE, 0, 0, 1                                                                                \
    }
#define BIAS                                                                                                           \
    {                                                                                                                  \
        "bias", GML_ROLE_BIAS, 0, 0, 0                                                                                 \
    }

#define GATE(gate_name, gate_activation, gate_summary, gate_formula)                                                   \
    {                                                                                                                  \
        .entry = {.name = (gate_name),                                                                                 \
                  .summary = (gate_summary),                                                                           \
                  .formula = (gate_formula),                                                                           \
                  .derivative = "dy/da = g(b), dy/db = a g'(b)",                                                       \
                  .pitfall = "Gives half as many numbers as it reads: the layer before needs twice the units.",        \
                  .source = "Shazeer, GLU Variants Improve Transformer, 2020"},                                        \
        .whole_rows = true, .gate = (gate_activation), .gives_one_for = 2, .forward = gml_gate_forward,                \
        .propagate = gml_gate_propagate                                                                                \
    }

static const gml_layer_kind kinds[] = {
    {
        .entry = {.name = "dense",
                  .summary = "every output from every input: written as its number of units, \"512 relu\"",
                  .formula = "Y = f(X W + b)",
                  .derivative = "dW = X' dZ, db = the sums of dZ over the rows, dX = dZ W', with dZ = dY f'(Z)",
                  .pitfall = "Without an activation, several are no more than one.",
                  .source =
                      "Rumelhart, Hinton and Williams, Learning representations by back-propagating errors, 1986"},
        .dense = true,
        .activates = true,
        .forward = gml_dense_forward,
        .derive = gml_dense_derive,
        .propagate = gml_dense_propagate,
    },
    {
        .entry = {.name = "activation",
                  .summary = "an activation by itself: written as its name, \"relu\"",
                  .formula = "y = f(x)",
                  .derivative = "dx = dy f'(x)",
                  .pitfall = "As part of a dense layer it costs a pass less.",
                  .source = "see the table of activations"},
        .activates = true,
        .gives_one_for = 1,
        .forward = gml_activation_layer_forward,
        .derive = gml_dense_derive,
        .propagate = gml_copy_gradient,
    },
    {
        .entry = {.name = "dropout",
                  .summary = "in training sets a share of its inputs to 0, at random, and scales up the rest",
                  .formula = "y = 0 with probability rate, else x / (1 - rate); when predicting y = x",
                  .derivative = "dx = dy / (1 - rate) where x was kept, else 0",
                  .pitfall =
                      "Slows learning down: more epochs or more units are needed. Directly before a batchnorm it "
                      "makes variances differ between training and prediction.",
                  .source =
                      "Srivastava et al., Dropout: A Simple Way to Prevent Neural Networks from Overfitting, 2014",
                  .parameters = {RATE("the share that is dropped")},
                  .parameter_count = 1},
        .trains_only = true,
        .gives_one_for = 1,
        .forward = gml_dropout_forward,
        .propagate = gml_dropout_propagate,
    },
    {
        .entry = {.name = "alpha_dropout",
                  .summary = "dropout for SELU: keeps mean 0 and variance 1",
                  .formula =
                      "y = a (-1.7581 with probability rate, else x) + b, with a and b that put mean and variance "
                      "back; when predicting y = x",
                  .derivative = "dx = a dy where x was kept, else 0",
                  .pitfall = "For layers of selu with lecun_normal weights; elsewhere dropout is right.",
                  .source = "Klambauer et al., Self-Normalizing Neural Networks, 2017",
                  .parameters = {RATE("the share that is dropped")},
                  .parameter_count = 1},
        .trains_only = true,
        .gives_one_for = 1,
        .forward = gml_alpha_dropout_forward,
        .propagate = gml_alpha_dropout_propagate,
    },
    {
        .entry = {.name = "gaussian_noise",
                  .summary = "in training adds normal noise to its inputs",
                  .formula = "y = x + std n, n normal with variance 1; when predicting y = x",
                  .derivative = "dx = dy",
                  .pitfall = "std is in the unit of the data after scaling: 0.1 of a standard deviation is much.",
                  .source = "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995",
                  .parameters = {{"std", 0.1, 0, 1e6, "standard deviation of the noise"}},
                  .parameter_count = 1},
        .trains_only = true,
        .gives_one_for = 1,
        .forward = gml_gaussian_noise_forward,
        .propagate = gml_copy_gradient,
    },
    {
        .entry =
            {.name = "batchnorm",
             .summary = "gives each column mean 0 and variance 1 over the batch, then a learned gain and bias",
             .formula = "y = (x - mean) / sqrt(variance + eps) gain + bias; when predicting with running mean and "
                        "variance",
             .derivative = "dx = gain rstd (dy - mean(dy) - u mean(dy u)), u = (x - mean) rstd, means over the batch",
             .pitfall =
                 "Needs batches of some size: one of a single sample is refused, and a fit joins a last one to the "
                 "batch before it. The layer before it needs no bias.",
             .source = "Ioffe and Szegedy, Batch Normalization, 2015",
             .parameters = {EPS, {"momentum", 0.1, 0, 1, "share of a new batch in the running statistics"}},
             .parameter_count = 2},
        .batch_statistics = true,
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
                  .summary = "gives each sample's row mean 0 and variance 1, then a learned gain and bias",
                  .formula = "y = (x - mean) / sqrt(variance + eps) gain + bias, mean and variance of the row",
                  .derivative = "dx = rstd (g - mean(g) - u mean(g u)), g = dy gain, u = (x - mean) rstd",
                  .pitfall = "Takes away how large a row is, which may be what tells samples apart.",
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
                  .summary = "divides each sample's row by its root mean square, then a learned gain",
                  .formula = "y = x / sqrt(mean(x^2) + eps) gain",
                  .derivative = "dx = r (g - u mean(g u)), g = dy gain, r = 1 / sqrt(mean(x^2) + eps), u = x r",
                  .pitfall = "Leaves the mean in: after an activation that is never negative, layernorm does more.",
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
                  .summary =
                      "takes length and direction of the weights into a unit apart: a gain for the one, the dense "
                      "layer before it for the other",
                  .formula = "y = x gain / |v| + bias, v the weights into each unit of the dense layer that gave x",
                  .derivative = "dx = dy gain / |v|, dgain = sum of dy x / |v|; dv loses what lies along v",
                  .pitfall = "Stands behind a dense layer without bias and activation, \"512 bias=no -> weight_norm -> "
                             "relu\". Decay and bounded norms reach v alone, whose length changes no output.",
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
    {
        .entry = {.name = "residual",
                  .summary = "adds what the last few layers read to what they gave, so that deep nets train",
                  .formula = "y = x + what the last `over` layers read",
                  .derivative = "dy goes to both",
                  .pitfall =
                      "Both must have the same width. Begin the layers it spans with a norm, or keep them small.",
                  .source = "He et al., Deep Residual Learning for Image Recognition, 2016",
                  .parameters = {{"over", 1, 1, 1024, "how many layers it spans"}},
                  .parameter_count = 1},
        .reads_earlier = true,
        .gives_one_for = 1,
        .forward = gml_residual_forward,
        .propagate = gml_copy_gradient,
    },
    GATE("glu", "sigmoid", "half of its inputs, gated by the sigmoid of the other half", "y = a sigmoid(b), x = [a b]"),
    GATE("reglu", "relu", "half of its inputs, gated by the ReLU of the other half", "y = a relu(b), x = [a b]"),
    GATE("geglu", "gelu", "half of its inputs, gated by the GELU of the other half", "y = a gelu(b), x = [a b]"),
    GATE("swiglu", "silu", "half of its inputs, gated by the SiLU of the other half", "y = a silu(b), x = [a b]"),
};

const gml_entry *gml_layer_entry(size_t index)
{
    return index < sizeof kinds / sizeof kinds[0] ? &kinds[index].entry : NULL;
}

/* ---- what a layer may begin with in a description ---- */

enum { WRITTEN_OTHERWISE = 2 }; /* dense and activation come first in the table */

static const size_t named_kinds = sizeof kinds / sizeof kinds[0] - WRITTEN_OTHERWISE;

const gml_entry *gml_layer_word_entry(size_t index)
{
    return index < named_kinds ? &kinds[WRITTEN_OTHERWISE + index].entry
                               : gml_any_activation_entry(index - named_kinds);
}

bool gml_layer_word_is_kind(gml_call *call)
{
    bool kind = call->row < named_kinds;
    call->row = kind ? call->row + WRITTEN_OTHERWISE : call->row - named_kinds;
    return kind;
}

size_t gml_layer_blocks(const gml_layer_spec *spec, gml_block_spec blocks[GML_MAX_BLOCKS])
{
    const gml_layer_kind *kind = gml_layer_kind_of(spec);
    size_t count = 0;
    if (kind->dense) {
        blocks[count++] = (gml_block_spec){"weight", GML_ROLE_WEIGHT, spec->in, spec->units, 0};
        if (spec->bias) {
            blocks[count++] = (gml_block_spec){"bias", GML_ROLE_BIAS, 1, spec->units, 0};
        }
    }
    gml_theta theta = gml_activation_theta(&spec->activation, spec->units);
    if (theta.count > 0) {
        blocks[count++] = (gml_block_spec){"activation", GML_ROLE_ACTIVATION, theta.count, theta.units, 0};
    }
    for (size_t i = 0; i < kind->vector_count; i++) {
        blocks[count] = kind->vectors[i];
        blocks[count].rows = 1;
        blocks[count++].cols = spec->units;
    }
    return count;
}

size_t gml_layer_parameters(const gml_layer_spec *spec)
{
    gml_block_spec blocks[GML_MAX_BLOCKS];
    size_t count = gml_layer_blocks(spec, blocks), total = 0, entries;
    for (size_t i = 0; i < count; i++) {
        bool learned = blocks[i].role != GML_ROLE_STATISTIC;
        if (learned && (__builtin_mul_overflow(blocks[i].rows, blocks[i].cols, &entries) ||
                        __builtin_add_overflow(total, entries, &total))) {
            return SIZE_MAX;
        }
    }
    return total;
}

size_t gml_layer_saved_cols(const gml_layer *layer, const gml_activation_kernel *activation)
{
    if (layer->gate != NULL) {
        return layer->in;
    }
    return activation->slope_from_value ? 0 : layer->out;
}
