/* layer/kind.c - the table of kinds of layers, and their parameters. */
#include <string.h>

#include "kernel/embed/embed.h"
#include "layer/activation.h"
#include "layer/layer.h"

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

#define SCALE                                                                                                          \
    {                                                                                                                  \
        "scale", GML_ROLE_SCALE, 0, 0, 1                                                                               \
    }
#define SCALE_ARGUMENTS                                                                                                \
    {                                                                                                                  \
        {"group", 1, 1, 1048576, "adjacent columns that share one draw; each is trained on its own"},                  \
            {"std", 0, 0, 1e6, "if not 0: scales start normal with mean 0 and this standard deviation, else as 1"},    \
        {                                                                                                              \
            "signs", 0, 0, 1, "if std is 0: scales start as 1 or -1 at random", gml_no_or_yes                          \
        }                                                                                                              \
    }

#define NUMBERS_ARGUMENT                                                                                               \
    {                                                                                                                  \
        "numbers", 0, 0, 1 << 24, "the first inputs, which it embeds; 0, in a recipe: the numbers of the data"         \
    }
#define FREQUENCIES_ARGUMENT(count)                                                                                    \
    {                                                                                                                  \
        "frequencies", count, 1, GML_MOST_FREQUENCIES, "of each number"                                                \
    }

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

