/* gemmule/effects.h - explanations of a network by a data set: which columns matter, and how predictions depend on
 * them.
 *
 * Columns are those of the dataset, before the network's input scaling. Every function reads the data in blocks, so
 * that its memory does not grow with the number of samples unless its comment says so, and gives the same bits for any
 * number of threads. All are thread-safe as long as no other thread changes the network. */
#ifndef GEMMULE_EFFECTS_H
#define GEMMULE_EFFECTS_H

#include "gemmule/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of explanations by a data set, as `gemmule explain` names them; null past the last
 * row. Each is a function of this header or of gemmule/diagnosis.h. */
GML_API const gml_entry *gml_effect_entry(size_t index);

/* ---- permutation importance ---- */

/* Columns that belong together, such as those of one category. */
typedef struct gml_column_group {
    const size_t *columns; /* [count] indexes of columns, from 0, each once */
    size_t count;
} gml_column_group;

/* Zero-initialised means the default. The caller owns all memory. */
typedef struct gml_importance_options {
    const char *metric; /* a call, or "loss": the mean loss of gml_evaluate; null: "accuracy" for classes, "r2" for
                           values */
    size_t repeats;     /* permutations of each group, at most 65535; 0: 5 */
    uint64_t seed;      /* of the permutations */
    double level;       /* of the intervals, in (0, 1); 0: 0.95 */
    const gml_column_group *groups; /* [group_count]; null: each column by itself */
    size_t group_count;
} gml_importance_options;

/* The importance of a group of columns: by how much the score gets worse. */
typedef struct gml_importance {
    double mean;      /* over the repeats */
    double deviation; /* of the repeats, divided by their number, as numpy.std does */
    double low, high; /* interval for the expected mean over all permutations: mean -/+ t s / sqrt(repeats), with s the
                         deviation divided by repeats - 1, and Student's t; NaN for a single repeat */
} gml_importance;

/* Computes permutation importances: the values of a group of columns are permuted over the samples, and the score of
 * the network's predictions then gets worse by
 *
 *     base - permuted    for a metric where greater is better (gml_metric_facts)
 *     permuted - base    for other metrics and for the loss
 *
 * (Breiman, Random forests, 2001; Fisher, Rudin and Dominici, All models are wrong, but many are useful, 2019). Equal
 * to permutation_importance of scikit-learn for the same permutations. A column that the network ignores, or that is
 * constant, gets exactly 0. Columns that carry the same information share it: permute them as one group.
 *
 * dataset      with targets, weights count; better data that the network was not trained on
 * options      null: the default
 * base         null, or written: the score without a permutation
 * importances  [group_count], or [columns] without groups, written
 * drops        gml_matrix_none(), or [as many x repeats] f64, written: by how much the score got worse in each repeat
 *
 * A permutation depends on the seed, the first column of the group and the repeat alone. Threads compute repeats side
 * by side; each has memory for a block of 1024 samples, and for those metrics that keep all samples. Errors: those of
 * gml_evaluate and gml_score_network; argument (an empty group, an index of no input or one given twice, a level or
 * number of repeats out of range), data (the score is not defined for this data, with the reason). */
GML_API gml_status gml_permutation_importance(const gml_network *network, const gml_dataset *dataset,
                                              const gml_importance_options *options, double *base,
                                              gml_importance *importances, gml_matrix drops);

/* ---- effects of columns on predictions ----
 *
 * Predictions are those of gml_network_predict, in the unit of the targets; logits of classes are turned into
 * probabilities, as gml_score_network reads them. A column has one effect on each of the network's outputs. Targets are
 * not read, and need not be there. */

/* Zero-initialised means the default. */
typedef struct gml_grid_options {
    size_t points;    /* at most, at least 2; 0: 100 */
    double low, high; /* shares of the samples below the least and the greatest point; both 0: 0.05 and 0.95 */
} gml_grid_options;

/* Finds the points at which the effect of a column is computed, ascending: its different values if they are fewer than
 * options->points, else equally spaced points between two quantiles, as scikit-learn does. Where the two quantiles are
 * equal up to rounding, the points are between the least and the greatest value. The points of a category are its
 * levels, the most frequent ones if they are more than options->points. Missing cells are left out.
 *
 * options  null: the default
 * values   [points of the options, 100 by default], written: `count` of them
 *
 * Allocates memory for the column. Thread-safe. Errors: argument (no such input, options out of range), data (a value
 * that is not finite), memory. */
GML_API gml_status gml_effect_grid(const gml_dataset *dataset, size_t feature, const gml_grid_options *options,
                                   double *values, size_t *count);

