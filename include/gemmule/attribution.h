/* gemmule/attribution.h - explanations of single predictions: how much each column contributes to one output.
 *
 * Inputs and outputs are those of the caller: attributions are for the columns of the data and in the unit of the
 * explained quantity, through preparation, input and output scaling. The inputs that a preparation makes of one column,
 * such as the levels of a category, count together: gradient and smooth_gradient multiply the derivative by each input
 * with that input's by the column and sum; occlusion, shapley and kernel_shap replace the column; other methods sum the
 * attributions of the inputs. Layers behave as in prediction.
 *
 * The output of an ensemble is the mean of its members' outputs; its score is defined as the mean of their scores.
 * Attributions, derivatives and figures of reports are the means of the members'. All members explain the class that
 * the ensemble predicts, and each has its own default baseline. */
#ifndef GEMMULE_ATTRIBUTION_H
#define GEMMULE_ATTRIBUTION_H

#include "gemmule/entry.h"
#include "gemmule/network.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns row `index` of the table of attribution methods; null past the last. */
GML_API const gml_entry *gml_attribution_entry(size_t index);

/* Returns the name of the method that gml_attribute takes for this network if none is given: integrated_gradients. If
 * a layer of the network, or of a member of an ensemble, embeds categories, it is occlusion: integrated gradients need
 * a path between two inputs, and there is none between levels. Null for null. Thread-safe beside predictions. */
GML_API const char *gml_attribution_default(const gml_network *network);

/* The explained quantity. */
typedef enum gml_explained {
    GML_EXPLAINED_AUTO = 0, /* score for classification, and for softmax and log_softmax at the end; else output */
    GML_EXPLAINED_SCORE,    /* before the last activation and before output scaling: a logit */
    GML_EXPLAINED_OUTPUT    /* as gml_network_predict gives it: a probability; a value in the unit of the targets */
} gml_explained;

/* Zero-initialised means the default. */
typedef struct gml_attribution_options {
    const char *method;      /* a call of the table; null: gml_attribution_default */
    const size_t *output;    /* the class or target to explain; null: the predicted class of each sample, or target 0 */
    gml_explained explained; /* the quantity of this class or target */
    gml_matrix baseline;     /* [m x columns], any dtype, read: what an absent column is replaced by. shapley and
                                kernel_shap average over the rows; other methods use the mean of the rows, of their
                                inputs with a preparation. None: the shift of the input scaling, which is the mean of
                                the training data after GML_SCALING_STANDARD; without scaling 0. With a preparation,
                                inputs of 0: the mean of a number after standard, its median after robust or quantile,
                                its least value after minmax, and a missing cell of a category after one_hot */
} gml_attribution_options;

/* How the attributions of a sample add up. */
typedef struct gml_attribution_report {
    size_t output;       /* the class or target that is explained */
    gml_explained which; /* score or output */
    double value;        /* explained quantity of the sample */
    double base;         /* explained quantity at the baseline, or its mean over the rows of the baseline; 0 for
                            relevance; NaN for methods without a baseline: gradient and smooth_gradient */
    double sum;          /* of the attributions */
    double biases;       /* relevance that biases and output shifts absorb; else 0 */
    double epsilon;      /* relevance that epsilon absorbs; else 0 */
    double error;        /* value - base - sum - biases - epsilon; NaN where base is NaN. Rounding for relevance,
                            shapley and kernel_shap; the error of the quadrature for integrated_gradients; for
                            gradient_x_input and occlusion what the method leaves unexplained */
} gml_attribution_report;

/* Computes the contribution of each column to one output, for each sample.
 *
 * x             [n x columns], u8, f32 or f64, read
 * options       null: defaults
 * attributions  [n x columns], f64, written
 * reports       [n], written; or null
 *
 * Passes run in the network's dtype, sums in double. For a network with one output and task classification, class 1 is
 * the output and class 0 its opposite: the negative score, or 1 minus the probability. An input with a scale of 0 does
 * not reach the network: its attribution is 0. A sample's attributions do not depend on the other samples beyond
 * rounding. A sample that is not finite gets attributions that are not finite, or 0.
 *
 * Memory: working memory is bounded, whatever n is, and allocated at the start of the call. Thread-safe beside
 * predictions; runs on the threads of the context, with the same bits for any number. Errors: name, argument (no such
 * method or output, an argument out of its range; a method that is not defined for a layer of this network, or that
 * needs fewer inputs or more coalitions), shape, data (the baseline is not finite), memory. */
GML_API gml_status gml_attribute(const gml_network *network, gml_matrix x, const gml_attribution_options *options,
                                 gml_matrix attributions, gml_attribution_report *reports);

/* Computes the Jacobian dY/dX of a batch: derivatives of all outputs, as gml_network_predict gives them, by all
 * columns.
 *
 * x         [n x columns], u8, f32 or f64, read
 * jacobian  [n * outputs x columns], the network's dtype, written: row i * outputs + k is output k of sample i
 *
 * One forward pass, and one backward pass per output, over the batch. The derivative of a step activation is its
 * straight-through estimate; that of a preparation is as in gml_preparation_slopes. Memory and threads: as
 * gml_attribute. Errors: shape, argument, memory. */
GML_API gml_status gml_network_jacobian(const gml_network *network, gml_matrix x, gml_matrix jacobian);

#ifdef __cplusplus
}
#endif
#endif
