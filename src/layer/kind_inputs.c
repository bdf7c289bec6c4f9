/* layer/kind_inputs.c - rows of the table of kinds: layers that are mostly put on inputs, scales and embeddings. */
#include "kernel/embed/embed.h"
#include "layer/kinds.h"

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

static const gml_layer_kind rows[] = {
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
        .vectors = {SCALE, {"bias", GML_ROLE_BIAS, 0, 0, 0}},
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
                           "edge[t]) in the bin t of x, at an edge in that above it",
             .pitfall =
                 "Edges are quantiles of training data (gml_network_initialize_to_data, and recipes); before that, "
                 "and for columns with a range below 1e-6, there are no bins. Infinite numbers give no finite outputs.",
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
};

const gml_layer_kinds gml_kinds_inputs = {rows, sizeof rows / sizeof rows[0]};
