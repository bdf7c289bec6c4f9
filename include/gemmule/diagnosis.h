/* gemmule/diagnosis.h - what units respond to, which samples a network gets wrong, how reliable its probabilities are,
 * and where two networks differ.
 *
 * Every function reads the data in blocks, so that its memory does not grow with the number of samples, and gives the
 * same bits for any number of threads. All are thread-safe as long as no other thread changes the network. Samples with
 * weight 0 and missing targets are skipped. */
#ifndef GEMMULE_DIAGNOSIS_H
#define GEMMULE_DIAGNOSIS_H

#include "gemmule/metrics.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- units ---- */

/* How much a unit prefers one class. */
typedef struct gml_unit_selectivity {
    double selectivity; /* (greatest - others) / (greatest + others): 0 for equal means, 1 for a unit that responds to
                           one class alone; NaN if a mean is negative or all are 0 */
    size_t preferred;   /* class with the greatest mean */
    double greatest;    /* mean of the unit's outputs over the samples of that class */
    double others;      /* mean of the means of the other classes */
} gml_unit_selectivity;

/* Computes the class selectivity of the units of a layer (Morcos et al., On the importance of single directions for
 * generalization, 2018). It is defined for outputs from 0 up, such as those of relu.
 *
 * dataset  with classes as targets; means are weighted by its sample weights
 * layer    from 0, as in gml_network_layer
 * units    [outputs of the layer], written
 *
 * Needs memory for [classes x outputs of the layer] and a block of samples. Errors: argument (no such layer, targets
 * that are values), shape, data (an invalid input or target; samples of fewer than two classes), memory. */
GML_API gml_status gml_class_selectivity(const gml_network *network, const gml_dataset *dataset, size_t layer,
                                         gml_unit_selectivity *units);

/* ---- samples ---- */

/* A misclassified sample. */
typedef struct gml_mistake {
    size_t sample; /* in the dataset, from 0 */
    size_t actual, predicted;
    double predicted_score; /* of the predicted class: a probability; under hinge and squared_hinge a score around 0 */
    double actual_score;    /* of the actual class */
} gml_mistake;

/* Finds the samples that a network gets wrong, the greatest score of the predicted class first, of equal ones the
 * first.
 *
 * mistakes  [most], written: `count` of them
 * errors    null, or written: the number of all wrong samples
 *
 * Errors: those of gml_score_network; argument (the targets are values). */
GML_API gml_status gml_find_mistakes(const gml_network *network, const gml_dataset *dataset, gml_mistake *mistakes,
                                     size_t most, size_t *count, size_t *errors);

/* One interval of the calibration curve: the samples with a confidence in it. */
typedef struct gml_reliability_bin {
    double confidence; /* mean probability of the predicted class; NaN without samples */
    double accuracy;   /* share of right predictions; NaN without samples */
    double weight;     /* sum of the weights of the samples */
} gml_reliability_bin;

/* Computes the calibration curve of a network, also called reliability diagram: a calibrated network is right as often
 * as its probabilities say. Interval i of `count` is (i / count, (i + 1) / count], as of the metric "ece" (Guo et al.,
 * On calibration of modern neural networks, 2017).
 *
 * bins   [count], written; count from 1 to the greatest number of intervals of the metric
 * error  null, or written: the expected calibration error
 *
 * Errors: those of gml_score_network; data (the scores are not probabilities). */
GML_API gml_status gml_reliability(const gml_network *network, const gml_dataset *dataset, gml_reliability_bin *bins,
                                   size_t count, double *error);

/* ---- two networks ---- */

enum { GML_MISMATCH_SIZE = 256 };

/* How far apart the values of a layer of two networks are, over all samples and units. Two values differ if
 * |a - b| > tolerance * max(1, |a|, |b|), or if one of them is NaN. */
typedef struct gml_difference {
    double greatest;                 /* |a - b|; infinite if only one of them is finite or NaN */
    double relative;                 /* greatest |a - b| / max(|a|, |b|) */
    size_t sample, unit;             /* where |a - b| is greatest; the first of equal places */
    double a, b;                     /* the values there */
    size_t count;                    /* values that differ */
    size_t first_sample, first_unit; /* the first of these; SIZE_MAX: none differs */
} gml_difference;

typedef struct gml_diff_report {
    size_t compared;        /* layers that were compared, from the first on */
    size_t first;           /* the first stage with values that differ: 0 the inputs, i layer i counted from 1;
                               SIZE_MAX: none */
    int outputs_compared;   /* 1: the networks have equally many outputs; 0: they do not */
    gml_difference outputs; /* of predictions, as gml_network_predict gives them */
    char mismatch[GML_MISMATCH_SIZE]; /* where the descriptions part, in words; "": nowhere */
} gml_diff_report;

/* Finds where two networks first part, layer by layer, on the samples of a dataset. Layers are compared up to the first
 * one that has another kind, activation or number of units; predictions are compared in any case.
 *
 * tolerance  0: 1e-6 if both networks are in double, else 1e-4
 * stages     [1 + the lesser number of layers], written: [0] of the inputs as the first layer reads them, [i] of layer
 *            i counted from 1; only the first 1 + report->compared are set
 * report     written
 *
 * The networks may have different contexts, dtypes and scaling. Each pass runs on the threads of its network's context.
 * Errors: shape (other numbers or names of inputs), argument (a tolerance below 0), data (an input that is not finite),
 * memory. The message is in the context of `a`. */
GML_API gml_status gml_diff(const gml_network *a, const gml_network *b, const gml_dataset *dataset, double tolerance,
                            gml_difference *stages, gml_diff_report *report);

#ifdef __cplusplus
}
#endif
#endif
