/* explain/effects/effects.c - the table of explanations by a data set. Each row is a public function; the parameters
 * are those of `gemmule explain`. */
#include "gemmule/effects.h"

enum { MOST = 1000000 };

static const gml_entry rows[] = {
    {.name = "permutation",
     .summary = "by how much a metric gets worse as a column is permuted",
     .formula = "score(x, y) - score(x with column j permuted, y), mean and interval over the repeats",
     .derivative = "",
     .pitfall =
         "Columns that carry the same information share it: each looks unimportant. Permuted columns make samples "
         "that do not exist.",
     .source = "Breiman, Random forests, 2001; scikit-learn, permutation_importance",
     .parameters = {{"repeats", 5, 1, 65535, "permutations of each column", NULL},
                    {"seed", 0, 0, 4294967295.0, "of the permutations", NULL},
                    {"level", 0.95, 0.01, 0.9999, "of the intervals", NULL}},
     .parameter_count = 3},
    {.name = "partial_dependence",
     .summary = "the mean prediction with a column set to a value",
     .formula = "sum over i of w_i f(v, other columns of sample i) / sum of w_i",
     .derivative = "",
     .pitfall =
         "Hides interactions, which `individual' shows, and where columns depend on each other asks for predictions "
         "far from all data.",
     .source = "Friedman, Greedy function approximation, 2001; scikit-learn, partial_dependence",
     .parameters = {{"points", 20, 2, MOST, "values of the column, at most", NULL},
                    {"low", 0.05, 0, 1, "share of the samples below the least value", NULL},
                    {"high", 0.95, 0, 1, "share of the samples below the greatest value", NULL}},
     .parameter_count = 3},
    {.name = "individual",
     .summary = "the prediction of each sample with a column set to a value (individual conditional expectation)",
     .formula = "f(v, other columns of sample i)",
     .derivative = "",
     .pitfall = "One line for each sample: `gemmule explain --samples' chooses some.",
     .source = "Goldstein et al., Peeking inside the black box, 2015",
     .parameters = {{"points", 20, 2, MOST, "values of the column, at most", NULL},
                    {"low", 0.05, 0, 1, "share of the samples below the least value", NULL},
                    {"high", 0.95, 0, 1, "share of the samples below the greatest value", NULL}},
     .parameter_count = 3},
    {.name = "accumulated_effects",
     .summary = "the effect of a column, from differences of predictions within short intervals",
     .formula = "sum over intervals up to z of mean [f(upper edge, others) - f(lower edge, others)], less a constant",
     .derivative = "",
     .pitfall = "Many intervals are noisy, few are coarse.",
     .source = "Apley and Zhu, Visualizing the effects of predictor variables in black box supervised learning models, "
               "2020",
     .parameters = {{"bins", 20, 1, MOST, "intervals with equally many samples", NULL}},
     .parameter_count = 1},
    {.name = "connection_weights",
     .summary = "sums of products of weights along all paths from an input to an output",
     .formula = "W_1 W_2 ... W_L",
     .derivative = "",
     .pitfall = "Ignores activations and the data. For chains of dense layers.",
     .source = "Olden and Jackson, Illuminating the black box, 2002"},
    {.name = "garson",
     .summary = "how the weights into an output divide among the inputs",
     .formula = "S_1 S_2 ... S_L, S[i][j] = |W[i][j]| / sum over r of |W[r][j]|",
     .derivative = "",
     .pitfall = "Ignores signs: paths that cancel each other count. For chains of dense layers.",
     .source = "Garson, Interpreting neural-network connection weights, 1991"},
    {.name = "selectivity",
     .summary = "how much each unit prefers one class",
     .formula =
         "(m - o) / (m + o): m the greatest mean output over the samples of a class, o the mean over other classes",
     .derivative = "",
     .pitfall = "Defined for outputs from 0 up, such as those of relu. Selective units are not more important.",
     .source = "Morcos et al., On the importance of single directions for generalization, 2018",
     .parameters = {{"layer", 0, 0, 1024, "number of the layer, from 1; 0: all but the last", NULL}},
     .parameter_count = 1},
    {.name = "mistakes",
     .summary = "the wrong samples that the network is most confident of",
     .formula = "samples with argmax(scores) != class, by the greatest score",
     .derivative = "",
     .pitfall = "Confident mistakes are often wrong labels.",
     .source = "Northcutt, Jiang and Chuang, Confident learning, 2021",
     .parameters = {{"most", 20, 1, MOST, "samples listed", NULL}},
     .parameter_count = 1},
    {.name = "reliability",
     .summary = "how often predictions of a probability are right (calibration curve)",
     .formula = "mean of p_max and of [p = t] over the samples with p_max in (i/bins, (i+1)/bins]",
     .derivative = "",
     .pitfall = "Intervals with few samples are noisy.",
     .source = "Guo et al., On calibration of modern neural networks, 2017",
     .parameters = {{"bins", 15, 1, 1000, "intervals of equal width", NULL}},
     .parameter_count = 1},
};

const gml_entry *gml_effect_entry(size_t index)
{
    return index < sizeof rows / sizeof rows[0] ? &rows[index] : NULL;
}