/* Computes partial dependences: the mean prediction over all samples with some columns set to the values of a point
 * (Friedman, Greedy function approximation, 2001),
 *
 *     average(v) = sum over i of w_i f(v, other columns of sample i) / sum of w_i
 *
 * and the predictions themselves, the individual conditional expectations (Goldstein et al., Peeking inside the black
 * box, 2015). Equal to partial_dependence(method="brute") of scikit-learn, which has no weights. The points may lie
 * where no samples are if columns depend on each other: compare with gml_accumulated_effects.
 *
 * features    [feature_count] inputs that are set together: one for a curve, two for a surface
 * grid        [points x feature_count] f64, read
 * averages    [points x outputs] f64, written
 * individual  gml_matrix_none(), or [points * samples x outputs] f64, written: row p * samples + i is sample i at point
 * p
 *
 * Threads compute points side by side; each has memory for a block of 512 samples. On failure the outputs are
 * undefined. Errors: argument (no such input, a view without memory), shape, data (an input, a point or a prediction
 * that is not finite; weights that sum to 0), name, memory. */
GML_API gml_status gml_partial_dependence(const gml_network *network, const gml_dataset *dataset,
                                          const size_t *features, size_t feature_count, gml_matrix grid,
                                          gml_matrix averages, gml_matrix individual);

/* Finds the edges of intervals that hold about equally many samples, ascending: the least value, and for k = 1 .. bins
 * the least value that at least a share of k / bins of the samples does not exceed. Equal edges become one. The edges
 * of a category with at most bins + 1 levels are the levels that occur: effects accumulate in the order of their names.
 * Missing cells are left out.
 *
 * bins   0: 40
 * edges  [bins + 1, 41 by default], written: `count` of them, 1 for a constant column
 *
 * Allocates memory for the column. Thread-safe. Errors: as gml_effect_grid. */
GML_API gml_status gml_effect_edges(const gml_dataset *dataset, size_t feature, size_t bins, double *edges,
                                    size_t *count);

/* Computes the accumulated local effects of a column at the edges z_0 < z_1 < ... of intervals (Apley and Zhu,
 * Visualizing the effects of predictor variables in black box supervised learning models, 2020):
 *
 *     effect(z_k) = sum over l = 1 .. k of the weighted mean, over the samples with z_l-1 < x <= z_l, of
 *                   f(z_l, other columns) - f(z_l-1, other columns)    less a constant
 *
 * The first interval also has z_0; samples outside all intervals, and missing cells, are left out. The constant makes
 * the mean effect over the samples 0, with (effect(z_l-1) + effect(z_l)) / 2 for the samples of an interval, as the
 * authors' package ALEPlot does. Columns that depend on each other share no effects, because samples move within their
 * interval alone.
 *
 * edges    [edge_count] ascending; usually of gml_effect_edges
 * effects  [edge_count x outputs] f64, written
 * weights  null, or [edge_count - 1], written: the sum of the weights in each interval
 *
 * Errors: as gml_partial_dependence; argument (edges that do not ascend). */
GML_API gml_status gml_accumulated_effects(const gml_network *network, const gml_dataset *dataset, size_t feature,
                                           const double *edges, size_t edge_count, gml_matrix effects, double *weights);

/* ---- weights from inputs to outputs ----
 *
 * Of a chain of dense layers. Activations do not count; dropout and noise are left out; batchnorm and weight_norm count
 * if gml_network_fold folds them. Weights act on inputs as the network reads them: with standard scaling, they are per
 * standard deviation of a column and comparable between columns. An input that the input scaling removes has weights of
 * 0. Those of the inputs that a preparation makes of one column are summed. */

/* Computes the products of the connection weights, the sum over all paths from an input to an output of the products of
 * the weights along the path (Olden and Jackson, Illuminating the black box, 2002):
 *
 *     weights = W_1 W_2 ... W_L
 *
 * weights  [columns x outputs] f64, written
 *
 * Allocates a copy of the network and two matrices of [inputs x widest layer]. Runs on the calling thread. Errors:
 * shape, argument (a layer that is not defined by weights alone, such as a residual or a gate; its number in the
 * message), memory. */
GML_API gml_status gml_connection_weights(const gml_network *network, gml_matrix weights);

/* Computes Garson's shares: how the weights into each output divide among the inputs (Garson, Interpreting
 * neural-network connection weights, 1991; for more than one hidden layer, layer by layer):
 *
 *     shares = S_1 S_2 ... S_L, with S[i][j] = |W[i][j]| / sum over r of |W[r][j]|
 *
 * shares  [columns x outputs] f64, written; each column has the sum 1
 *
 * Errors: as gml_connection_weights; data (all weights into a unit are 0, so that its shares are not defined). */
GML_API gml_status gml_garson_shares(const gml_network *network, gml_matrix shares);

#ifdef __cplusplus
}
#endif
#endif
