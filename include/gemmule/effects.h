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

/* ---- permutation importance ---- */

/* Columns that belong together, such as those of one category. */
typedef struct gml_column_group {
    const size_t *columns; /* [count] indexes of inputs, from 0, each once */
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
 * importances  [group_count], or [inputs] without groups, written
 * drops        gml_matrix_none(), or [as many x repeats] f64, written: by how much the score got worse in each repeat
 *
 * A permutation depends on the seed, the first column of the group and the repeat alone. Threads compute repeats side
 * by side; each has memory for a block of 1024 samples, and for those metrics that keep all samples. Errors: those of
 * gml_evaluate and gml_score_network; argument (an empty group, an index of no input or one given twice, a level or
 * number of repeats out of range), data (the score is not defined for this data, with the reason). */
GML_API gml_status gml_permutation_importance(const gml_network *network, const gml_dataset *dataset,
                                              const gml_importance_options *options, double *base,
                                              gml_importance *importances, gml_matrix drops);

#ifdef __cplusplus
}
#endif
#endif
