/* reference/attributions.h - attributions of one sample by their textbook formulas, in double.
 *
 * Shapley values run over all orders of the players, least squares over the normal equations with a Lagrange
 * multiplier, and relevance unit by unit. Points of paths, noise and coalitions are given by the caller. */
#ifndef GML_REFERENCE_ATTRIBUTIONS_H
#define GML_REFERENCE_ATTRIBUTIONS_H

#include "reference/network.h"

enum { GML_REFERENCE_INPUTS = 64 }; /* of a sample, at most */

/* The explained quantity: factor f(x) + shift, f an output or with `score` the last layer's z; where that
 * averages members, the mean of the z of their outputs. */
typedef struct gml_reference_explained {
    const gml_reference_network *network;
    double *memory; /* of gml_reference_memory for one row */
    size_t inputs, column;
    bool score;
    double factor, shift;
} gml_reference_explained;

double gml_reference_explain(const gml_reference_explained *of, const double *x);

/* gradient [inputs] = d value / d x */
void gml_reference_explain_gradient(const gml_reference_explained *of, const double *x, double *gradient);

/* a [inputs]: the mean of the gradients at x + noise, [samples x inputs] */
void gml_reference_smooth_gradient(const gml_reference_explained *of, const double *x, size_t samples,
                                   const double *noise, double *a);

/* a [inputs]: the integral from the base to x by trapezoids with `steps` points t = u^2, u evenly spaced, whose weights
 * meet the change of the value over each interval; `noise` is the relative rounding error of values. */
void gml_reference_integrated_gradients(const gml_reference_explained *of, const double *x, const double *base,
                                        size_t steps, double noise, double *a);

void gml_reference_occlusion(const gml_reference_explained *of, const double *x, const double *base, double *a);

/* base [rows x inputs]. Takes p! orders: for few inputs. */
void gml_reference_shapley(const gml_reference_explained *of, const double *x, const double *base, size_t rows,
                           double *a);

/* Coalitions z [count x inputs] of 0 and 1, with weights. work [(inputs + 1) (inputs + 2)]. */
typedef struct gml_reference_coalitions {
    size_t count;
    const uint8_t *z;
    const double *weights;
    double *work;
} gml_reference_coalitions;

void gml_reference_kernel_shap(const gml_reference_explained *of, const double *x, const double *base, size_t rows,
                               const gml_reference_coalitions *coalitions, double *a);

/* Relevance by the epsilon rule; biases and absorbed are set to the parts that do not reach the inputs.
 * work: as `memory`. */
void gml_reference_relevance(const gml_reference_explained *of, const double *x, double epsilon, double *work,
                             double *a, double *biases, double *absorbed);

#endif