static const gml_layer_kind kinds[] = {
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
    {
        .entry = {.name = "scale",
                  .summary = "multiplies each column by a learned factor",
                  .formula = "y = x scale",
                  .derivative = "dx = dy scale, dscale = sum of dy x over the rows",
                  .pitfall = "As the first layer it weighs the inputs: its learning rate decides how far it can go.",
                  .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default: Strong Pre-Tuned MLPs and "
                            "Boosted Trees on Tabular Data, 2024",
                  .parameters = SCALE_ARGUMENTS,
                  .parameter_count = 3},
        .settle_outputs = gml_scale_settle,
        .by_members = true,
        .start = gml_scale_start,
        .keeps_zeros = true,
        .vector_count = 1,
        .vectors = {SCALE},
        .forward = gml_scale_forward,
        .derive = gml_scale_derive,
        .propagate = gml_scale_propagate,
    },
    {
        .entry = {.name = "affine",
                  .summary = "multiplies each column by a learned factor and adds a learned bias",
                  .formula = "y = x scale + bias",
                  .derivative = "dx = dy scale, dscale = sum of dy x over the rows, dbias = sum of dy",
                  .pitfall = "The dense layer before it needs no bias.",
                  .source = "Wen, Tran and Ba, BatchEnsemble: An Alternative Approach to Efficient Ensemble and "
                            "Lifelong Learning, 2020",
                  .parameters = SCALE_ARGUMENTS,
                  .parameter_count = 3},
        .settle_outputs = gml_scale_settle,
        .by_members = true,
        .start = gml_scale_start,
        .vector_count = 2,
        .vectors = {SCALE, BIAS},
        .forward = gml_scale_forward,
        .derive = gml_scale_derive,
        .propagate = gml_scale_propagate,
    },
    {
        .entry = {.name = "embedding",
                  .summary = "replaces the last inputs, codes of levels, by rows of a learned table",
                  .formula = "y = [x, table[c_1], table[c_2], ...] for the inputs [x, c_1, c_2, ...]",
                  .derivative = "dtable[l] = sum of the dy of all codes that are l; codes have no derivative",
                  .pitfall = "An input within 1/4 of a whole number from 0 to levels - 1 is that code; any other gives "
                             "NaN, which training refuses. The transform `code` makes codes of categories.",
                  .source = "Guo and Berkhahn, Entity Embeddings of Categorical Variables, 2016",
                  .parameters = {{"columns", 0, 0, 1 << 24, "codes; 0, in a recipe: those of the data"},
                                 {"levels", 0, 0, 1 << 24, "rows of the table; 0, in a recipe: the data's levels"},
                                 {"size", 8, 1, 1024, "numbers in place of each code"}},
                  .parameter_count = 3},
        .whole_rows = true,
        .reads_codes = true,
        .nonfinite = "an input that it takes for the code of a level is none: a whole number from 0 to levels - 1",
        .settle_outputs = gml_embedding_settle,
        .list_vectors = gml_embedding_vectors,
        .start = gml_embedding_start,
        .forward = gml_embedding_forward,
        .derive = gml_embedding_derive,
        .propagate = gml_embedding_propagate,
    },
    {
        .entry = {.name = "pbld",
                  .summary = "embeds each of the first inputs: the number itself and a linear map of cosines",
                  .formula = "y = [x, mix cos(2 pi frequency x + phase) + bias] for each number x",
                  .derivative = "with p the cosines, s = -sin(...) and a = s (mix' dy): dmix = dy p', dphase = a, "
                                "dfrequency = 2 pi x a, dx = dy_1 + 2 pi frequency' a",
                  .pitfall = "For standardised numbers. Where frequency x is beyond 2^22 turns (2^51 in f64) the "
                             "cosines no longer change with x; infinite numbers give NaN.",
                  .source = "Holzmueller, Grinsztajn and Steinwart, Better by Default: Strong Pre-Tuned MLPs and "
                            "Boosted Trees on Tabular Data, 2024",
                  .parameters = {NUMBERS_ARGUMENT,
                                 {"size", 4, 2, 64, "outputs for each number"},
                                 FREQUENCIES_ARGUMENT(16),
                                 {"std", 0.1, 0, 1e6, "standard deviation of the frequencies at the start"}},
                  .parameter_count = 4},
        .whole_rows = true,
        .settle_outputs = gml_periodic_settle,
        .list_vectors = gml_periodic_vectors,
        .start = gml_periodic_start,
        .forward = gml_periodic_forward,
        .derive = gml_periodic_derive,
        .propagate = gml_periodic_propagate,
    },
    {
        .entry = {.name = "plr",
                  .summary = "embeds each of the first inputs: relu of a linear map of cosines and sines",
                  .formula = "y = relu(mix [cos(2 pi frequency x), sin(2 pi frequency x)] + bias) for each number x",
                  .derivative = "as that of pbld, with sines and the slope of relu",
                  .pitfall = "std has to be tuned, from 0.01 to 10. Beyond 2^22 turns (2^51 in f64) cosines and sines "
                             "no longer change with x; infinite numbers give NaN.",
                  .source = "Gorishniy, Rubachev and Babenko, On Embeddings for Numerical Features in Tabular Deep "
                            "Learning, 2022",
                  .parameters = {NUMBERS_ARGUMENT,
                                 {"size", 24, 1, 256, "outputs for each number"},
                                 FREQUENCIES_ARGUMENT(48),
                                 {"std", 0.01, 0, 1e6,
                                  "standard deviation of the frequencies at the start, which are "
                                  "truncated at 3 of them"}},
                  .parameter_count = 4},
        .whole_rows = true,
        .sines = true,
        .settle_outputs = gml_periodic_settle,
        .list_vectors = gml_periodic_vectors,
        .start = gml_periodic_start,
        .forward = gml_periodic_forward,
        .derive = gml_periodic_derive,
        .propagate = gml_periodic_propagate,
    },
    {
        .entry =
            {.name = "ple",
             .summary = "embeds each of the first inputs: a linear map of it and of its shares of bins",
             .formula = "y = scale x + bias + sum over t of table[t] share[t]; share[t] = (x - edge[t]) / (edge[t + "
                        "1] - edge[t]), not below 0 but in the first bin, not above 1 but in the last",
             .derivative = "dtable[t] = share[t] dy, dscale = x dy, dx = scale' dy + table[t]' dy / (edge[t + 1] - "
                           "edge[t]) in the bin t of x",
             .pitfall =
                 "Edges are quantiles of training data (gml_network_initialize_to_data, and recipes); before that, "
                 "and for columns with a range below 1e-6, there are no bins. Infinite numbers give NaN.",
             .source = "Gorishniy, Kotelnikov and Babenko, TabM: Advancing Tabular Deep Learning with "
                       "Parameter-Efficient Ensembling, 2024",
             .parameters = {NUMBERS_ARGUMENT,
                            {"bins", 48, 1, 1000, "bins of each number, at most"},
                            {"size", 16, 1, 256, "outputs for each number"}},
             .parameter_count = 3},
        .whole_rows = true,
        .settle_outputs = gml_bins_settle,
        .list_vectors = gml_bins_vectors,
        .start = gml_bins_start,
        .fit = gml_bins_fit,
        .forward = gml_bins_forward,
        .derive = gml_bins_derive,
        .propagate = gml_bins_propagate,
    },
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

const gml_entry *gml_layer_entry(size_t index)
{
    return index < sizeof kinds / sizeof kinds[0] ? &kinds[index].entry : NULL;
}

/* ---- the first word of a layer in a description ---- */

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
        const size_t in = spec->heads ? spec->in : spec->in / spec->members, out = spec->units / spec->members;
        blocks[count++] = (gml_block_spec){"weight", GML_ROLE_WEIGHT, in, out, 0};
        if (spec->bias) {
            blocks[count++] = (gml_block_spec){"bias", GML_ROLE_BIAS, 1, spec->units, 0};
        }
    }
    gml_theta theta = gml_activation_theta(&spec->activation, spec->units);
    if (theta.count > 0) {
        blocks[count++] = (gml_block_spec){"activation", GML_ROLE_ACTIVATION, theta.count, theta.units, 0};
    }
    if (kind->list_vectors != NULL) {
        return count + kind->list_vectors(spec, blocks + count);
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
